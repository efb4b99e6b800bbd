//! The record of who did what.

use crate::app::App;
use crate::auth::acting::ActingFor;
use crate::auth::system::ReadAudits;
use crate::auth::{Actor, SystemGrant};
use crate::events::Change;
use crate::model::audits::Audit;
use crate::model::errors::Result;
use crate::store;

/// How much of a path is kept, in bytes.
const ACTION_MAX: usize = 512;

impl App {
    /// Notes that somebody did what a path stands for, an entry for each of these words on it.
    pub async fn put_on_record(&self, actor: &Actor, path: &str, ip_address: &str, words: Vec<String>) -> Result<()> {
        let action = path.get(..ACTION_MAX).unwrap_or(path);
        let entry = |words: &String| Audit::new(actor.id(), actor.session().id, action, ip_address, words);
        let audits: Vec<Audit> = words.iter().map(entry).collect();
        self.store
            .write(move |tx| {
                for audit in &audits {
                    store::audits::insert(tx, audit)?;
                }
                Ok(Change::silent((), "the record is asked for, never told"))
            })
            .await
    }

    /// A page of what everybody did, the newest first.
    pub async fn audits(&self, _: SystemGrant<ReadAudits>, offset: i64, limit: i64) -> Result<Vec<Audit>> {
        self.store.read(move |conn| store::audits::page(conn, None, offset, limit)).await
    }

    /// A page of what somebody did, the newest first.
    pub async fn audits_of(&self, acting: ActingFor, offset: i64, limit: i64) -> Result<Vec<Audit>> {
        let user = acting.id();
        self.store.read(move |conn| store::audits::page(conn, Some(user), offset, limit)).await
    }
}
