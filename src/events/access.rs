//! Facts without a form on the wire: they only change who hears what.

use super::delivery::{Effect, Step};
use crate::model::{Id, TimeMs};

/// What changes about sessions and memberships without anybody being told.
///
/// Events that *are* told ([`super::channels::ChannelEvent::MemberAdded`] and the like, and
/// [`super::users::UserEvent::RolesUpdated`]) have these effects by themselves.
#[derive(Debug)]
pub enum AccessEvent {
    /// A session was revoked or logged out: its sockets stay open and fall silent (surprises.md, WebSocket).
    SessionRevoked {
        /// The session's id, not its token.
        session: Id,
    },
    /// Sessions of a person were revoked.
    SessionsRevoked {
        /// Whose.
        user: Id,
        /// The session that stays.
        except: Option<Id>,
    },
    /// A session was extended or shortened.
    SessionExtended {
        /// The session.
        session: Id,
        /// When it ends; 0 for never.
        expires_at: TimeMs,
    },
    /// An account was deactivated: all its sockets fall silent. Publish it before what tells others.
    UserDeactivated {
        /// Whose.
        user: Id,
    },
    /// System roles changed without being told.
    SystemRolesChanged {
        /// Whose.
        user: Id,
        /// Whether they hold `manage_system` now.
        is_admin: bool,
        /// Whether they are a guest now.
        is_guest: bool,
    },
    /// Somebody came into a channel or is gone from it, without being told.
    ChannelMembershipChanged {
        /// The channel.
        channel: Id,
        /// Who.
        user: Id,
        /// Whether they are in it now.
        is_member: bool,
    },
    /// Somebody came into a team or is gone from it, without being told.
    TeamMembershipChanged {
        /// The team.
        team: Id,
        /// Who.
        user: Id,
        /// Whether they are in it now.
        is_member: bool,
    },
}

impl AccessEvent {
    pub(super) fn into_step(self) -> Step {
        use AccessEvent::*;
        match self {
            SessionRevoked { session } => Effect::EndSession { session },
            SessionsRevoked { user, except } => Effect::EndSessions { user, except },
            SessionExtended { session, expires_at } => Effect::ExtendSession { session, expires_at },
            UserDeactivated { user } => Effect::EndSessions { user, except: None },
            SystemRolesChanged { user, is_admin, is_guest } => Effect::ChangeRoles { user, is_admin, is_guest },
            ChannelMembershipChanged { channel, user, is_member: true } => {
                Effect::JoinChannel { channel, users: vec![user] }
            }
            ChannelMembershipChanged { channel, user, is_member: false } => Effect::LeaveChannel { channel, user },
            TeamMembershipChanged { team, user, is_member: true } => Effect::JoinTeam { team, user },
            TeamMembershipChanged { team, user, is_member: false } => {
                Effect::LeaveTeam { team, user, channels: Vec::new() }
            }
        }
        .into()
    }
}
