//! Lists of posts: of a channel, of a thread, around the unread, kept ones.

use crate::api::call::{Body, Call, Etagged, FromCall, Input, Json, Judged, MAX_PER_PAGE, Page, Query, StatusOk};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::posts::{Anchor, Around, By, FlaggedPart, ListOptions, Part, ThreadPart};
use crate::auth::channels::ReadPosts;
use crate::auth::posts::{ReadPost, ReadPostOf};
use crate::auth::users::ActAs;
use crate::auth::{Actor, ChannelGrant, PostGrant, UserGrant};
use crate::model::channels::ChannelUnreadAt;
use crate::model::errors::{Result, forbidden, invalid_body, invalid_url};
use crate::model::posts::PostList;
use crate::model::{Id, json};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/channels/{channel_id}/posts", list_posts),
        get("/api/v4/channels/{channel_id}/pinned", list_pinned),
        get("/api/v4/posts/{post_id}/thread", get_thread),
        get("/api/v4/users/{user_id}/channels/{channel_id}/posts/unread", list_around_unread),
        get("/api/v4/users/{user_id}/posts/flagged", list_flagged),
        post("/api/v4/users/{user_id}/posts/{post_id}/set_unread", set_unread),
        post("/api/v4/users/{user_id}/posts/{post_id}/reminder", set_reminder),
    ]
}

impl FromCall for ListOptions {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        Ok(ListOptions {
            skip_threads: query.flag("skipFetchThreads"),
            collapsed: query.flag("collapsedThreads"),
            extended: query.flag("collapsedThreadsExtended"),
            deleted: query.flag("include_deleted"),
        })
    }
}

/// The same where only the word `true` switches something on.
struct PlainOptions(ListOptions);

impl FromCall for PlainOptions {
    async fn from_call(call: &Call) -> Result<Self> {
        let on = |name: &str| call.query(name) == "true";
        Ok(PlainOptions(ListOptions {
            skip_threads: on("skipFetchThreads"),
            collapsed: on("collapsedThreads"),
            extended: on("collapsedThreadsExtended"),
            deleted: false,
        }))
    }
}

/// The parameters that say which part of a channel is wanted; the first of since, after, before decides.
impl FromCall for Part {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let page = Page::of(&query);
        let anchor = |name: &str| match query.get(name) {
            "" => Ok(None),
            text => Id::parse(text).map(Some).ok_or_else(|| invalid_body(name)),
        };
        let (after, before) = (anchor("after")?, anchor("before")?);
        let since = match query.get("since") {
            "" => None,
            text => Some(text.parse::<i64>().map_err(|_| invalid_body("since"))?),
        };
        Ok(match (since.filter(|since| *since > 0), after, before) {
            (Some(since), ..) => Part::Since(since),
            (_, Some(id), _) => Part::Page(Anchor::After(id), page.offset(), page.limit()),
            (_, _, Some(id)) => Part::Page(Anchor::Before(id), page.offset(), page.limit()),
            _ => Part::Page(Anchor::Newest, page.offset(), page.limit()),
        })
    }
}

/// Which part of a channel is wanted, and in which form; deleted posts are for administrators.
struct Wanted(Part, ListOptions);

impl FromCall for Wanted {
    async fn from_call(call: &Call) -> Result<Self> {
        let (part, options) = (Part::from_call(call).await?, ListOptions::from_call(call).await?);
        match options.deleted && !Actor::from_call(call).await?.is_admin() {
            true => Err(forbidden()),
            false => Ok(Wanted(part, options)),
        }
    }
}

/// `GET /channels/{channel_id}/posts`
async fn list_posts(app: App, asked: Judged<Wanted, ChannelGrant<ReadPosts>>) -> Result<Etagged> {
    let Judged(Wanted(part, options), grant) = asked;
    Ok(Etagged(app.list_posts(&grant, part, options).await?))
}

/// `GET /channels/{channel_id}/pinned`
async fn list_pinned(app: App, grant: ChannelGrant<ReadPosts>) -> Result<Etagged> {
    Ok(Etagged::of(&app.pinned_posts(&grant).await?))
}

/// A count of neighbours, 60 if it is no number.
fn neighbours(query: &Query, name: &str) -> i64 {
    query.int(name).filter(|count| *count >= 0).unwrap_or(60).min(i64::from(MAX_PER_PAGE))
}

