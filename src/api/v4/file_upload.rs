//! Uploading files: as a form with several of them, or as a plain body (posts-and-limits.md §13).

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header::{ContentDisposition, HeaderMap};
use futures_util::StreamExt as _;

use crate::api::call::{Call, Created, FromCall, Query};
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::app::files::Receiving;
use crate::auth::channels::UploadFile;
use crate::auth::{Actor, ChannelGrant};
use crate::model::Id;
use crate::model::bookmarks::FILE_OWNER;
use crate::model::errors::{Result, files as codes, invalid_body, invalid_url};
use crate::model::files::{FileUploaded, MAX_FILES};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![post("/api/v4/files", upload_files).reads_body()]
}

/// The most bytes of a field that is no file, and the most such fields.
const MAX_TEXT: usize = 10 << 10;
const MAX_TEXTS: usize = 2 * MAX_FILES;

/// An upload before it is read.
struct Upload {
    query: Query,
    headers: HeaderMap,
    body: Payload,
}

impl FromCall for Upload {
    async fn from_call(call: &Call) -> Result<Self> {
        let body = call.stream.borrow_mut().take().unwrap_or(Payload::None);
        Ok(Upload { query: Query::from_call(call).await?, headers: call.headers().clone(), body })
    }
}

impl Upload {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn owner(&self) -> Option<&'static str> {
        self.query.flag("bookmark").then_some(FILE_OWNER)
    }
}

/// `POST /files`
async fn upload_files(app: App, actor: Actor, upload: Upload) -> Result<Created<FileUploaded>> {
    app.check_attachments()?;
    let is_form = upload.header("content-type").trim_start().to_ascii_lowercase().starts_with("multipart/form-data");
    let uploaded = if is_form { from_form(&app, actor, upload).await } else { from_body(&app, actor, upload).await };
    uploaded.map(Created)
}

/// The right to upload for a channel that is named by its id.
async fn grant(app: &App, actor: &Actor, channel: &str) -> Result<ChannelGrant<UploadFile>> {
    let channel = Id::parse(channel).ok_or_else(|| invalid_url("channel_id"))?;
    app.auth.channel(actor.clone(), channel).await
}

/// One file, which is the whole body.
async fn from_body(app: &App, actor: Actor, mut upload: Upload) -> Result<FileUploaded> {
    let grant = grant(app, &actor, upload.query.get("channel_id")).await?;
    let name = upload.query.get("filename").to_owned();
    if name.is_empty() {
        return Err(invalid_url("filename"));
    }
    let length: u64 = upload.header("content-length").parse().unwrap_or(0);
    let mut file = app.receive_file(&name, length).await?;
    while let Some(part) = upload.body.next().await {
        file.write(&part.map_err(|_| codes::READ_REQUEST.error())?).await?;
    }
    if file.length() == 0 {
        return codes::READ_REQUEST.err();
    }
    let file_infos = app.keep_files(&grant, vec![file], upload.owner()).await?;
    let client_id = Some(upload.query.get("client_id").to_owned()).filter(|id| !id.is_empty());
    Ok(FileUploaded { file_infos, client_ids: client_id.map(|id| vec![id]) })
}

/// What a form has told so far.
#[derive(Default)]
struct Read {
    channel: Option<String>,
    client_ids: Vec<String>,
    texts: usize,
    files: Vec<Receiving>,
}

impl Read {
    /// Takes a field that is no file. Names for files must stand before these.
    fn take(&mut self, name: &str, text: String) -> Result<()> {
        self.texts += 1;
        match name {
            "channel_id" => self.channel = Some(text),
            "client_ids" if self.files.is_empty() => self.client_ids.push(text),
            other => return Err(invalid_body(other)),
        }
        Ok(())
    }
}

/// Every file of a form. Nothing of it is kept before all of it has come and is in order.
async fn from_form(app: &App, actor: Actor, upload: Upload) -> Result<FileUploaded> {
    let (owner, in_query) = (upload.owner(), upload.query.get("channel_id").to_owned());
    let mut read = Read { channel: Some(in_query).filter(|id| !id.is_empty()), ..Read::default() };
    let mut form = Multipart::new(&upload.headers, upload.body);
    let mut allowed = None;
    while let Some(field) = form.next().await {
        let field = field.map_err(|_| codes::READ_REQUEST.error())?;
        match file_name(field.content_disposition()) {
            None if read.texts == MAX_TEXTS => return codes::READ_REQUEST.err(),
            None => {
                let name = field.name().unwrap_or_default().to_owned();
                read.take(&name, text(field).await?)?;
            }
            Some(_) if read.files.len() == MAX_FILES => return Err(codes::TOO_MANY.with(&[&MAX_FILES])),
            Some(name) => {
                // Whoever may not is told before the file has come, where the form says in time for which channel it is.
                if let (None, Some(channel)) = (&allowed, &read.channel) {
                    allowed = Some(grant(app, &actor, channel).await?);
                }
                read.files.push(file(app, field, &name).await?);
            }
        }
    }
    let channel = read.channel.ok_or_else(|| invalid_body("channel_id"))?;
    let allowed = match allowed {
        Some(grant) => grant,
        None => grant(app, &actor, &channel).await?,
    };
    if !read.client_ids.is_empty() && read.client_ids.len() != read.files.len() {
        return Err(invalid_body("client_ids"));
    }
    let file_infos = app.keep_files(&allowed, read.files, owner).await?;
    Ok(FileUploaded { file_infos, client_ids: Some(read.client_ids) })
}

/// The name of the file that a field is; `None` if it is a plain value.
fn file_name(disposition: Option<&ContentDisposition>) -> Option<String> {
    let disposition = disposition?;
    let extended = disposition.get_filename_ext().and_then(|name| String::from_utf8(name.value.clone()).ok());
    let name = extended.or_else(|| disposition.get_filename().map(str::to_owned))?;
    (!name.is_empty()).then_some(name)
}

async fn text(mut field: Field) -> Result<String> {
    let mut text = Vec::new();
    while let Some(part) = field.next().await {
        text.extend_from_slice(&part.map_err(|_| codes::READ_REQUEST.error())?);
        if text.len() > MAX_TEXT {
            return codes::READ_REQUEST.err();
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

async fn file(app: &App, mut field: Field, name: &str) -> Result<Receiving> {
    let mut file = app.receive_file(name, 0).await?;
    while let Some(part) = field.next().await {
        file.write(&part.map_err(|_| codes::READ_REQUEST.error())?).await?;
    }
    Ok(file)
}
