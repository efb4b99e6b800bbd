//! Bookmarks of channels.

use crate::api::call::{Body, ByConnection, Call, Created, FromCall, Input, Json, Judged, Query};
use crate::api::routes::{Route, delete, get, patch, post};
use crate::app::App;
use crate::auth::ChannelGrant;
use crate::auth::bookmarks::{AddBookmark, DeleteBookmark, EditBookmark, OrderBookmarks};
use crate::auth::channels::ReadPosts;
use crate::model::Id;
use crate::model::bookmarks::{Bookmark, BookmarkChanged, BookmarkInput, BookmarkPatch, SortOrder};
use crate::model::errors::{Result, bookmarks as codes, invalid_param};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/channels/{channel_id}/bookmarks", list_bookmarks),
        post("/api/v4/channels/{channel_id}/bookmarks", create_bookmark),
        patch("/api/v4/channels/{channel_id}/bookmarks/{bookmark_id}", update_bookmark),
        delete("/api/v4/channels/{channel_id}/bookmarks/{bookmark_id}", delete_bookmark),
        post("/api/v4/channels/{channel_id}/bookmarks/{bookmark_id}/sort_order", sort_bookmark),
    ]
}

impl Input for BookmarkInput {
    const NAME: &'static str = "channelBookmark";
}

impl Input for BookmarkPatch {
    const NAME: &'static str = "channelBookmarkPatch";
}

impl Input for SortOrder {
    const NAME: &'static str = "channelBookmarkSortOrder";
}

/// `{bookmark_id}`; what is no identifier is no bookmark.
struct BookmarkParam(Id);

impl FromCall for BookmarkParam {
    async fn from_call(call: &Call) -> Result<Self> {
        Id::parse(call.param("bookmark_id")).map(BookmarkParam).ok_or_else(|| codes::NOT_FOUND.error())
    }
}

/// `GET /channels/{channel_id}/bookmarks`
async fn list_bookmarks(app: App, grant: ChannelGrant<ReadPosts>, query: Query) -> Result<Json<Vec<Bookmark>>> {
    let since = query.get("bookmarks_since").parse().unwrap_or(0);
    Ok(Json(app.bookmarks(grant, since).await?))
}

/// `POST /channels/{channel_id}/bookmarks`
async fn create_bookmark(
    app: App,
    Judged(Body(input), grant): Judged<Body<BookmarkInput>, ChannelGrant<AddBookmark>>,
    by: ByConnection,
) -> Result<Created<Bookmark>> {
    Ok(Created(app.add_bookmark(grant, input, by.0).await?))
}

/// `PATCH /channels/{channel_id}/bookmarks/{bookmark_id}`
async fn update_bookmark(
    app: App,
    Judged(Body(patch), grant): Judged<Body<BookmarkPatch>, ChannelGrant<EditBookmark>>,
    BookmarkParam(id): BookmarkParam,
    by: ByConnection,
) -> Result<Json<BookmarkChanged>> {
    Ok(Json(app.edit_bookmark(grant, id, patch, by.0).await?))
}

/// `DELETE /channels/{channel_id}/bookmarks/{bookmark_id}`
async fn delete_bookmark(
    app: App,
    grant: ChannelGrant<DeleteBookmark>,
    BookmarkParam(id): BookmarkParam,
    by: ByConnection,
) -> Result<Json<Bookmark>> {
    Ok(Json(app.delete_bookmark(grant, id, by.0).await?))
}

/// `POST /channels/{channel_id}/bookmarks/{bookmark_id}/sort_order`: the body is the new place, a bare number
async fn sort_bookmark(
    app: App,
    Judged(Body(order), grant): Judged<Body<SortOrder>, ChannelGrant<OrderBookmarks>>,
    BookmarkParam(id): BookmarkParam,
    by: ByConnection,
) -> Result<Json<Vec<Bookmark>>> {
    let place = usize::try_from(order.0).map_err(|_| invalid_param("channelBookmarkSortOrder"))?;
    Ok(Json(app.sort_bookmark(grant, id, place, by.0).await?))
}
