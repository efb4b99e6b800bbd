//! The WebSocket.

use crate::api::call::{Anonymous, Call, FromCall, Reply, Unread, upgrade_token};
use crate::api::routes::{Route, get};
use crate::api::websocket;
use crate::app::App;
use crate::events::hub::Shard;
use crate::model::errors::Result;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![get("/api/v4/websocket", connect).reads_body()]
}

/// What an upgrade looks at.
struct Upgrade {
    request: actix_web::HttpRequest,
    shard: Shard,
    /// What the request carries as a token, wherever.
    token: Option<String>,
}

impl FromCall for Upgrade {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Upgrade { request: call.request.clone(), shard: call.shard.clone(), token: upgrade_token(call).await? })
    }
}

/// `GET /websocket`: a token that is nobody's opens an anonymous socket, which may still sign in.
async fn connect(app: App, _: Anonymous, upgrade: Upgrade, body: Unread) -> Result<Reply> {
    let Upgrade { request, shard, token } = upgrade;
    Ok(Reply::whole(websocket::connect(&request, body.0, token, app, shard).await?))
}
