//! How clients fared.

use actix_web::http::StatusCode;
use bytes::Bytes;

use crate::api::call::Reply;
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::auth::Actor;
use crate::model::errors::Result;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    // Browsers send it when a page is left, without our header.
    vec![post("/api/v4/client_perf", ignore_report).trusted()]
}

/// `POST /client_perf`: how long pages took to load. Clients send it every minute, whatever is answered; without
/// anything that collects figures the reference takes it and does nothing, and so do we.
async fn ignore_report(_: App, _: Actor) -> Result<Reply> {
    Ok(Reply::new(StatusCode::OK, "", Bytes::new()))
}
