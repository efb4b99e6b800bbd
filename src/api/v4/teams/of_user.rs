//! The teams of one user.

use crate::api::call::{Json, Query, UserParam};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{Actor, TeamGrant, UserGrant};
use crate::model::errors::Result;
use crate::model::json::Written;
use crate::model::teams::TeamUnread;

/// The routes below `/users/{user_id}/teams`.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/users/{user_id}/teams", get_teams),
        get("/api/v4/users/{user_id}/teams/members", get_members),
        get("/api/v4/users/{user_id}/teams/unread", get_unread),
        get("/api/v4/users/{user_id}/teams/{team_id}/unread", get_unread_in_team),
    ]
}

/// `GET /users/{user_id}/teams`
async fn get_teams(app: App, actor: Actor, user: UserParam) -> Result<Written> {
    let user = user.of(&actor);
    app.teams_of(actor, user).await
}

/// `GET /users/{user_id}/teams/members`
async fn get_members(app: App, actor: Actor, user: UserParam) -> Result<Written> {
    let user = user.of(&actor);
    app.team_members_of(actor, user).await
}

/// `GET /users/{user_id}/teams/unread`
async fn get_unread(app: App, actor: Actor, user: UserParam, query: Query) -> Result<Written> {
    let user = user.of(&actor);
    app.unread_in_teams(
        actor,
        user,
        query.get("exclude_team").to_owned(),
        query.get("include_collapsed_threads") == "true",
    )
    .await
}

/// `GET /users/{user_id}/teams/{team_id}/unread`
async fn get_unread_in_team(
    app: App,
    (user, team): (UserGrant<ActAs>, TeamGrant<ViewTeam>),
) -> Result<Json<TeamUnread>> {
    app.unread_in_team(user, team).await.map(Json)
}
