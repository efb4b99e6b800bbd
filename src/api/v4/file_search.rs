//! Finding files.

use crate::api::call::{Call, FromCall, Json, Reply};
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::app::posts::PostSearch;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, TeamGrant};
use crate::model::errors::{Result, files as codes, posts as post_codes};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![post("/api/v4/files/search", search_everywhere), post("/api/v4/teams/{team_id}/files/search", search_in_team)]
}

/// What is looked for: as for posts, but that a body that cannot be read is refused under another name.
struct FileSearch(PostSearch);

impl FromCall for FileSearch {
    async fn from_call(call: &Call) -> Result<Self> {
        PostSearch::from_call(call).await.map(FileSearch).map_err(|error| {
            if error.is(post_codes::SEARCH_INVALID_BODY) { codes::SEARCH_INVALID_BODY.error() } else { error }
        })
    }
}

/// `POST /teams/{team_id}/files/search`
async fn search_in_team(app: App, grant: TeamGrant<ViewTeam>, search: FileSearch) -> Result<Reply> {
    let found = app.search_files(grant.actor(), Some(grant.team().id), search.0).await?;
    Ok(Reply::from(Json(found)).header("cache-control", "no-cache, no-store, must-revalidate"))
}

/// `POST /files/search`
async fn search_everywhere(app: App, actor: Actor, search: FileSearch) -> Result<Reply> {
    let found = app.search_files(&actor, None, search.0).await?;
    Ok(Reply::from(Json(found)).header("cache-control", "no-cache, no-store, must-revalidate"))
}
