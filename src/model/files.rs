//! Attached files (posts-and-limits.md §13).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::Id;
use super::json::is_zero;
use super::text::{cut_bytes, cut_runes, runes, strip_invisible};
use super::time::TimeMs;

/// A file, as on the wire; where its bytes lie is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileInfo {
    /// Identifier.
    pub id: Id,
    /// Who uploaded it, or what it belongs to (`bookmark`).
    pub user_id: String,
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

/// The answer to an upload (`POST /files`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileUploaded {
    /// The files, in the order in which they came.
    pub file_infos: Vec<FileInfo>,
    /// The client's names for them; null for a raw body without one.
    pub client_ids: Option<Vec<String>>,
}

/// The answer of a search for files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileInfoList {
    /// The files found, the newest first.
    pub order: Vec<Id>,
    /// Those.
    pub file_infos: BTreeMap<Id, FileInfo>,
    /// Always `""`.
    pub next_file_info_id: String,
    /// Always `""`.
    pub prev_file_info_id: String,
    /// Always 0: no file is withheld.
    pub first_inaccessible_file_time: TimeMs,
}

/// The most files of one message, and of one upload.
pub const MAX_FILES: usize = 10;

/// Most code points of a name, and of an extension.
const MAX_NAME: usize = 256;
const MAX_EXTENSION: usize = 64;

/// Most bytes of the last part of a path in the file store: file systems take 255, and `_preview.jpg` follows.
const MAX_STORED_NAME: usize = 200;

/// A file's name as it is kept: the last part of whatever path was given, without what cannot be seen. `"."` if nothing
/// is left, as the reference has it.
pub fn clean_name(given: &str) -> String {
    let visible: String = strip_invisible(given).chars().filter(|c| !c.is_control()).collect();
    let last = visible.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match cut_runes(last, MAX_NAME) {
        "" if visible.starts_with('/') => "/".to_owned(),
        "" => ".".to_owned(),
        name => name.to_owned(),
    }
}

/// The name under which a file lies in its folder of the store: its own, if a file system takes it.
pub fn stored_name(name: &str) -> String {
    let sound = !matches!(name, "" | "." | ".." | "/") && !name.starts_with(".kollegium-");
    if !sound {
        return "file".to_owned();
    }
    if name.len() <= MAX_STORED_NAME {
        return name.to_owned();
    }
    let extension = extension(name);
    format!("{}.{extension}", cut_bytes(name, MAX_STORED_NAME - extension.len() - 1))
}

/// The extension of a name, without its dot, lower case; `""` for none.
pub fn extension(name: &str) -> String {
    let found = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    if runes(&found) <= MAX_EXTENSION { found } else { String::new() }
}

/// The media type of an extension, `""` when it is not known. What is in the file does not count.
pub fn media_type(extension: &str) -> String {
    let Some(found) = mime_guess::from_ext(extension).first_raw() else { return String::new() };
    if found.starts_with("text/") { format!("{found}; charset=utf-8") } else { found.to_owned() }
}

/// What a browser must not take for a page or a program of this server.
const UNSAFE: [&str; 6] = [
    "application/javascript",
    "application/ecmascript",
    "text/javascript",
    "text/ecmascript",
    "application/x-javascript",
    "text/html",
];

/// What a browser may show in its place: pictures, films and sounds (posts-and-limits.md §13).
const SHOWN: [&str; 11] = [
    "image/jpeg",
    "image/png",
    "image/bmp",
    "image/gif",
    "image/tiff",
    "image/webp",
    "video/avi",
    "video/mpeg",
    "video/mp4",
    "audio/mpeg",
    "audio/wav",
];

/// The media type under which a file is sent.
pub fn sent_type(kept: &str) -> &str {
    match kept {
        "" => "application/octet-stream",
        kept if UNSAFE.iter().any(|unsafe_type| kept.starts_with(unsafe_type)) => "text/plain",
        kept => kept,
    }
}

/// Whether a browser may show it in its place; everything else is to be saved.
pub fn is_shown(sent_type: &str) -> bool {
    SHOWN.iter().any(|shown| sent_type.starts_with(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_folders_and_what_is_invisible() {
        for (given, kept) in [
            ("note.txt", "note.txt"),
            ("../../up there.txt", "up there.txt"),
            ("/etc/passwd", "passwd"),
            ("a/b/", "b"),
            ("", "."),
            ("..", ".."),
            ("evil\u{202e}gnp.exe", "evilgnp.exe"),
            ("line\nbreak\0.txt", "linebreak.txt"),
            ("C:\\x.txt", "C:\\x.txt"),
        ] {
            assert_eq!(clean_name(given), kept, "{given:?}");
        }
        assert_eq!(clean_name(&"ü".repeat(1000)).chars().count(), 256);
    }

    #[test]
    fn stored_names_fit_a_file_system() {
        for (name, stored) in
            [("a.txt", "a.txt"), (".", "file"), ("..", "file"), (".kollegium-x", "file"), (".x", ".x")]
        {
            assert_eq!(stored_name(name), stored, "{name}");
        }
        let long = stored_name(&format!("{}.tar.GZ", "ü".repeat(250)));
        assert!(long.len() <= MAX_STORED_NAME && long.ends_with(".gz"), "{long}");
    }

    #[test]
    fn types_follow_from_extensions() {
        for (name, kept, sent, shown) in [
            ("page.html", "text/html; charset=utf-8", "text/plain", false),
            ("code.js", "text/javascript; charset=utf-8", "text/plain", false),
            ("a.svg", "image/svg+xml", "image/svg+xml", false),
            ("doc.pdf", "application/pdf", "application/pdf", false),
            ("noext", "", "application/octet-stream", false),
            ("UP.TXT", "text/plain; charset=utf-8", "text/plain; charset=utf-8", false),
            ("more.md", "text/markdown; charset=utf-8", "text/markdown; charset=utf-8", false),
            ("film.mp4", "video/mp4", "video/mp4", true),
            ("lie.png", "image/png", "image/png", true),
            ("raw.bin", "application/octet-stream", "application/octet-stream", false),
        ] {
            let found = media_type(&extension(name));
            assert_eq!(found, kept, "{name}");
            assert_eq!((sent_type(&found), is_shown(sent_type(&found))), (sent, shown), "{name}");
        }
    }

    #[test]
    fn what_a_text_file_lacks() {
        let json = serde_json::to_value(FileInfo { path: "secret".into(), ..FileInfo::default() }).unwrap();
        for key in ["post_id", "width", "height", "has_preview_image", "path", "content"] {
            assert!(json.get(key).is_none(), "{key}");
        }
        assert!(json["mini_preview"].is_null());
    }
}
