//! Keeping others from deciding the same thing at once.

use diesel::{ConnectionError, PgConnection};

use super::conn::Conn;
use super::{Target, Tx};
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

/// The use of a database by one process: a server, or a command that changes something. Each keeps in memory what it has
/// read, so that two at a time would not see what the other writes. It ends with its connection, however that ends.
pub struct Claim(#[expect(dead_code, reason = "it is held while it is open")] Option<PgConnection>);

impl Claim {
    /// The use of the database; `None` if another process has it. That of an embedded one is told by its data directory.
    pub fn take(target: &Target) -> Result<Option<Claim>, ConnectionError> {
        use diesel::{Connection, RunQueryDsl};
        let Target::Postgres(source, _) = target else { return Ok(Some(Claim(None))) };
        let mut conn = PgConnection::establish(source)?;
        let lock = "pg_try_advisory_lock(hashtext('kollegium'), hashtext('process'))";
        let taken = diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(lock)).get_result(&mut conn);
        let taken: bool = taken.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        Ok(taken.then_some(Claim(Some(conn))))
    }
}
