//! Keeping others from deciding the same thing at once.

use super::Tx;
use super::conn::Conn;
use crate::model::Id;
use crate::model::errors::Result;

/// Keeps every other transaction from passing here for the same thing until this one ends: `what` names the kind of
/// decision, `name` the thing it is about. In the embedded database only one writes at a time anyway.
pub fn hold(tx: &mut Tx<'_>, what: &str, name: &str) -> Result<()> {
    if let Conn::Pg(conn) = tx.conn() {
        use diesel::RunQueryDsl;
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))")
            .bind::<diesel::sql_types::Text, _>(format!("kollegium {what}"))
            .bind::<diesel::sql_types::Text, _>(name)
            .execute(conn)?;
    }
    Ok(())
}

/// Keeps others from saying anything in a channel until this transaction ends.
pub fn hold_channel(tx: &mut Tx<'_>, channel: Id) -> Result<()> {
    if let Conn::Pg(conn) = tx.conn() {
        use diesel::RunQueryDsl;
        diesel::sql_query("SELECT id FROM channels WHERE id = $1 FOR UPDATE")
            .bind::<diesel::sql_types::Text, _>(channel.as_str())
            .execute(conn)?;
    }
    Ok(())
}
