//! Groups of people that can be mentioned together.

mod places;
mod syncables;

use serde::Serialize;
use serde_json::{Value, json};

use crate::api::call::{Body, Call, Created, FromCall, GroupId, Ids, Input, Json, Page, Query};
use crate::api::routes::{Route, delete, get, post, put};
use crate::api::v4::users::People;
use crate::app::App;
use crate::app::groups::{Archived, Details, GroupSearch, Wanted};
use crate::auth::groups::{
    DeleteGroup, EditGroup, GroupAction, GroupGrant, InspectGroups, ManageGroup, ReadGroup, ReadGroupMembers,
    RestoreGroup, SeeGroupsOf,
};
use crate::auth::{Actor, SystemGrant, UserGrant};
use crate::model::Id;
use crate::model::errors::{Result, invalid_body};
use crate::model::groups::{Group, GroupInput, GroupMember, GroupPatch, GroupPeople, Syncable};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    let routes = vec![
        get("/api/v4/groups", groups),
        post("/api/v4/groups", create_group),
        post("/api/v4/groups/names", groups_by_names),
        get("/api/v4/groups/{group_id}", group),
        delete("/api/v4/groups/{group_id}", delete_group),
        put("/api/v4/groups/{group_id}/patch", patch_group),
        post("/api/v4/groups/{group_id}/restore", restore_group),
        get("/api/v4/groups/{group_id}/stats", stats),
        get("/api/v4/groups/{group_id}/members", members),
        post("/api/v4/groups/{group_id}/members", add_members),
        delete("/api/v4/groups/{group_id}/members", remove_members),
        get("/api/v4/users/{user_id}/groups", groups_of_user),
    ];
    [routes, places::routes(), syncables::routes()].into_iter().flatten().collect()
}

impl Input for GroupInput {
    const NAME: &'static str = "group";
}

impl Input for GroupPatch {
    const NAME: &'static str = "group";
}

impl Input for GroupPeople {
    const NAME: &'static str = "user_ids";
}

impl<A> crate::api::call::Proof for GroupGrant<A> {}

impl<A: GroupAction> FromCall for GroupGrant<A> {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        call.app.auth.group(actor, call.id_param("group_id")?).await
    }
}

/// The team or channel of a path.
struct PlaceOf(Syncable);

impl FromCall for PlaceOf {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(PlaceOf(match call.param("channel_id") {
            "" => Syncable::Team(call.id_param("team_id")?),
            _ => Syncable::Channel(call.id_param("channel_id")?),
        }))
    }
}

impl FromCall for GroupSearch {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let page = Page::of(&query);
        let id = |name: &str| Id::parse(query.get(name));
        let since = match query.get("since") {
            "" => 0,
            text => text.parse().map_err(|_| invalid_body("since"))?,
        };
        let archived = match (query.flag("filter_archived"), query.flag("include_archived")) {
            (true, _) => Archived::Only,
            (_, true) => Archived::Also,
            _ => Archived::No,
        };
        let wanted = Wanted {
            from_directory: query.get("only_syncable_sources") == "true",
            term: query.get("q").to_owned(),
            source: query.get("group_source").to_owned(),
            referenceable: query.flag("filter_allow_reference"),
            member: id("filter_has_member"),
            not_of_team: id("not_associated_to_team"),
            not_of_channel: id("not_associated_to_channel"),
            since,
            archived,
            offset: page.offset(),
            limit: page.limit(),
            ..Wanted::default()
        };
        let details = Details {
            in_channel: id("include_channel_member_count"),
            timezones: query.flag("include_timezones"),
            ..Details::of(&query)
        };
        Ok(GroupSearch { wanted, details, of_parent_team: query.flag("filter_parent_team_permitted") })
    }
}

impl Details {
    fn of(query: &Query) -> Details {
        Details {
            member_count: query.flag("include_member_count"),
            member_ids: query.flag("include_member_ids"),
            ..Details::default()
        }
    }
}

/// `GET /groups`
async fn groups(app: App, actor: Actor, search: GroupSearch, query: Query) -> Result<Json<Value>> {
    let (groups, total) = app.groups(actor, search).await?;
    Ok(Json(match query.flag("include_total_count") {
        true => json!({ "groups": groups, "total_count": total }),
        false => json!(groups),
    }))
}

/// `POST /groups`
async fn create_group(app: App, actor: Actor, Body(input): Body<GroupInput>) -> Result<Created<Group>> {
    app.create_group_of_people(actor, input).await.map(Created)
}

/// `POST /groups/names`
async fn groups_by_names(app: App, actor: Actor, names: Ids) -> Result<Json<Vec<Group>>> {
    app.groups_by_names(&actor, names.0).await.map(Json)
}

/// `GET /groups/{group_id}`
async fn group(app: App, grant: GroupGrant<ReadGroup>, query: Query) -> Result<Json<Group>> {
    app.group(grant, Details::of(&query)).await.map(Json)
}

/// `PUT /groups/{group_id}/patch`
async fn patch_group(app: App, grant: GroupGrant<EditGroup>, Body(patch): Body<GroupPatch>) -> Result<Json<Group>> {
    app.patch_group(grant, patch).await.map(Json)
}

/// `DELETE /groups/{group_id}`
async fn delete_group(app: App, grant: GroupGrant<DeleteGroup>) -> Result<Json<Group>> {
    app.delete_group(grant).await.map(Json)
}

/// `POST /groups/{group_id}/restore`
async fn restore_group(app: App, grant: GroupGrant<RestoreGroup>) -> Result<Json<Group>> {
    app.restore_group(grant).await.map(Json)
}

/// `GET /groups/{group_id}/stats`
async fn stats(app: App, grant: SystemGrant<InspectGroups>, GroupId(group): GroupId) -> Result<Json<Value>> {
    let total = app.count_group(grant, group).await?;
    Ok(Json(json!({ "group_id": group, "total_member_count": total })))
}

/// A page of members.
#[derive(Serialize)]
struct Members {
    members: People,
    total_member_count: i64,
}

/// `GET /groups/{group_id}/members`
async fn members(app: App, grant: GroupGrant<ReadGroupMembers>, page: Page) -> Result<Json<Members>> {
    let audience = app.audience_in_lists(grant.actor());
    let (found, total_member_count) = app.group_members(grant, (page.offset(), page.limit())).await?;
    Ok(Json(Members { members: People(found, audience), total_member_count }))
}

/// `POST /groups/{group_id}/members`
async fn add_members(
    app: App,
    grant: GroupGrant<ManageGroup>,
    Body(people): Body<GroupPeople>,
) -> Result<Json<Vec<GroupMember>>> {
    app.add_group_members(grant, &people.user_ids).await.map(Json)
}

/// `DELETE /groups/{group_id}/members`
async fn remove_members(
    app: App,
    grant: GroupGrant<ManageGroup>,
    Body(people): Body<GroupPeople>,
) -> Result<Json<Vec<GroupMember>>> {
    app.remove_group_members(grant, &people.user_ids).await.map(Json)
}

/// `GET /users/{user_id}/groups`
async fn groups_of_user(app: App, grant: UserGrant<SeeGroupsOf>) -> Result<Json<Vec<Group>>> {
    app.groups_of(grant).await.map(Json)
}
