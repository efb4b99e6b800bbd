//! Answers that keep clients quiet about a plugin of the reference's vendor, which is not here.

use serde_json::{Value, json};

use crate::api::call::Json;
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::auth::Actor;
use crate::model::errors::Result;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/agents", none),
        get("/api/v4/agents/status", status),
        get("/api/v4/ai/agents", none),
        get("/api/v4/ai/services", none),
        get("/api/v4/llmservices", none),
    ]
}

/// There are none.
async fn none(_: App, _: Actor) -> Result<Json<[Value; 0]>> {
    Ok(Json([]))
}

/// `GET /agents/status`: clients show nothing of it then.
async fn status(_: App, _: Actor) -> Result<Json<Value>> {
    Ok(Json(json!({ "available": false })))
}
