//! What providers of single sign-on gave for people who are away: refresh tokens (RFC 6749 §1.5).

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Tx;
use super::conn::{Conn, each};
use super::schema::kollegium_provider_grants as grants;
use crate::model::Id;
use crate::model::errors::Result;

/// Keeps a token, in place of an older one.
pub fn save(tx: &mut Tx<'_>, user: Id, service: &str, token: &str) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(grants::table)
        .values((grants::user_id.eq(user), grants::service.eq(service), grants::refresh_token.eq(token)))
        .on_conflict(grants::user_id)
        .do_update()
        .set((grants::service.eq(excluded(grants::service)), grants::refresh_token.eq(excluded(grants::refresh_token))))
        .execute(c))?;
    Ok(())
}

/// The token that a provider gave for somebody.
pub fn of_user(conn: &mut Conn, user: Id, service: &str) -> Result<Option<String>> {
    let row = grants::table.filter(grants::user_id.eq(user)).filter(grants::service.eq(service));
    Ok(row.select(grants::refresh_token).first(conn).optional()?)
}

/// Forgets it.
pub fn delete(tx: &mut Tx<'_>, user: Id) -> Result<()> {
    diesel::delete(grants::table.filter(grants::user_id.eq(user))).execute(tx.conn())?;
    Ok(())
}
