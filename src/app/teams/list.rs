//! Finding teams.

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::app::teams::read::seen_by;
use crate::auth::Actor;
use crate::model::errors::{Result, teams as codes};
use crate::model::permissions::Permission;
use crate::model::teams::Team;
use crate::store;
use crate::store::teams::{Listed, Wanted};

/// A page of teams, if the total was asked for.
#[derive(Debug, Serialize)]
pub struct TeamPage {
    /// The teams of this page.
    pub teams: Vec<Team>,
    /// How many there are on all pages.
    pub total_count: i64,
}

/// Teams as they are answered: with their total, or as a list alone.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Found {
    /// The list alone.
    List(Vec<Team>),
    /// With the total.
    Page(TeamPage),
}

impl Found {
    fn of(teams: Vec<Team>, total_count: Option<i64>) -> Found {
        match total_count {
            Some(total_count) => Found::Page(TeamPage { teams, total_count }),
            None => Found::List(teams),
        }
    }
}

/// `POST /teams/search`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TeamSearch {
    /// Part of a name or display name, in any case.
    pub term: String,
    /// Only teams that are open, or only those that are not.
    pub allow_open_invite: Option<bool>,
    /// Only teams that groups decide on, or only the others.
    pub group_constrained: Option<bool>,
    /// Page, from 0.
    pub page: Option<i64>,
    /// Teams a page.
    pub per_page: Option<i64>,
    /// Whether to leave out teams that a retention policy is for; administrators alone may ask, even to say no.
    pub exclude_policy_constrained: Option<bool>,
}

/// Which teams the actor may find besides their own; `None` for none.
fn listed(actor: &Actor) -> Option<Listed> {
    match (actor.may(Permission::list_public_teams), actor.may(Permission::list_private_teams)) {
        (true, true) => Some(Listed::All),
        (true, false) => Some(Listed::Public),
        (false, true) => Some(Listed::Private),
        (false, false) => None,
    }
}

fn may_see_policies(actor: &Actor) -> Result<()> {
    actor.need(Permission::sysconsole_read_compliance_data_retention_policy)
}

impl App {
    /// A page of the teams that the actor may find, by display name.
    pub async fn list_teams(
        &self,
        actor: Actor,
        (offset, limit): (i64, i64),
        with_total: bool,
        by_policy: bool,
    ) -> Result<Found> {
        if by_policy {
            may_see_policies(&actor)?;
        }
        // Here being open counts alone, not the type (permissions.md §5 "Teams").
        let open = match listed(&actor).ok_or(codes::LIST_FORBIDDEN)? {
            Listed::All => None,
            Listed::Public => Some(true),
            Listed::Private => Some(false),
        };
        let wanted = Wanted { open, page: Some((offset, limit)), ..Wanted::default() };
        self.found_teams(&actor, wanted, with_total).await
    }

    /// The teams whose name or display name holds a text.
    pub async fn search_teams(&self, actor: Actor, search: TeamSearch) -> Result<Found> {
        if search.exclude_policy_constrained.is_some() {
            may_see_policies(&actor)?;
        }
        let Some(listed) = listed(&actor) else { return Ok(Found::List(Vec::new())) };
        let asks_for_page = search.page.is_some() || search.per_page.is_some();
        match listed {
            Listed::Public if asks_for_page => return codes::SEARCH_PAGES.err(),
            Listed::Private if asks_for_page => return codes::SEARCH_PRIVATE_PAGES.err(),
            _ => {}
        }
        let page = search.page.zip(search.per_page);
        let page = page.map(|(page, per_page)| (page.max(0).saturating_mul(per_page.max(0)), per_page.max(0)));
        let wanted = Wanted {
            listed,
            term: search.term.to_lowercase(),
            open: search.allow_open_invite.filter(|_| listed == Listed::All),
            group_constrained: search.group_constrained.filter(|_| listed == Listed::All),
            page,
        };
        self.found_teams(&actor, wanted, page.is_some()).await
    }

    async fn found_teams(&self, actor: &Actor, wanted: Wanted, with_total: bool) -> Result<Found> {
        let (teams, total) = self
            .store
            .read(move |conn| {
                let total = if with_total { Some(store::teams::count(conn, &wanted)?) } else { None };
                Ok((store::teams::find(conn, &wanted)?, total))
            })
            .await?;
        Ok(Found::of(teams.into_iter().map(|team| seen_by(team, actor)).collect(), total))
    }

    /// Whether there is a team of that name, as far as the actor may know.
    pub async fn team_exists(&self, actor: Actor, name: String) -> Result<bool> {
        let Some(team) = self.store.read(move |conn| store::teams::by_name(conn, &name)).await? else {
            return Ok(false);
        };
        let permission =
            if team.allow_open_invite { Permission::list_public_teams } else { Permission::list_private_teams };
        Ok(actor.team_member(team.id).is_some() || actor.may(permission))
    }
}
