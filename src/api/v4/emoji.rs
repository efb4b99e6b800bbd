//! Custom emoji.

use actix_web::http::StatusCode;
use serde::Deserialize;

use crate::api::call::{BadForm, Body, Call, Form, FromCall, Ids, Input, Json, Page, Query, Reply, StatusOk};
use crate::api::routes::{Route, delete, get, post};
use crate::app::App;
use crate::app::emoji::EmojiOrder;
use crate::app::images::media_type;
use crate::auth::SystemGrant;
use crate::auth::emoji::{CreateEmoji, FindEmoji, UseEmoji};
use crate::model::Id;
use crate::model::emoji::{Emoji, EmojiInput, MAX_UPLOAD};
use crate::model::errors::{Result, context, emoji as codes, invalid_body, invalid_url};
use crate::model::json;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/emoji", create_emoji).reads_body(),
        get("/api/v4/emoji", list_emoji),
        post("/api/v4/emoji/names", get_by_names),
        post("/api/v4/emoji/search", search_emoji),
        get("/api/v4/emoji/autocomplete", complete_emoji),
        get("/api/v4/emoji/name/{emoji_name}", get_by_name),
        get("/api/v4/emoji/{emoji_id}", get_emoji),
        delete("/api/v4/emoji/{emoji_id}", delete_emoji),
        get("/api/v4/emoji/{emoji_id}/image", get_image).trusted(),
    ]
}

/// `{emoji_id}`
struct EmojiId(Id);

impl FromCall for EmojiId {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(EmojiId(call.id_param("emoji_id")?))
    }
}

/// `{emoji_name}`; a path with what no name may have is no route.
struct EmojiName(String);

impl FromCall for EmojiName {
    async fn from_call(call: &Call) -> Result<Self> {
        let name = call.param("emoji_name");
        let sound = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'_'));
        if sound { Ok(EmojiName(name.to_owned())) } else { context::NOT_FOUND.err() }
    }
}

/// The form by which an emoji is made.
struct Upload(Form);

impl FromCall for Upload {
    async fn from_call(call: &Call) -> Result<Self> {
        Form::read(call, MAX_UPLOAD).await.map(Upload).map_err(|why| match why {
            BadForm::Unreadable => codes::FORM.error(),
            BadForm::TooLarge => codes::TOO_LARGE.error(),
        })
    }
}

/// `POST /emoji`
async fn create_emoji(app: App, grant: SystemGrant<CreateEmoji>, Upload(form): Upload) -> Result<Json<Emoji>> {
    let text = form.text("emoji").ok_or_else(|| invalid_body("emoji"))?;
    let input: EmojiInput = json::decode(text.as_bytes()).map_err(|_| invalid_body("emoji"))?;
    let image = form.file("image").ok_or_else(|| invalid_body("image"))?;
    Ok(Json(app.create_emoji(grant, input, image).await?))
}

/// `GET /emoji`
async fn list_emoji(app: App, grant: SystemGrant<UseEmoji>, query: Query, page: Page) -> Result<Json<Vec<Emoji>>> {
    let order = match query.get("sort") {
        "" => EmojiOrder::Age,
        "name" => EmojiOrder::Name,
        _ => return Err(invalid_url("sort")),
    };
    let (skip, take) = (page.page as usize * page.per_page as usize, page.per_page as usize);
    let found = app.list_emoji(&grant, order, skip, take).await?;
    Ok(Json(app.shown_emoji(grant.actor(), found).await?))
}

/// An emoji as the actor sees it.
async fn one(app: &App, grant: &SystemGrant<UseEmoji>, emoji: Emoji) -> Result<Json<Emoji>> {
    let shown = app.shown_emoji(grant.actor(), vec![emoji]).await?.pop();
    shown.map(Json).ok_or_else(|| codes::NOT_FOUND.error())
}

/// `GET /emoji/{emoji_id}`
async fn get_emoji(app: App, grant: SystemGrant<UseEmoji>, EmojiId(id): EmojiId) -> Result<Json<Emoji>> {
    let emoji = app.emoji(&grant, id).await?;
    one(&app, &grant, emoji).await
}

/// `GET /emoji/name/{emoji_name}`
async fn get_by_name(app: App, grant: SystemGrant<UseEmoji>, EmojiName(name): EmojiName) -> Result<Json<Emoji>> {
    let emoji = app.emoji_by_name(&grant, &name).await?;
    one(&app, &grant, emoji).await
}

/// `POST /emoji/names`
async fn get_by_names(app: App, grant: SystemGrant<UseEmoji>, names: Ids) -> Result<Json<Vec<Emoji>>> {
    let found = app.emoji_by_names(&grant, &names.texts("names")?).await?;
    Ok(Json(app.shown_emoji(grant.actor(), found).await?))
}

/// What `POST /emoji/search` asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Search {
    term: String,
    prefix_only: bool,
}

impl Input for Search {
    const NAME: &'static str = "term";
}

/// `POST /emoji/search`
async fn search_emoji(app: App, grant: SystemGrant<FindEmoji>, Body(search): Body<Search>) -> Result<Json<Vec<Emoji>>> {
    if search.term.is_empty() {
        return Err(invalid_body("term"));
    }
    let found = app.search_emoji(&grant, &search.term, search.prefix_only).await?;
    Ok(Json(app.shown_emoji(grant.actor(), found).await?))
}

/// `GET /emoji/autocomplete`
async fn complete_emoji(app: App, grant: SystemGrant<FindEmoji>, query: Query) -> Result<Json<Vec<Emoji>>> {
    match query.get("name") {
        "" => Err(invalid_url("name")),
        start => {
            let found = app.complete_emoji(&grant, start).await?;
            Ok(Json(app.shown_emoji(grant.actor(), found).await?))
        }
    }
}

/// `DELETE /emoji/{emoji_id}`
async fn delete_emoji(app: App, grant: SystemGrant<UseEmoji>, EmojiId(id): EmojiId) -> Result<StatusOk> {
    app.delete_emoji(grant, id).await?;
    Ok(StatusOk)
}

/// `GET /emoji/{emoji_id}/image`
async fn get_image(app: App, grant: SystemGrant<UseEmoji>, EmojiId(id): EmojiId) -> Result<Reply> {
    let image = app.emoji_image(grant, id).await?;
    let reply = Reply::new(StatusCode::OK, media_type(&image), image);
    // An emoji's picture never changes (auth.md §2).
    Ok(reply.header("cache-control", "max-age=2592000, private"))
}
