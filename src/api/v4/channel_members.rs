//! Who is in which channel.

use serde_json::Value;

use crate::api::call::{
    Body, Call, Created, FromCall, Ids, Json, Judged, Page, Query, Raw, Reply, StatusOk, StringMapBody, UserParam,
};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::app::channels::{AddInput, Added};
use crate::auth::channels::{AddMembers, ChangeMemberRoles, ReadChannel};
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{Actor, ChannelGrant, TeamGrant, UserGrant};
use crate::model::channels::ChannelMember;
use crate::model::errors::{Result, invalid_body};
use crate::model::json::{self, Written};
use crate::model::roles::SchemeRoles;
use crate::model::{Id, StringMap};

/// The most people that are added at once.
const MOST_ADDED: usize = 1000;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/channels/stats/member_count", get_member_counts),
        get("/api/v4/channels/{channel_id}/members", get_members),
        post("/api/v4/channels/{channel_id}/members", add_members),
        post("/api/v4/channels/{channel_id}/members/ids", get_members_by_ids),
        get("/api/v4/channels/{channel_id}/members/{user_id}", get_member),
        delete("/api/v4/channels/{channel_id}/members/{user_id}", remove_member),
        put("/api/v4/channels/{channel_id}/members/{user_id}/notify_props", set_notify_props),
        put("/api/v4/channels/{channel_id}/members/{user_id}/roles", set_roles),
        put("/api/v4/channels/{channel_id}/members/{user_id}/schemeRoles", set_scheme_roles),
        get("/api/v4/channels/{channel_id}/timezones", get_timezones),
        get("/api/v4/users/{user_id}/channel_members", get_memberships),
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
async fn add_members(app: App, Judged(input, grant): Judged<AddInput, ChannelGrant<AddMembers>>) -> Result<Reply> {
    Ok(match app.add_members(grant, input).await? {
        Added::One(member) => Created(member).into(),
        Added::Several(members) => Created(members).into(),
    })
}

/// `GET /users/{user_id}/teams/{team_id}/channels/members`
async fn get_memberships_in_team(app: App, whose: (UserGrant<ActAs>, TeamGrant<ViewTeam>)) -> Result<Written> {
    app.memberships_of(whose.0, whose.1).await
}

/// `{channel_id}` and `{user_id}` of a path.
struct Member {
    channel: Id,
    user: Id,
}

impl FromCall for Member {
    async fn from_call(call: &Call) -> Result<Self> {
        let channel = call.id_param("channel_id")?;
        // Only `me` needs to know who asks.
        let user = match call.param("user_id") {
            "me" => UserParam::from_call(call).await?.of(&Actor::from_call(call).await?),
            _ => call.id_param("user_id")?,
        };
        Ok(Member { channel, user })
    }
}

/// Settings by name; what is no text becomes an empty one, what is no object is empty.
struct NotifyProps(StringMap);

impl FromCall for NotifyProps {
    async fn from_call(call: &Call) -> Result<Self> {
        let body: serde_json::Map<String, Value> = json::decode(&call.body).unwrap_or_default();
        let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
        Ok(NotifyProps(body.into_iter().map(|(key, value)| (key, text(value))).collect()))
    }
}

/// `GET /channels/{channel_id}/members`
async fn get_members(app: App, grant: ChannelGrant<ReadChannel>, page: Page) -> Result<Raw> {
    Ok(Raw(app.channel_members(grant, page.offset(), page.limit()).await?))
}

/// Some people, by what should be their identifiers.
struct UserIds(Vec<String>);

impl FromCall for UserIds {
    async fn from_call(call: &Call) -> Result<Self> {
        Ids::from_call(call).await?.texts("user_ids").map(UserIds)
    }
}

/// `POST /channels/{channel_id}/members/ids`
async fn get_members_by_ids(app: App, Judged(ids, grant): Judged<UserIds, ChannelGrant<ReadChannel>>) -> Result<Raw> {
    let ids = ids.0.iter().filter_map(|id| Id::parse(id)).collect();
    Ok(Raw(app.channel_members_among(grant, ids).await?))
}

/// `GET /channels/{channel_id}/members/{user_id}`
async fn get_member(app: App, grant: ChannelGrant<ReadChannel>, of: Member) -> Result<Json<ChannelMember>> {
    Ok(Json(app.channel_member(grant, of.user).await?))
}

/// `DELETE /channels/{channel_id}/members/{user_id}`
async fn remove_member(app: App, actor: Actor, of: Member) -> Result<StatusOk> {
    app.remove_member(actor, of.channel, of.user).await?;
    Ok(StatusOk)
}

/// `PUT /channels/{channel_id}/members/{user_id}/notify_props`
async fn set_notify_props(app: App, grant: UserGrant<ActAs>, of: Member, given: NotifyProps) -> Result<StatusOk> {
    app.set_channel_notify_props(grant, of.channel, given.0).await?;
    Ok(StatusOk)
}

/// `PUT /channels/{channel_id}/members/{user_id}/roles`
async fn set_roles(
    app: App,
    grant: ChannelGrant<ChangeMemberRoles>,
    of: Member,
    body: StringMapBody,
) -> Result<StatusOk> {
    app.set_roles_by_name(grant, of.user, body.get("roles").to_owned()).await?;
    Ok(StatusOk)
}

/// `PUT /channels/{channel_id}/members/{user_id}/schemeRoles`
async fn set_scheme_roles(
    app: App,
    Judged(Body(scheme), grant): Judged<Body<SchemeRoles>, ChannelGrant<ChangeMemberRoles>>,
    of: Member,
) -> Result<StatusOk> {
    app.set_scheme_roles(grant, of.user, scheme).await?;
    Ok(StatusOk)
}

/// `GET /channels/{channel_id}/timezones`
async fn get_timezones(app: App, grant: ChannelGrant<ReadChannel>) -> Result<Json<impl serde::Serialize>> {
    Ok(Json(app.channel_timezones(grant).await?))
}

/// `POST /channels/stats/member_count`
async fn get_member_counts(app: App, actor: Actor, ids: Ids) -> Result<Json<impl serde::Serialize>> {
    Ok(Json(app.member_counts(actor, ids.0).await?))
}

/// `GET /users/{user_id}/channel_members`: page -1 asks for all, one to a line.
async fn get_memberships(app: App, grant: UserGrant<ActAs>, query: Query) -> Result<Reply> {
    if query.get("page") != "-1" {
        let page = Page::of(&query);
        return Ok(Json(app.memberships(grant, Some((page.offset(), page.limit()))).await?).into());
    }
    let mut lines = Vec::new();
    for member in app.memberships(grant, None).await? {
        lines.extend(Reply::from(Json(member)).body);
        lines.push(b'\n');
    }
    Ok(Reply::new(actix_web::http::StatusCode::OK, "application/x-ndjson", lines))
}
