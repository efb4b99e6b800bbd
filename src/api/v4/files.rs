//! Attached files: what is known of them, and their bytes.

use std::io::Seek as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::HttpRequest;
use actix_web::body::{MessageBody as _, SizedStream};
use actix_web::http::StatusCode;
use actix_web::http::header::{HttpDate, IF_MODIFIED_SINCE, RANGE};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use crate::api::call::{Anonymous, Call, FromCall, Json, Query, Reply, UserParam};
use crate::api::error_page::error_page;
use crate::api::parts::{Part, date, part_of, text, whole_seconds};
use crate::api::routes::{Route, get, head};
use crate::app::App;
use crate::app::files::{Copy, Opened};
use crate::auth::Actor;
use crate::model::Id;
use crate::model::errors::{AppError, Result};
use crate::model::files::{UploadSession, is_shown, sent_type};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/files/{file_id}", get_file).trusted(),
        head("/api/v4/files/{file_id}", get_file).trusted(),
        get("/api/v4/files/{file_id}/info", get_file_info),
        get("/api/v4/files/{file_id}/link", get_link),
        get("/api/v4/files/{file_id}/preview", get_preview).trusted(),
        head("/api/v4/files/{file_id}/preview", get_preview).trusted(),
        get("/api/v4/files/{file_id}/thumbnail", get_thumbnail).trusted(),
        head("/api/v4/files/{file_id}/thumbnail", get_thumbnail).trusted(),
        get("/api/v4/users/{user_id}/uploads", get_uploads),
        get("/files/{file_id}/public", get_public_file),
        head("/files/{file_id}/public", get_public_file),
    ]
}

/// `{file_id}`
struct File(Id);

impl FromCall for File {
    async fn from_call(call: &Call) -> Result<Self> {
        call.id_param("file_id").map(File)
    }
}

/// `GET /files/{file_id}/info`; clients may keep it, files do not change.
async fn get_file_info(app: App, actor: Actor, file: File) -> Result<Reply> {
    let info = app.file_info(actor, file.0).await?;
    Ok(Reply::from(Json(info)).header("cache-control", "max-age=2592000, private"))
}

/// `GET /users/{user_id}/uploads`
async fn get_uploads(app: App, actor: Actor, user: UserParam) -> Result<Json<Vec<UploadSession>>> {
    let user = user.of(&actor);
    Ok(Json(app.uploads_of(actor, user).await?))
}

/// `GET /files/{file_id}/link`
async fn get_link(app: App, actor: Actor, file: File) -> Result<Json<Link>> {
    Ok(Json(Link { link: app.public_link(actor, file.0).await? }))
}

#[derive(Serialize)]
struct Link {
    link: String,
}

/// How a client wants a file.
struct Wanted {
    request: HttpRequest,
    /// To be saved, whatever it is.
    download: bool,
}

impl FromCall for Wanted {
    async fn from_call(call: &Call) -> Result<Self> {
        let download = Query::from_call(call).await?.flag("download");
        Ok(Wanted { request: call.request.clone(), download })
    }
}

/// `GET /files/{file_id}`
async fn get_file(app: App, actor: Actor, file: File, wanted: Wanted) -> Result<Reply> {
    send(app.open_file(actor, file.0, Copy::Original).await?, Copy::Original, &wanted)
}

/// `GET /files/{file_id}/thumbnail`
async fn get_thumbnail(app: App, actor: Actor, file: File, wanted: Wanted) -> Result<Reply> {
    send(app.open_file(actor, file.0, Copy::Thumbnail).await?, Copy::Thumbnail, &wanted)
}

/// `GET /files/{file_id}/preview`
async fn get_preview(app: App, actor: Actor, file: File, wanted: Wanted) -> Result<Reply> {
    send(app.open_file(actor, file.0, Copy::Preview).await?, Copy::Preview, &wanted)
}

/// `GET /files/{file_id}/public`: for people without an account, who are told in a page what is wrong.
async fn get_public_file(app: App, _: Anonymous, file: File, query: Query, wanted: Wanted) -> Result<Reply> {
    let found = app.open_public(file.0, query.get("h")).await;
    match found.and_then(|opened| send(opened, Copy::Original, &wanted)) {
        Err(error) if error.status < 500 => Ok(error_page(&error, None)),
        other => other,
    }
}

/// A file, or the part of it that is asked for, read from the disk while it is sent.
fn send(opened: Opened, copy: Copy, wanted: &Wanted) -> Result<Reply> {
    let Opened { info, content } = opened;
    let kind = if copy == Copy::Original { sent_type(&info.mime_type) } else { "image/jpeg" };
    let modified = UNIX_EPOCH + Duration::from_millis(u64::try_from(info.update_at).unwrap_or(0));
    let told = |reply: Reply| described(reply, &info.name, kind, wanted.download, modified);
    if is_known(&wanted.request, modified) {
        return Ok(told(Reply::new(StatusCode::NOT_MODIFIED, "", Bytes::new())));
    }
    let length = content.length;
    let part = text(&wanted.request, &RANGE).map_or(Part::Whole, |range| part_of(range, length));
    let (status, from, count) = match part {
        Part::Whole => (StatusCode::OK, 0, length),
        Part::Of(range) => (StatusCode::PARTIAL_CONTENT, *range.start(), range.end() - range.start() + 1),
        Part::None => {
            let reply = Reply::new(StatusCode::RANGE_NOT_SATISFIABLE, "text/plain", "the range lies outside the file");
            return Ok(reply.header("content-range", &format!("bytes */{length}")));
        }
    };
    let stream = read(content.file, from, count)?;
    let reply = told(Reply { stream: Some(stream), ..Reply::new(status, "", Bytes::new()) });
    let reply = reply.header("content-type", kind);
    Ok(match status {
        StatusCode::PARTIAL_CONTENT => {
            reply.header("content-range", &format!("bytes {from}-{}/{length}", from + count - 1))
        }
        _ => reply,
    })
}

fn is_known(request: &HttpRequest, modified: SystemTime) -> bool {
    date(request, &IF_MODIFIED_SINCE).is_some_and(|known| whole_seconds(modified) <= known)
}

fn read(mut file: std::fs::File, from: u64, count: u64) -> Result<actix_web::body::BoxBody> {
    file.seek(std::io::SeekFrom::Start(from)).map_err(AppError::internal)?;
    let content = tokio::fs::File::from_std(file).take(count);
    Ok(SizedStream::new(count, ReaderStream::with_capacity(content, 64 << 10)).boxed())
}

/// Nothing that was uploaded is ever a page of this server: browsers may not guess its type, and save it unless it is a
/// picture, a film or a sound.
fn described(reply: Reply, name: &str, kind: &str, download: bool, modified: SystemTime) -> Reply {
    let way = if is_shown(kind) && !download { "inline" } else { "attachment" };
    let name = utf8_percent_encode(name, ESCAPED);
    reply
        .header("cache-control", "private, max-age=86400")
        .header("content-disposition", &format!("{way};filename=\"{name}\"; filename*=UTF-8''{name}"))
        .header("content-security-policy", "Frame-ancestors 'none'")
        .header("x-frame-options", "DENY")
        .header("accept-ranges", "bytes")
        .header("last-modified", &HttpDate::from(modified).to_string())
}

/// What is escaped in names: all but letters, digits and what may stand in a part of a path.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b':')
    .remove(b'=')
    .remove(b'@');
