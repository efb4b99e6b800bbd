//! Teams: making them, and who is in them.

mod archive;
mod batch;
mod create;
mod edit;
mod icon;
mod invite_again;
mod invite_link;
mod invite_mail;
mod invite_pace;
mod join;
mod leave;
mod list;
mod members;
mod read;
mod roles;
mod unread;

pub use batch::BatchResult;
pub(in crate::app) use create::add_standard_channels;
pub(in crate::app) use invite_mail::join_invited_by;
pub use invite_mail::{InvitationResult, Invites, MailInvitation};
pub use invite_pace::InvitationPaces;
pub(in crate::app) use join::{check_groups, has_to_prove, join, kept_for_others};
pub(in crate::app) use leave::leave;
pub use list::{Found, TeamPage, TeamSearch};
pub use members::MemberQuery;

pub(in crate::app) use read::seen_by;
pub(in crate::app) use roles::member_roles_updated;

use crate::events::Json;
use crate::model::teams::{Team, TeamSight};

/// A team as everybody in it is told of it, without its secrets.
pub(in crate::app) fn told(team: &Team) -> Json {
    Json::of(&team.clone().seen(TeamSight::default()))
}
