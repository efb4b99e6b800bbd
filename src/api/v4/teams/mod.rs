//! Teams.

use crate::api::call::{Body, Call, Created, FromCall, Input, Json};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::auth::system::CreateTeam;
use crate::auth::teams::ReadTeam;
use crate::auth::{Actor, SystemGrant, TeamGrant};
use crate::model::errors::{Result, context, invalid_url};
use crate::model::teams::{Team, TeamInput, is_valid_name};

mod members;
mod of_user;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    let own = vec![
        post("/api/v4/teams", create_team),
        get("/api/v4/teams/name/{name}", get_team_by_name),
        get("/api/v4/teams/{team_id}", get_team),
    ];
    [own, members::routes(), of_user::routes()].concat()
}

impl Input for TeamInput {
    const NAME: &'static str = "team";
}

/// `{name}` of a path, where capitals count as small letters.
struct TeamName(String);

impl FromCall for TeamName {
    async fn from_call(call: &Call) -> Result<Self> {
        let name = call.param("name").to_lowercase();
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return context::NOT_FOUND.err();
        }
        if is_valid_name(&name) { Ok(TeamName(name)) } else { Err(invalid_url("team_name")) }
    }
}

/// `POST /teams`
async fn create_team(app: App, grant: SystemGrant<CreateTeam>, Body(input): Body<TeamInput>) -> Result<Created<Team>> {
    app.create_team(grant, input).await.map(Created)
}

/// `GET /teams/{team_id}`
async fn get_team(app: App, grant: TeamGrant<ReadTeam>) -> Result<Json<Team>> {
    Ok(Json(app.shown_team(&grant)))
}

/// `GET /teams/name/{name}`
async fn get_team_by_name(app: App, actor: Actor, TeamName(name): TeamName) -> Result<Json<Team>> {
    app.team_by_name(actor, name).await.map(Json)
}
