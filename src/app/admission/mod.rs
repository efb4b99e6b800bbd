//! May this person be here? One place decides it for every provider, and can say why, step by step.
//!
//! [`decide`] is pure: it takes the rules of the settings and what is known of somebody ([`Candidate`]), goes through the
//! rules in the order of [`RULES`], and keeps a [`Step`] for each. A provider brings what it says of somebody as
//! [`Evidence`]; a rule that has nothing to say to that evidence passes it on. The deny list comes first, so that it
//! holds whatever a provider says; the allow list second, so that exceptions need no change in the directory.

mod explain;
mod leave;
mod report;
mod rules;
mod watch;

use std::fmt;

use serde::Serialize;

use crate::config::Settings;
use crate::model::users::User;
use crate::outbound::ldap::{Filters, Plan, Standing};
use crate::outbound::{ldap, openid};

pub use explain::Explanation;
pub(in crate::app) use leave::{come_back, leave};
pub(in crate::app) use report::{bots_of, line_of_bots};
pub(in crate::app) use rules::Names;
pub use watch::Admissions;
pub(in crate::app) use watch::{Asking, at_most};

/// The rules in force.
#[derive(Debug, Clone)]
pub struct Rules {
    allow: Names,
    deny: Names,
    /// The directory's filters and group, to be named in what is said.
    directory: Filters,
}

impl Rules {
    /// Those of the settings.
    pub fn of(settings: &Settings) -> Rules {
        Rules {
            allow: Names::of(&settings.kollegium.admission_allow),
            deny: Names::of(&settings.kollegium.admission_deny),
            directory: Plan::of(settings).filters,
        }
    }

    /// Whether anybody is let in as an exception.
    pub(in crate::app) fn has_exceptions(&self) -> bool {
        self.allow != Names::default()
    }

    /// Whether somebody of these names is let in as an exception.
    pub(in crate::app) fn excepts(&self, candidate: &Candidate<'_>) -> bool {
        self.deny.entry_for(candidate).is_none() && self.allow.entry_for(candidate).is_some()
    }
}

/// Somebody who wants to be here.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// User name, here or at the provider.
    pub username: &'a str,
    /// Mail address, here or at the provider.
    pub email: &'a str,
    /// The id at the provider; `""` for accounts with a password here.
    pub provider_id: &'a str,
    /// What is known of them.
    pub evidence: Evidence,
}

/// What the way somebody comes in says of them. A new provider adds its variant here, and its rule to [`RULES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The account has a password here; nobody else is asked.
    Password,
    /// The directory knows them, and says this.
    Directory(Standing),
    /// The directory knows nobody of that name, or no longer.
    AbsentFromDirectory,
    /// A provider of single sign-on has named them. Whether the claim that makes people staff holds of them; `None` if no
    /// such claim is asked for.
    Claims(Option<bool>),
    /// The provider that once named them is not asked between two log-ins.
    ProviderNotAsked,
    /// The provider that once named them does so no more: they are gone there, or their log-in there has ended.
    Withdrawn,
}

/// Why it cannot be said now whether somebody may be here: the directory, or a provider, does not answer as it should.
#[derive(Debug)]
pub struct Unanswered(String);

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ldap::Trouble> for Unanswered {
    fn from(trouble: ldap::Trouble) -> Self {
        Unanswered(trouble.to_string())
    }
}

impl From<openid::Trouble> for Unanswered {
    fn from(trouble: openid::Trouble) -> Self {
        Unanswered(trouble.to_string())
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// They may be here.
    Admitted,
    /// They may not.
    TurnedAway,
}

/// What one rule said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It decided that they may be here.
    Admits,
    /// It decided that they may not.
    Refuses,
    /// It holds, and leaves the decision to the next one.
    Passes,
    /// It has nothing to say.
    Silent,
}

/// One rule, what it said and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The rule, by the setting it comes from.
    pub rule: &'static str,
    /// What it said.
    pub outcome: Outcome,
    /// Why, as a sentence for administrators.
    pub why: String,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.outcome {
            Outcome::Admits => "admits ",
            Outcome::Refuses => "refuses",
            Outcome::Passes => "holds  ",
            Outcome::Silent => "-      ",
        };
        write!(f, "{mark}  {}: {}", self.rule, self.why)
    }
}

/// A decision, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// What came of it.
    pub verdict: Verdict,
    /// Whether they are a guest by their provider's word; `None` if that says nothing about it.
    pub as_guest: Option<bool>,
    /// Whether they administer the server by their provider's word; `None` if that says nothing about it.
    pub as_admin: Option<bool>,
    /// The rules, in order, up to the one that decided.
    pub steps: Vec<Step>,
}

impl Decision {
    /// Whether they may be here.
    pub fn is_admitted(&self) -> bool {
        self.verdict == Verdict::Admitted
    }

    /// The sentence of the rule that decided.
    pub fn reason(&self) -> &str {
        self.steps.last().map_or("", |step| &step.why)
    }
}

/// A rule: its name, and what it says.
type Rule = (&'static str, fn(&Rules, &Candidate<'_>) -> (Outcome, String));

/// All rules, in the order in which they are asked.
const RULES: &[Rule] = &[
    ("KollegiumSettings.AdmissionDeny", rules::deny_list),
    ("KollegiumSettings.AdmissionAllow", rules::allow_list),
    ("the directory", rules::directory_presence),
    ("LdapSettings.UserFilter", rules::directory_filters),
    ("KollegiumSettings.LdapStaffGroup", rules::directory_group),
    ("KollegiumSettings.StaffClaim", rules::staff_claim),
    ("the account", rules::nothing_against_it),
];

