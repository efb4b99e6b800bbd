//! Whom the server itself deactivated, because they may not be here any more.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Tx;
use super::conn::{Conn, each};
use super::schema::kollegium_departures as departures;
use crate::model::errors::Result;
use crate::model::{Id, TimeMs};

/// Notes that somebody left, and why.
pub fn insert(tx: &mut Tx<'_>, user: Id, at: TimeMs, reason: &str) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(departures::table)
        .values((departures::user_id.eq(user), departures::at.eq(at), departures::reason.eq(reason)))
        .on_conflict(departures::user_id)
        .do_update()
        .set((departures::at.eq(excluded(departures::at)), departures::reason.eq(excluded(departures::reason))))
        .execute(c))?;
    Ok(())
}

/// Forgets it: they are back, or an administrator has decided otherwise. Says whether there was something to forget.
pub fn delete(tx: &mut Tx<'_>, user: Id) -> Result<bool> {
    Ok(diesel::delete(departures::table.filter(departures::user_id.eq(user))).execute(tx.conn())? > 0)
}

/// When and why somebody left.
pub fn of_user(conn: &mut Conn, user: Id) -> Result<Option<(TimeMs, String)>> {
    let row = departures::table.filter(departures::user_id.eq(user)).select((departures::at, departures::reason));
    Ok(row.first(conn).optional()?)
}

/// Those of these people who left.
pub fn among(conn: &mut Conn, users: &[Id]) -> Result<Vec<Id>> {
    let mut left = Vec::new();
    for chunk in users.chunks(500) {
        let rows = departures::table.filter(departures::user_id.eq_any(chunk)).select(departures::user_id);
        left.extend(rows.load::<Id>(conn)?);
    }
    Ok(left)
}
