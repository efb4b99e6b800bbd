//! The table of mail domains: who may sign up, and who may be in which team.

use serde::{Deserialize, Serialize};

use super::{Domain, Pattern, domain_allowed, entries};
use crate::model::{Id, TimeMs};

/// An entry of the table. An address that several entries mean has the rights of all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainRule {
    /// Which domains it is about.
    pub domain: Pattern,
    /// The teams that their people join at once, by id.
    pub teams: Vec<Id>,
    /// The teams that they may join besides.
    pub may_join: Vec<Id>,
    /// Channels of these teams that they join with the team.
    pub channels: Vec<Id>,
    /// What they are in these teams.
    pub role: DomainRole,
    /// Whether it gives rights. One that does not still keeps others out of its teams.
    pub enabled: bool,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
}

impl DomainRule {
    /// Whether the entry is about that team.
    pub fn names(&self, team: Id) -> bool {
        self.teams.contains(&team) || self.may_join.contains(&team)
    }

    fn gives(&self, domain: &Domain) -> bool {
        self.enabled && self.domain.means(domain)
    }
}

/// What somebody is in a team by their address. Guests stay guests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainRole {
    /// An ordinary member.
    #[default]
    Member,
    /// Its administrator.
    TeamAdmin,
}

impl DomainRole {
    /// The role by its name.
    pub fn parse(name: &str) -> Option<DomainRole> {
        [DomainRole::Member, DomainRole::TeamAdmin].into_iter().find(|role| role.name() == name)
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            DomainRole::Member => "member",
            DomainRole::TeamAdmin => "team_admin",
        }
    }
}

/// All entries.
#[derive(Debug, Clone, Default)]
pub struct DomainTable(Vec<DomainRule>);

/// What the table says of somebody and a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamRight {
    /// No entry names the team: the table says nothing.
    Free,
    /// Their address gives them the team.
    Given(DomainRole),
    /// Their address would, once it is proven.
    Unproven,
    /// Their address does not.
    Refused,
}

impl DomainTable {
    /// A table of these entries.
    pub fn new(rules: Vec<DomainRule>) -> DomainTable {
        DomainTable(rules)
    }

    /// Whether there is any entry.
    pub fn is_in_force(&self) -> bool {
        !self.0.is_empty()
    }

    /// All entries.
    pub fn rules(&self) -> &[DomainRule] {
        &self.0
    }

    /// The entries that give an address its rights.
    pub fn of_address(&self, address: &str) -> impl Iterator<Item = &DomainRule> {
        let domain = Domain::of_address(address);
        self.0.iter().filter(move |rule| domain.as_ref().is_some_and(|domain| rule.gives(domain)))
    }

    /// Whether an address is of a listed domain: of this table, or of the list that a setting has. Where both are empty
    /// every address is.
    pub fn admits(&self, address: &str, list: &str) -> bool {
        let has_list = entries(list).next().is_some();
        let by_list = match (has_list, self.is_in_force()) {
            (true, _) => domain_allowed(address, list),
            (false, in_force) => !in_force,
        };
        by_list || self.lists(address)
    }

    /// Whether an entry gives an address something, if only an account.
    pub fn lists(&self, address: &str) -> bool {
        self.of_address(address).next().is_some()
    }

    /// What an address, proven or not, is in a team.
    pub fn right(&self, team: Id, address: &str, proven: bool) -> TeamRight {
        if !self.0.iter().any(|rule| rule.names(team)) {
            return TeamRight::Free;
        }
        let mut roles = self.of_address(address).filter(|rule| rule.names(team)).map(|rule| rule.role).peekable();
        match (roles.peek().is_some(), proven) {
            (false, _) => TeamRight::Refused,
            (true, false) => TeamRight::Unproven,
            (true, true) if roles.any(|role| role == DomainRole::TeamAdmin) => TeamRight::Given(DomainRole::TeamAdmin),
            (true, true) => TeamRight::Given(DomainRole::Member),
        }
    }

    /// The teams that an address joins at once, each once.
    pub fn teams_at_once(&self, address: &str) -> Vec<Id> {
        distinct(self.of_address(address).flat_map(|rule| &rule.teams))
    }

