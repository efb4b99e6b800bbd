//! Bots.

use serde_json::Value;

use crate::api::call::{Body, Call, Created, Etagged, FromCall, Input, Json, Judged, Page, Proof, Query, RawBody};
use crate::api::routes::{Route, get, post, put};
use crate::app::App;
use crate::app::bots::BotFilter;
use crate::auth::bots::{ConvertBot, CreateBot, ListBots, ManageBot, ReadBot};
use crate::auth::grants::UserAction;
use crate::auth::{Actor, SystemGrant, UserGrant};
use crate::model::bots::{Bot, BotPatch};
use crate::model::errors::{Result, invalid_body, invalid_url};
use crate::model::users::{Audience, UserPatch};
use crate::model::{Id, json};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/bots", list_bots),
        post("/api/v4/bots", create_bot),
        get("/api/v4/bots/{bot_user_id}", get_bot),
        put("/api/v4/bots/{bot_user_id}", patch_bot),
        post("/api/v4/bots/{bot_user_id}/disable", disable_bot),
        post("/api/v4/bots/{bot_user_id}/enable", enable_bot),
        post("/api/v4/bots/{bot_user_id}/assign/{user_id}", assign_bot),
        post("/api/v4/bots/{bot_user_id}/convert_to_user", convert_to_user),
    ]
}

impl Input for BotPatch {
    const NAME: &'static str = "bot";
}

/// A grant for the user in the place `{bot_user_id}`.
struct OnBot<A>(UserGrant<A>);

impl<A> Proof for OnBot<A> {}

impl<A: UserAction> FromCall for OnBot<A> {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        call.app.auth.user(actor, call.id_param("bot_user_id")?).await.map(OnBot)
    }
}

/// `{user_id}`, `me` included.
struct UserText(String);

impl FromCall for UserText {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(UserText(call.param("user_id").to_owned()))
    }
}

/// `GET /bots`
async fn list_bots(app: App, grant: SystemGrant<ListBots>, query: Query, page: Page) -> Result<Etagged> {
    let filter = BotFilter { disabled: query.flag("include_deleted"), orphaned: query.flag("only_orphaned") };
    Ok(Etagged::of(&app.list_bots(grant, filter, page.offset(), page.limit()).await?))
}

/// `POST /bots`
async fn create_bot(
    app: App,
    Judged(Body(wish), grant): Judged<Body<BotPatch>, SystemGrant<CreateBot>>,
) -> Result<Created<Bot>> {
    Ok(Created(app.create_bot(grant, wish).await?))
}

/// `GET /bots/{bot_user_id}`
async fn get_bot(app: App, OnBot(grant): OnBot<ReadBot>, query: Query) -> Result<Etagged> {
    Ok(Etagged::of(&app.bot(grant, query.flag("include_deleted")).await?))
}

/// `PUT /bots/{bot_user_id}`
async fn patch_bot(
    app: App,
    Judged(Body(patch), OnBot(grant)): Judged<Body<BotPatch>, OnBot<ManageBot>>,
) -> Result<Json<Bot>> {
    Ok(Json(app.patch_bot(grant, patch).await?))
}

/// `POST /bots/{bot_user_id}/disable`
async fn disable_bot(app: App, OnBot(grant): OnBot<ManageBot>) -> Result<Json<Bot>> {
    Ok(Json(app.switch_bot(grant, false).await?))
}

/// `POST /bots/{bot_user_id}/enable`
async fn enable_bot(app: App, OnBot(grant): OnBot<ManageBot>) -> Result<Json<Bot>> {
    Ok(Json(app.switch_bot(grant, true).await?))
}

/// `POST /bots/{bot_user_id}/assign/{user_id}`
async fn assign_bot(app: App, OnBot(grant): OnBot<ManageBot>, UserText(owner): UserText) -> Result<Json<Bot>> {
    let owner = match owner.as_str() {
        "me" => grant.actor().id(),
        other => Id::parse(other).ok_or_else(|| invalid_url("user_id"))?,
    };
    Ok(Json(app.assign_bot(grant, owner).await?))
}

/// `POST /bots/{bot_user_id}/convert_to_user`
async fn convert_to_user(
    app: App,
    OnBot(grant): OnBot<ConvertBot>,
    query: Query,
    RawBody(body): RawBody,
) -> Result<Json<Value>> {
    let patch: UserPatch = json::decode(&body).map_err(|_| invalid_body("userPatch"))?;
    let user = app.convert_bot_to_user(grant, patch, query.flag("set_system_admin")).await?;
    Ok(Json(serde_json::json!(user.view(Audience::Oneself))))
}
