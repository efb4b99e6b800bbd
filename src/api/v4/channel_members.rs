//! Who is in which channel.

use serde_json::Value;

use crate::api::call::{Call, Created, FromCall, Raw, Reply};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::channels::{AddInput, Added};
use crate::auth::channels::AddMembers;
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{ChannelGrant, TeamGrant, UserGrant};
use crate::model::errors::{Result, invalid_body};
use crate::model::{Id, json};

/// The most people that are added at once.
const MOST_ADDED: usize = 1000;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/channels/{channel_id}/members", add_members),
        get("/api/v4/users/{user_id}/teams/{team_id}/channels/members", get_memberships_in_team),
    ]
}

impl FromCall for AddInput {
    /// `{"user_id": …}` or `{"user_ids": […]}`, with `post_root_id` perhaps.
    async fn from_call(call: &Call) -> Result<Self> {
        let body: serde_json::Map<String, Value> =
            json::decode(&call.body).map_err(|_| invalid_body("channel_member"))?;
        let root = match body.get("post_root_id").and_then(Value::as_str) {
            None | Some("") => None,
            Some(text) => Some(Id::parse(text).ok_or_else(|| invalid_body("post_root_id"))?),
        };
        let single = body.get("user_id").is_some_and(|value| !value.is_null());
        let given: &[Value] = match (body.get("user_ids"), body.get("user_id")) {
            (Some(Value::Array(several)), _) => several,
            (None | Some(Value::Null), Some(one)) => std::slice::from_ref(one),
            _ => return Err(invalid_body("user_ids")),
        };
        if given.len() > MOST_ADDED {
            return Err(invalid_body("user_ids"));
        }
        let name = if single { "user_id" } else { "user_ids" };
        let ids = given.iter().map(|value| value.as_str().and_then(Id::parse).ok_or_else(|| invalid_body(name)));
        let mut users: Vec<Id> = ids.collect::<Result<_>>()?;
        let mut seen = std::collections::HashSet::new();
        users.retain(|id| seen.insert(*id));
        Ok(AddInput { users, root, single })
    }
}

/// `POST /channels/{channel_id}/members`
async fn add_members(app: App, grant: ChannelGrant<AddMembers>, input: AddInput) -> Result<Reply> {
    Ok(match app.add_members(grant, input).await? {
        Added::One(member) => Created(member).into(),
        Added::Several(members) => Created(members).into(),
    })
}

/// `GET /users/{user_id}/teams/{team_id}/channels/members`
async fn get_memberships_in_team(app: App, whose: (UserGrant<ActAs>, TeamGrant<ViewTeam>)) -> Result<Raw> {
    Ok(Raw(app.memberships_of(whose.0, whose.1).await?))
}
