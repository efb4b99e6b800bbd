//! What administrators do to accounts, and closing one's own.

use serde::Deserialize;

use crate::api::call::{Body, Call, Input, Json, Query, StatusOk, StringMapBody, UserParam};
use crate::api::routes::{Route, delete, post, put};
use crate::app::App;
use crate::auth::system::ManageSystem;
use crate::auth::users::{Activate, Administer, ChangeRoles, DeactivateOneself, DeleteUser, Demote, Promote};
use crate::auth::{Actor, SystemGrant, UserGrant};
use crate::model::bots::Bot;
use crate::model::errors::{Result, invalid_body};
use crate::model::users::{UserAuth, are_valid_user_roles};
use crate::model::{Id, json};

/// The routes of accounts.
pub fn routes() -> Vec<Route> {
    vec![
        put("/api/v4/users/{user_id}/roles", change_roles).on_record_as(roles_given),
        put("/api/v4/users/{user_id}/active", switch_active).on_record_as(account_switched),
        delete("/api/v4/users/{user_id}", delete_user),
        put("/api/v4/users/{user_id}/auth", bind_to_provider).on_record(),
        post("/api/v4/users/{user_id}/convert_to_bot", convert_to_bot),
        post("/api/v4/users/{user_id}/demote", demote),
        post("/api/v4/users/{user_id}/promote", promote),
    ]
}

/// The id in a path, where `me` is whoever asks.
fn whose(call: &Call, actor: Id) -> Id {
    Id::parse(call.param("user_id")).unwrap_or(actor)
}

fn roles_given(call: &Call, actor: Id) -> Vec<String> {
    let body = json::decode_string_map(&call.body);
    let roles = body.get("roles").map_or("", String::as_str);
    vec![format!("user={} roles={roles}", whose(call, actor))]
}

fn account_switched(call: &Call, actor: Id) -> Vec<String> {
    let Active { active } = json::decode(&call.body).unwrap_or_default();
    vec![format!("user_id={} active={}", whose(call, actor), active.unwrap_or_default())]
}

/// `PUT /users/{user_id}/roles`
async fn change_roles(app: App, actor: Actor, id: UserParam, body: StringMapBody) -> Result<StatusOk> {
    let roles = body.get("roles");
    if !are_valid_user_roles(roles) {
        return Err(invalid_body("roles"));
    }
    let id = id.of(&actor);
    app.change_roles(app.auth.user::<ChangeRoles>(actor, id).await?, roles).await?;
    Ok(StatusOk)
}

/// Whether an account is to be active.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Active {
    active: Option<bool>,
}

impl Input for Active {
    const NAME: &'static str = "active";
}

/// `PUT /users/{user_id}/active`
async fn switch_active(app: App, actor: Actor, id: UserParam, Body(body): Body<Active>) -> Result<StatusOk> {
    let active = body.active.ok_or_else(|| invalid_body("active"))?;
    match id.of(&actor) {
        me if me == actor.id() && !active => {
            app.deactivate_oneself(app.auth.user::<DeactivateOneself>(actor, me).await?).await?;
        }
        id => app.activate(app.auth.user::<Activate>(actor, id).await?, active).await?,
    }
    Ok(StatusOk)
}

/// `DELETE /users/{user_id}`
async fn delete_user(app: App, grant: UserGrant<DeleteUser>, query: Query) -> Result<StatusOk> {
    match query.flag("permanent") {
        true => app.erase_user(grant).await?,
        false => app.delete_user(grant).await?,
    }
    Ok(StatusOk)
}

impl Input for UserAuth {
    const NAME: &'static str = "user";
}

/// `PUT /users/{user_id}/auth`
async fn bind_to_provider(
    app: App,
    (_, grant): (SystemGrant<ManageSystem>, UserGrant<Administer>),
    Body(auth): Body<UserAuth>,
) -> Result<Json<UserAuth>> {
    Ok(Json(app.bind_to_provider(grant, auth).await?))
}

/// `POST /users/{user_id}/convert_to_bot`
async fn convert_to_bot(app: App, grant: UserGrant<Administer>) -> Result<Json<Bot>> {
    Ok(Json(app.convert_to_bot(grant).await?))
}

/// `POST /users/{user_id}/demote`
async fn demote(app: App, grant: UserGrant<Demote>) -> Result<StatusOk> {
    app.demote(grant).await?;
    Ok(StatusOk)
}

/// `POST /users/{user_id}/promote`
async fn promote(app: App, grant: UserGrant<Promote>) -> Result<StatusOk> {
    app.promote(grant).await?;
    Ok(StatusOk)
}
