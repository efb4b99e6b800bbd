//! What the table gives an address, and why not more.

use std::fmt;

use serde::Serialize;

use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::model::Id;
use crate::model::domains::{Domain, DomainRole, DomainTable, Pattern, TeamRight};
use crate::model::errors::Result;
use crate::model::teams::Team;
use crate::model::users::normalize_email;
use crate::store;

/// What an address is given.
#[derive(Debug, Clone, Serialize)]
pub struct AddressCheck {
    /// The address.
    pub address: String,
    /// Its domain in ASCII; `None` if it is not clearly of one.
    pub domain: Option<String>,
    /// Whether its domain is one whose people may sign up. Other rules of signing up are not looked at.
    pub may_sign_up: bool,
    /// The entries that give it something.
    pub entries: Vec<Pattern>,
    /// The teams that the table names.
    pub teams: Vec<TeamCheck>,
}

/// What an address is given in one team.
#[derive(Debug, Clone, Serialize)]
pub struct TeamCheck {
    /// The team.
    pub team_id: Id,
    /// Its name in addresses.
    pub name: String,
    /// Whether it may be joined.
    pub admitted: bool,
    /// Whether it is joined at once when the address is proven.
    pub at_once: bool,
    /// What one is there.
    pub role: Option<DomainRole>,
    /// Why, as a sentence for administrators.
    pub why: String,
}

impl fmt::Display for TeamCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match (self.admitted, self.at_once) {
            (true, true) => "joins   ",
            (true, false) => "may join",
            (false, _) => "refused ",
        };
        write!(f, "{mark}  team {}: {}", self.name, self.why)
    }
}

impl fmt::Display for AddressCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.domain {
            Some(domain) => writeln!(f, "The domain of {} is {domain}.", self.address)?,
            None => writeln!(f, "{} is not clearly of one domain, so that no entry means it.", self.address)?,
        }
        for team in &self.teams {
            writeln!(f, "{team}")?;
        }
        f.write_str(match self.may_sign_up {
            true => "An account with this address may be made.",
            false => "No account with this address may be made: its domain is not listed.",
        })
    }
}

impl App {
    /// What an address would be given once it is proven.
    pub async fn check_address(&self, _: &SystemGrant<ManageSystem>, address: &str) -> Result<AddressCheck> {
        let address = normalize_email(address);
        let table = self.domain_table().await?;
        let teams = self.check_teams(&table, &address, true).await?;
        let list = &self.config.snapshot().effective.team.restrict_creation_to_domains;
        Ok(AddressCheck {
            domain: Domain::of_address(&address).map(|domain| domain.as_str().to_owned()),
            may_sign_up: table.admits(&address, list),
            entries: table.of_address(&address).map(|rule| rule.domain.clone()).collect(),
            teams,
            address,
        })
    }

    /// What an address, proven or not, is given in the teams that the table names.
    pub(in crate::app) async fn check_teams(
        &self,
        table: &DomainTable,
        address: &str,
        proven: bool,
    ) -> Result<Vec<TeamCheck>> {
        let wanted = table.teams();
        let teams = self.store.read(move |conn| store::teams::among(conn, &wanted, &[])).await?;
        Ok(teams.iter().map(|team| checked(table, team, address, proven)).collect())
    }
}

fn checked(table: &DomainTable, team: &Team, address: &str, proven: bool) -> TeamCheck {
    let at_once = table.teams_at_once(address).contains(&team.id);
    let (role, why) = match table.right(team.id, address, proven) {
        TeamRight::Free => (Some(DomainRole::Member), "no entry names it".to_owned()),
        TeamRight::Given(role) => (Some(role), format!("the address is of {}", given_by(table, team.id, address))),
        TeamRight::Unproven => {
            (None, format!("the address is of {}, but is not proven yet", given_by(table, team.id, address)))
        }
        TeamRight::Refused => match table.domains_of(team.id).as_str() {
            "" => (None, "the entries that name it are switched off".to_owned()),
            domains => (None, format!("it is only for people of {domains}")),
        },
    };
    TeamCheck { team_id: team.id, name: team.name.clone(), admitted: role.is_some(), at_once, role, why }
}

/// The domains by which an address has a team.
fn given_by(table: &DomainTable, team: Id, address: &str) -> String {
    let rules = table.of_address(address).filter(|rule| rule.names(team));
    rules.map(|rule| rule.domain.unicode()).collect::<Vec<_>>().join(", ")
}
