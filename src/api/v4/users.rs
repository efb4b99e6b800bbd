//! People.

use crate::api::call::{Body, Created, Input, Json, Query, Visitor};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::users::Door;
use crate::auth::Actor;
use crate::model::errors::Result;
use crate::model::users::{Audience, UserInput};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![post("/api/v4/users", create_user), get("/api/v4/users/me", get_me)]
}

impl Input for UserInput {
    const NAME: &'static str = "user";
}

/// `POST /users`
async fn create_user(
    app: App,
    visitor: Visitor,
    Body(input): Body<UserInput>,
    query: Query,
) -> Result<Created<serde_json::Value>> {
    let door = door(visitor, &query);
    let user = app.create_user(door, input).await?;
    Ok(Created(serde_json::json!(user.view(Audience::Oneself))))
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
async fn get_me(_: App, actor: Actor) -> Result<Json<serde_json::Value>> {
    Ok(Json(serde_json::json!(actor.user().view(Audience::Oneself))))
}
