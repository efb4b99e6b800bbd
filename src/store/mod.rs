//! The database: every query stands here, one file an aggregate, for PostgreSQL and the embedded database alike.
//!
//! Reads take a [`Conn`], writes a [`Tx`]. Only [`Store::write`] makes a `Tx`, and its closure must say what it tells
//! whom ([`Change`]); events go out after the commit, in order. A mutator also names what it makes stale, so that no
//! value kept in memory outlives the write that changed it.

use std::sync::Arc;

use crate::events::{Change, Event};
#[cfg(debug_assertions)]
use crate::model::errors::AppError;
use crate::model::errors::Result;

pub mod access_log;
pub mod access_tokens;
pub mod acknowledgements;
pub mod analytics;
pub mod answers;
pub mod audiences;
pub mod audits;
pub mod bookmarks;
pub mod bots;
mod cache;
pub mod channels;
pub mod conn;
pub mod credentials;
mod db;
pub mod departures;
pub mod desktop_tokens;
pub mod domains;
pub mod drafts;
pub mod emoji;
pub mod file_search;
pub mod files;
pub mod groups;
pub mod integrations;
pub mod jobs;
mod kept;
pub mod link_previews;
pub mod locks;
pub mod mail;
pub mod migrate;
pub mod nagging;
pub mod notices;
pub mod oauth;
mod patterns;
pub mod posts;
pub mod preferences;
pub mod provider_grants;
pub mod reactions;
pub mod reminders;
pub mod roles;
pub mod scheduled_posts;
mod schema;
pub mod schemes;
pub mod sessions;
pub mod sidebar;
pub mod statuses;
pub mod systems;
pub mod teams;
pub mod terms;
pub mod threads;
pub mod tokens;
mod types;
pub mod users;
pub mod verify;
#[cfg(debug_assertions)]
mod watch;

pub use conn::{Conn, queries};
pub use db::{Extent, Target};
pub use kept::{Pages, Stale};

use kept::Keeps;

/// Takes what was committed to those who are to hear it. Called on a database thread: must not block.
pub type Publish = Arc<dyn Fn(Vec<Event>) + Send + Sync>;

/// The database and what is kept of it in memory. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    db: db::Db,
    kept: Arc<Keeps>,
    publish: Publish,
}

/// A transaction. Reads through it see its own writes.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    stale: Vec<Stale>,
}

impl Tx<'_> {
    /// The connection, for reads that must see what this transaction wrote.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// Says that something kept in memory is no longer true once this is committed.
    fn stale(&mut self, what: Stale) {
        self.stale.push(what);
    }
}

/// What a committed write leaves to be done.
struct Committed<T> {
    value: T,
    events: Vec<Event>,
    stale: Vec<Stale>,
}

impl Store {
    /// Opens the database. The schema must be up to date ([`migrate`]).
    pub fn open(target: &Target, publish: Publish) -> Result<Store, diesel::ConnectionError> {
        Ok(Store { db: db::Db::open(target)?, kept: Arc::default(), publish })
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.db.connections()
    }

    /// Opens all connections anew, each after what it is doing.
    pub fn renew_connections(&self) {
        self.db.renew();
    }

    /// Work that only reads.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.read(work).await
    }

    /// Work that only reads, and only what takes microseconds: a row or a few by a key.
    pub(crate) async fn look_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.look_up(work).await
    }

    /// Work that writes, all or nothing.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<Change<T>> + Send + 'static,
    ) -> Result<T> {
        self.write_by(Extent::Transaction, work).await
    }

    /// Work that writes, all or nothing, to a certain extent.
    pub async fn write_by<T: Send + 'static>(
        &self,
        extent: Extent,
        work: impl FnOnce(&mut Tx<'_>) -> Result<Change<T>> + Send + 'static,
    ) -> Result<T> {
        let (kept, publish) = (self.kept.clone(), self.publish.clone());
        let in_transaction = move |conn: &mut Conn| {
            #[cfg(debug_assertions)]
            watch::begin();
            let mut tx = Tx { conn, stale: Vec::new() };
            let (value, events) = work(&mut tx)?.into_parts();
            #[cfg(debug_assertions)]
            watch::end(&tx.stale, extent == Extent::Statement && matches!(tx.conn, Conn::Pg(_)))
                .map_err(AppError::internal)?;
            Ok(Committed { value, events, stale: tx.stale })
        };
        let after = move |done: &mut Committed<T>| {
            kept.drop_stale(&done.stale);
            let events = std::mem::take(&mut done.events);
            if !events.is_empty() {
                publish(events);
            }
        };
        Ok(self.db.write(extent, in_transaction, after).await?.value)
    }
}
