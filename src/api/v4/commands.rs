//! Slash commands: reading them.

use crate::api::call::{Call, FromCall, Json, Query};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, TeamGrant};
use crate::model::Id;
use crate::model::errors::{Result, forbidden, invalid_body};
use crate::model::integrations::{Command, Suggestion};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/commands", list_commands),
        get("/api/v4/commands/{command_id}", get_command),
        get("/api/v4/teams/{team_id}/commands/autocomplete", complete),
        get("/api/v4/teams/{team_id}/commands/autocomplete_suggestions", suggest),
    ]
}

/// `{command_id}`
struct CommandParam(Id);

impl FromCall for CommandParam {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(CommandParam(call.id_param("command_id")?))
    }
}

/// `GET /commands?team_id=…`, `custom_only` for those whom they belong to
async fn list_commands(app: App, actor: Actor, query: Query) -> Result<Json<Vec<Command>>> {
    let team = match query.get("team_id") {
        "" => return Err(invalid_body("team_id")),
        text => Id::parse(text).ok_or_else(forbidden)?,
    };
    let grant: TeamGrant<ViewTeam> = app.auth.team(actor, team).await?;
    Ok(Json(match query.flag("custom_only") {
        true => app.own_commands(&grant).await?,
        false => app.commands(&grant).await?,
    }))
}

/// `GET /commands/{command_id}`
async fn get_command(app: App, actor: Actor, command: CommandParam) -> Result<Json<Command>> {
    Ok(Json(app.command(&actor, command.0).await?))
}

/// `GET /teams/{team_id}/commands/autocomplete`
async fn complete(app: App, grant: TeamGrant<ViewTeam>) -> Result<Json<Vec<Command>>> {
    Ok(Json(app.offered_commands(&grant).await?))
}

/// `GET /teams/{team_id}/commands/autocomplete_suggestions?user_input=…`
async fn suggest(app: App, grant: TeamGrant<ViewTeam>, query: Query) -> Result<Json<Vec<Suggestion>>> {
    match query.get("user_input") {
        "" => Err(invalid_body("userInput")),
        typed => Ok(Json(app.suggest_commands(&grant, typed).await?)),
    }
}
