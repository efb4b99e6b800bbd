//! What comes with a post: embeds, files, reactions, priority (posts-and-limits.md §2, Metadata).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::emoji::Emoji;
use crate::model::files::FileInfo;
use crate::model::id::Id;
use crate::model::reactions::Reaction;
use crate::model::time::TimeMs;

/// `metadata` of a post; empty keys are left out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PostMetadata {
    /// Previews.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub embeds: Vec<Embed>,
    /// Own emoji used in the text, the attachments and the reactions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emojis: Vec<Emoji>,
    /// Attached files, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileInfo>,
    /// Sizes of the pictures by their address.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub images: BTreeMap<String, ImageSize>,
    /// Reactions, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Priority, in posts that start a thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Who confirmed to have read it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acknowledgements: Vec<Acknowledgement>,
}

/// A preview under a post.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Embed {
    /// `image`, `message_attachment`, `opengraph`, `link` or `permalink`.
    pub r#type: &'static str,
    /// Address, where the kind has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// What the kind says, null for kinds that say nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

impl Embed {
    /// A preview of that kind.
    pub fn of(r#type: &'static str, url: &str, data: Option<Value>) -> Embed {
        Embed { r#type, url: url.to_owned(), data }
    }
}

/// Size of a picture in a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSize {
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
    /// `png`, `jpeg`, `gif`, …
    pub format: String,
    /// 0 unless it is a GIF.
    pub frame_count: i64,
}

/// Priority of a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Priority {
    /// `""`, `important` or `urgent`.
    pub priority: String,
    /// Whether readers are to confirm.
    pub requested_ack: Option<bool>,
    /// Whether readers are reminded until they do.
    pub persistent_notifications: Option<bool>,
    /// The post, once stored. (The wire really spells these two so.)
    #[serde(rename = "PostId", skip_serializing_if = "Id::is_none", skip_deserializing)]
    pub post_id: Id,
    /// Its channel, once stored.
    #[serde(rename = "ChannelId", skip_serializing_if = "Id::is_none", skip_deserializing)]
    pub channel_id: Id,
}

impl Priority {
    /// The priority that counts as an urgent mention.
    pub const URGENT: &'static str = "urgent";

    /// Whether it asks for anything at all.
    pub fn says_something(&self) -> bool {
        !self.priority.is_empty() || self.requested_ack == Some(true) || self.persistent_notifications == Some(true)
    }
}

/// Somebody's confirmation of having read a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Acknowledgement {
    pub user_id: Id,
    pub post_id: Id,
    pub acknowledged_at: TimeMs,
    pub channel_id: Id,
    /// Always `""`.
    pub remote_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_keys_are_left_out() {
        assert_eq!(serde_json::to_string(&PostMetadata::default()).unwrap(), "{}");
        let embed = Embed { r#type: "message_attachment", url: String::new(), data: None };
        assert_eq!(serde_json::to_string(&embed).unwrap(), r#"{"type":"message_attachment"}"#);
    }

    #[test]
    fn priorities_name_their_post_once_stored() {
        let fresh: Priority = serde_json::from_str(r#"{"priority":"urgent"}"#).unwrap();
        let json = serde_json::to_value(&fresh).unwrap();
        assert!(json["requested_ack"].is_null() && json.get("PostId").is_none());
        let stored = Priority { post_id: Id::random(), ..fresh };
        assert!(serde_json::to_value(&stored).unwrap().get("PostId").is_some());
    }
}
