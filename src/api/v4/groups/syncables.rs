//! What ties groups of the directory to teams and channels.

use super::PlaceOf;
use crate::api::call::{Body, Call, Created, FromCall, GroupId, Input, Json, Proof, StatusOk};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::auth::groups::{InspectGroups, ReadTie, TieGrant};
use crate::auth::{Actor, SystemGrant};
use crate::model::errors::Result;
use crate::model::groups::{GroupSyncable, GroupSyncablePatch};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/groups/{group_id}/teams", teams),
        get("/api/v4/groups/{group_id}/teams/{team_id}", tie),
        post("/api/v4/groups/{group_id}/teams/{team_id}/link", link),
        delete("/api/v4/groups/{group_id}/teams/{team_id}/link", unlink),
        put("/api/v4/groups/{group_id}/teams/{team_id}/patch", patch),
        get("/api/v4/groups/{group_id}/channels", channels),
        get("/api/v4/groups/{group_id}/channels/{channel_id}", tie),
        post("/api/v4/groups/{group_id}/channels/{channel_id}/link", link),
        delete("/api/v4/groups/{group_id}/channels/{channel_id}/link", unlink),
        put("/api/v4/groups/{group_id}/channels/{channel_id}/patch", patch),
    ]
}

impl Input for GroupSyncablePatch {
    const NAME: &'static str = "group_syncable";
}

impl Proof for TieGrant {}

impl FromCall for TieGrant {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        let (group, PlaceOf(place)) = (call.id_param("group_id")?, PlaceOf::from_call(call).await?);
        call.app.auth.tie(actor, group, place).await
    }
}

/// `GET /groups/{group_id}/teams`
async fn teams(app: App, grant: SystemGrant<InspectGroups>, group: GroupId) -> Result<Json<Vec<GroupSyncable>>> {
    app.teams_of_group(grant, group.0).await.map(Json)
}

/// `GET /groups/{group_id}/channels`
async fn channels(app: App, grant: SystemGrant<InspectGroups>, group: GroupId) -> Result<Json<Vec<GroupSyncable>>> {
    app.channels_of_group(grant, group.0).await.map(Json)
}

/// `GET /groups/{group_id}/teams/{team_id}`, `GET /groups/{group_id}/channels/{channel_id}`
async fn tie(
    app: App,
    grant: SystemGrant<ReadTie>,
    group: GroupId,
    PlaceOf(place): PlaceOf,
) -> Result<Json<GroupSyncable>> {
    app.tie_of(grant, group.0, place).await.map(Json)
}

/// `POST /groups/{group_id}/teams/{team_id}/link`, and the same for channels
async fn link(app: App, grant: TieGrant, Body(patch): Body<GroupSyncablePatch>) -> Result<Created<GroupSyncable>> {
    app.tie_group(grant, patch).await.map(Created)
}

/// `DELETE /groups/{group_id}/teams/{team_id}/link`, and the same for channels
async fn unlink(app: App, grant: TieGrant) -> Result<StatusOk> {
    app.untie_group(grant).await?;
    Ok(StatusOk)
}

/// `PUT /groups/{group_id}/teams/{team_id}/patch`, and the same for channels
async fn patch(app: App, grant: TieGrant, Body(patch): Body<GroupSyncablePatch>) -> Result<Json<GroupSyncable>> {
    app.change_tie(grant, patch).await.map(Json)
}
