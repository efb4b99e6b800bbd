//! Settings as administrators see and change them, and what clients are told of them (client-config.md).

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::App;
use crate::auth::system::{ConsoleRights, ReadConfig, ReloadConfig, WriteConfig};
use crate::auth::{Actor, SystemGrant};
use crate::config::access::{overrides_visible_to, visible_to};
use crate::config::{Change, Config, Rights, Settings};
use crate::events::Json;
use crate::events::system::SystemEvent;
use crate::model::access_log::{BY, COMMAND_LINE, Entry, Origin, events};
use crate::model::errors::{AppError, Result};
use crate::model::permissions::Permission;

impl App {
    /// The settings the actor may see, secrets masked.
    pub fn shown_config(&self, grant: &SystemGrant<ReadConfig>) -> Value {
        let rights = ConsoleRights::of(grant.actor());
        let reads = |section: &str| rights.reads(section);
        visible_to(&self.config.snapshot().effective, among(rights, &reads))
    }

    /// Which settings the environment decides, of those the actor may see; `null` for none.
    pub fn shown_overrides(&self, actor: &Actor) -> Value {
        let rights = ConsoleRights::of(actor);
        let reads = |section: &str| rights.reads(section);
        overrides_visible_to(&self.config.snapshot().overrides, among(rights, &reads))
    }

    /// Lays these settings over those that hold, as far as the actor may, and answers all the actor may see.
    pub async fn patch_config(&self, grant: SystemGrant<WriteConfig>, body: Value, origin: &Origin) -> Result<Value> {
        self.change_config(grant, origin, move |config, rights| config.patch(&body, rights)).await
    }

    /// Like [`App::patch_config`], but what is missing gets its default.
    pub async fn replace_config(&self, grant: SystemGrant<WriteConfig>, body: Value, origin: &Origin) -> Result<Value> {
        self.change_config(grant, origin, move |config, rights| config.replace(&body, rights)).await
    }

    /// Reads the configuration file again.
    pub async fn reload_config(&self, grant: SystemGrant<ReloadConfig>, origin: &Origin) -> Result<()> {
        self.reload(entry_of(grant.actor(), origin)).await
    }

    /// Reads the configuration file again, for whoever runs the server on its machine.
    pub async fn reload_settings(&self) -> Result<()> {
        self.reload(Entry::new(events::CONFIG_CHANGED).with(BY, COMMAND_LINE)).await
    }

    async fn reload(&self, entry: Entry) -> Result<()> {
        let config = self.config.clone();
        let change = blocking(move || config.reload().map_err(AppError::internal)).await?;
        self.follow_config(&change, entry).await
    }

    async fn change_config(
        &self,
        grant: SystemGrant<WriteConfig>,
        origin: &Origin,
        change: impl FnOnce(&Config, Rights<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Value> {
        let rights = ConsoleRights::of(grant.actor());
        let config = Arc::clone(&self.config);
        let change = blocking(move || change(&config, among(rights, &|section| rights.writes(section)))).await?;
        self.follow_config(&change, entry_of(grant.actor(), origin)).await?;
        let reads = |section: &str| rights.reads(section);
        Ok(visible_to(&change.new.effective, among(rights, &reads)))
    }

    /// Does what follows from a change of settings, enters it and tells of it.
    async fn follow_config(&self, change: &Change, entry: Entry) -> Result<()> {
        let keys = change.keys();
        if !keys.is_empty() {
            self.enter(entry.with("keys", keys)).await;
        }
        let guests = |settings: &Settings| settings.guest_accounts.enable;
        if guests(&change.old.effective) && !guests(&change.new.effective) {
            self.deactivate_guests().await?;
        }
        let hides = change.new.effective.kollegium.hides_strangers();
        self.hub.hide_strangers(hides);
        if hides != change.old.effective.kollegium.hides_strangers() {
            // What is kept shows what was to be seen before.
            self.store.forget();
        }
        self.tell_config(change);
        Ok(())
    }

    /// Tells everybody who is connected when settings have changed.
    pub(super) fn tell_config(&self, change: &Change) {
        if change.concerns_settings() || change.concerns_clients() {
            let config = Json::of(&*change.new.client_full);
            self.hub.publish(vec![SystemEvent::ConfigChanged { config }.into()]);
        }
    }

    /// What clients are told of the settings, as JSON: visitors less than those who are logged in.
    pub fn client_config(&self, actor: Option<&Actor>) -> Bytes {
        let written = &self.config.snapshot().written;
        if actor.is_some() { written.client_full.clone() } else { written.client_limited.clone() }
    }

    /// What clients are told they may do, as JSON.
    pub fn client_license(&self, actor: Option<&Actor>) -> Bytes {
        let written = &self.config.snapshot().written;
        match actor.is_some_and(|actor| actor.may(Permission::read_license_information)) {
            true => written.license.clone(),
            false => written.license_sanitized.clone(),
        }
    }
}

/// What the access log says of a change of settings by somebody.
fn entry_of(actor: &Actor, origin: &Origin) -> Entry {
    Entry::new(events::CONFIG_CHANGED).via(origin).by(actor.id(), actor.session().id)
}

fn among<'r>(rights: ConsoleRights, may: &'r dyn Fn(&str) -> bool) -> Rights<'r> {
    if rights.all() { Rights::All } else { Rights::Sections(may) }
}

/// Runs work that reads or writes the file where it holds up no request.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(AppError::internal(e)))
}
