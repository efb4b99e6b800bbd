//! Conversations outside teams.

use crate::api::call::{Body, Created, Ids, Input, Raw};
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::auth::system::{CreateDirect, CreateGroup};
use crate::auth::{Actor, SystemGrant};
use crate::model::channels::Channel;
use crate::model::errors::Result;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/channels/direct", create_direct),
        post("/api/v4/channels/group", create_group),
        post("/api/v4/channels/group/search", search_groups),
    ]
}

/// What is looked for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Term {
    term: String,
}

impl Input for Term {
    const NAME: &'static str = "channel_search";
}

/// `POST /channels/direct`
async fn create_direct(app: App, grant: SystemGrant<CreateDirect>, ids: Ids) -> Result<Created<Channel>> {
    Ok(Created(app.create_direct(grant, &ids.0).await?))
}

/// `POST /channels/group`
async fn create_group(app: App, grant: SystemGrant<CreateGroup>, ids: Ids) -> Result<Created<Channel>> {
    Ok(Created(app.create_group(grant, &ids.0).await?))
}

/// `POST /channels/group/search`
async fn search_groups(app: App, actor: Actor, Body(wanted): Body<Term>) -> Result<Raw> {
    Ok(Raw(app.search_groups(actor, wanted.term).await?))
}
