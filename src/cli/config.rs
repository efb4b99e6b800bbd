//! `kollegium config …`

use clap::Subcommand;
use kollegium::server::{Failure, Options, block_on, orders};
use serde_json::{Map, Value};

use super::say;

#[derive(Subcommand)]
pub enum Command {
    /// Says what is wrong with the configuration file and the environment.
    Check,
    /// Shows the settings in force; secrets are masked.
    Show {
        /// A section, or a key of it: TeamSettings or TeamSettings.SiteName.
        path: Option<String>,
    },
    /// Changes one setting in the file.
    Set {
        /// Which: TeamSettings.SiteName.
        path: String,
        /// The new value; JSON, or text as it stands.
        value: String,
    },
}

pub fn run(options: &Options, command: Command) -> Result<(), Failure> {
    let config = options.settings()?;
    let snapshot = config.snapshot();
    let file = options.config.display();
    match command {
        Command::Check => {
            let there = if options.config.exists() { "is fine" } else { "is not there; the defaults hold" };
            say(&format!("{file} {there}."));
            for path in &snapshot.overrides {
                say(&format!("{path} comes from the environment."));
            }
        }
        Command::Show { path } => {
            let shown = snapshot.effective.masked();
            let shown = path.as_deref().map_or(Some(&shown), |path| at(&shown, path));
            let shown = shown.ok_or_else(|| unknown(&path.unwrap_or_default()))?;
            say(&serde_json::to_string_pretty(shown)?);
        }
        Command::Set { path, value } => {
            let known = snapshot.effective.to_json();
            let old = at(&known, &path).filter(|_| path.contains('.')).ok_or_else(|| unknown(&path))?;
            if snapshot.overrides.contains(&path) {
                return Err(
                    format!("{path} comes from the environment, which wins over the file: change it there").into()
                );
            }
            let new = parsed(&value, old);
            config.set(&nested(&path, new)).map_err(|problems| problems.to_string())?;
            let shown = config.snapshot().effective.masked();
            let now = at(&shown, &path).cloned().unwrap_or_default();
            say(&format!("{path} is now {now} in {file}."));
            if let Some(heard) = block_on(orders::tell_of_settings(options)) {
                say(&heard);
            }
        }
    }
    Ok(())
}

fn unknown(path: &str) -> String {
    format!("there is no setting {path}: a setting is named like TeamSettings.SiteName (see kollegium config show)")
}

fn at<'v>(settings: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(settings, |value, name| value.get(name))
}

/// The value as JSON, but as text where the setting is text: `8065` may be either.
fn parsed(text: &str, old: &Value) -> Value {
    match old {
        Value::String(_) => Value::from(text),
        _ => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
    }
}

/// `A.B` and a value as `{"A": {"B": value}}`.
fn nested(path: &str, value: Value) -> Value {
    path.rsplit('.').fold(value, |inner, name| Value::Object(Map::from_iter([(name.to_owned(), inner)])))
}
