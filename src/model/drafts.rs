//! Drafts and scheduled posts (posts-and-limits.md §14).

use serde::{Deserialize, Serialize};

use super::errors::{Result, scheduled_posts as codes};
use super::id::Id;
use super::json::Props;
use super::posts::{MAX_MESSAGE_RUNES, PostInput, PostMetadata, PostMetadataInput, Priority};
use super::text::runes;
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

/// Why a scheduled post could not be sent, on the wire (posts-and-limits.md §14).
#[expect(missing_docs, reason = "the names say it")]
pub mod failures {
    pub const UNKNOWN: &str = "unknown";
    pub const CHANNEL_ARCHIVED: &str = "channel_archived";
    pub const RESTRICTED_DM: &str = "restricted_dm";
    pub const CHANNEL_NOT_FOUND: &str = "channel_not_found";
    pub const USER_MISSING: &str = "user_missing";
    pub const USER_DELETED: &str = "user_deleted";
    pub const NO_CHANNEL_PERMISSION: &str = "no_channel_permission";
    pub const NO_CHANNEL_MEMBER: &str = "no_channel_member";
    pub const THREAD_DELETED: &str = "thread_deleted";
    pub const UNABLE_TO_SEND: &str = "unable_to_send";
    pub const INVALID_POST: &str = "invalid_post";

    /// The reason in words that end the sentence "It was not sent because".
    pub fn in_words(code: &str) -> &'static str {
        match code {
            CHANNEL_ARCHIVED => "the channel is archived",
            RESTRICTED_DM => "you share no team with that person any more",
            CHANNEL_NOT_FOUND => "the channel is gone",
            NO_CHANNEL_PERMISSION => "you may not write there",
            NO_CHANNEL_MEMBER => "you are not in the channel any more",
            THREAD_DELETED => "the message you replied to was deleted",
            UNABLE_TO_SEND => "the server was not running at that time",
            INVALID_POST => "the message is not allowed",
            _ => "something went wrong on the server",
        }
    }
}

/// How much earlier than now a post may be scheduled, in milliseconds: clocks differ.
const LENIENCE: TimeMs = 5_000;

impl ScheduledPost {
    /// A post as somebody asks for it.
    pub fn new(input: ScheduledPostInput, user_id: Id, channel_id: Id, at: TimeMs) -> Result<ScheduledPost> {
        let root_id = match input.root_id.as_str() {
            "" => Id::NONE,
            other => Id::parse(other).ok_or(codes::ROOT_ID)?,
        };
        let place = Draft { create_at: at, user_id, channel_id, root_id, ..Draft::default() };
        let blank = ScheduledPost { id: Id::random(), draft: place, ..ScheduledPost::default() };
        blank.changed(input, at)
    }

    /// The post with its content and time replaced; whatever became of it before is forgotten.
    pub fn changed(self, input: ScheduledPostInput, at: TimeMs) -> Result<ScheduledPost> {
        let priority = input.priority.or(input.metadata.and_then(|m| m.priority)).filter(Priority::says_something);
        let draft = Draft {
            update_at: at,
            message: input.message,
            file_ids: input.file_ids.iter().filter_map(|id| Id::parse(id)).collect(),
            r#type: input.r#type,
            props: input.props,
            metadata: Some(PostMetadata { priority: priority.clone(), ..PostMetadata::default() }),
            priority,
            ..self.draft
        };
        let post = ScheduledPost {
            draft,
            scheduled_at: input.scheduled_at,
            processed_at: 0,
            error_code: String::new(),
            ..self
        };
        match () {
            () if runes(&post.draft.message) > MAX_MESSAGE_RUNES => codes::MESSAGE_LENGTH.err(),
            () if post.draft.message.is_empty() && post.draft.file_ids.is_empty() => codes::EMPTY.err(),
            () if post.scheduled_at < at - LENIENCE => codes::TOO_EARLY.err(),
            () => Ok(post),
        }
    }

    /// The post as its author would send it now.
    pub fn to_input(&self) -> PostInput {
        PostInput {
            channel_id: self.draft.channel_id.to_string(),
            root_id: self.draft.root_id.to_string(),
            message: self.draft.message.clone(),
            r#type: self.draft.r#type.clone(),
            props: self.draft.props.clone(),
            metadata: self.draft.priority.clone().map(|priority| PostMetadataInput { priority: Some(priority) }),
            file_ids: Some(self.draft.file_ids.iter().map(Id::to_string).collect()),
            ..PostInput::default()
        }
    }
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
        let later = ScheduledPostInput { message: "x".into(), scheduled_at: 5, ..ScheduledPostInput::default() };
        assert!(ScheduledPost::new(later, Id::random(), Id::random(), 100_000).unwrap_err().is(codes::TOO_EARLY));
        let scheduled = serde_json::to_value(ScheduledPost { draft, ..ScheduledPost::default() }).unwrap();
        assert_eq!(scheduled["message"], "");
        assert_eq!(scheduled["scheduled_at"], 0);
    }
}
