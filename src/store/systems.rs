//! Facts about the server by name: its identity, its signing key, when it first started.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Tx;
use super::conn::{Conn, each};
use super::schema::systems;
use crate::model::errors::Result;

/// All facts.
pub fn all(conn: &mut Conn) -> Result<HashMap<String, String>> {
    let rows: Vec<(String, String)> = systems::table.select((systems::name, systems::value)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// One fact, if it is known.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    Ok(systems::table.select(systems::value).filter(systems::name.eq(name)).first(conn).optional()?)
}

/// Writes a fact, new or changed.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(systems::table)
        .values((systems::name.eq(name), systems::value.eq(value)))
        .on_conflict(systems::name)
        .do_update()
        .set(systems::value.eq(excluded(systems::value)))
        .execute(c))?;
    Ok(())
}

/// Writes a fact unless it is known already, and answers what holds then: of two servers that start at once on one
/// database both use the same.
pub fn settle(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<String> {
    each!(tx.conn(), c => diesel::insert_into(systems::table)
        .values((systems::name.eq(name), systems::value.eq(value)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(get(tx.conn(), name)?.unwrap_or_else(|| value.to_owned()))
}
