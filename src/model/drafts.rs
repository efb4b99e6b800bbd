//! Drafts and scheduled posts (posts-and-limits.md §14).

use serde::{Deserialize, Serialize};

use super::id::Id;
use super::json::Props;
use super::posts::{PostMetadata, PostMetadataInput, Priority};
use super::time::TimeMs;

/// An unfinished post; user, channel and root together are its key.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Draft {
    /// When it was begun.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// Always 0.
    pub delete_at: TimeMs,
    /// Whose.
    pub user_id: Id,
    /// Where.
    pub channel_id: Id,
    /// In which thread.
    pub root_id: Id,
    /// Markdown.
    pub message: String,
    /// Kind of the post to be.
    pub r#type: String,
    /// Free properties.
    pub props: Props,
    /// Attached files; left out without.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<Id>,
    /// Files and priority; left out in events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<PostMetadata>,
    /// Priority; left out without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
}

/// What a client sends to keep a draft.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Draft")]
pub struct DraftInput {
    pub channel_id: String,
    pub root_id: String,
    pub message: String,
    pub r#type: String,
    pub props: Props,
    pub file_ids: Vec<String>,
    pub metadata: Option<PostMetadataInput>,
    pub priority: Option<Priority>,
}

/// A post that is sent later.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ScheduledPost {
    /// Identifier.
    pub id: Id,
    /// What will be posted.
    #[serde(flatten)]
    pub draft: Draft,
    /// When it is due.
    pub scheduled_at: TimeMs,
    /// When it was tried; 0 before.
    pub processed_at: TimeMs,
    /// Why it failed, `""` before.
    pub error_code: String,
}

/// What a client sends to schedule a post.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of ScheduledPost and of Draft")]
pub struct ScheduledPostInput {
    pub id: String,
    pub user_id: String,
    pub channel_id: String,
    pub root_id: String,
    pub message: String,
    pub r#type: String,
    pub props: Props,
    pub file_ids: Vec<String>,
    pub metadata: Option<PostMetadataInput>,
    pub priority: Option<Priority>,
    pub scheduled_at: TimeMs,
}

/// A reminder of a post, one a user and post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reminder {
    /// Post.
    pub post_id: Id,
    /// User.
    pub user_id: Id,
    /// When it is due, in **seconds**.
    pub target_time: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_on_the_wire() {
        let draft = Draft { metadata: Some(PostMetadata::default()), ..Draft::default() };
        let json = serde_json::to_value(&draft).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 10);
        assert!(json.get("file_ids").is_none() && json.get("priority").is_none());
        let scheduled = serde_json::to_value(ScheduledPost { draft, ..ScheduledPost::default() }).unwrap();
        assert_eq!(scheduled["message"], "");
        assert_eq!(scheduled["scheduled_at"], 0);
    }
}
