//! Tokens that hand a log-in in the browser over to the desktop app.

use diesel::prelude::*;

use super::Tx;
use super::schema::desktop_tokens as tokens;
use crate::model::errors::Result;
use crate::model::{Id, TimeMs};

/// Adds a token.
pub fn insert(tx: &mut Tx<'_>, token: &str, user: Id, at: TimeMs) -> Result<()> {
    let row = (tokens::token.eq(token), tokens::user_id.eq(user), tokens::create_at.eq(at));
    diesel::insert_into(tokens::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Uses a token up and says whose it was, if it was made at that time or later.
pub fn consume(tx: &mut Tx<'_>, token: &str, made_since: TimeMs) -> Result<Option<Id>> {
    let row = tokens::table.filter(tokens::token.eq(token));
    let found: Option<(Id, TimeMs)> = row.select((tokens::user_id, tokens::create_at)).first(tx.conn()).optional()?;
    let used = diesel::delete(row).execute(tx.conn())? == 1;
    Ok(found.filter(|(_, made_at)| used && *made_at >= made_since).map(|(user, _)| user))
}

/// Forgets tokens made before then.
pub fn delete_older(tx: &mut Tx<'_>, than: TimeMs) -> Result<usize> {
    Ok(diesel::delete(tokens::table.filter(tokens::create_at.lt(than))).execute(tx.conn())?)
}
