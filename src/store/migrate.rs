//! Bringing the schema up to date at start, one transaction a step.
//!
//! Step 1 makes the reference's own tables and is skipped where they already stand (an adopted database). Ours follow
//! and are counted in `kollegium_migrations`; the reference's `db_migrations` is never changed on an adopted database.

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::conn::{Conn, by_backend, each};

/// The `db_migrations` version this program works with: the reference 11.6.
pub const REFERENCE_VERSION: i64 = 159;

struct Step {
    version: i64,
    name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

/// All steps, in order.
macro_rules! steps {
    ($($version:literal $name:literal;)*) => {
        const STEPS: &[Step] = &[$(Step {
            version: $version,
            name: $name,
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
        }),*];
    };
}

steps! {
    1 "0001_reference";
    2 "0002_kollegium";
    3 "0003_search";
    4 "0004_handover";
    5 "0005_indexes";
    6 "0006_notices";
    7 "0007_departures";
    8 "0008_access_log";
    9 "0009_provider_grants";
    10 "0010_token_ages";
    11 "0011_domains";
}

/// The step after which the embedded database has to index what was said before.
const SEARCH: &str = "0003_search";

/// Why a database is not used. Each is a sentence for the person who starts the server.
#[derive(Debug)]
pub enum SchemaError {
    /// Made by a later version.
    Newer(String),
    /// Not what the program needs.
    Unfit(String),
    /// The database refused a statement.
    Failed(String),
}

impl std::fmt::Display for SchemaError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (SchemaError::Newer(text) | SchemaError::Unfit(text) | SchemaError::Failed(text)) = self;
        f.write_str(text)
    }
}

impl std::error::Error for SchemaError {}

impl From<diesel::result::Error> for SchemaError {
    fn from(error: diesel::result::Error) -> Self {
        SchemaError::Failed(error.to_string())
    }
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Brings the schema up to date; answers the names of the steps that were run.
pub fn migrate(conn: &mut Conn) -> Result<Vec<&'static str>, SchemaError> {
    fits(conn)?;
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS kollegium_migrations (version bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)",
    )?;
    let done = applied(conn)?;
    refuse_newer(conn, &done)?;
    let mut run = Vec::new();
    for step in STEPS.iter().filter(|s| !done.contains(&s.version)) {
        apply(conn, step)
            .map_err(|e| SchemaError::Failed(format!("migration {} failed and was undone: {e}", step.name)))?;
        run.push(step.name);
    }
    Ok(run)
}

/// The steps that are still to be run, without running them.
pub fn pending(conn: &mut Conn) -> Result<Vec<&'static str>, SchemaError> {
    fits(conn)?;
    let done = if table_exists(conn, "kollegium_migrations")? { applied(conn)? } else { Vec::new() };
    refuse_newer(conn, &done)?;
    Ok(STEPS.iter().filter(|s| !done.contains(&s.version)).map(|s| s.name).collect())
}

fn apply(conn: &mut Conn, step: &Step) -> QueryResult<()> {
    let adopted = step.version == 1 && table_exists(conn, "users")?;
    conn.transaction(|conn| {
        if !adopted {
            conn.batch_execute(by_backend!(conn, pg: step.postgres, sqlite: step.sqlite))?;
        }
        if step.name == SEARCH && matches!(conn, Conn::Sqlite(_)) {
            super::posts::search::sqlite::index_all(conn)?;
        }
        sql_query("INSERT INTO kollegium_migrations (version, name, applied_at) VALUES ($1, $2, $3)")
            .bind::<BigInt, _>(step.version)
            .bind::<Text, _>(step.name)
            .bind::<BigInt, _>(crate::model::time::now())
            .execute(conn)
            .map(drop)
    })
}

fn applied(conn: &mut Conn) -> QueryResult<Vec<i64>> {
    let rows: Vec<Version> = sql_query("SELECT version FROM kollegium_migrations ORDER BY version").load(conn)?;
    Ok(rows.into_iter().map(|r| r.version).collect())
}

fn table_exists(conn: &mut Conn, table: &str) -> QueryResult<bool> {
    let rows: Vec<Name> = sql_query(by_backend!(conn,
        pg: "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1",
        sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1"))
    .bind::<Text, _>(table)
    .load(conn)?;
    Ok(rows.iter().any(|r| r.name == table))
}

/// PostgreSQL must be 13 or newer; a database that has tables of its own but not the reference's is somebody else's.
fn fits(conn: &mut Conn) -> Result<(), SchemaError> {
    if let Conn::Pg(_) = conn {
        let rows: Vec<Version> =
            sql_query("SELECT current_setting('server_version_num')::bigint AS version").load(conn)?;
        let version = rows.first().map_or(0, |r| r.version);
        if version < 130_000 {
            return Err(SchemaError::Unfit(format!("PostgreSQL 13 or newer is needed; this is {}", version / 10_000)));
        }
    }
    let foreign = table_exists(conn, "users")? && !table_exists(conn, "channelmembers")?;
    if foreign {
        return Err(SchemaError::Unfit(
            "the database has a table `users` but is not a chat database: give Kollegium an empty one, or one of a Mattermost server".into(),
        ));
    }
    Ok(())
}

fn refuse_newer(conn: &mut Conn, done: &[i64]) -> Result<(), SchemaError> {
    let newest = STEPS.last().map_or(0, |s| s.version);
    if let Some(version) = done.iter().find(|v| **v > newest) {
        return Err(SchemaError::Newer(format!(
            "the database was used by a newer Kollegium (migration {version}, this program knows {newest}): run that version"
        )));
    }
    if !table_exists(conn, "db_migrations")? {
        return Ok(());
    }
    let rows: Vec<Version> = sql_query("SELECT COALESCE(MAX(version), 0) AS version FROM db_migrations").load(conn)?;
    match rows.first().map_or(0, |r| r.version) {
        0 => Ok(()),
        v if v > REFERENCE_VERSION => Err(SchemaError::Newer(format!(
            "the database is at schema version {v}, this program knows up to {REFERENCE_VERSION} (11.6)"
        ))),
        v if v < REFERENCE_VERSION => Err(SchemaError::Unfit(format!(
            "the database is at schema version {v}; let the reference server 11.6 migrate it to {REFERENCE_VERSION} first"
        ))),
        _ => Ok(()),
    }
}

#[derive(QueryableByName)]
struct AppliedStep {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The steps that made the schema, by number: the reference's where it keeps count of them, else ours.
pub fn steps(conn: &mut Conn) -> crate::model::errors::Result<Vec<(i64, String)>> {
    let table = if table_exists(conn, "db_migrations")? { "db_migrations" } else { "kollegium_migrations" };
    let rows: Vec<AppliedStep> = sql_query(format!("SELECT version, name FROM {table} ORDER BY version")).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.version, row.name)).collect())
}

/// Checks that the database can be used as it is, without changing it.
pub fn ping(conn: &mut Conn) -> QueryResult<()> {
    each!(conn, c => c.batch_execute("SELECT 1"))
}
