//! Channels of teams: made, read, changed, archived.

use std::sync::Arc;

use serde::Deserialize;

use crate::api::call::{
    Body, Call, Created, Flag, FromCall, Ids, Input, Json, Judged, Page, Query, Raw, StatusOk, StringMapBody,
};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::app::channels::{Listed, NewHome};
use crate::auth::channels::{
    ArchiveChannel, ConvertGroup, GetChannel, ManageChannel, MoveChannel, ReadChannel, RestoreChannel,
};
use crate::auth::teams::{ListArchived, ListChannels, ViewTeam};
use crate::auth::users::ActAs;
use crate::auth::{Actor, ChannelGrant, TeamGrant, UserGrant};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelInput, ChannelPatch, ChannelType};
use crate::model::errors::{Result, invalid_body, invalid_url};
use crate::model::json::Written;
use crate::model::teams::Team;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/channels", create_channel),
        get("/api/v4/channels/{channel_id}", get_channel),
        put("/api/v4/channels/{channel_id}", replace_channel),
        delete("/api/v4/channels/{channel_id}", delete_channel),
        get("/api/v4/channels/{channel_id}/common_teams", get_common_teams),
        post("/api/v4/channels/{channel_id}/convert_to_channel", convert_group),
        post("/api/v4/channels/{channel_id}/move", move_channel),
        put("/api/v4/channels/{channel_id}/patch", patch_channel),
        put("/api/v4/channels/{channel_id}/privacy", set_privacy),
        post("/api/v4/channels/{channel_id}/restore", restore_channel),
        get("/api/v4/channels/{channel_id}/stats", get_stats),
        get("/api/v4/teams/name/{team_name}/channels/name/{channel_name}", get_by_names),
        get("/api/v4/teams/{team_id}/channels", get_public),
        get("/api/v4/teams/{team_id}/channels/deleted", get_archived),
        post("/api/v4/teams/{team_id}/channels/ids", get_by_ids),
        get("/api/v4/teams/{team_id}/channels/name/{channel_name}", get_by_name),
        get("/api/v4/teams/{team_id}/channels/private", get_private),
        get("/api/v4/users/{user_id}/channels", get_mine),
        get("/api/v4/users/{user_id}/teams/{team_id}/channels", get_mine_in_team),
    ]
}

impl Input for ChannelInput {
    const NAME: &'static str = "channel";
}

impl Input for ChannelPatch {
    const NAME: &'static str = "channel";
}

/// What a channel is to be moved to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Move {
    team_id: String,
    force: Option<bool>,
}

impl Input for Move {
    const NAME: &'static str = "team_id";
}

/// What a group message is to become.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Conversion {
    channel_id: String,
    team_id: String,
    name: String,
    display_name: String,
}

impl Input for Conversion {
    const NAME: &'static str = "channel";
}

/// `{channel_name}` of a path, and whether archived channels count.
struct Named {
    channel: String,
    team: String,
    archived: bool,
}

impl FromCall for Named {
    async fn from_call(call: &Call) -> Result<Self> {
        let archived = Flag::on(call, "include_deleted");
        Ok(Named { channel: call.param("channel_name").into(), team: call.param("team_name").into(), archived })
    }
}

/// `{team_id}` of a path, where the actor is all the proof there is.
struct TeamId(Id);

impl FromCall for TeamId {
    async fn from_call(call: &Call) -> Result<Self> {
        call.id_param("team_id").map(TeamId)
    }
}

/// `{channel_id}` of a path, where the proof depends on the body.
pub(super) struct ChannelId(pub Id);

impl FromCall for ChannelId {
    async fn from_call(call: &Call) -> Result<Self> {
        call.id_param("channel_id").map(ChannelId)
    }
}

impl FromCall for Listed {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let since = match query.get("last_delete_at") {
            "" => 0,
            text => text.parse::<i64>().unwrap_or_default(),
        };
        if since < 0 {
            return Err(invalid_url("last_delete_at"));
        }
        Ok(Listed { archived: query.flag("include_deleted"), since })
    }
}

/// `POST /channels`
async fn create_channel(app: App, actor: Actor, Body(input): Body<ChannelInput>) -> Result<Created<Channel>> {
    Ok(Created(app.create_channel(actor, input).await?))
}

/// `GET /channels/{channel_id}`
async fn get_channel(app: App, grant: ChannelGrant<GetChannel>) -> Result<Raw> {
    Ok(Raw(app.channel(grant).await?))
}

/// The whole of a channel, which must name itself.
struct Itself(ChannelInput);

impl FromCall for Itself {
    async fn from_call(call: &Call) -> Result<Self> {
        let Body(input) = Body::<ChannelInput>::from_call(call).await?;
        if input.id == call.param("channel_id") { Ok(Itself(input)) } else { Err(invalid_body("channel_id")) }
    }
}

/// `PUT /channels/{channel_id}`
async fn replace_channel(
    app: App,
    Judged(Itself(input), grant): Judged<Itself, ChannelGrant<ManageChannel>>,
) -> Result<Json<Channel>> {
    Ok(Json(app.replace_channel(grant, input).await?))
}

