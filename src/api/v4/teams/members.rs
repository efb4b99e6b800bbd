//! Who is in a team.

use serde::Deserialize;

use crate::api::call::{Call, Created, FromCall, Json, TeamId, UserRef};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, TeamGrant};
use crate::model::Id;
use crate::model::errors::{Result, invalid_body, teams as codes};
use crate::model::json;
use crate::model::teams::TeamMember;

/// The routes of members.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/teams/{team_id}/members", add_member),
        get("/api/v4/teams/{team_id}/members/{user_id}", get_member),
    ]
}

/// Whom to add, and to which team: the body names the team of the path once more.
#[derive(Default, Deserialize)]
#[serde(default)]
struct NewMember {
    team_id: String,
    user_id: String,
}

impl NewMember {
    fn checked(&self, team: Id) -> Result<Id> {
        if self.team_id != team.as_str() {
            return Err(invalid_body("team_id"));
        }
        Id::parse(&self.user_id).ok_or_else(|| invalid_body("user_id"))
    }
}

/// The body of `POST /teams/{team_id}/members`, which is refused in its own words.
struct AddedUser(Id);

impl FromCall for AddedUser {
    async fn from_call(call: &Call) -> Result<Self> {
        let team = call.id_param("team_id")?;
        let body: NewMember = json::decode(&call.body).map_err(|_| codes::ADD_INVALID_BODY)?;
        body.checked(team).map(AddedUser)
    }
}

/// `POST /teams/{team_id}/members`
async fn add_member(
    app: App,
    actor: Actor,
    TeamId(team): TeamId,
    AddedUser(user): AddedUser,
) -> Result<Created<TeamMember>> {
    app.add_team_member(actor, team, user).await.map(Created)
}

/// `GET /teams/{team_id}/members/{user_id}`
async fn get_member(app: App, grant: TeamGrant<ViewTeam>, user: UserRef) -> Result<Json<TeamMember>> {
    let user = user.of(grant.actor());
    app.team_member(grant, user).await.map(Json)
}
