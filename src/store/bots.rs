//! What bots have beyond their rows in `users`.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::bots;
use crate::model::Id;
use crate::model::errors::Result;

/// Who owns a bot: a user's id, or a plugin's name.
pub fn owner(conn: &mut Conn, bot: Id) -> Result<Option<String>> {
    Ok(bots::table.filter(bots::user_id.eq(bot)).select(bots::owner_id).first(conn).optional()?)
}
