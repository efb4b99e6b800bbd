//! Statistics, limits, usage.

use serde_json::Value;

use crate::api::call::{Json, Query, Reply};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::app::analytics::Usage;
use crate::auth::system::ReadAnalytics;
use crate::auth::{Actor, SystemGrant};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::system::ServerLimits;

use super::config::NO_CACHE;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/analytics/old", analytics),
        get("/api/v4/limits/server", limits),
        get("/api/v4/usage/posts", |app: App, actor: Actor| usage(app, actor, Usage::Posts)),
        get("/api/v4/usage/storage", |app: App, actor: Actor| usage(app, actor, Usage::Storage)),
        get("/api/v4/usage/teams", |app: App, actor: Actor| usage(app, actor, Usage::Teams)),
    ]
}

/// `GET /analytics/old`
async fn analytics(app: App, grant: SystemGrant<ReadAnalytics>, query: Query) -> Result<Reply> {
    let rows = app.analytics(grant, query.get("name"), team(query.get("team_id"))).await?;
    Ok(Reply::from(Json(rows)).header("cache-control", NO_CACHE))
}

/// `GET /limits/server`
async fn limits(app: App, actor: Actor) -> Result<Json<ServerLimits>> {
    Ok(Json(app.limits(&actor).await?))
}

/// `GET /usage/{what}`
async fn usage(app: App, actor: Actor, of: Usage) -> Result<Json<Value>> {
    Ok(Json(app.usage(&actor, of).await?))
}

/// The team of that id; what is no id stands for a team that is not there ([`Id::NONE`] has the direct messages).
fn team(id: &str) -> Option<Id> {
    (!id.is_empty()).then(|| Id::parse(id).unwrap_or_else(Id::random))
}
