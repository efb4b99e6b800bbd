//! Finding posts.

use serde::Deserialize;

use crate::api::call::{Call, FromCall, Json, Reply};
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::app::posts::PostSearch;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, TeamGrant};
use crate::model::errors::{Result, invalid_body, posts as codes};
use crate::model::json;
use crate::model::posts::PostSearchResults;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![post("/api/v4/posts/search", search_everywhere), post("/api/v4/teams/{team_id}/posts/search", search_in_team)]
}

/// What is looked for, as it is sent; `null` is the same as nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Sent {
    terms: Option<String>,
    is_or_search: Option<bool>,
    include_deleted_channels: Option<bool>,
    time_zone_offset: Option<i64>,
    page: Option<i64>,
    per_page: Option<i64>,
}

impl FromCall for PostSearch {
    async fn from_call(call: &Call) -> Result<Self> {
        let sent: Sent = json::decode(&call.body).map_err(|_| codes::SEARCH_INVALID_BODY.error())?;
        let text = sent.terms.filter(|terms| !terms.is_empty()).ok_or_else(|| invalid_body("terms"))?;
        Ok(PostSearch {
            text,
            any: sent.is_or_search.unwrap_or_default(),
            with_archived: sent.include_deleted_channels.unwrap_or_default(),
            offset: sent.time_zone_offset.unwrap_or_default(),
            further: sent.page.is_some_and(|page| page > 0),
        })
    }
}

/// `POST /teams/{team_id}/posts/search`
async fn search_in_team(app: App, grant: TeamGrant<ViewTeam>, search: PostSearch) -> Result<Reply> {
    Ok(answer(app.search_posts_in_team(&grant, search).await?))
}

/// `POST /posts/search`
async fn search_everywhere(app: App, actor: Actor, search: PostSearch) -> Result<Reply> {
    Ok(answer(app.search_posts(&actor, None, search).await?))
}

/// What was found is nobody else's and soon different.
fn answer(results: PostSearchResults) -> Reply {
    Reply::from(Json(results)).header("cache-control", "no-cache, no-store, must-revalidate")
}
