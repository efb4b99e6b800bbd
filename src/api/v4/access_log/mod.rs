//! The access log: Kollegium's own operations. Which acts are entered stands in [`acts`].

use actix_web::body::{BodyStream, MessageBody};
use actix_web::http::StatusCode;
use bytes::Bytes;
use futures_util::stream;

use super::config::NO_CACHE;
use crate::api::call::{Call, FromCall, Json, Page, Reply};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::model::access_log::{Entry, Line, Origin, Wanted, events};
use crate::model::errors::{AppError, Result, invalid_url};
use crate::model::{Id, TimeMs};

mod acts;

pub use acts::Act;
pub(super) use acts::of;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![get("/api/v4/access_log", page), get("/api/v4/access_log/export", export)]
}

impl FromCall for Wanted {
    async fn from_call(call: &Call) -> Result<Self> {
        let time = |name: &str| match call.query(name).as_str() {
            "" => Ok(0),
            text => text.parse::<TimeMs>().map_err(|_| invalid_url(name)),
        };
        let person = match call.query("user_id").as_str() {
            "" => None,
            text => Some(Id::parse(text).ok_or_else(|| invalid_url("user_id"))?),
        };
        Ok(Wanted { since: time("since")?, until: time("until")?, event: call.query("event"), person })
    }
}

/// `GET /access_log?since=&until=&event=&user_id=&page=&per_page=`: the newest entries first; times in milliseconds.
async fn page(app: App, grant: SystemGrant<ManageSystem>, wanted: Wanted, page: Page) -> Result<Reply> {
    let lines = app.access_log(grant, wanted, page.offset(), page.limit()).await?;
    Ok(Reply::from(Json(lines)).header("cache-control", NO_CACHE))
}

/// `GET /access_log/export?since=&until=&event=&user_id=`: all of them, the oldest first, a line of JSON each.
async fn export(app: App, grant: SystemGrant<ManageSystem>, wanted: Wanted, origin: Origin) -> Result<Reply> {
    let actor = grant.actor();
    app.enter(Entry::new(events::LOG_EXPORTED).via(&origin).by(actor.id(), actor.session().id)).await;
    let body = BodyStream::new(stream::try_unfold(Export { app, grant, wanted, last: None }, next)).boxed();
    let reply = Reply { stream: Some(body), ..Reply::new(StatusCode::OK, "application/x-ndjson", Bytes::new()) };
    let name = "attachment; filename=\"access-log.jsonl\"";
    Ok(reply.header("content-disposition", name).header("cache-control", NO_CACHE))
}

/// An export under way.
struct Export {
    app: App,
    grant: SystemGrant<ManageSystem>,
    wanted: Wanted,
    last: Option<(TimeMs, Id)>,
}

/// The next lines of an export. One that fails in the middle breaks off, so that it does not look whole.
async fn next(mut export: Export) -> Result<Option<(Bytes, Export)>, AppError> {
    let found: Vec<Line> = export.app.export_access_log(&export.grant, &export.wanted, export.last).await?;
    let Some(last) = found.last() else { return Ok(None) };
    export.last = Some((last.entry.at, last.entry.id));
    let mut text = Vec::new();
    for line in &found {
        serde_json::to_writer(&mut text, line).map_err(AppError::internal)?;
        text.push(b'\n');
    }
    Ok(Some((Bytes::from(text), export)))
}
