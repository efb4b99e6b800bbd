//! Links and files at the top of a channel (posts-and-limits.md §14).

use std::sync::Arc;

use crate::app::App;
use crate::auth::ChannelGrant;
use crate::auth::bookmarks::{AddBookmark, DeleteBookmark, EditBookmark, OrderBookmarks};
use crate::auth::channels::ReadPosts;
use crate::events::bookmarks::{BookmarkChange, BookmarkEvent};
use crate::events::{Change, Json};
use crate::model::bookmarks::{
    Bookmark, BookmarkChanged, BookmarkInput, BookmarkPatch, FILE, FILE_OWNER, MAX_PER_CHANNEL,
};
use crate::model::errors::{Result, bookmarks as codes};
use crate::model::{Id, now};
use crate::store::{self, Tx};

impl App {
    /// The bookmarks of a channel in their order; from a time on (0 for none), those that changed or were removed since.
    pub async fn bookmarks(&self, grant: ChannelGrant<ReadPosts>, since: i64) -> Result<Vec<Bookmark>> {
        let channel = grant.channel().id;
        self.store.read(move |conn| store::bookmarks::of_channel(conn, channel, since)).await
    }

    /// Adds a bookmark after the others. `connection` is the socket of the client that asked.
    pub async fn add_bookmark(
        &self,
        grant: ChannelGrant<AddBookmark>,
        input: BookmarkInput,
        connection: Option<Arc<str>>,
    ) -> Result<Bookmark> {
        let channel = grant.channel().id;
        let mut bookmark = Bookmark::new(input, channel, grant.actor().id(), now());
        bookmark.validate()?;
        self.store
            .write(move |tx| {
                take_file(tx, &mut bookmark)?;
                bookmark.sort_order = free_place(tx, channel)?;
                store::bookmarks::insert(tx, &bookmark)?;
                let event = event(BookmarkChange::Created, channel, Json::of(&bookmark), connection);
                Ok(Change::emit(bookmark, event))
            })
            .await
    }

    /// Changes a bookmark. One of somebody else is removed, and a copy that is the actor's takes its place.
    pub async fn edit_bookmark(
        &self,
        grant: ChannelGrant<EditBookmark>,
        id: Id,
        patch: BookmarkPatch,
        connection: Option<Arc<str>>,
    ) -> Result<BookmarkChanged> {
        let (channel, by, at) = (grant.channel().id, grant.actor().id(), now());
        self.store
            .write(move |tx| {
                let present = store::bookmarks::one(tx.conn(), channel, id)?.ok_or(codes::NOT_FOUND)?;
                let mut updated = present.patched(patch, at);
                updated.validate()?;
                if updated.file_id != present.file_id {
                    take_file(tx, &mut updated)?;
                    drop_file(tx, &present, at)?;
                }
                let changed = match updated.owner_id == by {
                    true => {
                        store::bookmarks::update(tx, &updated)?;
                        BookmarkChanged { updated, deleted: None }
                    }
                    false => {
                        let deleted = removed(tx, present, at)?;
                        let updated = updated.taken_over(by, at);
                        store::bookmarks::insert(tx, &updated)?;
                        BookmarkChanged { updated, deleted: Some(Bookmark { file: None, ..deleted }) }
                    }
                };
                let event = event(BookmarkChange::Updated, channel, Json::of(&changed), connection);
                Ok(Change::emit(changed, event))
            })
            .await
    }

    /// Gives a bookmark another place, counted from 0; the others move. Answers all of them in their new order.
    pub async fn sort_bookmark(
        &self,
        grant: ChannelGrant<OrderBookmarks>,
        id: Id,
        place: usize,
        connection: Option<Arc<str>>,
    ) -> Result<Vec<Bookmark>> {
        let (channel, at) = (grant.channel().id, now());
        self.store
            .write(move |tx| {
                let mut all = store::bookmarks::of_channel(tx.conn(), channel, 0)?;
                let from = all.iter().position(|bookmark| bookmark.id == id).ok_or(codes::PLACE)?;
                if place >= all.len() {
                    return codes::PLACE.err();
                }
                let moved = all.remove(from);
                all.insert(place, moved);
                // At most MAX_PER_CHANNEL rows, of which those that stay where they were are left alone.
                for (place, bookmark) in (0..).zip(&mut all).filter(|(place, bookmark)| bookmark.sort_order != *place) {
                    bookmark.sort_order = place;
                    bookmark.update_at = at;
                    store::bookmarks::update(tx, bookmark)?;
                }
                let event = event(BookmarkChange::Sorted, channel, Json::of(&all), connection);
                Ok(Change::emit(all, event))
            })
            .await
    }

    /// Removes a bookmark; answers it as it was removed.
    pub async fn delete_bookmark(
        &self,
        grant: ChannelGrant<DeleteBookmark>,
        id: Id,
        connection: Option<Arc<str>>,
    ) -> Result<Bookmark> {
        let (channel, at) = (grant.channel().id, now());
        self.store
            .write(move |tx| {
                let present = store::bookmarks::one(tx.conn(), channel, id)?.ok_or(codes::NOT_FOUND)?;
                drop_file(tx, &present, at)?;
                let deleted = removed(tx, present, at)?;
                let event = event(BookmarkChange::Deleted, channel, Json::of(&deleted), connection);
                Ok(Change::emit(deleted, event))
            })
            .await
    }
}

/// Has the file of a bookmark stand with it; refused unless it was uploaded as a bookmark of this channel and is none yet.
fn take_file(tx: &mut Tx<'_>, bookmark: &mut Bookmark) -> Result<()> {
    let Some(id) = bookmark.file_id.some() else { return Ok(()) };
    let file = store::files::by_id(tx.conn(), id)?.ok_or(codes::FILE_UNUSABLE)?;
    let fits = file.user_id == FILE_OWNER && file.channel_id == bookmark.channel_id && file.post_id.is_none();
    if !fits || bookmark.r#type != FILE || store::bookmarks::is_file_taken(tx.conn(), id)? {
        return codes::FILE_UNUSABLE.err();
    }
    bookmark.file = Some(file);
    Ok(())
}

/// The file of a bookmark goes with it.
fn drop_file(tx: &mut Tx<'_>, bookmark: &Bookmark, at: i64) -> Result<()> {
    match bookmark.file_id.some() {
        Some(file) => store::files::mark_deleted(tx, file, at),
        None => Ok(()),
    }
}

/// The place after the last bookmark, unless the channel has as many as it may have.
fn free_place(tx: &mut Tx<'_>, channel: Id) -> Result<i64> {
    let (count, last) = store::bookmarks::count(tx.conn(), channel)?;
    if count >= MAX_PER_CHANNEL { codes::TOO_MANY.err() } else { Ok(last.map_or(0, |last| last + 1)) }
}

fn removed(tx: &mut Tx<'_>, bookmark: Bookmark, at: i64) -> Result<Bookmark> {
    let deleted = Bookmark { delete_at: at, update_at: at, ..bookmark };
    store::bookmarks::update(tx, &deleted)?;
    Ok(deleted)
}

fn event(kind: BookmarkChange, channel: Id, value: Json, by_connection: Option<Arc<str>>) -> BookmarkEvent {
    BookmarkEvent { kind, channel, value, by_connection }
}
