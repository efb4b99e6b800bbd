//! Slash commands.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::api::call::{Anonymous, Body, Call, Created, FromCall, Input, Json, Query, Reply, StatusOk, StringMapBody};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, TeamGrant};
use crate::model::Id;
use crate::model::commands::{CommandArgs, CommandInput, CommandResponse};
use crate::model::errors::{Result, forbidden, integrations as codes, invalid_body};
use crate::model::integrations::{Command, Suggestion};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/commands", list_commands),
        post("/api/v4/commands", create_command),
        post("/api/v4/commands/execute", execute),
        get("/api/v4/commands/{command_id}", get_command),
        put("/api/v4/commands/{command_id}", update_command),
        delete("/api/v4/commands/{command_id}", delete_command),
        put("/api/v4/commands/{command_id}/move", move_command),
        put("/api/v4/commands/{command_id}/regen_token", renew_token),
        get("/api/v4/teams/{team_id}/commands/autocomplete", complete),
        get("/api/v4/teams/{team_id}/commands/autocomplete_suggestions", suggest),
        post("/hooks/commands/{id}", answer_later).trusted().reads_body(),
    ]
}

/// `{command_id}`
struct CommandParam(Id);

impl FromCall for CommandParam {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(CommandParam(call.id_param("command_id")?))
    }
}

impl Input for CommandInput {
    const NAME: &'static str = "command";
}

impl Input for CommandArgs {
    const NAME: &'static str = "command_args";
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

/// `POST /commands`
async fn create_command(app: App, actor: Actor, Body(input): Body<CommandInput>) -> Result<Created<Command>> {
    Ok(Created(app.create_command(&actor, input).await?))
}

/// `POST /commands/execute`
async fn execute(app: App, actor: Actor, Body(args): Body<CommandArgs>) -> Result<Json<CommandResponse>> {
    Ok(Json(app.execute_command(actor, args).await?))
}

/// `GET /commands/{command_id}`
async fn get_command(app: App, actor: Actor, command: CommandParam) -> Result<Json<Command>> {
    Ok(Json(app.command(&actor, command.0).await?))
}

/// `PUT /commands/{command_id}`
async fn update_command(
    app: App,
    actor: Actor,
    command: CommandParam,
    Body(input): Body<CommandInput>,
) -> Result<Json<Command>> {
    Ok(Json(app.update_command(&actor, command.0, input).await?))
}

/// `DELETE /commands/{command_id}`
async fn delete_command(app: App, actor: Actor, command: CommandParam) -> Result<StatusOk> {
    app.delete_command(&actor, command.0).await?;
    Ok(StatusOk)
}

/// `PUT /commands/{command_id}/move`
async fn move_command(app: App, actor: Actor, command: CommandParam, body: StringMapBody) -> Result<StatusOk> {
    app.move_command(&actor, command.0, body.get("team_id")).await?;
    Ok(StatusOk)
}

/// `PUT /commands/{command_id}/regen_token`
async fn renew_token(app: App, actor: Actor, command: CommandParam) -> Result<Json<Value>> {
    let command = app.renew_command_token(&actor, command.0).await?;
    Ok(Json(json!({"token": command.token})))
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

/// Largest body of a later answer, in bytes.
const MOST_OF_ANSWER: usize = 300 << 10;

/// What the program of a command says later.
struct Later(String, CommandResponse);

impl FromCall for Later {
    async fn from_call(call: &Call) -> Result<Self> {
        let body = call.read(MOST_OF_ANSWER).await.map_err(|_| codes::LATER_PARSE.error())?;
        let kind = call.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let answer = CommandResponse::from_answer(&kind, &body).map_err(|_| codes::LATER_PARSE)?;
        Ok(Later(call.param("id").to_owned(), answer))
    }
}

/// `POST /hooks/commands/{id}`: whoever was given the address may answer there.
async fn answer_later(app: App, _: Anonymous, later: Later) -> Result<Reply> {
    app.answer_later(&later.0, later.1).await?;
    Ok(Reply::new(StatusCode::OK, "text/plain", "ok"))
}