/// Decides whether somebody may be here.
pub fn decide(rules: &Rules, candidate: &Candidate<'_>) -> Decision {
    let mut steps = Vec::with_capacity(RULES.len());
    let mut verdict = Verdict::TurnedAway;
    for (rule, says) in RULES {
        let (outcome, why) = says(rules, candidate);
        steps.push(Step { rule, outcome, why });
        match outcome {
            Outcome::Passes | Outcome::Silent => continue,
            Outcome::Admits => verdict = Verdict::Admitted,
            Outcome::Refuses => {}
        }
        break;
    }
    let standing = match candidate.evidence {
        Evidence::Directory(standing) => standing,
        _ => Standing::default(),
    };
    Decision { verdict, as_guest: standing.guest, as_admin: standing.admin, steps }
}

/// Somebody with an account here.
pub(in crate::app) fn candidate(user: &User, evidence: Evidence) -> Candidate<'_> {
    Candidate {
        username: &user.username,
        email: &user.email,
        provider_id: user.auth_data.as_deref().unwrap_or_default(),
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(allow: &str, deny: &str) -> Rules {
        let directory = Filters { user: "(a=b)".into(), group: "cn=staff".into(), ..Filters::default() };
        Rules { allow: Names::of(allow), deny: Names::of(deny), directory }
    }

    fn ann(evidence: Evidence) -> Candidate<'static> {
        Candidate { username: "ann", email: "ann@staff.campus.edu", provider_id: "4711", evidence }
    }

    fn standing(user: Option<bool>, group: Option<bool>) -> Evidence {
        Evidence::Directory(Standing { user, group, ..Standing::default() })
    }

    #[test]
    fn filter_and_group_must_both_hold() {
        let decided = |user, group| decide(&rules("", ""), &ann(standing(user, group))).is_admitted();
        assert!(decided(Some(true), Some(true)));
        assert!(decided(Some(true), None) && decided(None, Some(true)) && decided(None, None));
        assert!(!decided(Some(false), Some(true)));
        assert!(!decided(Some(true), Some(false)));
        assert!(!decide(&rules("", ""), &ann(Evidence::AbsentFromDirectory)).is_admitted());
        assert!(decide(&rules("", ""), &ann(Evidence::Password)).is_admitted());
    }

    #[test]
    fn the_deny_list_is_stronger_than_the_allow_list_than_the_directory() {
        let outside = standing(Some(false), Some(false));
        for name in ["ann", "ANN", "ann@staff.campus.edu", "4711", "@staff.campus.edu", "x, @Staff.Campus.edu"] {
            assert!(decide(&rules(name, ""), &ann(outside)).is_admitted(), "{name}");
            assert!(!decide(&rules(name, name), &ann(outside)).is_admitted(), "{name}");
            assert!(!decide(&rules("", name), &ann(standing(Some(true), None))).is_admitted(), "{name}");
            assert!(!decide(&rules("", name), &ann(Evidence::Password)).is_admitted(), "{name}");
        }
        for other in ["an", "annabel", "@campus.edu", "@edu", "staff.campus.edu", "471"] {
            assert!(!decide(&rules(other, ""), &ann(outside)).is_admitted(), "{other}");
        }
        // Whoever is gone from the directory, or the provider, cannot prove who they are.
        assert!(!decide(&rules("ann", ""), &ann(Evidence::AbsentFromDirectory)).is_admitted());
        assert!(!decide(&rules("ann", ""), &ann(Evidence::Withdrawn)).is_admitted());
    }

    #[test]
    fn a_provider_says_who_is_staff() {
        let decided = |evidence| decide(&rules("", ""), &ann(evidence)).is_admitted();
        assert!(decided(Evidence::Claims(Some(true))) && decided(Evidence::Claims(None)));
        assert!(decided(Evidence::ProviderNotAsked));
        assert!(!decided(Evidence::Claims(Some(false))) && !decided(Evidence::Withdrawn));
        let excepted = |evidence| decide(&rules("ann", ""), &ann(evidence)).is_admitted();
        assert!(excepted(Evidence::Claims(Some(false))));
    }

    #[test]
    fn guests_are_admitted_by_their_filter() {
        let guest = Standing { user: Some(false), guest: Some(true), ..Standing::default() };
        let decision = decide(&rules("", ""), &ann(Evidence::Directory(guest)));
        assert!(decision.is_admitted() && decision.as_guest == Some(true));
    }

    #[test]
    fn every_step_up_to_the_decision_is_told() {
        let decision = decide(&rules("", ""), &ann(standing(Some(true), Some(false))));
        let told: Vec<(&str, Outcome)> = decision.steps.iter().map(|step| (step.rule, step.outcome)).collect();
        assert_eq!(
            told,
            [
                ("KollegiumSettings.AdmissionDeny", Outcome::Silent),
                ("KollegiumSettings.AdmissionAllow", Outcome::Silent),
                ("the directory", Outcome::Passes),
                ("LdapSettings.UserFilter", Outcome::Passes),
                ("KollegiumSettings.LdapStaffGroup", Outcome::Refuses),
            ]
        );
        assert!(decision.reason().contains("cn=staff"));
    }
}
