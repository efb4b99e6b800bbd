//! Putting several people into a team at once.

use serde::Deserialize;

use crate::api::call::{Call, Created, FromCall, Judged, Query, Reply};
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::auth::TeamGrant;
use crate::auth::teams::AddToTeam;
use crate::model::errors::{Result, invalid_body};
use crate::model::{Id, json};

/// The most people at once (permissions.md §5 "Teams").
const MAX_BATCH: usize = 256;

/// The routes of batches.
pub fn routes() -> Vec<Route> {
    vec![post("/api/v4/teams/{team_id}/members/batch", add_members)]
}

/// Whom to add, and to which team: the body names the team of the path once more.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NewMember {
    team_id: String,
    user_id: String,
}

impl NewMember {
    /// The user, if the body is for this team.
    pub fn checked(&self, team: Id) -> Result<Id> {
        if self.team_id != team.as_str() {
            return Err(invalid_body("team_id"));
        }
        Id::parse(&self.user_id).ok_or_else(|| invalid_body("user_id"))
    }
}

/// Up to [`MAX_BATCH`] people.
struct AddedUsers(Vec<Id>);

impl FromCall for AddedUsers {
    async fn from_call(call: &Call) -> Result<Self> {
        let team = call.id_param("team_id")?;
        let body: Vec<NewMember> = json::decode(&call.body).map_err(|_| invalid_body("members"))?;
        if body.is_empty() || body.len() > MAX_BATCH {
            return Err(invalid_body("members"));
        }
        call.app.need_team(team).await?;
        let users: Result<Vec<Id>> = body.iter().map(|member| member.checked(team)).collect();
        users.map(AddedUsers)
    }
}

/// `POST /teams/{team_id}/members/batch`
async fn add_members(
    app: App,
    Judged(AddedUsers(users), grant): Judged<AddedUsers, TeamGrant<AddToTeam>>,
    query: Query,
) -> Result<Reply> {
    Ok(match !query.get("graceful").is_empty() {
        true => Created(app.add_team_members(grant, users).await?).into(),
        false => Created(app.add_team_members_strictly(grant, users).await?).into(),
    })
}