    /// The channels that an address joins with a team; those of other teams are among them.
    pub fn channels_with(&self, team: Id, address: &str) -> Vec<Id> {
        distinct(self.of_address(address).filter(|rule| rule.names(team)).flat_map(|rule| &rule.channels))
    }

    /// All teams that are named, each once.
    pub fn teams(&self) -> Vec<Id> {
        distinct(self.0.iter().flat_map(|rule| rule.teams.iter().chain(&rule.may_join)))
    }

    /// The domains whose people may be in a team, for people to read.
    pub fn domains_of(&self, team: Id) -> String {
        let domains = self.0.iter().filter(|rule| rule.enabled && rule.names(team)).map(|rule| rule.domain.unicode());
        domains.collect::<Vec<_>>().join(", ")
    }
}

fn distinct<'a>(ids: impl Iterator<Item = &'a Id>) -> Vec<Id> {
    let mut found = Vec::new();
    for id in ids {
        if !found.contains(id) {
            found.push(*id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(domain: &str, teams: &[Id], may_join: &[Id]) -> DomainRule {
        DomainRule {
            domain: Pattern::parse(domain).unwrap(),
            teams: teams.to_vec(),
            may_join: may_join.to_vec(),
            channels: Vec::new(),
            role: DomainRole::Member,
            enabled: true,
            create_at: 0,
            update_at: 0,
        }
    }

    #[test]
    fn a_named_team_is_for_proven_addresses_of_its_domains() {
        let (school, shared, free) = (Id::random(), Id::random(), Id::random());
        let table = DomainTable::new(vec![
            rule("schule.example", &[school], &[shared]),
            rule("*.schule.example", &[], &[shared]),
        ]);
        let right = |team, address| table.right(team, address, true);
        assert_eq!(right(school, "a@schule.example"), TeamRight::Given(DomainRole::Member));
        assert_eq!(table.right(school, "a@schule.example", false), TeamRight::Unproven);
        assert_eq!(right(school, "a@k.schule.example"), TeamRight::Refused);
        assert_eq!(right(shared, "a@k.schule.example"), TeamRight::Given(DomainRole::Member));
        assert_eq!(right(shared, "a@elsewhere.example"), TeamRight::Refused);
        assert_eq!(right(free, "a@elsewhere.example"), TeamRight::Free);
        assert_eq!(table.teams_at_once("a@schule.example"), [school]);
        assert_eq!(table.teams_at_once("a@k.schule.example"), []);
        assert_eq!(table.domains_of(shared), "schule.example, *.schule.example");
    }

    #[test]
    fn the_rights_of_several_entries_add_up() {
        let (school, staff) = (Id::random(), Id::random());
        let mut admins = rule("lehrer.schule.example", &[staff], &[school]);
        admins.role = DomainRole::TeamAdmin;
        let table = DomainTable::new(vec![rule("*.schule.example", &[school], &[]), admins]);
        assert_eq!(table.right(school, "a@lehrer.schule.example", true), TeamRight::Given(DomainRole::TeamAdmin));
        assert_eq!(table.right(school, "a@k.schule.example", true), TeamRight::Given(DomainRole::Member));
        assert_eq!(table.teams_at_once("a@lehrer.schule.example"), [school, staff]);
    }

    #[test]
    fn an_entry_that_is_off_gives_nothing_and_keeps_its_teams_closed() {
        let school = Id::random();
        let table = DomainTable::new(vec![DomainRule { enabled: false, ..rule("schule.example", &[school], &[]) }]);
        assert_eq!(table.right(school, "a@schule.example", true), TeamRight::Refused);
        assert!(!table.admits("a@schule.example", ""));
        assert!(table.teams_at_once("a@schule.example").is_empty());
    }

    #[test]
    fn signing_up_takes_a_domain_of_the_table_or_of_the_setting() {
        let table = DomainTable::new(vec![rule("schule.example", &[], &[])]);
        for (address, list, admitted) in [
            ("a@schule.example", "", true),
            ("a@schule.example", "other.example", true),
            ("a@other.example", "other.example", true),
            ("a@other.example", "", false),
            ("a@evil.example", "other.example", false),
        ] {
            assert_eq!(table.admits(address, list), admitted, "{address} {list}");
        }
        assert!(DomainTable::default().admits("anything", " , "));
        assert!(!DomainTable::default().admits("a@other.example", "schule.example"));
    }
}
