//! Threads that people follow.

use crate::api::call::{Call, FromCall, Json, Page, Proof, Query, StatusOk};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::app::threads::ThreadQuery;
use crate::auth::posts::ReadThread;
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{Actor, PostGrant, TeamGrant, UserGrant};
use crate::model::Id;
use crate::model::errors::{Result, context, invalid_body, invalid_url};
use crate::model::json::Written;
use crate::model::threads::ThreadView;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/users/{user_id}/teams/{team_id}/threads", list_threads),
        put("/api/v4/users/{user_id}/teams/{team_id}/threads/read", read_all),
        get("/api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}", get_thread),
        put("/api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following", follow),
        delete("/api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following", unfollow),
        put("/api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}", read),
        post("/api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}", set_unread),
    ]
}

/// Proof that the thread in the path may be read.
struct Thread(PostGrant<ReadThread>);

impl Proof for Thread {}

impl FromCall for Thread {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        Ok(Thread(call.app.auth.post(actor, call.id_param("thread_id")?).await?))
    }
}

impl FromCall for ThreadQuery {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let anchor = |name: &str| match query.get(name) {
            "" => Ok(None),
            text => Id::parse(text).map(Some).ok_or_else(|| invalid_body(name)),
        };
        let since = match query.get("since") {
            "" => 0,
            text => text.parse().map_err(|_| invalid_body("since"))?,
        };
        Ok(ThreadQuery {
            unread: query.flag("unread"),
            deleted: query.flag("deleted"),
            extended: query.flag("extended"),
            totals_only: query.flag("totalsOnly"),
            threads_only: query.flag("threadsOnly"),
            exclude_direct: query.flag("excludeDirect"),
            since,
            before: anchor("before")?,
            after: anchor("after")?,
            limit: Page::of(&query).limit(),
        })
    }
}

/// `GET /users/{user_id}/teams/{team_id}/threads`
async fn list_threads(
    app: App,
    (of, team): (UserGrant<ActAs>, TeamGrant<ViewTeam>),
    query: ThreadQuery,
) -> Result<Written> {
    app.list_threads(&of, &team, query).await
}

/// `PUT /users/{user_id}/teams/{team_id}/threads/read`
async fn read_all(app: App, (of, team): (UserGrant<ActAs>, TeamGrant<ViewTeam>)) -> Result<StatusOk> {
    app.read_all_threads(&of, &team).await?;
    Ok(StatusOk)
}

/// `GET /users/{user_id}/teams/{team_id}/threads/{thread_id}`
async fn get_thread(app: App, (of, thread): (UserGrant<ActAs>, Thread), query: Query) -> Result<Json<ThreadView>> {
    Ok(Json(app.get_thread_of(&of, &thread.0, query.flag("extended")).await?))
}

/// `PUT /users/{user_id}/teams/{team_id}/threads/{thread_id}/following`
async fn follow(app: App, (of, thread): (UserGrant<ActAs>, Thread)) -> Result<StatusOk> {
    app.follow_thread(&of, &thread.0, true).await?;
    Ok(StatusOk)
}

/// `DELETE /users/{user_id}/teams/{team_id}/threads/{thread_id}/following`
async fn unfollow(app: App, (of, thread): (UserGrant<ActAs>, Thread)) -> Result<StatusOk> {
    app.follow_thread(&of, &thread.0, false).await?;
    Ok(StatusOk)
}

/// `{timestamp}`: what is no number is no route, 0 is refused (surprises.md, Posts).
struct Timestamp(i64);

impl FromCall for Timestamp {
    async fn from_call(call: &Call) -> Result<Self> {
        let text = call.param("timestamp");
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return context::NOT_FOUND.err();
        }
        let time = text.parse().ok().filter(|time| *time > 0);
        time.map(Timestamp).ok_or_else(|| invalid_url("timestamp"))
    }
}

/// `PUT /users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}`
async fn read(app: App, (of, thread): (UserGrant<ActAs>, Thread), upto: Timestamp) -> Result<Json<ThreadView>> {
    Ok(Json(app.read_thread(&of, &thread.0, upto.0).await?))
}

/// `{post_id}`
struct FromPost(Id);

impl FromCall for FromPost {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(FromPost(call.id_param("post_id")?))
    }
}

/// `POST /users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}`
async fn set_unread(app: App, (of, thread): (UserGrant<ActAs>, Thread), from: FromPost) -> Result<Json<ThreadView>> {
    Ok(Json(app.set_thread_unread(&of, &thread.0, from.0).await?))
}
