//! Lists, searches and counts of people.

use std::collections::BTreeMap;

use serde::Serialize;

use super::view::People;
use crate::api::call::{Body, Call, Etagged, FromCall, Ids, Input, Json, Judged, Page, Query, Reply};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::users::{Listing, SearchWish};
use crate::auth::system::CountPeople;
use crate::auth::{Actor, SystemGrant};
use crate::model::Id;
use crate::model::errors::{Result, context, invalid_body};

/// The routes of lists.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/users", list_users),
        post("/api/v4/users/ids", get_users_by_ids),
        post("/api/v4/users/usernames", get_users_by_usernames),
        post("/api/v4/users/group_channels", get_members_of_groups),
        post("/api/v4/users/search", search_users),
        get("/api/v4/users/autocomplete", autocomplete_users),
        get("/api/v4/users/known", get_known_users),
        get("/api/v4/users/stats", count_users),
        get("/api/v4/users/stats/filtered", count_filtered),
    ]
}

/// The parameters of a list.
fn listing(query: &Query) -> Listing {
    let (text, page) = (|name: &str| query.get(name).to_owned(), Page::of(query));
    Listing {
        in_team: text("in_team"),
        not_in_team: text("not_in_team"),
        in_channel: text("in_channel"),
        not_in_channel: text("not_in_channel"),
        in_group: text("in_group"),
        not_in_group: text("not_in_group"),
        without_team: query.flag("without_team"),
        active: query.flag("active"),
        inactive: query.flag("inactive"),
        sort: text("sort"),
        role: text("role"),
        roles: text("roles"),
        team_roles: text("team_roles"),
        channel_roles: text("channel_roles"),
        offset: page.offset(),
        limit: page.limit(),
    }
}

/// `GET /users`; clients keep the members of a team, and those outside of it.
async fn list_users(app: App, actor: Actor, query: Query) -> Result<Reply> {
    let listing = listing(&query);
    let tagged = listing.is_kept_by_clients();
    let written = app.list_users(actor, listing).await?;
    Ok(if tagged { Etagged(written).into() } else { written.into() })
}

/// `POST /users/ids`
async fn get_users_by_ids(app: App, actor: Actor, ids: Ids, query: Query) -> Result<Json<People>> {
    let ids = ids.texts("user_ids")?.iter().filter_map(|text| Id::parse(text)).collect();
    let since = match query.get("since") {
        "" => 0,
        since => since.parse().map_err(|_| invalid_body("since"))?,
    };
    Ok(Json(People(app.users_by_ids(&actor, ids, since).await?, app.audience_in_lists(&actor))))
}

/// `POST /users/usernames`
async fn get_users_by_usernames(app: App, actor: Actor, names: Ids) -> Result<Json<People>> {
    let names = names.texts("usernames")?;
    Ok(Json(People(app.users_by_usernames(&actor, names).await?, app.audience_in_lists(&actor))))
}

/// `POST /users/group_channels`: groups that one is not in are left out.
async fn get_members_of_groups(app: App, actor: Actor, ids: Ids) -> Result<Json<BTreeMap<Id, People>>> {
    let ids = ids.texts("channel_ids").map_err(|_| context::PAYLOAD_PARSE.error())?;
    let groups = ids.iter().filter_map(|text| Id::parse(text)).collect();
    let members = app.members_of_groups(&actor, groups).await?;
    let audience = app.audience_in_lists(&actor);
    Ok(Json(members.into_iter().map(|(group, people)| (group, People(people, audience))).collect()))
}

impl Input for SearchWish {
    const NAME: &'static str = "props";
}

/// `POST /users/search`
async fn search_users(app: App, actor: Actor, Body(wish): Body<SearchWish>) -> Result<Json<People>> {
    let audience = app.audience_in_lists(&actor);
    Ok(Json(People(app.search_users(actor, wish).await?, audience)))
}

/// The answer of an autocompletion.
#[derive(Serialize)]
struct Fitting {
    users: People,
    #[serde(skip_serializing_if = "Option::is_none")]
    out_of_channel: Option<People>,
}

/// The most names completed at once, and how many there are if nothing is said.
const COMPLETIONS: (i64, i64) = (1000, 100);

/// How many names are to be completed; what is no number counts as none.
fn completions(query: &Query) -> Result<i64> {
    let (most, usual) = COMPLETIONS;
    match query.get("limit") {
        "" => Ok(usual),
        _ => match query.int("limit").unwrap_or(0) {
            ..0 => Err(invalid_body("limit")),
            limit => Ok(limit.min(most)),
        },
    }
}

/// `GET /users/autocomplete`
async fn autocomplete_users(app: App, actor: Actor, query: Query) -> Result<Json<Fitting>> {
    let limit = completions(&query)?;
    let audience = app.audience_in_lists(&actor);
    let (team, channel, name) = (query.get("in_team"), query.get("in_channel"), query.get("name"));
    let found = app.autocomplete_users(actor, team, channel, name, limit).await?;
    let others = Some(found.out_of_channel).filter(|people| !people.is_empty());
    let out_of_channel = others.map(|people| People(people, audience));
    Ok(Json(Fitting { users: People(found.users, audience), out_of_channel }))
}

/// `GET /users/known`
async fn get_known_users(app: App, actor: Actor) -> Result<Json<Vec<Id>>> {
    Ok(Json(app.known_users(&actor).await?))
}

/// A number of people.
#[derive(Serialize)]
struct Count {
    total_users_count: i64,
}

/// `GET /users/stats`
async fn count_users(app: App, actor: Actor) -> Result<Json<Count>> {
    Ok(Json(Count { total_users_count: app.count_users(&actor).await? }))
}

/// Whom to count; roles need not exist, but be names of roles.
struct Counted(Listing);

impl FromCall for Counted {
    async fn from_call(call: &Call) -> Result<Self> {
        let listing = listing(&Query::from_call(call).await?);
        listing.named_roles().map(|_| Counted(listing))
    }
}

/// `GET /users/stats/filtered`
async fn count_filtered(
    app: App,
    Judged(Counted(listing), grant): Judged<Counted, SystemGrant<CountPeople>>,
    query: Query,
) -> Result<Json<Count>> {
    let (bots, deleted) = (query.flag("include_bots"), query.flag("include_deleted"));
    let total_users_count = app.count_filtered(grant, listing, bots, deleted).await?;
    Ok(Json(Count { total_users_count }))
}
