//! Finding channels.

use serde::Deserialize;

use crate::api::call::{Body, Call, FromCall, Input, Page, Query, Raw};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::channels::ChannelSearch;
use crate::auth::system::FindChannels;
use crate::auth::teams::ListChannels;
use crate::auth::{Actor, SystemGrant, TeamGrant};
use crate::model::Id;
use crate::model::errors::{Result, invalid_body};

/// The most that a search of all teams answers when no page is asked for.
const MOST: i64 = 100;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/channels", get_all),
        post("/api/v4/channels/search", search_all),
        get("/api/v4/teams/{team_id}/channels/autocomplete", complete),
        post("/api/v4/teams/{team_id}/channels/search", search_in_team),
        get("/api/v4/teams/{team_id}/channels/search_autocomplete", complete_own),
    ]
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Search {
    term: String,
    team_ids: Vec<String>,
    public: bool,
    private: bool,
    deleted: bool,
    include_deleted: bool,
    exclude_default_channels: bool,
    group_constrained: bool,
    exclude_group_constrained: bool,
    page: Option<i64>,
    per_page: Option<i64>,
}

impl Input for Search {
    const NAME: &'static str = "channel_search";
}

impl From<Search> for ChannelSearch {
    fn from(search: Search) -> ChannelSearch {
        let page = search.page.zip(search.per_page).map(|(page, per_page)| {
            let per_page = per_page.clamp(0, MOST);
            (page.clamp(0, 1_000_000) * per_page, per_page)
        });
        ChannelSearch {
            term: search.term,
            teams: search.team_ids.iter().filter_map(|id| Id::parse(id)).collect(),
            public: search.public,
            private: search.private,
            archived_only: search.deleted,
            with_archived: search.include_deleted,
            without_standard: search.exclude_default_channels,
            group_constrained: search.group_constrained,
            not_group_constrained: search.exclude_group_constrained,
            slice: page.unwrap_or((0, MOST)),
            counted: page.is_some(),
        }
    }
}

/// `{team_id}` of a path and the term of a query.
struct Completion {
    team: Id,
    term: String,
}

impl FromCall for Completion {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Completion { team: call.id_param("team_id")?, term: call.query("name") })
    }
}

/// `GET /channels`
async fn get_all(app: App, grant: SystemGrant<FindChannels>, query: Query) -> Result<Raw> {
    let page = Page::of(&query);
    let search = ChannelSearch {
        with_archived: query.flag("include_deleted"),
        without_standard: query.flag("exclude_default_channels"),
        slice: (page.offset(), page.limit()),
        counted: query.flag("include_total_count"),
        ..ChannelSearch::default()
    };
    Ok(Raw(app.search_all_channels(grant, search).await?))
}

/// `POST /channels/search`: for administrators among all channels, else among those of one's own teams.
async fn search_all(app: App, actor: Actor, Body(wanted): Body<Search>, query: Query) -> Result<Raw> {
    let console = match query.get("system_console") {
        "" => true,
        text => text.to_ascii_lowercase().parse::<bool>().map_err(|_| invalid_body("system_console"))?,
    };
    if !console {
        return Ok(Raw(app.search_own_channels(actor, wanted.term).await?));
    }
    let mut search = ChannelSearch::from(wanted);
    search.with_archived |= query.flag("include_deleted");
    let grant: SystemGrant<FindChannels> = app.auth.system(actor)?;
    Ok(Raw(app.search_all_channels(grant, search).await?))
}

/// `POST /teams/{team_id}/channels/search`
async fn search_in_team(app: App, actor: Actor, at: Completion, Body(wanted): Body<Search>) -> Result<Raw> {
    Ok(Raw(app.search_channels(actor, at.team, wanted.term).await?))
}

/// `GET /teams/{team_id}/channels/autocomplete`
async fn complete(app: App, grant: TeamGrant<ListChannels>, at: Completion) -> Result<Raw> {
    Ok(Raw(app.complete_channel(grant, at.term).await?))
}

/// `GET /teams/{team_id}/channels/search_autocomplete`
async fn complete_own(app: App, actor: Actor, at: Completion) -> Result<Raw> {
    Ok(Raw(app.complete_own_channel(actor, at.team, at.term).await?))
}
