//! Team icons.

use actix_web::http::StatusCode;
use bytes::Bytes;

use crate::api::call::{BadForm, Call, Form, FromCall, Reply, StatusOk};
use crate::api::routes::{Route, delete, get, post};
use crate::app::App;
use crate::auth::TeamGrant;
use crate::auth::teams::{ManageTeam, ReadNamedTeam};
use crate::model::errors::{Result, images as codes};

/// How long clients keep an icon: a changed one has another address.
const KEPT_FOR: &str = "max-age=86400, private";

/// The routes of icons.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/teams/{team_id}/image", get_icon).trusted(),
        post("/api/v4/teams/{team_id}/image", set_icon).reads_body(),
        delete("/api/v4/teams/{team_id}/image", remove_icon),
    ]
}

/// The picture of a form, in the field `image`.
struct Upload(Bytes);

impl FromCall for Upload {
    async fn from_call(call: &Call) -> Result<Self> {
        let limit = call.app.config.snapshot().effective.file.max_file_size;
        let form = Form::read(call, limit).await.map_err(|bad| match bad {
            BadForm::Unreadable => codes::ICON_FORM,
            BadForm::TooLarge => codes::ICON_TOO_LARGE,
        })?;
        form.file("image").map(Upload).ok_or_else(|| codes::ICON_NO_FILE.error())
    }
}

/// `GET /teams/{team_id}/image`
async fn get_icon(app: App, grant: TeamGrant<ReadNamedTeam>) -> Result<Reply> {
    let icon = app.team_icon(&grant).await?;
    let tag = format!("\"{}\"", grant.team().last_team_icon_update);
    Ok(Reply::new(StatusCode::OK, "image/png", icon).header("etag", &tag).header("cache-control", KEPT_FOR))
}

/// `POST /teams/{team_id}/image`
async fn set_icon(app: App, grant: TeamGrant<ManageTeam>, Upload(picture): Upload) -> Result<StatusOk> {
    app.set_team_icon(grant, picture).await?;
    Ok(StatusOk)
}

/// `DELETE /teams/{team_id}/image`
async fn remove_icon(app: App, grant: TeamGrant<ManageTeam>) -> Result<StatusOk> {
    app.remove_team_icon(grant).await?;
    Ok(StatusOk)
}
