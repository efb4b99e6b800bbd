//! The rules, one function each, and the lists of names that two of them read.

use super::{Candidate, Evidence, Outcome, Rules};
use crate::model::domains::Domain;

/// A list of user names, mail addresses, ids at the provider, and `@domain`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::app) struct Names(Vec<String>);

impl Names {
    /// The list as a setting has it: separated by commas or blanks, in any case.
    pub(in crate::app) fn of(setting: &str) -> Names {
        let entries = setting.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        Names(entries.map(str::to_lowercase).collect())
    }

    /// The entry that means somebody, if one does. A domain means its addresses, not those of domains below it.
    pub(in crate::app) fn entry_for(&self, candidate: &Candidate<'_>) -> Option<&str> {
        let [username, email, id] =
            [candidate.username, candidate.email, candidate.provider_id].map(|name| name.trim().to_lowercase());
        let domain = Domain::of_address(&email);
        let means = |entry: &&String| match entry.as_str() {
            entry if entry.starts_with('@') => domain.is_some() && entry.get(1..).and_then(Domain::parse) == domain,
            entry => [&username, &email, &id].contains(&&entry.to_owned()),
        };
        self.0.iter().find(means).map(String::as_str)
    }
}

pub(super) fn deny_list(rules: &Rules, candidate: &Candidate<'_>) -> (Outcome, String) {
    match rules.deny.entry_for(candidate) {
        Some(entry) => (Outcome::Refuses, format!("the list has {entry}")),
        None => (Outcome::Silent, "the list has none of their names".into()),
    }
}

pub(super) fn allow_list(rules: &Rules, candidate: &Candidate<'_>) -> (Outcome, String) {
    match (rules.allow.entry_for(candidate), candidate.evidence) {
        (Some(entry), Evidence::AbsentFromDirectory) => {
            (Outcome::Silent, format!("the list has {entry}, but the directory knows nobody of that name"))
        }
        (Some(entry), Evidence::Withdrawn) => {
            (Outcome::Silent, format!("the list has {entry}, but their provider vouches for them no more"))
        }
        (Some(entry), _) => (Outcome::Admits, format!("the list has {entry}")),
        (None, _) => (Outcome::Silent, "the list has none of their names".into()),
    }
}

pub(super) fn directory_presence(_: &Rules, candidate: &Candidate<'_>) -> (Outcome, String) {
    match candidate.evidence {
        Evidence::Directory(_) => (Outcome::Passes, "it has an entry for them".into()),
        Evidence::AbsentFromDirectory => (Outcome::Refuses, "it has no entry for them".into()),
        Evidence::Password => (Outcome::Silent, "the account has a password here, so it is not asked".into()),
        Evidence::Claims(_) | Evidence::ProviderNotAsked | Evidence::Withdrawn => not_asked(),
    }
}

pub(super) fn directory_filters(rules: &Rules, candidate: &Candidate<'_>) -> (Outcome, String) {
    let Evidence::Directory(standing) = candidate.evidence else { return not_asked() };
    let (user, guest) = (&rules.directory.user, &rules.directory.guest);
    match (standing.user, standing.guest) {
        (_, Some(true)) => (Outcome::Passes, format!("they satisfy the guest filter {guest}, so they are a guest")),
        (None, _) => (Outcome::Silent, "there is no such filter: everybody in the directory satisfies it".into()),
        (Some(true), _) => (Outcome::Passes, format!("they satisfy {user}")),
        (Some(false), None) => (Outcome::Refuses, format!("they do not satisfy {user}")),
        (Some(false), Some(false)) => {
            (Outcome::Refuses, format!("they satisfy neither {user} nor the guest filter {guest}"))
        }
    }
}

pub(super) fn directory_group(rules: &Rules, candidate: &Candidate<'_>) -> (Outcome, String) {
    let Evidence::Directory(standing) = candidate.evidence else { return not_asked() };
    let group = &rules.directory.group;
    match standing.group {
        None => (Outcome::Silent, "no group is asked for".into()),
        // Guests are not staff, and are admitted by their own filter.
        Some(false) if standing.guest == Some(true) => (Outcome::Silent, "guests need not be in it".into()),
        Some(true) => (Outcome::Passes, format!("they are in {group}, or in a group in it")),
        Some(false) => (Outcome::Refuses, format!("they are not in {group}, nor in a group in it")),
    }
}

pub(super) fn staff_claim(_: &Rules, candidate: &Candidate<'_>) -> (Outcome, String) {
    match candidate.evidence {
        Evidence::Claims(Some(true)) => (Outcome::Passes, "their provider says so of them".into()),
        Evidence::Claims(Some(false)) => (Outcome::Refuses, "their provider does not say so of them".into()),
        Evidence::Claims(None) => (Outcome::Silent, "no claim is asked for".into()),
        Evidence::ProviderNotAsked => (Outcome::Silent, "their provider is asked when they log in".into()),
        Evidence::Withdrawn => (
            Outcome::Refuses,
            "their provider vouches for them no more: they are gone there, or have to log in there again".into(),
        ),
        _ => (Outcome::Silent, "no provider of single sign-on is asked".into()),
    }
}

/// The last rule: whom no rule has turned away may be here.
pub(super) fn nothing_against_it(_: &Rules, _: &Candidate<'_>) -> (Outcome, String) {
    (Outcome::Admits, "no rule speaks against it".into())
}

fn not_asked() -> (Outcome, String) {
    (Outcome::Silent, "the directory is not asked".into())
}
