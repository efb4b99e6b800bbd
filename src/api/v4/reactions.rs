//! Reactions to posts.

use std::collections::HashMap;

use crate::api::call::{Body, Call, FromCall, Ids, Input, Json, StatusOk};
use crate::api::routes::{Route, delete, get, post};
use crate::app::App;
use crate::auth::posts::{React, ReadReactions, Unreact};
use crate::auth::{Actor, PostGrant};
use crate::model::Id;
use crate::model::errors::{Result, invalid_url, posts as codes};
use crate::model::reactions::{Reaction, ReactionInput};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/reactions", react),
        get("/api/v4/posts/{post_id}/reactions", list_reactions),
        post("/api/v4/posts/ids/reactions", list_reactions_of),
        delete("/api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}", unreact),
    ]
}

impl Input for ReactionInput {
    const NAME: &'static str = "reaction";
}

/// `POST /reactions`
async fn react(app: App, actor: Actor, Body(input): Body<ReactionInput>) -> Result<Json<Reaction>> {
    let named = (1..=64).contains(&input.emoji_name.len());
    if input.user_id.is_none() || input.post_id.is_none() || !named {
        return codes::REACTION_INVALID.err();
    }
    if input.user_id != actor.id() {
        return codes::REACTION_OTHER_USER.err();
    }
    let grant = app.auth.post::<React>(actor, input.post_id).await?;
    Ok(Json(app.react(grant, input.emoji_name).await?))
}

/// Whose reaction is taken back, and which.
struct Taken {
    user: Id,
    emoji_name: String,
}

impl FromCall for Taken {
    async fn from_call(call: &Call) -> Result<Self> {
        let user = match call.param("user_id") {
            "me" => Id::NONE,
            _ => call.id_param("user_id")?,
        };
        let emoji_name = call.param("emoji_name");
        if emoji_name.len() > 64 {
            return Err(invalid_url("emoji_name"));
        }
        Ok(Taken { user, emoji_name: emoji_name.to_owned() })
    }
}

/// `DELETE /users/{user_id}/posts/{post_id}/reactions/{emoji_name}`
async fn unreact(app: App, grant: PostGrant<Unreact>, taken: Taken) -> Result<StatusOk> {
    let user = taken.user.some().unwrap_or(grant.actor().id());
    app.unreact(grant, user, taken.emoji_name).await?;
    Ok(StatusOk)
}

/// `GET /posts/{post_id}/reactions`
async fn list_reactions(app: App, grant: PostGrant<ReadReactions>) -> Result<Json<Option<Vec<Reaction>>>> {
    Ok(Json(app.reactions(&grant).await?))
}

/// `POST /posts/ids/reactions`
async fn list_reactions_of(app: App, actor: Actor, ids: Ids) -> Result<Json<HashMap<Id, Vec<Reaction>>>> {
    if ids.0.is_empty() {
        return codes::REACTION_BULK.err();
    }
    Ok(Json(app.reactions_of(&actor, ids.parsed("post_ids")?).await?))
}
