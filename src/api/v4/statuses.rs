//! Presence and custom statuses.

use crate::api::call::{Body, Ids, Input, Json, StatusOk};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::auth::users::{EditOwn, SeeStatus};
use crate::auth::{Actor, UserGrant};
use crate::model::errors::Result;
use crate::model::statuses::{CustomStatus, Status, StatusInput};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/users/{user_id}/status", get_status),
        put("/api/v4/users/{user_id}/status", set_status),
        post("/api/v4/users/status/ids", get_statuses),
        put("/api/v4/users/{user_id}/status/custom", set_custom_status),
        delete("/api/v4/users/{user_id}/status/custom", clear_custom_status),
        delete("/api/v4/users/{user_id}/status/custom/recent", forget_custom_status),
        post("/api/v4/users/{user_id}/status/custom/recent/delete", forget_custom_status),
    ]
}

impl Input for StatusInput {
    const NAME: &'static str = "status";
}

impl Input for CustomStatus {
    const NAME: &'static str = "custom_status";
}

/// `GET /users/{user_id}/status`
async fn get_status(app: App, grant: UserGrant<SeeStatus>) -> Result<Json<Status>> {
    Ok(Json(app.status(&grant)?))
}

/// `PUT /users/{user_id}/status`
async fn set_status(app: App, grant: UserGrant<EditOwn>, body: Body<StatusInput>) -> Result<Json<Status>> {
    Ok(Json(app.set_status(grant, body.0).await?))
}

/// `POST /users/status/ids`
async fn get_statuses(app: App, actor: Actor, ids: Ids) -> Result<Json<Vec<Status>>> {
    Ok(Json(app.statuses_seen(&actor, ids.parsed("user_ids")?).await?))
}

/// `PUT /users/{user_id}/status/custom`
async fn set_custom_status(app: App, grant: UserGrant<EditOwn>, body: Body<CustomStatus>) -> Result<StatusOk> {
    app.set_custom_status(grant, body.0).await?;
    Ok(StatusOk)
}

/// `DELETE /users/{user_id}/status/custom`
async fn clear_custom_status(app: App, grant: UserGrant<EditOwn>) -> Result<StatusOk> {
    app.clear_custom_status(grant).await?;
    Ok(StatusOk)
}

/// `POST /users/{user_id}/status/custom/recent/delete`, and the older `DELETE …/recent`
async fn forget_custom_status(app: App, grant: UserGrant<EditOwn>, body: Body<CustomStatus>) -> Result<StatusOk> {
    app.forget_custom_status(grant, body.0).await?;
    Ok(StatusOk)
}
