//! Webhooks.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::api::call::{Anonymous, Body, Call, Created, Form, FromCall, Input, Json, Page, Query, Reply, StatusOk};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::app::integrations::Of;
use crate::auth::Actor;
use crate::model::Id;
use crate::model::errors::{AppError, Result, integrations as codes};
use crate::model::integrations::{HookCall, IncomingHook, IncomingHookInput, OutgoingHook, OutgoingHookInput};
use crate::model::json::without_nul;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/hooks/incoming", list_incoming),
        post("/api/v4/hooks/incoming", create_incoming),
        put("/api/v4/hooks/incoming/{hook_id}", update_incoming),
        delete("/api/v4/hooks/incoming/{hook_id}", delete_incoming),
        post("/hooks/{id}", call_incoming).trusted().reads_body(),
        get("/api/v4/hooks/incoming/{hook_id}", get_incoming),
        get("/api/v4/hooks/outgoing", list_outgoing),
        post("/api/v4/hooks/outgoing", create_outgoing),
        get("/api/v4/hooks/outgoing/{hook_id}", get_outgoing),
        put("/api/v4/hooks/outgoing/{hook_id}", update_outgoing),
        delete("/api/v4/hooks/outgoing/{hook_id}", delete_outgoing),
        post("/api/v4/hooks/outgoing/{hook_id}/regen_token", renew_token),
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

impl Input for IncomingHookInput {
    const NAME: &'static str = "incoming_webhook";
}

/// `POST /hooks/incoming`
async fn create_incoming(
    app: App,
    actor: Actor,
    Body(input): Body<IncomingHookInput>,
) -> Result<Created<IncomingHook>> {
    Ok(Created(app.create_incoming_hook(&actor, input).await?))
}

/// `PUT /hooks/incoming/{hook_id}`
async fn update_incoming(
    app: App,
    actor: Actor,
    hook: HookParam,
    Body(input): Body<IncomingHookInput>,
) -> Result<Created<IncomingHook>> {
    Ok(Created(app.update_incoming_hook(&actor, hook.0, input).await?))
}

/// `DELETE /hooks/incoming/{hook_id}`
async fn delete_incoming(app: App, actor: Actor, hook: HookParam) -> Result<StatusOk> {
    app.delete_incoming_hook(&actor, hook.0).await?;
    Ok(StatusOk)
}

/// Largest body of a call, in bytes.
const MOST_OF_CALL: usize = 300 << 10;

/// What a call of an incoming webhook says, or why it can't be read: only who knows an address that works is told.
struct Called {
    id: String,
    said: Result<HookCall>,
}

impl FromCall for Called {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Called { id: call.param("id").to_owned(), said: said(call).await })
    }
}

async fn said(call: &Call) -> Result<HookCall> {
    let body = call.read(MOST_OF_CALL).await.map_err(|_| codes::CALL_JSON.error())?;
    let kind = call.header("content-type").unwrap_or("application/json");
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "" => codes::CALL_FORM.err(),
        "application/x-www-form-urlencoded" => {
            let in_body = form_urlencoded::parse(&body).find(|(name, _)| name == "payload");
            let payload = in_body.map_or_else(|| call.query("payload"), |(_, value)| value.into_owned());
            decoded(payload.as_bytes())
        }
        "multipart/form-data" => {
            let form = Form::in_body(call, body).await.map_err(|_| codes::CALL_JSON.error())?;
            let names: Vec<&str> = form.names().collect();
            let fields = names.into_iter().map(|name| (name.to_owned(), form.text(name).unwrap_or_default().into()));
            let fields: serde_json::Map<String, Value> = fields.collect();
            const TEXTS: [&str; 6] = ["text", "username", "icon_url", "icon_emoji", "channel", "type"];
            let known = fields.keys().all(|name| TEXTS.contains(&name.as_str()));
            let call = serde_json::from_value(clean(fields.into())).map_err(bad_json);
            if known { call } else { codes::CALL_JSON.err() }
        }
        _ => decoded(&body),
    }
}

/// A value without the one character that PostgreSQL stores in no text.
fn clean(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_nul(text)),
        Value::Array(items) => items.into_iter().map(clean).collect(),
        Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (without_nul(key), clean(value)));
            Value::Object(entries.collect())
        }
        other => other,
    }
}

/// JSON, in whose texts line breaks and tabs may stand as they are.
fn decoded(body: &[u8]) -> Result<HookCall> {
    let value: Value =
        serde_json::from_slice(body).or_else(|_| serde_json::from_slice(&escaped(body))).map_err(bad_json)?;
    match value {
        Value::Null => Ok(HookCall::default()),
        Value::Object(_) => serde_json::from_value(clean(value)).map_err(bad_json),
        _ => codes::CALL_JSON.err(),
    }
}

fn escaped(body: &[u8]) -> Vec<u8> {
    let (mut out, mut in_text, mut after_backslash) = (Vec::with_capacity(body.len() + 16), false, false);
    for byte in body {
        match byte {
            b'\n' if in_text => out.extend_from_slice(b"\\n"),
            b'\r' if in_text => out.extend_from_slice(b"\\r"),
            b'\t' if in_text => out.extend_from_slice(b"\\t"),
            _ => out.push(*byte),
        }
        in_text ^= *byte == b'"' && !after_backslash;
        after_backslash = *byte == b'\\' && !after_backslash;
    }
    out
}

fn bad_json(_: serde_json::Error) -> AppError {
    codes::CALL_JSON.error()
}

/// `POST /hooks/{id}`: whoever knows the address may post by it.
async fn call_incoming(app: App, _: Anonymous, called: Called) -> Result<Reply> {
    app.call_incoming_hook(&called.id, called.said?).await?;
    Ok(Reply::new(StatusCode::OK, "text/plain", "ok"))
}

/// `GET /hooks/outgoing?team_id=…&channel_id=…`
async fn list_outgoing(app: App, actor: Actor, query: Query, page: Page) -> Result<Json<Vec<OutgoingHook>>> {
    Ok(Json(app.outgoing_hooks(&actor, of(&query, true), (page.offset(), page.limit())).await?))
}

/// `GET /hooks/outgoing/{hook_id}`
async fn get_outgoing(app: App, actor: Actor, hook: HookParam) -> Result<Json<OutgoingHook>> {
    Ok(Json(app.outgoing_hook(&actor, hook.0).await?))
}

impl Input for OutgoingHookInput {
    const NAME: &'static str = "outgoing_webhook";
}

/// `POST /hooks/outgoing`
async fn create_outgoing(
    app: App,
    actor: Actor,
    Body(input): Body<OutgoingHookInput>,
) -> Result<Created<OutgoingHook>> {
    Ok(Created(app.create_outgoing_hook(&actor, input).await?))
}

/// `PUT /hooks/outgoing/{hook_id}`
async fn update_outgoing(
    app: App,
    actor: Actor,
    hook: HookParam,
    Body(input): Body<OutgoingHookInput>,
) -> Result<Json<OutgoingHook>> {
    Ok(Json(app.update_outgoing_hook(&actor, hook.0, input).await?))
}

/// `POST /hooks/outgoing/{hook_id}/regen_token`
async fn renew_token(app: App, actor: Actor, hook: HookParam) -> Result<Json<OutgoingHook>> {
    Ok(Json(app.renew_outgoing_token(&actor, hook.0).await?))
}

/// `DELETE /hooks/outgoing/{hook_id}`
async fn delete_outgoing(app: App, actor: Actor, hook: HookParam) -> Result<StatusOk> {
    app.delete_outgoing_hook(&actor, hook.0).await?;
    Ok(StatusOk)
}