/// `PUT /channels/{channel_id}/patch`
async fn patch_channel(
    app: App,
    actor: Actor,
    ChannelId(id): ChannelId,
    Body(patch): Body<ChannelPatch>,
) -> Result<Json<Channel>> {
    if patch.is_empty() {
        return app.refuse_empty_patch(id).await;
    }
    let grant = app.auth.channel::<ManageChannel>(actor, id).await?;
    Ok(Json(app.patch_channel(grant, patch).await?))
}

/// `PUT /channels/{channel_id}/privacy`
async fn set_privacy(app: App, actor: Actor, id: ChannelId, body: StringMapBody) -> Result<Json<Channel>> {
    let to = match body.get("privacy") {
        "O" => ChannelType::Open,
        "P" => ChannelType::Private,
        _ => return Err(invalid_body("privacy")),
    };
    Ok(Json(app.convert_channel(actor, id.0, to).await?))
}

/// `DELETE /channels/{channel_id}`
async fn delete_channel(app: App, grant: ChannelGrant<ArchiveChannel>, query: Query) -> Result<StatusOk> {
    match query.flag("permanent") {
        true => app.erase_channel(grant).await?,
        false => app.archive_channel(grant).await?,
    }
    Ok(StatusOk)
}

/// `POST /channels/{channel_id}/restore`
async fn restore_channel(app: App, grant: ChannelGrant<RestoreChannel>) -> Result<Json<Channel>> {
    Ok(Json(app.restore_channel(grant).await?))
}

/// `POST /channels/{channel_id}/move`
async fn move_channel(app: App, grant: ChannelGrant<MoveChannel>, Body(to): Body<Move>) -> Result<Json<Channel>> {
    let team = Id::parse(&to.team_id).ok_or_else(|| invalid_body("team_id"))?;
    let force = to.force.ok_or_else(|| invalid_body("force"))?;
    Ok(Json(app.move_channel(grant, team, force).await?))
}

/// `POST /channels/{channel_id}/convert_to_channel`
async fn convert_group(
    app: App,
    grant: ChannelGrant<ConvertGroup>,
    Body(to): Body<Conversion>,
) -> Result<Json<Channel>> {
    if Id::parse(&to.channel_id) != Some(grant.channel().id) {
        return Err(invalid_body("channel_id"));
    }
    let team = Id::parse(&to.team_id).unwrap_or_default();
    let home = NewHome { team, name: to.name, display_name: to.display_name };
    Ok(Json(app.convert_group(grant, home).await?))
}

/// `GET /channels/{channel_id}/common_teams`
async fn get_common_teams(app: App, grant: ChannelGrant<ReadChannel>) -> Result<Json<Vec<Team>>> {
    Ok(Json(app.common_teams(grant).await?))
}

/// `GET /channels/{channel_id}/stats`
async fn get_stats(app: App, grant: ChannelGrant<ReadChannel>, query: Query) -> Result<Written> {
    app.channel_stats(grant, !query.flag("exclude_files_count")).await
}

/// `GET /teams/{team_id}/channels/name/{channel_name}`
async fn get_by_name(app: App, actor: Actor, team: TeamId, named: Named) -> Result<Json<Arc<Channel>>> {
    Ok(Json(app.channel_by_name(actor, team.0, &named.channel, named.archived).await?))
}

/// `GET /teams/name/{team_name}/channels/name/{channel_name}`
async fn get_by_names(app: App, actor: Actor, named: Named) -> Result<Json<Arc<Channel>>> {
    Ok(Json(app.channel_by_names(actor, &named.team, &named.channel, named.archived).await?))
}

/// `GET /teams/{team_id}/channels`
async fn get_public(app: App, grant: TeamGrant<ListChannels>, page: Page) -> Result<Raw> {
    Ok(Raw(app.public_channels(grant, (page.offset(), page.limit())).await?))
}

/// `GET /teams/{team_id}/channels/private`
async fn get_private(app: App, actor: Actor, team: TeamId, page: Page) -> Result<Raw> {
    Ok(Raw(app.private_channels(actor, team.0, (page.offset(), page.limit())).await?))
}

/// `GET /teams/{team_id}/channels/deleted`
async fn get_archived(app: App, grant: TeamGrant<ListArchived>, page: Page) -> Result<Raw> {
    Ok(Raw(app.archived_channels(grant, (page.offset(), page.limit())).await?))
}

/// Some channels, by their identifiers.
struct ChannelIds(Vec<Id>);

impl FromCall for ChannelIds {
    async fn from_call(call: &Call) -> Result<Self> {
        Ids::from_call(call).await?.parsed("channel_ids").map(ChannelIds)
    }
}

/// `POST /teams/{team_id}/channels/ids`
async fn get_by_ids(app: App, Judged(ids, grant): Judged<ChannelIds, TeamGrant<ViewTeam>>) -> Result<Raw> {
    Ok(Raw(app.channels_by_ids(grant, ids.0).await?))
}

/// `GET /users/{user_id}/channels`
async fn get_mine(app: App, grant: UserGrant<ActAs>, listed: Listed) -> Result<Raw> {
    Ok(Raw(app.all_channels_of(grant, listed).await?))
}

/// `GET /users/{user_id}/teams/{team_id}/channels`
async fn get_mine_in_team(app: App, whose: (UserGrant<ActAs>, TeamGrant<ViewTeam>), listed: Listed) -> Result<Written> {
    app.channels_of(whose.0, whose.1, listed).await
}
