//! The groups of teams and channels.

use serde_json::{Value, json};

use super::PlaceOf;
use crate::api::call::{Call, FromCall, Json, Judged, Page, Query};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::app::groups::TiedSearch;
use crate::auth::channels::ReadChannel;
use crate::auth::groups::{SeeGroupsOfChannel, SeeGroupsOfTeam};
use crate::auth::system::CompareGroups;
use crate::auth::{ChannelGrant, SystemGrant, TeamGrant};
use crate::model::Id;
use crate::model::errors::{Result, invalid_body};
use crate::model::groups::ChannelCount;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/teams/{team_id}/groups", groups_of_team),
        get("/api/v4/teams/{team_id}/groups_by_channels", groups_by_channels),
        get("/api/v4/teams/{team_id}/members_minus_group_members", outside),
        get("/api/v4/channels/{channel_id}/members_minus_group_members", outside),
        get("/api/v4/channels/{channel_id}/groups", groups_of_channel),
        get("/api/v4/channels/{channel_id}/member_counts_by_group", counts_in_channel),
    ]
}

impl FromCall for TiedSearch {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let page = Page::of(&query);
        let paged = !query.is_off("paginate");
        let whole = |number: i64| usize::try_from(number).unwrap_or_default();
        Ok(TiedSearch {
            term: query.get("q").to_owned(),
            referenceable: query.flag("filter_allow_reference"),
            member_count: query.flag("include_member_count"),
            page: paged.then(|| (whole(page.offset()), whole(page.limit()))),
        })
    }
}

/// `GET /teams/{team_id}/groups`
async fn groups_of_team(app: App, grant: TeamGrant<SeeGroupsOfTeam>, search: TiedSearch) -> Result<Json<Value>> {
    let (groups, total) = app.groups_of_team(grant, search).await?;
    Ok(Json(json!({ "groups": groups, "total_group_count": total })))
}

/// `GET /teams/{team_id}/groups_by_channels`
async fn groups_by_channels(app: App, grant: TeamGrant<SeeGroupsOfTeam>, search: TiedSearch) -> Result<Json<Value>> {
    let groups = app.groups_by_channels(grant, search).await?;
    Ok(Json(json!({ "groups": groups })))
}

/// `GET /channels/{channel_id}/groups`
async fn groups_of_channel(
    app: App,
    grant: ChannelGrant<SeeGroupsOfChannel>,
    search: TiedSearch,
) -> Result<Json<Value>> {
    let (groups, total) = app.groups_of_channel(grant, search).await?;
    Ok(Json(json!({ "groups": groups, "total_group_count": total })))
}

/// `GET /channels/{channel_id}/member_counts_by_group`
async fn counts_in_channel(
    app: App,
    grant: ChannelGrant<ReadChannel>,
    query: Query,
) -> Result<Json<Vec<ChannelCount>>> {
    app.group_counts_in(grant, query.flag("include_timezones")).await.map(Json)
}

/// `group_ids`, separated by commas; at least one.
struct GroupIds(Vec<Id>);

impl FromCall for GroupIds {
    async fn from_call(call: &Call) -> Result<Self> {
        let ids: Option<Vec<Id>> = call.query("group_ids").split(',').map(|text| Id::parse(text.trim())).collect();
        ids.map(GroupIds).ok_or_else(|| invalid_body("group_ids"))
    }
}

/// `GET /teams/{team_id}/members_minus_group_members`, and the same for channels
async fn outside(
    app: App,
    Judged(GroupIds(groups), grant): Judged<GroupIds, SystemGrant<CompareGroups>>,
    PlaceOf(place): PlaceOf,
    page: Page,
) -> Result<Json<Value>> {
    let (users, total) = app.members_outside(grant, place, groups, (page.offset(), page.limit())).await?;
    Ok(Json(json!({ "users": users, "total_count": total })))
}
