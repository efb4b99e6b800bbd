//! One connection type for both databases, and the macros for what it lacks.
#![expect(missing_docs, reason = "the derive makes public items without")]

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::connection::{Connection, InstrumentationEvent, SimpleConnection};
use diesel::{ConnectionError, PgConnection, SqliteConnection};

/// A connection to either database. Queries written against it run on both.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL.
    Pg(PgConnection),
    /// The embedded database.
    Sqlite(SqliteConnection),
}

/// Runs one expression against the concrete connection, for constructs that the common type lacks (`on_conflict`, batch
/// inserts, `as_returning`, unions) and for hot reads.
macro_rules! each {
    ($conn:expr, $c:ident => $e:expr) => {
        match $conn {
            $crate::store::conn::Conn::Pg($c) => $e,
            $crate::store::conn::Conn::Sqlite($c) => $e,
        }
    };
}
pub(super) use each;

/// SQL text that differs between the databases.
macro_rules! by_backend {
    ($conn:expr, pg: $p:expr, sqlite: $s:expr) => {
        match $conn {
            $crate::store::conn::Conn::Pg(_) => $p,
            $crate::store::conn::Conn::Sqlite(_) => $s,
        }
    };
}
pub(super) use by_backend;

/// A hand-written statement: fixed text and bound values, prepared once per connection. Diesel's own INSERT and UPDATE
/// are prepared anew each time, which costs a third of a hot write (data-layer.md §3b).
///
/// `stmt!(Bump(p: &Post) { "UPDATE channels SET lastpostat = " [p.create_at => BigInt] " WHERE id = " [p.channel_id => Text] });`
macro_rules! stmt {
    ($(#[$doc:meta])* $vis:vis $name:ident($p:ident: &$m:ty) { $( $s:literal $( [$e:expr => $t:ty] )? )* }) => {
        $(#[$doc])*
        $vis struct $name<'a>(pub &'a $m);
        impl diesel::query_builder::QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl<DB> diesel::query_builder::QueryFragment<DB> for $name<'_>
        where
            DB: diesel::backend::Backend
                + diesel::sql_types::HasSqlType<$crate::store::types::JsonB>
                + diesel::sql_types::HasSqlType<diesel::sql_types::Bool>,
            String: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
            $crate::model::Id: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
            i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
            bool: diesel::serialize::ToSql<diesel::sql_types::Bool, DB>,
            $crate::store::types::RawJson: diesel::serialize::ToSql<$crate::store::types::JsonB, DB>,
        {
            fn walk_ast<'b>(&'b self, mut out: diesel::query_builder::AstPass<'_, 'b, DB>) -> diesel::QueryResult<()> {
                let $p = self.0;
                $( out.push_sql($s); $( out.push_bind_param::<$t, _>(&$e)?; )? )*
                Ok(())
            }
        }
        impl<C> diesel::RunQueryDsl<C> for $name<'_> {}
    };
}
pub(super) use stmt;

static QUERIES: AtomicU64 = AtomicU64::new(0);

/// How many statements this process has sent to its database, for tests that hold an endpoint to a constant number.
pub fn queries() -> u64 {
    QUERIES.load(Ordering::Relaxed)
}

fn count(event: InstrumentationEvent<'_>) {
    if let InstrumentationEvent::StartQuery { query, .. } = event {
        QUERIES.fetch_add(1, Ordering::Relaxed);
        #[cfg(debug_assertions)]
        super::watch::note(|| query.to_string());
        #[cfg(not(debug_assertions))]
        let _ = query;
    }
}

impl Conn {
    /// Opens the embedded database in a file. It is not mapped into memory: each connection's map would count anew, a
    /// third more of what 1,000 sockets take, and nothing measured became quicker by it.
    pub fn sqlite(path: &str) -> Result<Conn, ConnectionError> {
        let mut conn = SqliteConnection::establish(path)?;
        conn.batch_execute(
            "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-2048;
             PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=4000;",
        )
        .map_err(|e| ConnectionError::BadConnection(e.to_string()))?;
        conn.set_instrumentation(count);
        Ok(Conn::Sqlite(conn))
    }

    /// Connects to PostgreSQL.
    pub fn postgres(url: &str) -> Result<Conn, ConnectionError> {
        let mut conn = PgConnection::establish(url)?;
        conn.set_instrumentation(count);
        Ok(Conn::Pg(conn))
    }
}
