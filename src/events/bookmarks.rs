//! Bookmarks of channels (websocket.md §8 "Channels").

use std::sync::Arc;

use super::broadcast::Broadcast;
use super::data::{Data, Json};
use super::delivery::{Delivery, Step};
use crate::model::Id;

/// A change to a channel's bookmarks, told to its members but for the connection that made it.
#[derive(Debug)]
pub struct BookmarkEvent {
    /// What happened.
    pub kind: BookmarkChange,
    /// The channel.
    pub channel: Id,
    /// The bookmark, the object of changed ones, or the list in its new order, as the kind says.
    pub value: Json,
    /// The `Connection-Id` header of the request: that connection knows already.
    pub by_connection: Option<Arc<str>>,
}

/// What happened to bookmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookmarkChange {
    /// `channel_bookmark_created`; the value is the bookmark.
    Created,
    /// `channel_bookmark_updated`; the value is `{updated, deleted?}`.
    Updated,
    /// `channel_bookmark_sorted`; the value is a list of bookmarks.
    Sorted,
    /// `channel_bookmark_deleted`; the value is the bookmark.
    Deleted,
}

impl BookmarkEvent {
    pub(super) fn into_step(self) -> Step {
        let broadcast = Broadcast::channel(self.channel).without_connection(self.by_connection.as_ref());
        let (name, key) = match self.kind {
            BookmarkChange::Created => ("channel_bookmark_created", "bookmark"),
            BookmarkChange::Updated => ("channel_bookmark_updated", "bookmarks"),
            BookmarkChange::Sorted => ("channel_bookmark_sorted", "bookmarks"),
            BookmarkChange::Deleted => ("channel_bookmark_deleted", "bookmark"),
        };
        Delivery::new(broadcast, name, &Data::new().nested(key, &self.value)).into()
    }
}
