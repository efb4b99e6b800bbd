//! Webhooks: reading them.

use serde_json::json;

use crate::api::call::{Call, FromCall, Json, Page, Query, Reply};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::app::integrations::Of;
use crate::auth::Actor;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::integrations::{IncomingHook, OutgoingHook};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/hooks/incoming", list_incoming),
        get("/api/v4/hooks/incoming/{hook_id}", get_incoming),
        get("/api/v4/hooks/outgoing", list_outgoing),
        get("/api/v4/hooks/outgoing/{hook_id}", get_outgoing),
    ]
}

/// `{hook_id}`
struct HookParam(Id);

impl FromCall for HookParam {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(HookParam(call.id_param("hook_id")?))
    }
}

/// Where hooks are looked for: a channel, else a team, else everywhere.
fn of(query: &Query, by_channel: bool) -> Of {
    let (team, channel) = (query.get("team_id"), query.get("channel_id"));
    match (by_channel && !channel.is_empty(), team.is_empty()) {
        (true, _) => Of::Channel(Id::parse(channel)),
        (false, false) => Of::Team(Id::parse(team)),
        (false, true) => Of::All,
    }
}

/// `GET /hooks/incoming?team_id=…`, with `include_total_count` in an object that says how many there are
async fn list_incoming(app: App, actor: Actor, query: Query, page: Page) -> Result<Reply> {
    let (hooks, total) = app.incoming_hooks(&actor, of(&query, false), (page.offset(), page.limit())).await?;
    Ok(match query.flag("include_total_count") {
        true => Json(json!({"incoming_webhooks": hooks, "total_count": total})).into(),
        false => Json(hooks).into(),
    })
}

/// `GET /hooks/incoming/{hook_id}`
async fn get_incoming(app: App, actor: Actor, hook: HookParam) -> Result<Json<IncomingHook>> {
    Ok(Json(app.incoming_hook(&actor, hook.0).await?))
}

/// `GET /hooks/outgoing?team_id=…&channel_id=…`
async fn list_outgoing(app: App, actor: Actor, query: Query, page: Page) -> Result<Json<Vec<OutgoingHook>>> {
    Ok(Json(app.outgoing_hooks(&actor, of(&query, true), (page.offset(), page.limit())).await?))
}

/// `GET /hooks/outgoing/{hook_id}`
async fn get_outgoing(app: App, actor: Actor, hook: HookParam) -> Result<Json<OutgoingHook>> {
    Ok(Json(app.outgoing_hook(&actor, hook.0).await?))
}
