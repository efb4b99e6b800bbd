//! Threads that people follow (posts-and-limits.md §4).

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::id::Id;
use super::posts::Post;
use super::time::TimeMs;

/// A thread as stored, from the first reply on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thread {
    /// The post that started it.
    pub post_id: Id,
    /// Channel.
    pub channel_id: Id,
    /// Team; none in conversations.
    pub team_id: Id,
    /// Living replies.
    pub reply_count: i64,
    /// Time of the last one.
    pub last_reply_at: TimeMs,
    /// Who replied, the latest last.
    pub participants: Vec<Id>,
    /// When the post that started it was deleted.
    pub delete_at: TimeMs,
}

/// Whether and how far a user reads a thread.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadMembership {
    /// Thread.
    pub post_id: Id,
    /// User.
    pub user_id: Id,
    /// Whether the user hears of replies; false once unfollowed.
    pub following: bool,
    /// Replies up to then are read.
    pub last_viewed: TimeMs,
    /// When the membership last changed.
    pub last_updated: TimeMs,
    /// Unread mentions.
    pub unread_mentions: i64,
}

/// A thread on the wire, as one of its followers sees it.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadView {
    /// The post that started it.
    pub id: Id,
    /// Living replies.
    pub reply_count: i64,
    /// Time of the last one.
    pub last_reply_at: TimeMs,
    /// Replies up to then are read.
    pub last_viewed_at: TimeMs,
    /// Who replied, each a serialised [`super::users::UserView`].
    pub participants: Vec<Arc<RawValue>>,
    /// The post that started it.
    pub post: Post,
    /// Unread replies.
    pub unread_replies: i64,
    /// Unread mentions.
    pub unread_mentions: i64,
    /// Whether the post is urgent.
    pub is_urgent: bool,
    /// When the post was deleted.
    pub delete_at: TimeMs,
}

/// `GET /users/{id}/teams/{id}/threads`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ThreadList {
    /// Threads followed, or unread ones if the request was for these.
    pub total: i64,
    /// Of which have unread replies.
    pub total_unread_threads: i64,
    /// Unread mentions in all.
    pub total_unread_mentions: i64,
    /// Unread mentions in urgent ones.
    pub total_unread_urgent_mentions: i64,
    /// The page; null if the request was for totals only.
    pub threads: Option<Vec<ThreadView>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_come_without_threads() {
        let json = serde_json::to_value(ThreadList::default()).unwrap();
        assert!(json["threads"].is_null());
        assert_eq!(json["total"], 0);
    }
}
