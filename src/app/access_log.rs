//! The access log: who came in and what was done to the server, for administrators (`model/access_log.rs`).

use std::collections::HashMap;

use crate::app::App;
use crate::app::jobs::Run;
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::events::Change;
use crate::model::access_log::{BY, COMMAND_LINE, Entry, Line, SERVER, Wanted};
use crate::model::errors::Result;
use crate::model::users::User;
use crate::model::{Id, TimeMs, now};
use crate::store;

const DAY: TimeMs = 24 * 60 * 60 * 1000;

/// Entries that are deleted in one transaction.
const DELETED_AT_ONCE: i64 = 5_000;

/// Entries that are read at once for an export.
const EXPORTED_AT_ONCE: i64 = 1_000;

const UNTOLD: &str = "the log is asked for, never told";

/// An entry about what the server itself does to somebody.
pub(in crate::app) fn of_server(event: &str, user: Id) -> Entry {
    Entry::new(event).about(user).with(BY, SERVER)
}

impl App {
    /// Enters something that was done. What was done stays done if that fails, which the server's own log tells then.
    pub async fn enter(&self, entry: Entry) {
        let event = entry.event.clone();
        let entered = self.store.write(move |tx| {
            store::access_log::insert(tx, &entry)?;
            Ok(Change::silent((), UNTOLD))
        });
        if let Err(error) = entered.await {
            tracing::error!(%error, event, "the access log misses an entry");
        }
    }

    /// Enters what was done from the command line.
    pub async fn enter_from_command_line(&self, event: &str, user: Id, detail: &[(&str, &str)]) {
        let entry = Entry::new(event).about(user).with(BY, COMMAND_LINE);
        let entry = detail.iter().fold(entry, |entry, (key, value)| entry.with(key, *value));
        self.enter(entry).await;
    }

    /// A page of the log, the newest entries first.
    pub async fn access_log(
        &self,
        _: SystemGrant<ManageSystem>,
        wanted: Wanted,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Line>> {
        self.store
            .read(move |conn| {
                let entries = store::access_log::page(conn, &wanted, offset, limit)?;
                named(conn, entries)
            })
            .await
    }

    /// The first lines of an export, or those after that one, the oldest first; none when it is over.
    pub async fn export_access_log(
        &self,
        _: &SystemGrant<ManageSystem>,
        wanted: &Wanted,
        last: Option<(TimeMs, Id)>,
    ) -> Result<Vec<Line>> {
        self.exported(wanted, last).await
    }

    /// The same for whoever runs the program on the server's own machine.
    pub async fn export_access_log_to_operator(
        &self,
        wanted: &Wanted,
        last: Option<(TimeMs, Id)>,
    ) -> Result<Vec<Line>> {
        self.exported(wanted, last).await
    }

    async fn exported(&self, wanted: &Wanted, last: Option<(TimeMs, Id)>) -> Result<Vec<Line>> {
        let wanted = wanted.clone();
        self.store
            .read(move |conn| {
                let entries = store::access_log::after(conn, &wanted, last, EXPORTED_AT_ONCE)?;
                named(conn, entries)
            })
            .await
    }

    /// Forgets entries that are older than the settings say.
    pub async fn shorten_access_log(&self, run: &mut Run) -> Result<()> {
        let days = self.config.snapshot().effective.kollegium.access_log_days;
        if days == 0 {
            return Ok(());
        }
        let before = now() - days.saturating_mul(DAY);
        loop {
            let delete = self.store.write(move |tx| {
                let deleted = store::access_log::delete_before(tx, before, DELETED_AT_ONCE)?;
                Ok(Change::silent(deleted, UNTOLD))
            });
            let deleted = delete.await?;
            run.count("deleted", deleted);
            if deleted == 0 || !self.keep_run(run, 0).await? {
                return Ok(());
            }
        }
    }
}

/// Entries with the names that their people have now.
fn named(conn: &mut store::Conn, entries: Vec<Entry>) -> Result<Vec<Line>> {
    let mut ids: Vec<Id> = entries.iter().flat_map(|entry| [entry.actor_id, entry.user_id]).collect();
    ids.retain(|id| !id.is_none());
    ids.sort_unstable();
    ids.dedup();
    let users: Vec<User> = store::users::by_ids(conn, &ids)?;
    let names: HashMap<Id, String> = users.into_iter().map(|user| (user.id, user.username)).collect();
    let name = |id: Id| names.get(&id).cloned().unwrap_or_default();
    let line = |entry: Entry| Line { actor: name(entry.actor_id), user: name(entry.user_id), entry };
    Ok(entries.into_iter().map(line).collect())
}
