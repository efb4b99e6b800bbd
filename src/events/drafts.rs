//! Drafts and scheduled posts: told to the author's other connections (websocket.md §8 "Posts").

use std::sync::Arc;

use super::broadcast::Broadcast;
use super::data::{Data, Json};
use super::delivery::{Delivery, Step};
use crate::model::Id;

/// A change to something somebody has not posted yet.
#[derive(Debug)]
pub struct DraftEvent {
    /// What happened to it.
    pub kind: DraftChange,
    /// Whose it is.
    pub user: Id,
    /// Where it would be posted.
    pub channel: Id,
    /// The draft or scheduled post.
    pub value: Json,
    /// The `Connection-Id` header of the request: that connection knows already.
    pub by_connection: Option<Arc<str>>,
}

/// What happened to a draft or scheduled post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftChange {
    /// Stored, for the first time or again: `draft_created` in both cases.
    Saved,
    /// `draft_deleted`.
    Deleted,
    /// `scheduled_post_created`.
    Scheduled,
    /// `scheduled_post_updated`.
    ScheduleUpdated,
    /// `scheduled_post_deleted`.
    Unscheduled,
}

impl DraftEvent {
    pub(super) fn into_step(self) -> Step {
        let broadcast = Broadcast::user(self.user).without_connection(self.by_connection.as_ref());
        let (name, key, broadcast) = match self.kind {
            DraftChange::Saved => ("draft_created", "draft", broadcast.in_channel(self.channel)),
            DraftChange::Deleted => ("draft_deleted", "draft", broadcast.in_channel(self.channel)),
            DraftChange::Scheduled => ("scheduled_post_created", "scheduledPost", broadcast),
            DraftChange::ScheduleUpdated => ("scheduled_post_updated", "scheduledPost", broadcast),
            DraftChange::Unscheduled => ("scheduled_post_deleted", "scheduledPost", broadcast),
        };
        Delivery::new(broadcast, name, &Data::new().nested(key, &self.value)).into()
    }
}
