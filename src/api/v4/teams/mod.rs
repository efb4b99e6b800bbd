//! Teams.

use serde_json::{Value, json};

use crate::api::call::{
    Body, Call, Created, Flag, FromCall, Input, Json, Judged, Page, Query, StatusOk, StringMapBody,
};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::app::teams::{Found, TeamSearch};
use crate::auth::system::CreateTeam;
use crate::auth::teams::{EraseTeam, ManageInvitations, ManageTeam, ReadTeam};
use crate::auth::{Actor, SystemGrant, TeamGrant};
use crate::model::errors::{Result, context, invalid_body, invalid_url};
use crate::model::teams::{INVITE, OPEN, Team, TeamInput, TeamPatch, is_valid_name};

mod batch;
mod icon;
mod import;
mod invitations;
mod members;
mod of_user;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    let own = vec![
        post("/api/v4/teams", create_team),
        get("/api/v4/teams", list_teams),
        post("/api/v4/teams/search", search_teams),
        get("/api/v4/teams/name/{name}", get_team_by_name),
        get("/api/v4/teams/name/{name}/exists", get_team_exists),
        get("/api/v4/teams/{team_id}", get_team),
        put("/api/v4/teams/{team_id}", update_team),
        put("/api/v4/teams/{team_id}/patch", patch_team),
        put("/api/v4/teams/{team_id}/privacy", update_privacy),
        post("/api/v4/teams/{team_id}/regenerate_invite_id", regenerate_invite_id),
        delete("/api/v4/teams/{team_id}", delete_team),
        post("/api/v4/teams/{team_id}/restore", restore_team),
    ];
    [
        own,
        batch::routes(),
        icon::routes(),
        import::routes(),
        invitations::routes(),
        members::routes(),
        of_user::routes(),
    ]
    .concat()
}

impl Input for TeamInput {
    const NAME: &'static str = "team";
}

impl Input for TeamPatch {
    const NAME: &'static str = "team";
}

impl Input for TeamSearch {
    const NAME: &'static str = "team_search";
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

/// The whole team, which names the one of the path once more.
struct Replacement(TeamInput);

impl FromCall for Replacement {
    async fn from_call(call: &Call) -> Result<Self> {
        let Body(input) = Body::<TeamInput>::from_call(call).await?;
        if input.id == call.param("team_id") { Ok(Replacement(input)) } else { Err(invalid_body("id")) }
    }
}

/// Whether the team is to be open.
struct Openness(bool);

impl FromCall for Openness {
    async fn from_call(call: &Call) -> Result<Self> {
        match StringMapBody::from_call(call).await?.get("privacy") {
            OPEN => Ok(Openness(true)),
            INVITE => Ok(Openness(false)),
            _ => Err(invalid_body("privacy")),
        }
    }
}

/// `DELETE /teams/{team_id}` archives, with `permanent=true` it erases: two rights.
enum Deletion {
    Archive(TeamGrant<ManageTeam>),
    Erase(TeamGrant<EraseTeam>),
}

impl crate::api::call::Proof for Deletion {}

impl FromCall for Deletion {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(match Flag::on(call, "permanent") {
            true => Deletion::Erase(TeamGrant::from_call(call).await?),
            false => Deletion::Archive(TeamGrant::from_call(call).await?),
        })
    }
}

/// `POST /teams`
async fn create_team(
    app: App,
    Judged(Body(input), grant): Judged<Body<TeamInput>, SystemGrant<CreateTeam>>,
) -> Result<Created<Team>> {
    app.create_team(grant, input).await.map(Created)
}

/// `GET /teams`
async fn list_teams(app: App, actor: Actor, query: Query, page: Page) -> Result<Json<Found>> {
    let (with_total, by_policy) = (query.flag("include_total_count"), query.flag("exclude_policy_constrained"));
    app.list_teams(actor, (page.offset(), page.limit()), with_total, by_policy).await.map(Json)
}

/// `POST /teams/search`
async fn search_teams(app: App, actor: Actor, Body(search): Body<TeamSearch>) -> Result<Json<Found>> {
    app.search_teams(actor, search).await.map(Json)
}

/// `GET /teams/{team_id}`
async fn get_team(app: App, grant: TeamGrant<ReadTeam>) -> Result<Json<Team>> {
    Ok(Json(app.shown_team(&grant)))
}

/// `GET /teams/name/{name}`
async fn get_team_by_name(app: App, actor: Actor, TeamName(name): TeamName) -> Result<Json<Team>> {
    app.team_by_name(actor, name).await.map(Json)
}

/// `GET /teams/name/{name}/exists`
async fn get_team_exists(app: App, actor: Actor, TeamName(name): TeamName) -> Result<Json<Value>> {
    let exists = app.team_exists(actor, name).await?;
    Ok(Json(json!({ "exists": exists })))
}

/// `PUT /teams/{team_id}`
async fn update_team(
    app: App,
    Judged(Replacement(input), grant): Judged<Replacement, TeamGrant<ManageTeam>>,
) -> Result<Json<Team>> {
    app.replace_team(grant, input).await.map(Json)
}

/// `PUT /teams/{team_id}/patch`
async fn patch_team(
    app: App,
    Judged(Body(patch), grant): Judged<Body<TeamPatch>, TeamGrant<ManageTeam>>,
) -> Result<Json<Team>> {
    app.patch_team(grant, patch).await.map(Json)
}

/// `PUT /teams/{team_id}/privacy`
async fn update_privacy(
    app: App,
    Judged(Openness(open), grant): Judged<Openness, TeamGrant<ManageInvitations>>,
) -> Result<Json<Team>> {
    app.set_team_privacy(grant, open).await.map(Json)
}

/// `POST /teams/{team_id}/regenerate_invite_id`
async fn regenerate_invite_id(app: App, grant: TeamGrant<ManageInvitations>) -> Result<Json<Team>> {
    app.renew_invite_id(grant).await.map(Json)
}

/// `DELETE /teams/{team_id}`
async fn delete_team(app: App, deletion: Deletion) -> Result<StatusOk> {
    match deletion {
        Deletion::Archive(grant) => app.archive_team(grant).await?,
        Deletion::Erase(grant) => app.erase_team(grant).await?,
    }
    Ok(StatusOk)
}

/// `POST /teams/{team_id}/restore`
async fn restore_team(app: App, grant: TeamGrant<ManageTeam>) -> Result<Json<Team>> {
    app.restore_team(grant).await.map(Json)
}
