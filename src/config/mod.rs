//! The configuration: what the operator decides, in a file or the environment, and what clients hear of it.
//!
//! [`Config`] is the handle that everybody shares. [`Config::snapshot`] is cheap and gives one consistent state: ask once
//! a request. Settings change through [`Config::patch`] and [`Config::replace`] (the API, with somebody's [`Rights`]),
//! [`Config::edit`] (the server itself) and [`Config::reload`] (somebody edited the file).

pub mod access;
pub mod client;
pub mod data_source;
mod environment;
mod file;
pub mod keys;
pub mod license;
pub mod mask;
pub mod origins;
pub mod problem;
#[macro_use]
pub mod schema;
pub mod settings;
mod validate;
pub mod version;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, Guard};
use bytes::Bytes;
use serde_json::Value;

pub use access::Rights;
pub use client::{ClientConfig, Facts};
pub use license::Features;
pub use problem::{Problem, Problems};
pub use settings::Settings;

use crate::model::errors::{AppError, Result, config as codes, invalid_body};
use environment::Overrides;
use schema::at;
use settings::SECTIONS;

/// Where code or data would be loaded from: out of the API's reach, so that a stolen administrator's session cannot run
/// anything.
const OUT_OF_REACH: &[&str] = &["PluginSettings.EnableUploads", "ImportSettings.Directory", "ExportSettings.Directory"];

/// The configuration, shared by all.
pub struct Config {
    snapshot: ArcSwap<Snapshot>,
    path: Option<PathBuf>,
    overrides: Overrides,
    /// Held while somebody changes something, so that no change is lost.
    changing: Mutex<()>,
}

/// A [`Snapshot`] that was in force when it was asked for. Many ask with every request, and must not wait for each other
/// to count who has it, so it is borrowed.
pub type Current = Guard<Arc<Snapshot>>;

/// The configuration at one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// What holds: the file, and the environment over it.
    pub effective: Settings,
    /// Paths, `Section.Key`, that the environment decides.
    pub overrides: BTreeSet<String>,
    /// What clients are told that is no setting.
    pub facts: Facts,
    /// The client configuration for members.
    pub client_full: Arc<ClientConfig>,
    /// The client configuration for visitors.
    pub client_limited: Arc<ClientConfig>,
    /// SHA-256 of [`Snapshot::client_full`], in hex.
    pub client_hash: String,
    /// The licence for those who may read it.
    pub license: Arc<ClientConfig>,
    /// The licence for everybody else.
    pub license_sanitized: Arc<ClientConfig>,
    /// The maps above as they are answered: clients ask for them at every start, so they are written once.
    pub written: Written,
    /// `X-Version-Id` and the `server_version` of `hello`.
    pub version_id: String,
    /// What the file says, to be saved again.
    file: Settings,
}

/// What clients are told, as JSON.
#[derive(Debug, Clone)]
pub struct Written {
    /// [`Snapshot::client_full`].
    pub client_full: Bytes,
    /// [`Snapshot::client_limited`].
    pub client_limited: Bytes,
    /// [`Snapshot::license`].
    pub license: Bytes,
    /// [`Snapshot::license_sanitized`].
    pub license_sanitized: Bytes,
}

/// What a change did.
pub struct Change {
    /// Before.
    pub old: Arc<Snapshot>,
    /// Now.
    pub new: Arc<Snapshot>,
}

impl Change {
    /// Whether clients have to be told.
    pub fn concerns_clients(&self) -> bool {
        self.old.client_hash != self.new.client_hash
    }

    /// Whether any setting has another value now.
    pub fn concerns_settings(&self) -> bool {
        self.old.effective != self.new.effective
    }

    /// The settings that have another value now, as `Section.Key`.
    pub fn keys(&self) -> Vec<String> {
        if !self.concerns_settings() {
            return Vec::new();
        }
        schema::differing(SECTIONS, &self.old.effective.to_json(), &self.new.effective.to_json())
    }
}

