//! Profile pictures.

use actix_web::http::StatusCode;
use bytes::Bytes;

use crate::api::call::{BadForm, Call, Form, FromCall, Reply, StatusOk};
use crate::api::routes::{Route, delete, get, post};
use crate::app::App;
use crate::auth::UserGrant;
use crate::auth::users::{ResetPicture, SeeUser, SetPicture};
use crate::model::errors::{Result, images as codes};

/// The routes of pictures.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/users/{user_id}/image", get_picture).trusted(),
        get("/api/v4/users/{user_id}/image/default", get_default_picture).trusted(),
        post("/api/v4/users/{user_id}/image", set_picture).reads_body(),
        delete("/api/v4/users/{user_id}/image", reset_picture),
    ]
}

/// How long clients keep a picture somebody set, and one that is generated.
const KEEP_LONG: &str = "max-age=86400, private";
const KEEP_SHORT: &str = "max-age=300, private";

fn png(picture: Bytes, keep: &str) -> Reply {
    Reply::new(StatusCode::OK, "image/png", picture).header("cache-control", keep)
}

/// `GET /users/{user_id}/image`
async fn get_picture(app: App, grant: UserGrant<SeeUser>) -> Result<Reply> {
    let picture = app.picture(&grant).await?;
    Ok(match picture.is_own {
        true => png(picture.png, KEEP_LONG).header("etag", &format!("\"{}\"", grant.user().last_picture_update)),
        false => png(picture.png, KEEP_SHORT),
    })
}

/// `GET /users/{user_id}/image/default`
async fn get_default_picture(app: App, grant: UserGrant<SeeUser>) -> Result<Reply> {
    Ok(png(app.default_picture(&grant).await?, KEEP_LONG))
}

/// `POST /users/{user_id}/image`
async fn set_picture(app: App, grant: UserGrant<SetPicture>, upload: Upload) -> Result<StatusOk> {
    app.set_picture(grant, upload.0).await?;
    Ok(StatusOk)
}

/// The picture in a form.
struct Upload(Bytes);

impl FromCall for Upload {
    async fn from_call(call: &Call) -> Result<Self> {
        let form = Form::read(call, call.app.picture_limit()).await.map_err(|bad| match bad {
            BadForm::Unreadable => codes::PICTURE_FORM,
            BadForm::TooLarge => codes::PICTURE_TOO_LARGE,
        })?;
        form.file("image").map(Upload).ok_or_else(|| codes::PICTURE_NO_FILE.error())
    }
}

/// `DELETE /users/{user_id}/image`
async fn reset_picture(app: App, grant: UserGrant<ResetPicture>) -> Result<StatusOk> {
    app.reset_picture(grant).await?;
    Ok(StatusOk)
}
