//! What administrators do to keep a server well: trying its connections, dropping what it keeps in memory, easing load.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::App;
use super::mail::smtp_server;
use crate::auth::system::{
    InvalidateCaches, ManageSystem, ReadConsole, RecycleConnections, TestAddress, TestFiles, TestMail,
};
use crate::auth::{Actor, SystemGrant};
use crate::config::mask::{MASK, unmask};
use crate::config::schema::at;
use crate::config::settings::{SECTIONS, Settings};
use crate::model::errors::{AppError, Result, context, invalid_body, system as codes};
use crate::model::now;
use crate::outbound::mail::{Language, Letter, Letterhead};
use crate::store;

/// The longest time of ease, in seconds.
const BUSY_MAX: i64 = 86_400;
/// How Go shows no time at all, in seconds since 1970.
const NEVER: i64 = -62_135_596_800;

/// Until when searches and the like are refused, so that the rest of the chat gets through.
#[derive(Debug, Default)]
pub struct Busy(AtomicI64);

/// `GET /server_busy`
#[derive(Debug, Serialize)]
pub struct BusyState {
    busy: bool,
    /// Seconds since 1970.
    expires: i64,
    /// The same for people.
    expires_ts: String,
}

impl Busy {
    fn is_busy(&self) -> bool {
        self.0.load(Ordering::Relaxed) > now()
    }

    /// Refuses while it lasts.
    pub fn check(&self) -> Result<()> {
        if self.is_busy() { context::SERVER_BUSY.err() } else { Ok(()) }
    }

    fn state(&self) -> BusyState {
        let busy = self.is_busy();
        let expires = if busy { self.0.load(Ordering::Relaxed) / 1000 } else { NEVER };
        let time = Timestamp::from_second(expires).unwrap_or_default();
        BusyState { busy, expires, expires_ts: time.strftime("%a %b %-d %H:%M:%S +0000 UTC %Y").to_string() }
    }
}

/// A version of the schema.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SchemaVersion {
    pub version: i64,
    pub name: String,
}

impl App {
    /// Whether the server is being eased.
    pub fn busy_state(&self, _: &SystemGrant<ManageSystem>) -> BusyState {
        self.busy.state()
    }

    /// Refuses searches and the like for so many seconds, 0 to end it; a wrong number is `None`.
    pub fn set_busy(&self, _: &SystemGrant<ManageSystem>, seconds: i64) -> Option<()> {
        let until = if seconds == 0 { 0 } else { now() + seconds.min(BUSY_MAX) * 1000 };
        (0..=BUSY_MAX).contains(&seconds).then(|| self.busy.0.store(until, Ordering::Relaxed))
    }

    /// Drops everything that is kept in memory.
    pub fn invalidate_caches(&self, _: &SystemGrant<InvalidateCaches>) {
        self.store.forget();
    }

    /// Opens all connections to the database anew.
    pub fn recycle_connections(&self, _: &SystemGrant<RecycleConnections>) {
        self.store.renew_connections();
    }

    /// The steps that made the schema, by number.
    pub async fn schema_versions(&self, _: SystemGrant<ReadConsole>) -> Result<Vec<SchemaVersion>> {
        let steps = self.store.read(store::migrate::steps).await?;
        Ok(steps.into_iter().map(|(version, name)| SchemaVersion { version, name }).collect())
    }

    /// Whether this server answers at an address.
    pub async fn test_address(&self, _: SystemGrant<TestAddress>, address: &str) -> Result<()> {
        if address.is_empty() {
            return Err(invalid_body("site_url"));
        }
        let ping = format!("{}/api/v4/system/ping", address.trim_end_matches('/'));
        match self.web.get_status(&ping).await {
            Ok(200) => Ok(()),
            other => Err(AppError { cause: Some(format!("{other:?}")), ..codes::SITE_URL.error() }),
        }
    }

    /// Sends a letter to the administrator who asks, by the given settings or, without any, by those that hold.
    pub async fn test_mail(&self, actor: Actor, given: Option<Value>) -> Result<()> {
        // Looked at as it came: the settings would put the default in the place of an empty name.
        let nameless =
            given.as_ref().and_then(|given| at(given, "EmailSettings.SMTPServer")).is_some_and(|name| name == "");
        let settings = self.settings_to_test(given, "EmailSettings", codes::MAIL_NO_SETTINGS.error())?;
        let grant: SystemGrant<TestMail> = self.auth.system(actor)?;
        if nameless || settings.email.smtp_server.is_empty() {
            return codes::MAIL_NO_SERVER.err();
        }
        let user = grant.actor().user();
        let letterhead = Letterhead {
            site_name: settings.team.site_name.clone(),
            site_url: settings.service.site_url.clone(),
            support_mail: settings.support.support_email.clone(),
            organization: settings.email.feedback_organization.clone(),
            language: Language::of(&user.locale),
        };
        let sent = smtp_server(&settings).send(&user.email, &letterhead.write(&Letter::Test)).await;
        sent.map_err(|e| codes::MAIL_FAILED.with(&[&e]))
    }

    /// Whether the file store takes files, by the given settings or, without any, by those that hold.
    pub async fn test_files(&self, actor: Actor, given: Option<Value>) -> Result<()> {
        self.settings_to_test(given, "FileSettings", codes::FILES_NO_SETTINGS.error())?;
        let _: SystemGrant<TestFiles> = self.auth.system(actor)?;
        self.files.test().await.map_err(|e| codes::FILES_FAILED.with(&[&e.cause.unwrap_or_default()]))
    }

    /// Settings that somebody wants to try before saving them. All keys of the section must be there.
    fn settings_to_test(&self, given: Option<Value>, section: &str, incomplete: AppError) -> Result<Settings> {
        let snapshot = self.config.snapshot();
        let Some(mut given) = given else { return Ok(snapshot.effective.clone()) };
        let keys = SECTIONS.iter().find(|key| key.name == section).map_or(&[][..], |key| key.kind.keys());
        let missing = |name: &str| given.get(section).and_then(|s| s.get(name)).is_none_or(Value::is_null);
        if keys.iter().any(|key| missing(key.name)) {
            return Err(incomplete);
        }
        check_password(&given, &snapshot.effective)?;
        unmask(&mut given, &snapshot.effective);
        Settings::from_json(&given).map_err(|_| invalid_body("config"))
    }
}

/// A kept password goes only to the server it was entered for.
fn check_password(given: &Value, known: &Settings) -> Result<()> {
    let is = |key: &str, known: &str| at(given, key).is_none_or(|value| value == known);
    let email = &known.email;
    let same = is("EmailSettings.SMTPServer", &email.smtp_server)
        && is("EmailSettings.SMTPPort", &email.smtp_port)
        && is("EmailSettings.SMTPUsername", &email.smtp_username);
    let masked = at(given, "EmailSettings.SMTPPassword").is_some_and(|value| value == MASK);
    if masked && !same { codes::MAIL_PASSWORD.err() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_not_busy() {
        let busy = Busy::default();
        let state = busy.state();
        assert_eq!((state.expires, state.expires_ts.as_str()), (NEVER, "Mon Jan 1 00:00:00 +0000 UTC 0001"));
        assert!(busy.check().is_ok());
        busy.0.store(now() + 60_000, Ordering::Relaxed);
        assert!(busy.check().is_err() && busy.state().busy);
    }
}
