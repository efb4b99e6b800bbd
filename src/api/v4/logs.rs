//! The log.

use serde_json::{Map, Value, json};

use crate::api::call::{Json, Query, RawBody, Reply, Visitor};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::logs::LogFilter;
use crate::auth::SystemGrant;
use crate::auth::system::ReadLogs;
use crate::model::errors::{Result, system as codes};
use crate::model::json::decode;

use super::config::NO_CACHE;

/// The most lines of a page, and how many it has when no number is given.
const MAX_LINES: usize = 10_000;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/logs", page),
        post("/api/v4/logs", from_client),
        get("/api/v4/logs/download", download),
        post("/api/v4/logs/query", query_log),
    ]
}

/// `GET /logs`
async fn page(app: App, grant: SystemGrant<ReadLogs>, query: Query) -> Result<Reply> {
    let number = |name: &str| query.get(name).parse::<usize>().ok();
    let limit = number("logs_per_page").unwrap_or(MAX_LINES).min(MAX_LINES);
    let lines = app.log_page(&grant, number("page").unwrap_or(0).saturating_mul(limit), limit);
    Ok(Reply::from(Json(lines)).header("cache-control", NO_CACHE))
}

/// `GET /logs/download`
async fn download(app: App, grant: SystemGrant<ReadLogs>) -> Result<Reply> {
    let reply = Reply::new(actix_web::http::StatusCode::OK, "text/plain", app.whole_log(&grant));
    Ok(reply.header("content-disposition", "attachment; filename=\"kollegium.log\"").header("cache-control", NO_CACHE))
}

/// `POST /logs/query`: lines by server, of which there is one.
async fn query_log(app: App, grant: SystemGrant<ReadLogs>, body: RawBody) -> Result<Json<Value>> {
    let filter: LogFilter = decode(&body.0).map_err(|_| codes::LOG_FILTER.error())?;
    Ok(Json(json!({ "default": app.filtered_log(&grant, &filter) })))
}

/// `POST /logs`: echoes what was taken, and leaves other fields as they came.
async fn from_client(app: App, visitor: Visitor, body: RawBody) -> Result<Json<Map<String, Value>>> {
    let mut fields: Map<String, Value> = decode(&body.0).unwrap_or_default();
    for value in fields.values_mut().filter(|value| !value.is_string()) {
        *value = Value::from("");
    }
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let taken = app.log_for_client(visitor.0.as_ref(), text("level"), text("message"))?;
    fields.insert("message".to_owned(), taken.into());
    Ok(Json(fields))
}
