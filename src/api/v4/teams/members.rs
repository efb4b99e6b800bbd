//! Who is in a team.

use crate::api::call::{
    Body, Call, Created, FromCall, Ids, Input, Json, Judged, Page, Query, StatusOk, StringMapBody, TeamId, UserParam,
};
use crate::api::routes::{Route, delete, get, post, put};
use crate::api::v4::teams::batch::NewMember;
use crate::app::App;
use crate::app::teams::MemberQuery;
use crate::auth::teams::{ManageRoles, ViewTeam};
use crate::auth::{Actor, TeamGrant};
use crate::model::Id;
use crate::model::errors::{Result, invalid_body, teams as codes};
use crate::model::json;
use crate::model::roles::SchemeRoles;
use crate::model::teams::{TeamMember, TeamStats};
use crate::model::users::are_valid_user_roles;

/// The routes of members.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/teams/{team_id}/members", list_members),
        post("/api/v4/teams/{team_id}/members", add_member),
        post("/api/v4/teams/{team_id}/members/ids", get_members_by_ids),
        get("/api/v4/teams/{team_id}/members/{user_id}", get_member),
        delete("/api/v4/teams/{team_id}/members/{user_id}", remove_member),
        put("/api/v4/teams/{team_id}/members/{user_id}/roles", update_roles),
        put("/api/v4/teams/{team_id}/members/{user_id}/schemeRoles", update_scheme_roles),
        get("/api/v4/teams/{team_id}/stats", get_stats),
    ]
}

impl Input for SchemeRoles {
    const NAME: &'static str = "scheme_roles";
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

/// `GET /teams/{team_id}/members`
async fn list_members(app: App, grant: TeamGrant<ViewTeam>, query: Query, page: Page) -> Result<Json<Vec<TeamMember>>> {
    let wanted = MemberQuery {
        by_name: query.get("sort") == "Username",
        active_only: query.flag("exclude_deleted_users"),
        offset: page.offset(),
        limit: page.limit(),
    };
    app.team_members(grant, wanted).await.map(Json)
}

/// Some users, by id.
struct Named(Vec<String>);

impl FromCall for Named {
    async fn from_call(call: &Call) -> Result<Self> {
        Ids::from_call(call).await?.texts("user_ids").map(Named)
    }
}

/// `POST /teams/{team_id}/members/ids`
async fn get_members_by_ids(
    app: App,
    Judged(Named(ids), grant): Judged<Named, TeamGrant<ViewTeam>>,
) -> Result<Json<Vec<TeamMember>>> {
    app.team_members_among(grant, ids).await.map(Json)
}

/// `GET /teams/{team_id}/members/{user_id}`
async fn get_member(app: App, grant: TeamGrant<ViewTeam>, user: UserParam) -> Result<Json<TeamMember>> {
    let user = user.of(grant.actor());
    app.team_member(grant, user).await.map(Json)
}

/// `DELETE /teams/{team_id}/members/{user_id}`
async fn remove_member(app: App, actor: Actor, TeamId(team): TeamId, user: UserParam) -> Result<StatusOk> {
    let user = user.of(&actor);
    app.remove_team_member(actor, team, user).await?;
    Ok(StatusOk)
}

/// Names of roles, which could be a user's.
struct RoleNames(String);

impl FromCall for RoleNames {
    async fn from_call(call: &Call) -> Result<Self> {
        let body = StringMapBody::from_call(call).await?;
        let names = body.get("roles");
        if are_valid_user_roles(names) { Ok(RoleNames(names.to_owned())) } else { Err(invalid_body("roles")) }
    }
}

/// `PUT /teams/{team_id}/members/{user_id}/roles`
async fn update_roles(
    app: App,
    Judged(RoleNames(names), grant): Judged<RoleNames, TeamGrant<ManageRoles>>,
    user: UserParam,
) -> Result<StatusOk> {
    let user = user.of(grant.actor());
    app.set_team_roles(grant, user, &names).await?;
    Ok(StatusOk)
}

/// `PUT /teams/{team_id}/members/{user_id}/schemeRoles`
async fn update_scheme_roles(
    app: App,
    Judged(Body(scheme), grant): Judged<Body<SchemeRoles>, TeamGrant<ManageRoles>>,
    user: UserParam,
) -> Result<StatusOk> {
    let user = user.of(grant.actor());
    app.set_team_scheme_roles(grant, user, scheme).await?;
    Ok(StatusOk)
}

/// `GET /teams/{team_id}/stats`
async fn get_stats(app: App, grant: TeamGrant<ViewTeam>) -> Result<Json<TeamStats>> {
    app.team_stats(grant).await.map(Json)
}
