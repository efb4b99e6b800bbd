//! Mail that waits to be sent.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::kollegium_mail as mail;
use super::{Stale, Store, Tx};
use crate::model::errors::Result;
use crate::model::{Id, TimeMs};

/// A mail to one address, and how sending it went so far.
#[derive(Queryable, Selectable, Insertable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = mail, treat_none_as_default_value = false)]
pub struct QueuedMail {
    /// Identifier.
    pub id: Id,
    /// When it was written.
    pub create_at: TimeMs,
    /// Not to be tried before.
    pub next_try_at: TimeMs,
    /// How often it was tried.
    pub tries: i32,
    /// The address.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// A whole HTML document.
    pub html: String,
    /// The same as plain text.
    pub plain: String,
    /// Why the last try failed; `""` before.
    pub last_error: String,
}

/// Adds a mail, and wakes whoever sends them once it is committed.
pub fn insert(tx: &mut Tx<'_>, queued: &QueuedMail) -> Result<()> {
    diesel::insert_into(mail::table).values(queued).execute(tx.conn())?;
    tx.stale(Stale::Outbox);
    Ok(())
}

/// The mails to be tried now, the longest due first.
pub fn due(conn: &mut Conn, now: TimeMs, limit: i64) -> Result<Vec<QueuedMail>> {
    let due = mail::table.select(QueuedMail::as_select()).filter(mail::next_try_at.le(now));
    Ok(due.order(mail::next_try_at).limit(limit).load(conn)?)
}

/// When the next mail is to be tried, if there is any.
pub fn next_due(conn: &mut Conn) -> Result<Option<TimeMs>> {
    Ok(mail::table.select(diesel::dsl::min(mail::next_try_at)).first(conn)?)
}

/// Takes a mail for the time until `until`; `false` if another node was faster. A node that dies with it leaves it to be
/// taken again then.
pub fn claim(tx: &mut Tx<'_>, queued: &QueuedMail, until: TimeMs) -> Result<bool> {
    let row = mail::table.filter(mail::id.eq(queued.id).and(mail::next_try_at.eq(queued.next_try_at)));
    Ok(diesel::update(row).set(mail::next_try_at.eq(until)).execute(tx.conn())? == 1)
}

/// Notes a failed try and when the next one is due.
pub fn put_off(tx: &mut Tx<'_>, id: Id, until: TimeMs, why: &str) -> Result<()> {
    let row = mail::table.filter(mail::id.eq(id));
    let change = (mail::tries.eq(mail::tries + 1), mail::next_try_at.eq(until), mail::last_error.eq(why));
    diesel::update(row).set(change).execute(tx.conn())?;
    Ok(())
}

/// Forgets a mail that was sent, or never will be.
pub fn delete(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    diesel::delete(mail::table.filter(mail::id.eq(id))).execute(tx.conn())?;
    Ok(())
}

impl Store {
    /// Waits until mail was added since the last call.
    pub async fn mail_added(&self) {
        self.kept.outbox.notified().await;
    }
}
