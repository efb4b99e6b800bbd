//! Invitations into a team, by link and by mail.

use serde_json::Value;

use crate::api::call::{Anonymous, Call, Created, FromCall, Json, Query};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::auth::Actor;
use crate::model::errors::{Result, teams as codes};
use crate::model::teams::TeamMember;

/// The routes of invitations.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/teams/invite/{invite_id}", get_invited_team),
        post("/api/v4/teams/members/invite", join_by_invitation),
    ]
}

/// `{invite_id}` of a path: whatever it is, a wrong one is no team's.
struct InviteId(String);

impl FromCall for InviteId {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(InviteId(call.param("invite_id").to_owned()))
    }
}

/// `GET /teams/invite/{invite_id}`
async fn get_invited_team(app: App, _: Anonymous, InviteId(id): InviteId) -> Result<Json<Value>> {
    let team = app.invited_team(id).await?;
    Ok(Json(serde_json::json!(team.invite_info())))
}

/// `POST /teams/members/invite`
async fn join_by_invitation(app: App, actor: Actor, query: Query) -> Result<Created<TeamMember>> {
    match (query.get("token"), query.get("invite_id")) {
        ("", "") => codes::ADD_NO_PARAMETER.err(),
        ("", invite_id) => app.join_by_link(actor, invite_id.to_owned()).await.map(Created),
        (_token, _) => crate::model::errors::users::LINK_INVALID.err(),
    }
}
