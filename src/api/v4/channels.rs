//! Channels.

use crate::api::call::{Body, Call, Created, FromCall, Ids, Input, Json, Query, Raw};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::channels::Listed;
use crate::auth::channels::{GetChannel, ReadChannel};
use crate::auth::system::CreateDirect;
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{Actor, ChannelGrant, SystemGrant, TeamGrant, UserGrant};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelInput, ChannelStats};
use crate::model::errors::{Result, invalid_url};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/channels", create_channel),
        post("/api/v4/channels/direct", create_direct),
        get("/api/v4/channels/{channel_id}", get_channel),
        get("/api/v4/channels/{channel_id}/stats", get_stats),
        get("/api/v4/teams/{team_id}/channels/name/{channel_name}", get_by_name),
        get("/api/v4/users/{user_id}/teams/{team_id}/channels", get_mine_in_team),
    ]
}

impl Input for ChannelInput {
    const NAME: &'static str = "channel";
}

/// `{team_id}` and `{channel_name}` of a path.
struct Named {
    team: Id,
    name: String,
    archived: bool,
}

impl FromCall for Named {
    async fn from_call(call: &Call) -> Result<Self> {
        let archived = Query::from_call(call).await?.flag("include_deleted");
        Ok(Named { team: call.id_param("team_id")?, name: call.param("channel_name").to_owned(), archived })
    }
}

impl FromCall for Listed {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let since = match query.get("last_delete_at") {
            "" => 0,
            text => text.parse().ok().filter(|at| *at >= 0).ok_or_else(|| invalid_url("last_delete_at"))?,
        };
        Ok(Listed { archived: query.flag("include_deleted"), since })
    }
}

/// `POST /channels`
async fn create_channel(app: App, actor: Actor, Body(input): Body<ChannelInput>) -> Result<Created<Channel>> {
    Ok(Created(app.create_channel(actor, input).await?))
}

/// `POST /channels/direct`
async fn create_direct(app: App, grant: SystemGrant<CreateDirect>, ids: Ids) -> Result<Created<Channel>> {
    Ok(Created(app.create_direct(grant, &ids.0).await?))
}

/// `GET /channels/{channel_id}`
async fn get_channel(app: App, grant: ChannelGrant<GetChannel>) -> Result<Raw> {
    Ok(Raw(app.channel(grant).await?))
}

/// `GET /channels/{channel_id}/stats`
async fn get_stats(app: App, grant: ChannelGrant<ReadChannel>, query: Query) -> Result<Json<ChannelStats>> {
    Ok(Json(app.channel_stats(grant, !query.flag("exclude_files_count")).await?))
}

/// `GET /teams/{team_id}/channels/name/{channel_name}`
async fn get_by_name(app: App, actor: Actor, named: Named) -> Result<Json<std::sync::Arc<Channel>>> {
    Ok(Json(app.channel_by_name(actor, named.team, &named.name, named.archived).await?))
}

/// `GET /users/{user_id}/teams/{team_id}/channels`
async fn get_mine_in_team(app: App, whose: (UserGrant<ActAs>, TeamGrant<ViewTeam>), listed: Listed) -> Result<Raw> {
    Ok(Raw(app.channels_of(whose.0, whose.1, listed).await?))
}
