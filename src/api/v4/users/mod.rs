//! People.

mod account;
mod inactive;
mod lists;
mod pictures;
mod view;

pub use view::People;

use std::sync::Arc;

use crate::api::call::{
    Body, Call, Created, Etagged, FromCall, Input, Json, Judged, Query, Reply, StatusOk, UserParam, Visitor,
};
use crate::api::routes::{Route, get, post, put};
use crate::app::App;
use crate::app::users::Door;
use crate::auth::users::{EditUser, PatchUser, SeeUser, TypeAs};
use crate::auth::{Actor, UserGrant};
use crate::model::errors::{Result, invalid_body};
use crate::model::users::{Audience, UserInput, UserPatch, is_valid_username};

use view::Shown;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    let own = vec![
        post("/api/v4/users", create_user),
        get("/api/v4/users/me", get_me),
        get("/api/v4/users/{user_id}", get_user),
        put("/api/v4/users/{user_id}", replace_user).on_record(),
        put("/api/v4/users/{user_id}/patch", patch_user).on_record(),
        get("/api/v4/users/username/{username}", get_user_by_name),
        get("/api/v4/users/email/{email}", get_user_by_email),
        post("/api/v4/users/{user_id}/typing", say_typing),
    ];
    [own, account::routes(), inactive::routes(), lists::routes(), pictures::routes()].concat()
}

impl Input for UserInput {
    const NAME: &'static str = "user";
}

impl Input for UserPatch {
    const NAME: &'static str = "user";
}

/// `POST /users`
async fn create_user(app: App, visitor: Visitor, Body(input): Body<UserInput>, query: Query) -> Result<Created<Shown>> {
    let door = door(visitor, &query);
    let user = app.create_user(door, input).await?;
    Ok(Created(Shown(Arc::new(user), Audience::Oneself)))
}

/// The door somebody comes through: an invitation comes before what they are (auth.md §9).
fn door(visitor: Visitor, query: &Query) -> Door {
    match (query.get("t"), query.get("iid"), visitor.0) {
        ("", "", Some(actor)) if actor.is_admin() => Door::Admin(actor),
        ("", "", _) => Door::Open,
        ("", invite_id, _) => Door::InviteId(invite_id.to_owned()),
        (token, ..) => Door::Token(token.to_owned()),
    }
}

/// `GET /users/me`
async fn get_me(app: App, actor: Actor) -> Result<Etagged> {
    Ok(Etagged(app.own_profile(&actor).await?))
}

/// `GET /users/{user_id}`
async fn get_user(app: App, grant: UserGrant<SeeUser>) -> Result<Reply> {
    Ok(profile(Shown(grant.user().clone(), app.audience(&grant))))
}

/// A profile, with a tag by which a client that has it is spared another copy.
fn profile(shown: Shown) -> Reply {
    let tag = format!("\"{}\"", shown.tag());
    Reply::from(Json(shown)).header("etag", &tag)
}

/// `{username}`
struct Name(String);

impl FromCall for Name {
    async fn from_call(call: &Call) -> Result<Self> {
        let name = call.param("username");
        if is_valid_username(name) || name.is_empty() {
            Ok(Name(name.to_owned()))
        } else {
            Err(invalid_body("username"))
        }
    }
}

/// `GET /users/username/{username}`
async fn get_user_by_name(app: App, actor: Actor, name: Name) -> Result<Reply> {
    let grant = app.find_by_username(actor, name.0).await?;
    Ok(profile(Shown(grant.user().clone(), app.audience(&grant))))
}

/// `{email}`
struct Address(String);

impl FromCall for Address {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Address(call.param("email").to_owned()))
    }
}

/// `GET /users/email/{email}`: a stranger's view even of oneself (surprises.md, Users).
async fn get_user_by_email(app: App, actor: Actor, address: Address) -> Result<Reply> {
    let audience = app.audience_in_lists(&actor);
    Ok(profile(Shown(app.find_by_email(actor, &address.0).await?, audience)))
}

/// `PUT /users/{user_id}`
async fn replace_user(app: App, actor: Actor, id: UserParam, Body(input): Body<UserInput>) -> Result<Json<Shown>> {
    let id = id.of(&actor);
    if input.id != id.as_str() {
        return Err(invalid_body("user_id"));
    }
    let grant = app.auth.user::<EditUser>(actor, id).await?;
    Ok(Json(Shown(Arc::new(app.replace_user(grant, input).await?), Audience::Oneself)))
}

/// `PUT /users/{user_id}/patch`
async fn patch_user(app: App, actor: Actor, id: UserParam, Body(patch): Body<UserPatch>) -> Result<Json<Shown>> {
    let id = id.of(&actor);
    let grant = app.auth.user::<PatchUser>(actor, id).await?;
    Ok(Json(Shown(Arc::new(app.patch_user(grant, patch).await?), Audience::Oneself)))
}

/// What a client says of its typing.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Typing {
    channel_id: String,
    parent_id: String,
}

impl Input for Typing {
    const NAME: &'static str = "typing";
}

/// `POST /users/{user_id}/typing`
async fn say_typing(
    app: App,
    Judged(Body(typing), grant): Judged<Body<Typing>, UserGrant<TypeAs>>,
) -> Result<StatusOk> {
    app.type_as(grant, &typing.channel_id, typing.parent_id).await?;
    Ok(StatusOk)
}
