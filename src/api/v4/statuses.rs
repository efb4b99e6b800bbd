//! Presence and custom statuses.

use crate::api::call::{Body, Call, FromCall, Ids, Input, Json, Judged, StatusOk, UserParam};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::auth::users::{EditOwn, SeeStatus};
use crate::auth::{Actor, UserGrant};
use crate::model::errors::{Result, invalid_body};
use crate::model::now;
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

/// A status of the user of the path, whom the body names once more.
struct OfUser(StatusInput);

impl FromCall for OfUser {
    async fn from_call(call: &Call) -> Result<Self> {
        let Body(wish) = Body::<StatusInput>::from_call(call).await?;
        let user = UserParam::from_call(call).await?.of(&Actor::from_call(call).await?);
        if wish.user_id == user.as_str() { Ok(OfUser(wish)) } else { Err(invalid_body("user_id")) }
    }
}

/// `PUT /users/{user_id}/status`
async fn set_status(app: App, Judged(OfUser(wish), grant): Judged<OfUser, UserGrant<EditOwn>>) -> Result<Json<Status>> {
    Ok(Json(app.set_status(grant, wish).await?))
}

/// `POST /users/status/ids`
async fn get_statuses(app: App, actor: Actor, ids: Ids) -> Result<Json<Vec<Status>>> {
    Ok(Json(app.statuses_seen(&actor, ids.parsed("user_ids")?).await?))
}

/// That there are custom statuses here.
struct Custom;

impl FromCall for Custom {
    async fn from_call(call: &Call) -> Result<Self> {
        call.app.need_custom_statuses().map(|()| Custom)
    }
}

/// A custom status in a body, where there are any.
struct CustomBody(CustomStatus);

impl FromCall for CustomBody {
    async fn from_call(call: &Call) -> Result<Self> {
        Custom::from_call(call).await?;
        let Body(status) = Body::from_call(call).await?;
        Ok(CustomBody(status))
    }
}

/// One that may be set.
struct Settable(CustomStatus);

impl FromCall for Settable {
    async fn from_call(call: &Call) -> Result<Self> {
        let CustomBody(status) = CustomBody::from_call(call).await?;
        status.accepted(now()).map(Settable)
    }
}

/// `PUT /users/{user_id}/status/custom`
async fn set_custom_status(
    app: App,
    Judged(Settable(status), grant): Judged<Settable, UserGrant<EditOwn>>,
) -> Result<StatusOk> {
    app.set_custom_status(grant, status).await?;
    Ok(StatusOk)
}

/// `DELETE /users/{user_id}/status/custom`
async fn clear_custom_status(app: App, Judged(_, grant): Judged<Custom, UserGrant<EditOwn>>) -> Result<StatusOk> {
    app.clear_custom_status(grant).await?;
    Ok(StatusOk)
}

/// `POST /users/{user_id}/status/custom/recent/delete`, and the older `DELETE …/recent`
async fn forget_custom_status(
    app: App,
    Judged(CustomBody(status), grant): Judged<CustomBody, UserGrant<EditOwn>>,
) -> Result<StatusOk> {
    app.forget_custom_status(grant, status).await?;
    Ok(StatusOk)
}
