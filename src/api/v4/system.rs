//! The server itself.

use actix_web::http::StatusCode;

use crate::api::call::{Query, Reply, Visitor};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::app::system::PingQuestion;
use crate::model::errors::Result;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![get("/api/v4/system/ping", ping)]
}

/// `GET /system/ping`
async fn ping(app: App, visitor: Visitor, query: Query) -> Result<Reply> {
    let (status, device) = (query.get("get_server_status") == "true", !query.get("device_id").is_empty());
    let ping = app.ping(PingQuestion::new(visitor.0.as_ref(), status, device)).await;
    let failed = ping.status != "OK" && query.get("use_rest_semantics") != "true";
    let mut reply = Reply::json(if failed { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }, &ping);
    if status {
        let parts = [("database_status", ping.database_status), ("filestore_status", ping.filestore_status)];
        for (name, word) in parts.into_iter().chain([("status", Some(ping.status))]) {
            reply = reply.header(name, word.unwrap_or_default());
        }
    }
    Ok(reply)
}
