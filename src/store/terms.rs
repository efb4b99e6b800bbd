//! Terms of service, and who accepted which.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::conn::{Conn, each};
use super::schema::{terms_of_service as terms, user_terms_of_service as accepted};
use super::{Stale, Tx};
use crate::model::errors::Result;
use crate::model::system::TermsOfService;
use crate::model::{Id, TimeMs};

/// A row of `termsofservice`: id, when it was made, by whom, text.
type Row = (Id, TimeMs, Id, String);

fn made((id, create_at, user_id, text): Row) -> TermsOfService {
    TermsOfService { id, create_at, user_id, text }
}

/// The version in force.
pub fn latest(conn: &mut Conn) -> Result<Option<TermsOfService>> {
    let row: Option<Row> = terms::table.order(terms::create_at.desc()).first(conn).optional()?;
    Ok(row.map(made))
}

/// The version of that id.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<TermsOfService>> {
    let row: Option<Row> = terms::table.filter(terms::id.eq(id)).first(conn).optional()?;
    Ok(row.map(made))
}

/// Adds a version.
pub fn insert(tx: &mut Tx<'_>, version: &TermsOfService) -> Result<()> {
    let row = (
        terms::id.eq(version.id),
        terms::create_at.eq(version.create_at),
        terms::user_id.eq(version.user_id),
        terms::text.eq(&version.text),
    );
    diesel::insert_into(terms::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Which version a user accepted, and when.
pub fn accepted_by(conn: &mut Conn, user: Id) -> Result<Option<(Id, TimeMs)>> {
    let row = accepted::table.filter(accepted::user_id.eq(user));
    Ok(row.select((accepted::terms_of_service_id, accepted::create_at)).first(conn).optional()?)
}

/// Notes that a user accepted a version.
pub fn accept(tx: &mut Tx<'_>, user: Id, version: Id, at: TimeMs) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(accepted::table)
        .values((accepted::user_id.eq(user), accepted::terms_of_service_id.eq(version), accepted::create_at.eq(at)))
        .on_conflict(accepted::user_id)
        .do_update()
        .set((
            accepted::terms_of_service_id.eq(excluded(accepted::terms_of_service_id)),
            accepted::create_at.eq(excluded(accepted::create_at)),
        ))
        .execute(c))?;
    tx.stale(Stale::User(user));
    Ok(())
}

/// Notes that a user no longer accepts a version.
pub fn decline(tx: &mut Tx<'_>, user: Id, version: Id) -> Result<()> {
    let row = accepted::table.filter(accepted::user_id.eq(user).and(accepted::terms_of_service_id.eq(version)));
    diesel::delete(row).execute(tx.conn())?;
    tx.stale(Stale::User(user));
    Ok(())
}