impl Config {
    /// Reads the file, which need not exist yet, and the environment's `MM_…` variables. Without a path changes live only
    /// as long as the process. Nothing is written until something changes.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn load(
        path: Option<PathBuf>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, Problems> {
        let overrides = Overrides::read(environment).map_err(Problems);
        let settings = read(path.as_ref());
        let (overrides, settings) = match (overrides, settings) {
            (Ok(overrides), Ok(settings)) => (overrides, settings),
            (Err(mut first), Err(second)) => {
                first.0.extend(second.0);
                return Err(first);
            }
            (Err(problems), _) | (_, Err(problems)) => return Err(problems),
        };
        let snapshot = Snapshot::new(settings, &overrides, Facts::default())?;
        Ok(Config { snapshot: ArcSwap::from_pointee(snapshot), path, overrides, changing: Mutex::new(()) })
    }

    /// The configuration now.
    pub fn snapshot(&self) -> Current {
        self.snapshot.load()
    }

    /// Changes what clients are told that is no setting: at start, after the first sign-up, with new terms of service.
    pub fn set_facts(&self, change: impl FnOnce(&mut Facts)) -> Result<Change> {
        let _changing = self.lock();
        let old = self.snapshot.load_full();
        let mut facts = old.facts.clone();
        change(&mut facts);
        let new = Snapshot::new(old.file.clone(), &self.overrides, facts).map_err(AppError::internal)?;
        Ok(self.publish(old, new))
    }

    /// `PUT /config/patch`: lays the body over the settings; `null` and what the writer may not change stay. Masked
    /// secrets keep their value. Writes the file, so it may block for some milliseconds.
    ///
    /// # Errors
    /// A body of the wrong shape, a setting out of the API's reach, a broken rule, a file that cannot be written.
    pub fn patch(&self, body: &Value, rights: Rights) -> Result<Change> {
        self.change(body, body.clone(), rights)
    }

    /// `PUT /config`: like [`Config::patch`], but what the body lacks gets its default.
    ///
    /// # Errors
    /// As [`Config::patch`].
    pub fn replace(&self, body: &Value, rights: Rights) -> Result<Change> {
        let mut whole = Settings::default().to_json();
        schema::overlay(SECTIONS, &mut whole, body);
        for path in OUT_OF_REACH {
            if let Some(slot) = schema::at_mut(&mut whole, path) {
                *slot = Value::Null;
            }
        }
        self.change(body, whole, rights)
    }

    /// Changes settings on the server's own account, on top of what holds.
    ///
    /// # Errors
    /// A broken rule, a file that cannot be written.
    pub fn edit(&self, change: impl FnOnce(&mut Settings)) -> Result<Change> {
        let _changing = self.lock();
        let old = self.snapshot.load_full();
        let mut settings = old.effective.clone();
        change(&mut settings);
        self.save(old, settings.to_json())
    }

    /// Changes settings for whoever runs the server on its machine, who may change everything.
    ///
    /// # Errors
    /// Everything that is wrong with the new settings; a file that cannot be written.
    pub fn set(&self, patch: &Value) -> Result<Change, Problems> {
        let _changing = self.lock();
        let old = self.snapshot.load_full();
        let mut settings = old.file.to_json();
        schema::overlay(SECTIONS, &mut settings, patch);
        let new = Snapshot::new(Settings::from_json(&settings)?, &self.overrides, old.facts.clone())?;
        if let Some(path) = self.path.as_ref().filter(|_| new.file != old.file) {
            let failed = |e| Problems(vec![Problem::of(path.display(), "a file that can be written", e)]);
            file::write(path, &new.file.to_json()).map_err(failed)?;
        }
        Ok(self.publish(old, new))
    }

    /// `POST /config/reload`: reads the file again.
    ///
    /// # Errors
    /// Everything that is wrong with the file; the old settings stay.
    pub fn reload(&self) -> Result<Change, Problems> {
        let _changing = self.lock();
        let old = self.snapshot.load_full();
        let settings = if self.path.is_some() { read(self.path.as_ref())? } else { old.file.clone() };
        let new = Snapshot::new(settings, &self.overrides, old.facts.clone())?;
        Ok(self.publish(old, new))
    }

