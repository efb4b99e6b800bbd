//! Permission schemes.

use serde::Deserialize;

use crate::api::call::{Body, Created, Input, Json, Page, Query, SchemeId, StatusOk, TeamId};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::{ManageSystem, ReadSchemeChannels, ReadSchemeTeams, ReadSchemes, WriteSchemes};
use crate::model::Id;
use crate::model::channels::Channel;
use crate::model::errors::{Result, invalid_body};
use crate::model::roles::schemes::{Scheme, SchemeInput, SchemePatch};
use crate::model::teams::Team;

use super::channels::ChannelId;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/schemes", schemes),
        post("/api/v4/schemes", create_scheme),
        get("/api/v4/schemes/{scheme_id}", scheme).trusted(),
        delete("/api/v4/schemes/{scheme_id}", delete_scheme),
        put("/api/v4/schemes/{scheme_id}/patch", patch_scheme),
        get("/api/v4/schemes/{scheme_id}/teams", teams).trusted(),
        get("/api/v4/schemes/{scheme_id}/channels", channels).trusted(),
        put("/api/v4/teams/{team_id}/scheme", set_team_scheme),
        put("/api/v4/channels/{channel_id}/scheme", set_channel_scheme),
    ]
}

impl Input for SchemeInput {
    const NAME: &'static str = "scheme";
}

impl Input for SchemePatch {
    const NAME: &'static str = "scheme";
}

/// Which scheme something is to have; `""` for none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    scheme_id: Option<String>,
}

impl Input for Wanted {
    const NAME: &'static str = "scheme_id";
}

/// `GET /schemes`
async fn schemes(app: App, grant: SystemGrant<ReadSchemes>, query: Query, page: Page) -> Result<Json<Vec<Scheme>>> {
    let scope = match query.get("scope") {
        known @ ("" | "team" | "channel" | "playbook" | "run") => known.to_owned(),
        _ => return Err(invalid_body("scope")),
    };
    app.schemes(grant, scope, (page.offset(), page.limit())).await.map(Json)
}

/// `POST /schemes`
async fn create_scheme(
    app: App,
    grant: SystemGrant<WriteSchemes>,
    Body(input): Body<SchemeInput>,
) -> Result<Created<Scheme>> {
    app.create_scheme(grant, input).await.map(Created)
}

/// `GET /schemes/{scheme_id}`
async fn scheme(app: App, grant: SystemGrant<ReadSchemes>, id: SchemeId) -> Result<Json<Scheme>> {
    app.scheme(grant, id.0).await.map(Json)
}

/// `PUT /schemes/{scheme_id}/patch`
async fn patch_scheme(
    app: App,
    grant: SystemGrant<WriteSchemes>,
    id: SchemeId,
    Body(patch): Body<SchemePatch>,
) -> Result<Json<Scheme>> {
    app.patch_scheme(grant, id.0, patch).await.map(Json)
}

/// `DELETE /schemes/{scheme_id}`
async fn delete_scheme(app: App, grant: SystemGrant<WriteSchemes>, id: SchemeId) -> Result<StatusOk> {
    app.delete_scheme(grant, id.0).await?;
    Ok(StatusOk)
}

/// `GET /schemes/{scheme_id}/teams`
async fn teams(app: App, grant: SystemGrant<ReadSchemeTeams>, id: SchemeId, page: Page) -> Result<Json<Vec<Team>>> {
    app.teams_of_scheme(grant, id.0, (page.offset(), page.limit())).await.map(Json)
}

/// `GET /schemes/{scheme_id}/channels`
async fn channels(
    app: App,
    grant: SystemGrant<ReadSchemeChannels>,
    id: SchemeId,
    page: Page,
) -> Result<Json<Vec<Channel>>> {
    app.channels_of_scheme(grant, id.0, (page.offset(), page.limit())).await.map(Json)
}

/// `PUT /teams/{team_id}/scheme`
async fn set_team_scheme(
    app: App,
    grant: SystemGrant<WriteSchemes>,
    team: TeamId,
    Body(wanted): Body<Wanted>,
) -> Result<StatusOk> {
    let scheme = match wanted.scheme_id.as_deref() {
        Some("") => None,
        given => Some(given.and_then(Id::parse).ok_or_else(|| invalid_body("scheme_id"))?),
    };
    app.set_team_scheme(grant, team.0, scheme).await?;
    Ok(StatusOk)
}

/// `PUT /channels/{channel_id}/scheme`
async fn set_channel_scheme(
    app: App,
    grant: SystemGrant<ManageSystem>,
    channel: ChannelId,
    Body(wanted): Body<Wanted>,
) -> Result<StatusOk> {
    let scheme = wanted.scheme_id.as_deref().and_then(Id::parse).ok_or_else(|| invalid_body("scheme_id"))?;
    app.set_channel_scheme(grant, channel.0, scheme).await?;
    Ok(StatusOk)
}
