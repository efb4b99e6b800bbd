//! Drafts.

use crate::api::call::{Body, ByConnection, Call, Created, FromCall, Input, Json, StatusOk};
use crate::api::routes::{Route, delete, get, post};
use crate::app::App;
use crate::auth::channels::CreatePost;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, TeamGrant};
use crate::model::Id;
use crate::model::drafts::{Draft, DraftInput};
use crate::model::errors::{Result, forbidden};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/drafts", save_draft),
        get("/api/v4/users/{user_id}/teams/{team_id}/drafts", list_drafts),
        delete("/api/v4/users/{user_id}/channels/{channel_id}/drafts", delete_draft),
        delete("/api/v4/users/{user_id}/channels/{channel_id}/drafts/{thread_id}", delete_draft),
    ]
}

impl Input for DraftInput {
    const NAME: &'static str = "draft";
}

/// `POST /drafts`
async fn save_draft(
    app: App,
    actor: Actor,
    body: Body<DraftInput>,
    by: ByConnection,
) -> Result<Created<Option<Draft>>> {
    app.check_drafts()?;
    let channel = Id::parse(&body.0.channel_id).ok_or_else(forbidden)?;
    let grant = app.auth.channel::<CreatePost>(actor, channel).await?;
    Ok(Created(app.save_draft(&grant, body.0, by.0).await?))
}

/// `GET /users/{user_id}/teams/{team_id}/drafts`: always one's own
async fn list_drafts(app: App, grant: TeamGrant<ViewTeam>) -> Result<Json<Option<Vec<Draft>>>> {
    Ok(Json(app.drafts(&grant).await?))
}

/// Where the draft stands.
struct Place {
    channel: Id,
    root: Id,
}

impl FromCall for Place {
    async fn from_call(call: &Call) -> Result<Self> {
        let root = if call.param("thread_id").is_empty() { Id::NONE } else { call.id_param("thread_id")? };
        Ok(Place { channel: call.id_param("channel_id")?, root })
    }
}

/// `DELETE /users/{user_id}/channels/{channel_id}/drafts` and `…/{thread_id}`: always one's own
async fn delete_draft(app: App, actor: Actor, place: Place, by: ByConnection) -> Result<StatusOk> {
    app.delete_draft(&actor, place.channel, place.root, by.0).await?;
    Ok(StatusOk)
}
