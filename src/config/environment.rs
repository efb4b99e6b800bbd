//! `MM_SECTION_KEY` in the environment decides over the file: `MM_SERVICESETTINGS_SITEURL`, deeper keys likewise
//! (`MM_MESSAGEEXPORTSETTINGS_GLOBALRELAYSETTINGS_SMTPPASSWORD`). Names that fit no key are ignored.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::mask::is_secret;
use super::problem::Problem;
use super::schema::{Key, Kind, at, at_mut, join};
use super::settings::SECTIONS;

/// What the environment decides: values by path.
#[derive(Debug, Clone, Default)]
pub(super) struct Overrides(BTreeMap<String, Value>);

impl Overrides {
    /// Reads the variables that fit a key.
    ///
    /// # Errors
    /// Every value that is not of its key's type.
    pub fn read(environment: impl IntoIterator<Item = (String, String)>) -> Result<Overrides, Vec<Problem>> {
        let variables: BTreeMap<String, String> =
            environment.into_iter().filter(|(name, _)| name.starts_with("MM_")).collect();
        let (mut values, mut problems) = (BTreeMap::new(), Vec::new());
        if !variables.is_empty() {
            fit(SECTIONS, "MM", "", &variables, &mut values, &mut problems);
        }
        if problems.is_empty() { Ok(Overrides(values)) } else { Err(problems) }
    }

    /// The paths, `Section.Key`.
    pub fn paths(&self) -> BTreeSet<String> {
        self.0.keys().cloned().collect()
    }

    /// Settings, as JSON, with what the environment decides.
    pub fn apply(&self, settings: &mut Value) {
        for (path, value) in &self.0 {
            if let Some(slot) = at_mut(settings, path) {
                *slot = value.clone();
            }
        }
    }

    /// Puts back what the file says where the environment decides, so that the environment's values are never saved.
    pub fn restore(&self, settings: &mut Value, file: &Value) {
        for path in self.0.keys() {
            if let (Some(slot), Some(value)) = (at_mut(settings, path), at(file, path)) {
                *slot = value.clone();
            }
        }
    }
}

fn fit(
    keys: &[Key],
    variable: &str,
    path: &str,
    variables: &BTreeMap<String, String>,
    values: &mut BTreeMap<String, Value>,
    problems: &mut Vec<Problem>,
) {
    for key in keys {
        let variable = format!("{variable}_{}", key.name.to_uppercase());
        let path = join(path, key.name);
        if let Kind::Section(keys) = key.kind {
            fit(keys, &variable, &path, variables, values, problems);
        } else if let Some(text) = variables.get(&variable) {
            match value(key.kind, text) {
                Some(value) => drop(values.insert(path, value)),
                None if is_secret(&path) => problems.push(Problem::of(variable, key.kind.expected(), "")),
                None => problems.push(Problem::of(variable, key.kind.expected(), format_args!("{text:?}"))),
            }
        }
    }
}

/// The variable's text as a value; `None` when it is none of that kind. Lists of texts are separated by spaces.
fn value(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Flag => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "1" => Some(true.into()),
            "false" | "f" | "0" => Some(false.into()),
            _ => None,
        },
        Kind::Number => text.parse::<i64>().ok().map(Value::from),
        Kind::Text => Some(text.into()),
        Kind::Texts => Some(text.split_whitespace().collect()),
        Kind::Objects | Kind::Object | Kind::Json | Kind::Section(_) => {
            serde_json::from_str(text).ok().filter(|value| kind.admits(value))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::Settings;

    fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_kind_of_value() {
        let overrides = Overrides::read(env(&[
            ("MM_SERVICESETTINGS_SITEURL", "https://chat.example.org"),
            ("MM_SERVICESETTINGS_ENABLECOMMANDS", "false"),
            ("MM_TEAMSETTINGS_MAXUSERSPERTEAM", "300"),
            ("MM_TEAMSETTINGS_EXPERIMENTALDEFAULTCHANNELS", "one two"),
            ("MM_MESSAGEEXPORTSETTINGS_GLOBALRELAYSETTINGS_SMTPPASSWORD", "hush"),
            ("MM_PLUGINSETTINGS_PLUGINSTATES", r#"{"x": {"Enable": true}}"#),
            ("MM_NOTHING_OFTHEKIND", "1"),
            ("PATH", "/bin"),
        ]))
        .unwrap();
        let mut settings = Settings::default().to_json();
        overrides.apply(&mut settings);
        assert_eq!(settings["ServiceSettings"]["SiteURL"], "https://chat.example.org");
        assert_eq!(settings["ServiceSettings"]["EnableCommands"], false);
        assert_eq!(settings["TeamSettings"]["MaxUsersPerTeam"], 300);
        assert_eq!(settings["TeamSettings"]["ExperimentalDefaultChannels"], json!(["one", "two"]));
        assert_eq!(settings["MessageExportSettings"]["GlobalRelaySettings"]["SMTPPassword"], "hush");
        assert_eq!(settings["PluginSettings"]["PluginStates"]["x"]["Enable"], true);
        assert_eq!(overrides.paths().len(), 6);
        assert!(overrides.paths().contains("MessageExportSettings.GlobalRelaySettings.SMTPPassword"));

        overrides.restore(&mut settings, &Settings::default().to_json());
        assert_eq!(settings, Settings::default().to_json());
    }

    #[test]
    fn wrong_values_name_the_variable() {
        let problems = Overrides::read(env(&[
            ("MM_SERVICESETTINGS_ENABLECOMMANDS", "yes"),
            ("MM_TEAMSETTINGS_MAXUSERSPERTEAM", ""),
        ]))
        .unwrap_err();
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "MM_SERVICESETTINGS_ENABLECOMMANDS must be true or false, but is \"yes\"",
                "MM_TEAMSETTINGS_MAXUSERSPERTEAM must be a whole number, but is \"\"",
            ]
        );
    }
}
