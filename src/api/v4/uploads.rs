//! Uploads in several parts.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use bytes::Bytes;
use futures_util::StreamExt as _;

use crate::api::call::{Body, Call, Created, FromCall, Input, Json, Reply};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::files::Source;
use crate::auth::Actor;
use crate::model::Id;
use crate::model::errors::{Result, files as codes};
use crate::model::files::{UploadInput, UploadSession};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/uploads", begin_upload),
        get("/api/v4/uploads/{upload_id}", get_upload),
        post("/api/v4/uploads/{upload_id}", continue_upload).reads_body(),
    ]
}

impl Input for UploadInput {
    const NAME: &'static str = "upload";
}

/// `{upload_id}`
struct UploadParam(Id);

impl FromCall for UploadParam {
    async fn from_call(call: &Call) -> Result<Self> {
        call.id_param("upload_id").map(UploadParam)
    }
}

/// `POST /uploads`
async fn begin_upload(app: App, actor: Actor, body: Body<UploadInput>) -> Result<Created<UploadSession>> {
    app.check_uploads()?;
    Ok(Created(app.begin_upload(actor, body.0).await?))
}

/// `GET /uploads/{upload_id}`
async fn get_upload(app: App, actor: Actor, upload: UploadParam) -> Result<Json<UploadSession>> {
    app.check_uploads()?;
    Ok(Json(app.upload(&actor, upload.0).await?))
}

/// A part, with its length as it is announced; forms are not taken.
struct PartOfFile {
    length: i64,
    body: Payload,
}

impl FromCall for PartOfFile {
    async fn from_call(call: &Call) -> Result<Self> {
        let is_form = call.header("content-type").unwrap_or_default().to_ascii_lowercase().starts_with("multipart/");
        if is_form {
            return codes::READ_REQUEST.err();
        }
        let length = call.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(PartOfFile { length, body: call.stream.borrow_mut().take().unwrap_or(Payload::None) })
    }
}

impl Source for PartOfFile {
    async fn next(&mut self) -> Option<Result<Bytes>> {
        Some(self.body.next().await?.map_err(|_| codes::READ_REQUEST.error()))
    }
}

/// `POST /uploads/{upload_id}`: 204 until the file is complete, then what is known of it
async fn continue_upload(app: App, actor: Actor, upload: UploadParam, mut part: PartOfFile) -> Result<Reply> {
    app.check_uploads()?;
    Ok(match app.continue_upload(actor, upload.0, part.length, &mut part).await? {
        Some(file) => Json(file).into(),
        None => Reply::new(StatusCode::NO_CONTENT, "application/json", Bytes::new()),
    })
}
