//! What the System Console shows of a directory while its settings are being made.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::TestLdap;
use crate::config::Settings;
use crate::model::errors::{Result, users as codes};
use crate::outbound::ldap::{Plan, Survey, Trouble};

/// What is looked at (`?test=`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Diagnosis {
    /// `filters`
    Filters,
    /// `attributes`
    Attributes,
    /// `group_attributes`
    GroupAttributes,
}

impl Diagnosis {
    /// By its name on the wire.
    pub fn parse(name: &str) -> Option<Diagnosis> {
        match name {
            "filters" => Some(Diagnosis::Filters),
            "attributes" => Some(Diagnosis::Attributes),
            "group_attributes" => Some(Diagnosis::GroupAttributes),
            _ => None,
        }
    }
}

/// What one setting comes to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Finding {
    /// The setting's key, such as `UserFilter`.
    pub test_name: &'static str,
    /// Its value.
    pub test_value: String,
    /// How many entries there are.
    pub total_count: usize,
    /// How many have the attribute.
    pub entries_with_value: usize,
    /// What went wrong; `""` for nothing.
    pub error: String,
    /// A few entries: `dn`, and what is known of them.
    pub sample_results: Vec<Map<String, Value>>,
}

/// How the mapped attributes are called in samples, with the setting that maps them.
const PEOPLE: [(&str, &str); 8] = [
    ("IdAttribute", "id"),
    ("LoginIdAttribute", ""),
    ("UsernameAttribute", "username"),
    ("EmailAttribute", "email"),
    ("FirstNameAttribute", "first_name"),
    ("LastNameAttribute", "last_name"),
    ("NicknameAttribute", ""),
    ("PositionAttribute", ""),
];

/// The same for groups.
const OF_GROUPS: [(&str, &str); 2] = [("GroupDisplayNameAttribute", "display_name"), ("GroupIdAttribute", "id")];

/// A mapped attribute.
struct Mapped {
    setting: &'static str,
    sample: &'static str,
    attribute: String,
}

impl App {
    /// Looks at a directory with settings that need not be saved yet.
    pub async fn diagnose_ldap(
        &self,
        _: &SystemGrant<TestLdap>,
        what: Diagnosis,
        section: Value,
    ) -> Result<Vec<Finding>> {
        let settings = self.tried_settings(section)?;
        let plan = Plan::of(&settings);
        let users = || if plan.filters.user.is_empty() { "(objectClass=*)" } else { &plan.filters.user };
        let groups = plan.filters.groups.as_str();
        Ok(match what {
            Diagnosis::Filters => self.look_at_filters(&settings, &plan, groups).await?,
            Diagnosis::Attributes => self.look_at_attributes(&plan, users(), mapped(&settings, &PEOPLE)).await,
            Diagnosis::GroupAttributes => self.look_at_attributes(&plan, groups, mapped(&settings, &OF_GROUPS)).await,
        })
    }

    async fn look_at_filters(&self, settings: &Settings, plan: &Plan, groups: &str) -> Result<Vec<Finding>> {
        let there = self.directory.has(plan, &plan.base).await;
        let there = there.map_err(|trouble| codes::LDAP_UNREACHABLE.with(&[&trouble]))?;
        let mut findings = vec![Finding {
            test_name: "BaseDN",
            test_value: plan.base.clone(),
            total_count: usize::from(there),
            error: if there { String::new() } else { "It is not there, or may not be read.".to_owned() },
            ..Finding::default()
        }];
        let ldap = &settings.ldap;
        for (name, filter, needed) in [
            ("UserFilter", ldap.user_filter.as_str(), true),
            ("GroupFilter", groups, true),
            ("GuestFilter", &ldap.guest_filter, false),
            ("AdminFilter", &ldap.admin_filter, false),
        ] {
            if filter.is_empty() && !needed {
                continue;
            }
            let shown = mapped(settings, if name == "GroupFilter" { &OF_GROUPS } else { &PEOPLE });
            let attributes: Vec<String> = shown.iter().map(|one| one.attribute.clone()).collect();
            let survey = self.directory.survey(plan, filter, &attributes).await;
            findings.push(finding(name, filter, survey, |survey| (survey.total, 0, samples(survey, &shown, None))));
        }
        Ok(findings)
    }

    async fn look_at_attributes(&self, plan: &Plan, filter: &str, shown: Vec<Mapped>) -> Vec<Finding> {
        let attributes: Vec<String> = shown.iter().map(|one| one.attribute.clone()).collect();
        let survey = self.directory.survey(plan, filter, &attributes).await;
        let looked_at = shown.iter().enumerate().map(|(at, one)| {
            finding(one.setting, &one.attribute, survey.clone(), |survey| {
                let with_value = survey.with_value.get(at).copied().unwrap_or(0);
                (survey.total, with_value, samples(survey, &shown, Some(at)))
            })
        });
        looked_at.collect()
    }
}

fn finding(
    test_name: &'static str,
    value: &str,
    survey: Result<Survey, Trouble>,
    seen: impl FnOnce(&Survey) -> (usize, usize, Vec<Map<String, Value>>),
) -> Finding {
    let found = Finding { test_name, test_value: value.to_owned(), ..Finding::default() };
    match survey {
        Ok(survey) => {
            let (total_count, entries_with_value, sample_results) = seen(&survey);
            Finding { total_count, entries_with_value, sample_results, ..found }
        }
        Err(trouble) => Finding { error: trouble.to_string(), ..found },
    }
}

fn mapped(settings: &Settings, which: &[(&'static str, &'static str)]) -> Vec<Mapped> {
    let section = settings.to_json();
    let attribute = |setting: &str| {
        let value = section.get("LdapSettings").and_then(|ldap| ldap.get(setting));
        value.and_then(Value::as_str).unwrap_or_default().trim().to_owned()
    };
    let all = which.iter().map(|(setting, sample)| Mapped { setting, sample, attribute: attribute(setting) });
    all.filter(|one| !one.attribute.is_empty()).collect()
}

/// The entries of a survey as they are shown; the value of the attribute that is looked at stands apart.
fn samples(survey: &Survey, shown: &[Mapped], looked_at: Option<usize>) -> Vec<Map<String, Value>> {
    let sample = |(dn, values): &(String, Vec<String>)| {
        let mut fields = Map::from_iter([("dn".to_owned(), Value::from(dn.as_str()))]);
        for (at, (one, value)) in shown.iter().zip(values).enumerate() {
            if !one.sample.is_empty() && !value.is_empty() {
                fields.insert(one.sample.to_owned(), value.as_str().into());
            }
            if looked_at == Some(at) && !value.is_empty() {
                let only = Map::from_iter([(one.attribute.clone(), Value::from(value.as_str()))]);
                fields.insert("available_attributes".to_owned(), only.into());
            }
        }
        fields
    };
    survey.samples.iter().map(sample).collect()
}