impl FromCall for Around {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let after = neighbours(&query, "limit_after");
        if after == 0 {
            return Err(invalid_url("limit_after"));
        }
        Ok(Around { before: neighbours(&query, "limit_before"), after })
    }
}

/// `GET /users/{user_id}/channels/{channel_id}/posts/unread`
async fn list_around_unread(
    app: App,
    (of, grant): (UserGrant<ActAs>, ChannelGrant<ReadPosts>),
    around: Around,
    PlainOptions(options): PlainOptions,
) -> Result<Etagged> {
    Ok(Etagged::of(&app.posts_around_unread(&of, &grant, around, options).await?))
}

impl FromCall for FlaggedPart {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let page = Page::of(&query);
        // The page is a plain offset here (posts-and-limits.md §3).
        // What is no identifier is that of no team and no channel.
        let wanted = |name: &str| match query.get(name) {
            "" => None,
            text => Some(Id::parse(text).unwrap_or_default()),
        };
        let channel = wanted("channel_id");
        Ok(FlaggedPart {
            team: wanted("team_id").filter(|_| channel.is_none()),
            channel,
            offset: i64::from(page.page),
            limit: page.limit(),
        })
    }
}

/// `GET /users/{user_id}/posts/flagged`
async fn list_flagged(app: App, grant: UserGrant<ActAs>, part: FlaggedPart) -> Result<Json<PostList>> {
    Ok(Json(app.flagged_posts(&grant, part).await?))
}

impl FromCall for ThreadPart {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let number = |name: &str| match query.get(name) {
            "" => Ok(0),
            text => text.parse::<i64>().ok().filter(|n| *n >= 0).ok_or_else(|| invalid_body(name)),
        };
        let limit = number("perPage")?;
        let (created, updated) = (number("fromCreateAt")?, number("fromUpdateAt")?);
        let (direction, from_post) = (query.get("direction"), query.get("fromPost"));
        let updates_only = query.get("updatesOnly") == "true";
        let wrong = [
            ("perPage", limit > i64::from(MAX_PER_PAGE)),
            ("fromPost", !from_post.is_empty() && created == 0 && updated == 0),
            ("fromUpdateAt", created > 0 && updated > 0),
            ("direction", !matches!(direction, "" | "up" | "down")),
            ("updatesOnly", updates_only && (updated == 0 || direction == "up")),
        ];
        if let Some((name, _)) = wrong.into_iter().find(|(_, wrong)| *wrong) {
            return Err(invalid_body(name));
        }
        let by = if updated > 0 { By::Updated } else { By::Created };
        let from_post = Id::parse(from_post).unwrap_or_default();
        Ok(ThreadPart { up: direction == "up", by, from: created.max(updated), from_post, limit })
    }
}

/// `GET /posts/{post_id}/thread`
async fn get_thread(
    app: App,
    Judged(part, grant): Judged<ThreadPart, PostGrant<ReadPost>>,
    options: PlainOptions,
) -> Result<Etagged> {
    let PlainOptions(options) = options;
    Ok(Etagged::of(&app.get_thread(&grant, part, options).await?))
}

/// What a client sends to mark a channel as unread.
struct ThreadsSupported(bool);

impl FromCall for ThreadsSupported {
    async fn from_call(call: &Call) -> Result<Self> {
        #[derive(Default, serde::Deserialize)]
        #[serde(default)]
        struct Given {
            collapsed_threads_supported: bool,
        }
        let given: Given = json::decode(&call.body).unwrap_or_default();
        Ok(ThreadsSupported(given.collapsed_threads_supported))
    }
}

/// `POST /users/{user_id}/posts/{post_id}/set_unread`
async fn set_unread(
    app: App,
    (of, grant): (UserGrant<ActAs>, PostGrant<ReadPostOf>),
    supported: ThreadsSupported,
) -> Result<Json<ChannelUnreadAt>> {
    Ok(Json(app.set_unread(&of, &grant, supported.0).await?))
}

/// When to be reminded, in seconds.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct ReminderInput {
    target_time: i64,
}

impl Input for ReminderInput {
    const NAME: &'static str = "target_time";
}

/// `POST /users/{user_id}/posts/{post_id}/reminder`
async fn set_reminder(
    app: App,
    (of, grant): (UserGrant<ActAs>, PostGrant<ReadPostOf>),
    Body(input): Body<ReminderInput>,
) -> Result<StatusOk> {
    app.remind(of.user(), &grant, input.target_time).await?;
    Ok(StatusOk)
}