    fn change(&self, body: &Value, mut given: Value, rights: Rights) -> Result<Change> {
        if !is_config(body) {
            return Err(invalid_body("config"));
        }
        let _changing = self.lock();
        let old = self.snapshot.load_full();
        check_reach(body, &old.effective)?;
        mask::unmask(&mut given, &old.effective);
        let merged = access::merge_writable(&old.effective, &given, rights);
        let emptied = at(&merged, "ServiceSettings.SiteURL").is_some_and(|address| address == "");
        if emptied && !old.effective.service.site_url.is_empty() {
            return codes::CLEAR_SITE_URL.err();
        }
        self.save(old, merged)
    }

    /// Makes settings hold and writes them, except for what the environment decides.
    fn save(&self, old: Arc<Snapshot>, mut settings: Value) -> Result<Change> {
        // What is asked for must be right even where the environment decides otherwise.
        let asked = Settings::from_json(&settings).map_err(|problems| refusal(&problems))?;
        let problems = validate::validate(&asked);
        if !problems.is_empty() {
            return Err(refusal(&Problems(problems)));
        }
        self.overrides.restore(&mut settings, &old.file.to_json());
        let settings = Settings::from_json(&settings).map_err(|problems| refusal(&problems))?;
        let new = Snapshot::new(settings, &self.overrides, old.facts.clone()).map_err(|problems| refusal(&problems))?;
        if let Some(path) = self.path.as_ref().filter(|_| new.file != old.file) {
            let failed = |e| AppError { cause: Some(format!("{}: {e}", path.display())), ..codes::SAVE_FAILED.error() };
            file::write(path, &new.file.to_json()).map_err(failed)?;
        }
        Ok(self.publish(old, new))
    }

    fn publish(&self, old: Arc<Snapshot>, new: Snapshot) -> Change {
        let new = Arc::new(new);
        self.snapshot.store(Arc::clone(&new));
        Change { old, new }
    }

    /// Nothing is half done when a holder panics, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Snapshot {
    fn new(file: Settings, overrides: &Overrides, facts: Facts) -> Result<Snapshot, Problems> {
        let mut effective = file.to_json();
        overrides.apply(&mut effective);
        let effective = Settings::from_json(&effective)?;
        let problems = validate::validate(&effective);
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let features = &Features::WORKING;
        let client_full = client::full(&effective, features, &facts);
        let client_hash = client::hash(&client_full);
        let client_limited = client::limited(&effective, features, &facts);
        let license = license::license(features, &effective.team.site_name, &facts);
        let license_sanitized = license::sanitized(&license);
        let written = Written {
            client_full: client::json(&client_full),
            client_limited: client::json(&client_limited),
            license: client::json(&license),
            license_sanitized: client::json(&license_sanitized),
        };
        Ok(Snapshot {
            client_limited: Arc::new(client_limited),
            client_full: Arc::new(client_full),
            version_id: version::version_id(&client_hash, true),
            client_hash,
            license_sanitized: Arc::new(license_sanitized),
            license: Arc::new(license),
            written,
            overrides: overrides.paths(),
            effective,
            facts,
            file,
        })
    }
}

/// Whether that is a configuration, or a part of one, by the types of its values.
pub fn is_config(body: &Value) -> bool {
    let mut problems = Vec::new();
    schema::check(SECTIONS, body, "", &mut problems);
    body.is_object() && problems.is_empty()
}

/// The file's settings, or the defaults.
fn read(path: Option<&PathBuf>) -> Result<Settings, Problems> {
    match path {
        Some(path) => Settings::from_json(&file::read(path)?),
        None => Ok(Settings::default()),
    }
}

/// Refuses to change what is out of the API's reach.
fn check_reach(body: &Value, effective: &Settings) -> Result<()> {
    let current = effective.to_json();
    let changed =
        |path: &&&str| at(body, path).is_some_and(|given| !given.is_null() && Some(given) != at(&current, path));
    match OUT_OF_REACH.iter().find(changed) {
        Some(path) => Err(codes::NOT_ALLOWED_SECURITY.with(&[path])),
        None => Ok(()),
    }
}

/// The API answers with the first broken rule.
fn refusal(problems: &Problems) -> AppError {
    problems.0.iter().find_map(Problem::refusal).unwrap_or_else(|| invalid_body("config"))
}

#[cfg(test)]
mod tests;
