//! Keeping the table.

use std::fmt::Display;

use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::events::Change;
use crate::model::channels::Channel;
use crate::model::domains::{DomainRole, DomainRule, Pattern};
use crate::model::errors::{Result, domains as codes, invalid_body};
use crate::model::teams::Team;
use crate::model::{Id, now};
use crate::store::{self, Conn, Tx};

/// The most teams, and the most channels, that one entry names.
const MOST: usize = 200;

/// An entry as it is wanted.
#[derive(Debug, Clone, Default)]
pub struct DomainInput {
    /// Teams to join at once: ids, or names in addresses.
    pub teams: Vec<String>,
    /// Teams that may be joined besides, likewise.
    pub may_join: Vec<String>,
    /// Channels to join with their team: ids, or `team/channel` by their names in addresses.
    pub channels: Vec<String>,
    /// `member` or `team_admin`; empty for the first.
    pub role: String,
    /// Whether it gives rights.
    pub enabled: bool,
}

impl App {
    /// All entries, by their domains.
    pub async fn domain_rules(&self, _: &SystemGrant<ManageSystem>) -> Result<Vec<DomainRule>> {
        Ok(self.domain_table().await?.rules().to_vec())
    }

    /// Writes the entry for these domains, new or in place of another. It holds from then on, for everybody who comes;
    /// those who are in a team stay there until their address changes.
    pub async fn set_domain_rule(
        &self,
        _: &SystemGrant<ManageSystem>,
        domain: &str,
        input: DomainInput,
    ) -> Result<DomainRule> {
        let domain = pattern(domain)?;
        let role = match input.role.as_str() {
            "" => DomainRole::default(),
            name => DomainRole::parse(name).ok_or_else(|| codes::ROLE.with(&[&name]))?,
        };
        for (list, name) in [(&input.teams, "teams"), (&input.may_join, "may_join"), (&input.channels, "channels")] {
            if list.len() > MOST {
                return Err(invalid_body(name));
            }
        }
        self.store
            .write(move |tx| {
                let (teams, may_join) =
                    (teams_named(tx.conn(), &input.teams)?, teams_named(tx.conn(), &input.may_join)?);
                let all: Vec<&Team> = teams.iter().chain(&may_join).collect();
                let channels = channels_named(tx.conn(), &all, &input.channels)?;
                let (at, enabled) = (now(), input.enabled);
                let [teams, may_join] = [&teams, &may_join].map(|teams| teams.iter().map(|team| team.id).collect());
                let channels = channels.iter().map(|channel| channel.id).collect();
                let rule =
                    DomainRule { domain, teams, may_join, channels, role, enabled, create_at: at, update_at: at };
                store::domains::save(tx, &rule)?;
                let rule = stored(tx, rule)?;
                Ok(Change::silent(rule, "clients know nothing of the table"))
            })
            .await
    }

    /// Removes the entry for these domains. A team that no other one names is open again to whoever may join it.
    pub async fn remove_domain_rule(&self, _: &SystemGrant<ManageSystem>, domain: &str) -> Result<()> {
        let domain = pattern(domain)?;
        self.store
            .write(move |tx| {
                if !store::domains::delete(tx, &domain)? {
                    return Err(codes::ABSENT.with(&[&domain.unicode()]));
                }
                Ok(Change::silent((), "clients know nothing of the table"))
            })
            .await
    }

    /// The names in addresses of these teams and `team/channel` of these channels, for people to read, in the order of
    /// the ids; what is gone keeps its id.
    pub async fn names_of(&self, teams: Vec<Id>, channels: Vec<Id>) -> Result<(Vec<String>, Vec<String>)> {
        self.store
            .read(move |conn| {
                let found = store::teams::among(conn, &teams, &[])?;
                let in_channels = store::channels::with_team_names(conn, &channels)?;
                let named = |id: &Id| found.iter().find(|team| team.id == *id).map(|team| team.name.clone());
                let teams = teams.iter().map(|id| named(id).unwrap_or_else(|| id.to_string()));
                let channels = channels.iter().map(|id| match in_channels.get(id) {
                    Some((channel, _)) => {
                        let team = named(&channel.team_id).unwrap_or_else(|| channel.team_id.to_string());
                        format!("{team}/{}", channel.name)
                    }
                    None => id.to_string(),
                });
                Ok((teams.collect(), channels.collect()))
            })
            .await
    }
}

fn pattern(text: &str) -> Result<Pattern> {
    Pattern::parse(text).ok_or_else(|| codes::PATTERN.with(&[&text]))
}

/// The entry as it stands in the table, which may have known the domain before.
fn stored(tx: &mut Tx<'_>, rule: DomainRule) -> Result<DomainRule> {
    let table = store::domains::all(tx.conn())?;
    let known = table.rules().iter().find(|known| known.domain == rule.domain);
    Ok(DomainRule { create_at: known.map_or(rule.create_at, |known| known.create_at), ..rule })
}

/// The teams of these ids or names, in that order, each once.
fn teams_named(conn: &mut Conn, wanted: &[String]) -> Result<Vec<Team>> {
    let ids: Vec<Id> = wanted.iter().filter_map(|text| Id::parse(text)).collect();
    let found = store::teams::among(conn, &ids, wanted)?;
    in_order(
        wanted,
        found,
        |team, name| team.id.as_str() == name || team.name == name,
        |name| codes::TEAM.with(&[&name]),
    )
}

/// The channels of these ids or names, all of them in these teams.
fn channels_named(conn: &mut Conn, teams: &[&Team], wanted: &[String]) -> Result<Vec<Channel>> {
    if teams.is_empty() && !wanted.is_empty() {
        return codes::NO_TEAM.err();
    }
    let ids: Vec<Id> = wanted.iter().filter_map(|text| Id::parse(text)).collect();
    let mut found = store::channels::by_ids(conn, &ids)?;
    for team in teams {
        let names = wanted.iter().filter_map(|text| text.split_once('/'));
        let names: Vec<String> = names.filter(|(of, _)| *of == team.name).map(|(_, name)| name.to_owned()).collect();
        if !names.is_empty() {
            found.extend(store::channels::by_names(conn, team.id, &names)?);
        }
    }
    let team_of = |channel: &Channel| teams.iter().find(|team| team.id == channel.team_id);
    found.retain(|channel| team_of(channel).is_some());
    let is_meant = |channel: &Channel, text: &str| {
        let by_name = text
            .split_once('/')
            .is_some_and(|(team, name)| channel.name == name && team_of(channel).is_some_and(|of| of.name == team));
        by_name || channel.id.as_str() == text
    };
    in_order(wanted, found, is_meant, |text| codes::CHANNEL.with(&[&text]))
}

/// Of what was found, what each of the wanted texts means, each once; refuses a text that means nothing.
fn in_order<T: Clone + PartialEq>(
    wanted: &[String],
    found: Vec<T>,
    means: impl Fn(&T, &str) -> bool,
    missing: impl Fn(&dyn Display) -> crate::model::AppError,
) -> Result<Vec<T>> {
    let mut all: Vec<T> = Vec::with_capacity(wanted.len());
    for text in wanted {
        let one = found.iter().find(|one| means(one, text)).ok_or_else(|| missing(text))?;
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    Ok(all)
}
