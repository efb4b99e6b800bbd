//! Acknowledgements of posts.

use crate::api::call::{Json, StatusOk};
use crate::api::routes::{Route, delete, post};
use crate::app::App;
use crate::auth::posts::ReadPostOf;
use crate::auth::users::ActAs;
use crate::auth::{PostGrant, UserGrant};
use crate::model::errors::Result;
use crate::model::posts::Acknowledgement;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/users/{user_id}/posts/{post_id}/ack", acknowledge),
        delete("/api/v4/users/{user_id}/posts/{post_id}/ack", unacknowledge),
    ]
}

/// `POST /users/{user_id}/posts/{post_id}/ack`
async fn acknowledge(
    app: App,
    (of, grant): (UserGrant<ActAs>, PostGrant<ReadPostOf>),
) -> Result<Json<Acknowledgement>> {
    Ok(Json(app.acknowledge(&of, &grant).await?))
}

/// `DELETE /users/{user_id}/posts/{post_id}/ack`
async fn unacknowledge(app: App, (of, grant): (UserGrant<ActAs>, PostGrant<ReadPostOf>)) -> Result<StatusOk> {
    app.unacknowledge(&of, &grant).await?;
    Ok(StatusOk)
}
