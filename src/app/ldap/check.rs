//! What administrators order of, and try with, the directory.

use serde_json::Value;

use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::{SyncLdap, TestLdap};
use crate::config::Settings;
use crate::events::Change;
use crate::model::StringMap;
use crate::model::errors::{AppError, Result, invalid_body, users as codes};
use crate::model::jobs::{Job, kinds};
use crate::outbound::ldap::{Plan, Trouble};
use crate::store;

impl App {
    /// Orders a synchronisation; with `gone_too` those as well come back into their groups' teams and channels who went
    /// from them.
    pub async fn order_ldap_sync(&self, _: &SystemGrant<SyncLdap>, gone_too: bool) -> Result<()> {
        if !self.config.snapshot().effective.ldap.enable {
            return codes::LDAP_OFF.err();
        }
        self.store
            .write(move |tx| {
                let data = gone_too.then(|| (super::groups::GONE_TOO.to_owned(), "true".to_owned()));
                store::jobs::insert(tx, &Job::new(kinds::LDAP_SYNC, StringMap::from_iter(data)))?;
                Ok(Change::silent((), "administrators ask for jobs, they are not told"))
            })
            .await
    }

    /// Tries the settings in force.
    pub async fn test_ldap(&self, _: &SystemGrant<TestLdap>) -> Result<()> {
        let snapshot = self.config.snapshot();
        if !snapshot.effective.ldap.enable {
            return codes::LDAP_OFF.err();
        }
        self.try_directory(&snapshot.effective).await
    }

    /// Tries other settings: `LdapSettings`, or some of them, over those in force.
    pub async fn test_ldap_with(&self, _: &SystemGrant<TestLdap>, section: Value) -> Result<()> {
        let settings = self.tried_settings(section)?;
        self.try_directory(&settings).await
    }

    /// The settings in force with some of `LdapSettings` replaced. A password that is shown as stars is the one in force,
    /// and is sent only where it is sent anyway: nobody lures it to a server of theirs.
    pub(super) fn tried_settings(&self, section: Value) -> Result<Settings> {
        let snapshot = self.config.snapshot();
        let in_force = &snapshot.effective;
        let given_password = section.get("BindPassword").and_then(Value::as_str).unwrap_or_default();
        let is_kept = given_password.is_empty() || given_password.bytes().all(|byte| byte == b'*');
        let mut whole = in_force.to_json();
        let slots = whole.get_mut("LdapSettings").and_then(Value::as_object_mut);
        let (Some(slots), Value::Object(fields)) = (slots, section) else { return Err(invalid_body("ldap_settings")) };
        let is_given = |name: &str, value: &Value| !(value.is_null() || is_kept && name == "BindPassword");
        slots.extend(fields.into_iter().filter(|(name, value)| is_given(name, value)));
        let tried = Settings::from_json(&whole).map_err(|_| invalid_body("ldap_settings"))?;
        let goes_elsewhere = !goes_where(&tried, in_force) && !in_force.ldap.bind_password.is_empty();
        if is_kept && goes_elsewhere { codes::LDAP_REENTER_PASSWORD.err() } else { Ok(tried) }
    }

    async fn try_directory(&self, settings: &Settings) -> Result<()> {
        self.directory.test(&Plan::of(settings)).await.map_err(told)
    }
}

/// Whether both ask the same servers in the same name, no less protected.
fn goes_where(tried: &Settings, in_force: &Settings) -> bool {
    let (new, old) = (&tried.ldap, &in_force.ldap);
    new.ldap_server == old.ldap_server
        && new.ldap_port == old.ldap_port
        && new.bind_username == old.bind_username
        && new.connection_security == old.connection_security
        && (old.skip_certificate_verification || !new.skip_certificate_verification)
}

fn told(trouble: Trouble) -> AppError {
    codes::LDAP_UNREACHABLE.with(&[&trouble])
}
