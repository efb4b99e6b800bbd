//! The actions of a signed-in client (websocket.md §6).

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::backend::{Backend, Caller};
use super::reply;
use super::request::Request;
use crate::events::hub::{Attached, Pane};
use crate::model::errors::{Result, websocket};
use crate::model::{Id, now};

/// The action by which an anonymous socket signs in; handled by the socket itself.
pub(super) const CHALLENGE: &str = "authentication_challenge";

/// The fields of an answer.
type Data = Map<String, Value>;

/// The answer to a request, if it gets one.
pub(super) async fn answer<B: Backend>(backend: &B, attached: &Attached, request: &Request) -> Option<Bytes> {
    // Plugins' own actions: the reference hands them to plugins and never answers.
    if request.action.starts_with("custom_") {
        return None;
    }
    let outcome = perform(backend, attached, request).await;
    Some(outcome.map_or_else(|error| reply::fail(request.seq, &error), |data| reply::ok(request.seq, data)))
}

async fn perform<B: Backend>(backend: &B, attached: &Attached, request: &Request) -> Result<Data> {
    let caller = Caller::of(attached);
    match request.action.as_str() {
        "ping" => Ok(pong(backend)),
        "user_typing" => typing(backend, caller, request).await,
        "user_update_active_status" => set_active(backend, caller, request).await,
        "get_statuses" => {
            let statuses = backend.statuses(caller).await?;
            Ok(statuses.into_iter().map(|(user, status)| (user.to_string(), status.into())).collect())
        }
        "get_statuses_by_ids" => statuses_of(backend, caller, request).await,
        "presence" => {
            show(attached, request);
            Ok(Data::new())
        }
        // Clients report how notifications fared; the reference only counts these reports.
        "posted_notify_ack" => Ok(Data::new()),
        _ => websocket::BAD_ACTION.err(),
    }
}

/// Mobile apps take any other text for a dead connection.
fn pong<B: Backend>(backend: &B) -> Data {
    let fields = [
        ("text", json!("pong")),
        ("version", json!(backend.version())),
        ("server_time", json!(now())),
        ("node_id", json!("")),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

async fn typing<B: Backend>(backend: &B, caller: Caller, request: &Request) -> Result<Data> {
    let refused = || websocket::INVALID_PARAM.with(&[&"channel_id"]);
    let channel = request.text("channel_id").and_then(Id::parse).ok_or_else(refused)?;
    let parent = request.text("parent_id").unwrap_or_default().to_owned();
    match backend.typing(caller, channel, parent).await? {
        true => Ok(Data::new()),
        false => Err(refused()),
    }
}

async fn set_active<B: Backend>(backend: &B, caller: Caller, request: &Request) -> Result<Data> {
    let is_active = request.flag("user_is_active");
    let is_active = is_active.ok_or_else(|| websocket::INVALID_PARAM.with(&[&"user_is_active"]))?;
    backend.set_active(caller, is_active, request.flag("manual").unwrap_or(false)).await?;
    Ok(Data::new())
}

/// Whatever was asked for gets a status, even if it is no identifier.
async fn statuses_of<B: Backend>(backend: &B, caller: Caller, request: &Request) -> Result<Data> {
    let asked = request.texts("user_ids");
    if asked.is_empty() {
        return Err(websocket::INVALID_PARAM.with(&[&"user_ids"]));
    }
    let mut statuses: BTreeMap<String, Value> = asked.iter().map(|id| ((*id).to_owned(), "offline".into())).collect();
    let known = backend.statuses_of(caller, asked.into_iter().filter_map(Id::parse).collect()).await?;
    statuses.extend(known.into_iter().map(|(user, status)| (user.to_string(), status.into())));
    Ok(statuses.into_iter().collect())
}

/// Notes what the client has on screen. Anything that is no channel's id counts as showing none.
fn show(attached: &Attached, request: &Request) {
    let shown = |key: &str| request.text(key).map(|id| Id::parse(id).unwrap_or(Id::NONE));
    if let Some(channel) = shown("channel_id") {
        attached.show(Pane::Channel, channel);
    }
    if let Some(channel) = shown("thread_channel_id") {
        let is_view = request.flag("is_thread_view").unwrap_or(false);
        attached.show(if is_view { Pane::ThreadView } else { Pane::SideThread }, channel);
    }
}
