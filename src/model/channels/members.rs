//! Memberships in channels: roles, notification settings, unread counts (posts-and-limits.md §5, §8).

use std::sync::Arc;

use serde::Serialize;

use crate::model::id::Id;
use crate::model::json::{StringMap, string_map};
use crate::model::roles::{SchemeRoleNames, SchemeRoles};
use crate::model::time::{TimeMs, now};

/// A membership in a channel. What others see of it is made by [`ChannelMember::seen_by`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChannelMember {
    /// Channel.
    pub channel_id: Id,
    /// Member.
    pub user_id: Id,
    /// Explicit roles and those of the flags.
    pub roles: String,
    /// When the member last looked; 0 for never, -1 to others.
    pub last_viewed_at: TimeMs,
    /// Posts read.
    pub msg_count: i64,
    /// Unread mentions.
    pub mention_count: i64,
    /// Unread mentions in posts that start a thread.
    pub mention_count_root: i64,
    /// Unread mentions in urgent posts.
    pub urgent_mention_count: i64,
    /// Posts read that start a thread.
    pub msg_count_root: i64,
    /// Settings, see [`merge_notify_props`].
    pub notify_props: StringMap,
    /// When the membership last changed; -1 to others.
    pub last_update_at: TimeMs,
    /// The flags.
    #[serde(flatten)]
    pub scheme: SchemeRoles,
    /// Roles beyond those of the flags.
    pub explicit_roles: String,
    /// Always false.
    pub autotranslation_disabled: bool,
    /// What the flags stand for where a scheme says so; `None` for the standard roles. Not on the wire.
    #[serde(skip)]
    pub names: Option<Arc<SchemeRoleNames>>,
}

impl ChannelMember {
    /// A new membership: nothing read, so that everything counts as unread until the first look.
    pub fn new(channel_id: Id, user_id: Id, scheme: SchemeRoles) -> ChannelMember {
        let mut member = ChannelMember {
            channel_id,
            user_id,
            notify_props: default_notify_props(),
            last_update_at: now(),
            ..ChannelMember::default()
        };
        member.set_roles(scheme, "");
        member
    }

    /// Sets flags and explicit roles, and `roles` from both.
    pub fn set_roles(&mut self, scheme: SchemeRoles, explicit_roles: &str) {
        self.roles = self.role_names().join(explicit_roles, scheme);
        self.scheme = scheme;
        explicit_roles.clone_into(&mut self.explicit_roles);
    }

    /// The names that the flags stand for.
    pub fn role_names(&self) -> &SchemeRoleNames {
        const STANDARD: &SchemeRoleNames = &SchemeRoleNames::CHANNEL;
        self.names.as_deref().unwrap_or(STANDARD)
    }

    /// The same membership under the names of a scheme.
    #[must_use]
    pub fn named(self, names: Option<Arc<SchemeRoleNames>>) -> ChannelMember {
        let mut named = ChannelMember { names, ..self };
        let explicit = std::mem::take(&mut named.explicit_roles);
        named.set_roles(named.scheme, &explicit);
        named
    }

    /// The membership as that user sees it: when others last looked is nobody's business, not even an admin's.
    #[must_use]
    pub fn seen_by(mut self, viewer: Id) -> ChannelMember {
        if viewer != self.user_id {
            self.last_viewed_at = -1;
            self.last_update_at = -1;
        }
        self
    }

    /// Whether the member muted the channel.
    pub fn is_muted(&self) -> bool {
        is_muted(&self.notify_props)
    }
}

/// A membership with its team, in lists across teams (`GET /users/{id}/channel_members`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChannelMemberWithTeam {
    /// Membership.
    #[serde(flatten)]
    pub member: ChannelMember,
    /// Name of the team for people, `""` in conversations.
    pub team_display_name: String,
    /// Name of the team in addresses.
    pub team_name: String,
    /// When the team last changed.
    pub team_update_at: TimeMs,
}

/// The notification settings of a new member.
pub fn default_notify_props() -> StringMap {
    string_map(&[
        ("channel_auto_follow_threads", "off"),
        ("desktop", "default"),
        ("email", "default"),
        ("ignore_channel_mentions", "default"),
        ("mark_unread", "all"),
        ("push", "default"),
    ])
}

/// The settings that a membership may have; others are dropped (surprises.md, Channels).
const NOTIFY_PROPS: [&str; 10] = [
    "channel_auto_follow_threads",
    "desktop",
    "desktop_notification_sound",
    "desktop_sound",
    "desktop_threads",
    "email",
    "ignore_channel_mentions",
    "mark_unread",
    "push",
    "push_threads",
];

/// Writes the known ones of the given settings over the present ones; values are not checked.
pub fn merge_notify_props(present: &mut StringMap, given: &StringMap) {
    let known = given.iter().filter(|(key, _)| NOTIFY_PROPS.contains(&key.as_str()));
    present.extend(known.map(|(key, value)| (key.clone(), value.clone())));
}

/// Whether those settings mute the channel.
pub fn is_muted(notify_props: &StringMap) -> bool {
    notify_props.get("mark_unread").is_some_and(|value| value == "mention")
}

/// `GET /users/{id}/channels/{id}/unread`: here `msg_count` is what is **unread**.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of ChannelMember")]
pub struct ChannelUnread {
    pub team_id: Id,
    pub channel_id: Id,
    pub msg_count: i64,
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub urgent_mention_count: i64,
    pub msg_count_root: i64,
}

/// After marking as unread, in the answer and the event `post_unread`: `msg_count` is what is **read**.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of ChannelMember")]
pub struct ChannelUnreadAt {
    pub team_id: Id,
    pub user_id: Id,
    pub channel_id: Id,
    pub msg_count: i64,
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub urgent_mention_count: i64,
    pub msg_count_root: i64,
    pub last_viewed_at: TimeMs,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_do_not_see_when_one_looked() {
        let (me, other) = (Id::random(), Id::random());
        let member = ChannelMember::new(Id::random(), me, SchemeRoles::ADMIN);
        assert_eq!(member.roles, "channel_user channel_admin");
        assert!(member.clone().seen_by(me).last_update_at > 0);
        let seen = member.seen_by(other);
        assert_eq!((seen.last_viewed_at, seen.last_update_at), (-1, -1));
        assert_eq!(serde_json::to_value(&seen).unwrap().as_object().unwrap().len(), 16);
    }

    #[test]
    fn settings_are_merged() {
        let mut props = default_notify_props();
        merge_notify_props(
            &mut props,
            &string_map(&[("desktop", "nonsense"), ("own", "x"), ("mark_unread", "mention")]),
        );
        assert_eq!(props.get("desktop").map(String::as_str), Some("nonsense"));
        assert!(!props.contains_key("own") && is_muted(&props));
    }
}
