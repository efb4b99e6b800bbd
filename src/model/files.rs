//! Attached files (posts-and-limits.md §13).

use serde::{Deserialize, Serialize};

use super::id::Id;
use super::json::is_zero;
use super::time::TimeMs;

/// A file, as on the wire; where its bytes lie is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileInfo {
    /// Identifier.
    pub id: Id,
    /// Who uploaded it.
    pub user_id: Id,
    /// The post it is attached to; left out before.
    #[serde(skip_serializing_if = "Id::is_none")]
    pub post_id: Id,
    /// Channel.
    pub channel_id: Id,
    /// When it was uploaded.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was deleted.
    pub delete_at: TimeMs,
    /// Where the file store keeps it.
    #[serde(skip)]
    pub path: String,
    /// Where the file store keeps the thumbnail, `""` without.
    #[serde(skip)]
    pub thumbnail_path: String,
    /// Where the file store keeps the preview, `""` without.
    #[serde(skip)]
    pub preview_path: String,
    /// Name.
    pub name: String,
    /// Extension without its dot, lower case.
    pub extension: String,
    /// Bytes.
    pub size: i64,
    /// Type by the extension, `""` when unknown.
    pub mime_type: String,
    /// Pixels; left out unless it is a picture.
    #[serde(skip_serializing_if = "is_zero")]
    pub width: i64,
    /// Pixels; left out unless it is a picture.
    #[serde(skip_serializing_if = "is_zero")]
    pub height: i64,
    /// Whether it has a preview; left out when not.
    #[serde(skip_serializing_if = "is_zero")]
    pub has_preview_image: bool,
    /// A tiny JPEG in base64, null without.
    pub mini_preview: Option<String>,
    /// Text found in it, for searches.
    #[serde(skip)]
    pub content: String,
    /// Always `""`.
    pub remote_id: String,
    /// Always false: no file is withheld.
    pub archived: bool,
}

/// A resumable upload (`POST /uploads`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UploadSession {
    /// Identifier.
    pub id: Id,
    /// `attachment` or `import`.
    pub r#type: String,
    /// When it began.
    pub create_at: TimeMs,
    /// Who uploads.
    pub user_id: Id,
    /// Where the file will be posted; left out for imports.
    #[serde(skip_serializing_if = "Id::is_none")]
    pub channel_id: Id,
    /// Name of the file.
    pub filename: String,
    /// Where the file store keeps it.
    #[serde(skip)]
    pub path: String,
    /// Bytes in all.
    pub file_size: i64,
    /// Bytes received.
    pub file_offset: i64,
    /// Always `""`.
    pub remote_id: String,
    /// Always `""`.
    pub req_file_id: String,
}

/// What a client sends to begin one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of UploadSession")]
pub struct UploadInput {
    pub channel_id: String,
    pub filename: String,
    pub file_size: i64,
    pub r#type: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_file_lacks() {
        let json = serde_json::to_value(FileInfo { path: "secret".into(), ..FileInfo::default() }).unwrap();
        for key in ["post_id", "width", "height", "has_preview_image", "path", "content"] {
            assert!(json.get(key).is_none(), "{key}");
        }
        assert!(json["mini_preview"].is_null());
    }
}
