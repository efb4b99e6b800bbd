//! Reactions to posts (posts-and-limits.md §12).

use serde::{Deserialize, Serialize};

use super::id::Id;
use super::json::id_or_none;
use super::time::TimeMs;

/// A reaction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reaction {
    /// Whose.
    pub user_id: Id,
    /// To which post.
    pub post_id: Id,
    /// Name of the emoji, without colons.
    pub emoji_name: String,
    /// When.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was taken back.
    pub delete_at: TimeMs,
    /// Always `""`.
    pub remote_id: String,
    /// Channel of the post.
    pub channel_id: Id,
}

/// What a client sends to react.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Reaction")]
pub struct ReactionInput {
    #[serde(deserialize_with = "id_or_none")]
    pub user_id: Id,
    #[serde(deserialize_with = "id_or_none")]
    pub post_id: Id,
    pub emoji_name: String,
}

/// Whether that may be the name of an emoji: 1 to 64 of `a-zA-Z0-9-+_`.
pub fn is_valid_emoji_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'_');
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_names() {
        assert!(is_valid_emoji_name("+1") && is_valid_emoji_name("man_in_suit"));
        assert!(!is_valid_emoji_name("") && !is_valid_emoji_name(":x:") && !is_valid_emoji_name(&"x".repeat(65)));
    }
}
