//! Posts that are sent later.

use std::collections::BTreeMap;

use crate::api::call::{Body, ByConnection, Call, Created, FromCall, Input, Json, Query};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::auth::channels::CreatePost;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, TeamGrant};
use crate::model::Id;
use crate::model::drafts::{ScheduledPost, ScheduledPostInput};
use crate::model::errors::{Result, forbidden, invalid_url};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/posts/schedule", schedule),
        put("/api/v4/posts/schedule/{scheduled_post_id}", reschedule),
        delete("/api/v4/posts/schedule/{scheduled_post_id}", unschedule),
        get("/api/v4/posts/scheduled/team/{team_id}", list),
    ]
}

impl Input for ScheduledPostInput {
    const NAME: &'static str = "schedule_post";
}

/// `{scheduled_post_id}`
struct ScheduledPostParam(Id);

impl FromCall for ScheduledPostParam {
    async fn from_call(call: &Call) -> Result<Self> {
        call.id_param("scheduled_post_id").map(ScheduledPostParam)
    }
}

/// `POST /posts/schedule`
async fn schedule(
    app: App,
    actor: Actor,
    Body(input): Body<ScheduledPostInput>,
    by: ByConnection,
) -> Result<Created<ScheduledPost>> {
    app.check_scheduling()?;
    let channel = Id::parse(&input.channel_id).ok_or_else(forbidden)?;
    let grant = app.auth.channel::<CreatePost>(actor, channel).await?;
    Ok(Created(app.schedule_post(grant, input, by.0).await?))
}

/// `PUT /posts/schedule/{scheduled_post_id}`: the whole post, which must name itself; 201 like the others
async fn reschedule(
    app: App,
    actor: Actor,
    ScheduledPostParam(id): ScheduledPostParam,
    Body(input): Body<ScheduledPostInput>,
    by: ByConnection,
) -> Result<Created<ScheduledPost>> {
    app.check_scheduling()?;
    if input.id != id.as_str() {
        return Err(invalid_url("scheduled_post_id"));
    }
    Ok(Created(app.reschedule_post(actor, id, input, by.0).await?))
}

/// `DELETE /posts/schedule/{scheduled_post_id}`
async fn unschedule(
    app: App,
    actor: Actor,
    ScheduledPostParam(id): ScheduledPostParam,
    by: ByConnection,
) -> Result<Created<ScheduledPost>> {
    app.check_scheduling()?;
    Ok(Created(app.unschedule_post(&actor, id, by.0).await?))
}

/// `GET /posts/scheduled/team/{team_id}`, `includeDirectChannels`
async fn list(
    app: App,
    grant: TeamGrant<ViewTeam>,
    query: Query,
) -> Result<Json<BTreeMap<String, Vec<ScheduledPost>>>> {
    app.check_scheduling()?;
    Ok(Json(app.scheduled_posts(&grant, query.get("includeDirectChannels") == "true").await?))
}
