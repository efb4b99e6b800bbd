//! The picture of the log-in page.

use actix_web::http::StatusCode;
use bytes::Bytes;

use crate::api::call::{Anonymous, BadForm, Call, Created, Form, FromCall, Reply, StatusOk};
use crate::api::routes::{Route, delete, get, post};
use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::EditBrand;
use crate::model::errors::{Result, context, system as codes};
use crate::model::system::{OK, StatusOk as Ok200};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/brand/image", brand_image).trusted(),
        post("/api/v4/brand/image", set_brand_image).reads_body(),
        delete("/api/v4/brand/image", delete_brand_image),
    ]
}

/// `GET /brand/image`; clients want 404 without a body where there is none.
async fn brand_image(app: App, _: Anonymous) -> Result<Reply> {
    Ok(match app.brand_image().await? {
        Some(picture) => Reply::new(StatusCode::OK, "image/png", picture),
        None => Reply::new(StatusCode::NOT_FOUND, "application/json", ""),
    })
}

/// The picture of an upload.
struct Picture(Bytes);

impl FromCall for Picture {
    async fn from_call(call: &Call) -> Result<Self> {
        let form = Form::read(call, call.app.config.snapshot().effective.file.max_file_size).await;
        let form = form.map_err(|e| match e {
            BadForm::Unreadable => codes::BRAND_PARSE.error(),
            BadForm::TooLarge => context::BODY_TOO_LARGE.error(),
        })?;
        form.file("image").map(Picture).ok_or_else(|| codes::BRAND_NO_FILE.error())
    }
}

/// `POST /brand/image`
async fn set_brand_image(app: App, grant: SystemGrant<EditBrand>, picture: Picture) -> Result<Created<Ok200>> {
    app.set_brand_image(&grant, picture.0).await?;
    Ok(Created(OK))
}

/// `DELETE /brand/image`
async fn delete_brand_image(app: App, grant: SystemGrant<EditBrand>) -> Result<StatusOk> {
    app.delete_brand_image(&grant).await?;
    Ok(StatusOk)
}
