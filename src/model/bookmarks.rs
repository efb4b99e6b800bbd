//! Bookmarks of channels (posts-and-limits.md §14).

use serde::Serialize;

use super::files::FileInfo;
use super::id::Id;
use super::time::TimeMs;

/// A link or a file at the top of a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Bookmark {
    /// Identifier.
    pub id: Id,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was deleted.
    pub delete_at: TimeMs,
    /// Channel.
    pub channel_id: Id,
    /// Who made it, or edited it last.
    pub owner_id: Id,
    /// File, `""` for links.
    pub file_id: Id,
    /// 1 to 64 characters.
    pub display_name: String,
    /// Place among the others.
    pub sort_order: i64,
    /// Address; left out for files.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub link_url: String,
    /// Picture; left out without.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image_url: String,
    /// Emoji; left out without.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub emoji: String,
    /// `link` or `file`.
    pub r#type: String,
    /// The bookmark that this one replaced; left out without.
    #[serde(skip_serializing_if = "Id::is_none")]
    pub original_id: Id,
    /// Left out: bookmarks have no folders.
    #[serde(skip_serializing_if = "Id::is_none")]
    pub parent_id: Id,
    /// The file; left out for links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileInfo>,
}
