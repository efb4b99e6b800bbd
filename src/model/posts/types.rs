//! Kinds of posts (posts-and-limits.md §5, §6).

/// The kinds. Clients write the sentence of a system post from its kind and its props.
#[expect(missing_docs, reason = "the names say it; posts-and-limits.md §6 has the props")]
pub mod kinds {
    pub const NORMAL: &str = "";
    pub const ME: &str = "me";
    pub const SLACK_ATTACHMENT: &str = "slack_attachment";
    pub const REMINDER: &str = "reminder";
    pub const BURN_ON_READ: &str = "burn_on_read";
    pub const ADD_BOT_TEAMS_CHANNELS: &str = "add_bot_teams_channels";
    pub const EPHEMERAL: &str = "system_ephemeral";
    pub const GENERIC: &str = "system_generic";
    pub const JOIN_LEAVE: &str = "system_join_leave";
    pub const ADD_REMOVE: &str = "system_add_remove";
    pub const JOIN_CHANNEL: &str = "system_join_channel";
    pub const GUEST_JOIN_CHANNEL: &str = "system_guest_join_channel";
    pub const LEAVE_CHANNEL: &str = "system_leave_channel";
    pub const ADD_TO_CHANNEL: &str = "system_add_to_channel";
    pub const ADD_GUEST_TO_CHANNEL: &str = "system_add_guest_to_chan";
    pub const REMOVE_FROM_CHANNEL: &str = "system_remove_from_channel";
    pub const JOIN_TEAM: &str = "system_join_team";
    pub const LEAVE_TEAM: &str = "system_leave_team";
    pub const ADD_TO_TEAM: &str = "system_add_to_team";
    pub const REMOVE_FROM_TEAM: &str = "system_remove_from_team";
    pub const HEADER_CHANGE: &str = "system_header_change";
    pub const PURPOSE_CHANGE: &str = "system_purpose_change";
    pub const DISPLAYNAME_CHANGE: &str = "system_displayname_change";
    pub const CHANGE_CHANNEL_PRIVACY: &str = "system_change_chan_privacy";
    pub const CONVERT_CHANNEL: &str = "system_convert_channel";
    pub const CHANNEL_DELETED: &str = "system_channel_deleted";
    pub const CHANNEL_RESTORED: &str = "system_channel_restored";
    pub const MOVE_CHANNEL: &str = "system_move_channel";
    pub const GM_TO_CHANNEL: &str = "system_gm_to_channel";
    pub const AUTO_RESPONDER: &str = "system_auto_responder";
    pub const WRANGLER: &str = "system_wrangler";
    pub const AUTOTRANSLATION: &str = "system_autotranslation";
}

use kinds::*;

/// Every kind that may be stored, but for those of plugins.
const VALID: &[&str] = &[
    NORMAL,
    ME,
    SLACK_ATTACHMENT,
    REMINDER,
    BURN_ON_READ,
    ADD_BOT_TEAMS_CHANNELS,
    EPHEMERAL,
    GENERIC,
    JOIN_LEAVE,
    ADD_REMOVE,
    JOIN_CHANNEL,
    GUEST_JOIN_CHANNEL,
    LEAVE_CHANNEL,
    ADD_TO_CHANNEL,
    ADD_GUEST_TO_CHANNEL,
    REMOVE_FROM_CHANNEL,
    JOIN_TEAM,
    LEAVE_TEAM,
    ADD_TO_TEAM,
    REMOVE_FROM_TEAM,
    HEADER_CHANGE,
    PURPOSE_CHANGE,
    DISPLAYNAME_CHANGE,
    CHANGE_CHANNEL_PRIVACY,
    CONVERT_CHANNEL,
    CHANNEL_DELETED,
    CHANNEL_RESTORED,
    MOVE_CHANNEL,
    GM_TO_CHANNEL,
    AUTO_RESPONDER,
    WRANGLER,
    AUTOTRANSLATION,
];

/// The kinds that add to nobody's unread count; they do move `last_post_at`. Guests' joins count.
const UNCOUNTED: &[&str] = &[
    JOIN_LEAVE,
    ADD_REMOVE,
    JOIN_CHANNEL,
    LEAVE_CHANNEL,
    JOIN_TEAM,
    LEAVE_TEAM,
    ADD_TO_CHANNEL,
    REMOVE_FROM_CHANNEL,
    ADD_TO_TEAM,
    REMOVE_FROM_TEAM,
];

/// Whether a post of that kind may be stored.
pub fn is_valid_type(kind: &str) -> bool {
    VALID.contains(&kind) || kind.starts_with("custom_")
}

/// Whether the server makes posts of that kind, and nobody else.
pub fn is_system(kind: &str) -> bool {
    kind.starts_with("system_")
}

/// Whether a post of that kind counts as unread (posts-and-limits.md §5).
pub fn is_countable(kind: &str) -> bool {
    !UNCOUNTED.contains(&kind)
}

/// Whether it tells of a coming or going that default channels may suppress.
pub fn is_join_or_leave(kind: &str) -> bool {
    UNCOUNTED.contains(&kind) || matches!(kind, GUEST_JOIN_CHANNEL | ADD_GUEST_TO_CHANNEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_posts() {
        assert!(is_valid_type("") && is_valid_type("custom_anything") && is_valid_type(HEADER_CHANGE));
        assert!(!is_valid_type("nonsense") && !is_valid_type("system_nonsense"));
        assert!(is_countable("") && is_countable(GUEST_JOIN_CHANNEL) && !is_countable(ADD_TO_CHANNEL));
        assert!(is_system(EPHEMERAL) && !is_system(ME));
        assert!(VALID.iter().all(|kind| kind.len() <= 26), "longer than the column");
    }
}
