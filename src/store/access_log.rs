//! The access log.

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::Tx;
use super::conn::Conn;
use super::schema::kollegium_access_log as log;
use crate::model::access_log::{Entry, Wanted, events};
use crate::model::errors::Result;
use crate::model::{Id, TimeMs};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = log, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    at: i64,
    event: String,
    actor_id: Id,
    user_id: Id,
    session_id: Id,
    ip_address: String,
    user_agent: String,
    detail: String,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Entry {
        Entry {
            id: row.id,
            at: row.at,
            event: row.event,
            actor_id: row.actor_id,
            user_id: row.user_id,
            session_id: row.session_id,
            ip_address: row.ip_address,
            user_agent: row.user_agent,
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        }
    }
}

/// Adds an entry.
pub fn insert(tx: &mut Tx<'_>, entry: &Entry) -> Result<()> {
    let entry = entry.clone();
    let row = Row {
        id: entry.id,
        at: entry.at,
        event: entry.event,
        actor_id: entry.actor_id,
        user_id: entry.user_id,
        session_id: entry.session_id,
        ip_address: entry.ip_address,
        user_agent: entry.user_agent,
        detail: written(&entry.detail),
    };
    diesel::insert_into(log::table).values(row).execute(tx.conn())?;
    Ok(())
}

fn written(detail: &Map<String, Value>) -> String {
    serde_json::to_string(detail).unwrap_or_default()
}

macro_rules! wanted {
    ($wanted:expr) => {{
        let mut query = log::table.select(Row::as_select()).into_boxed();
        if $wanted.since > 0 {
            query = query.filter(log::at.ge($wanted.since));
        }
        if $wanted.until > 0 {
            query = query.filter(log::at.lt($wanted.until));
        }
        if !$wanted.event.is_empty() {
            query = query.filter(log::event.eq(&$wanted.event));
        }
        if let Some(person) = $wanted.person {
            query = query.filter(log::user_id.eq(person).or(log::actor_id.eq(person)));
        }
        query
    }};
}

/// A page of the entries, the newest first.
pub fn page(conn: &mut Conn, wanted: &Wanted, offset: i64, limit: i64) -> Result<Vec<Entry>> {
    let query = wanted!(wanted).order((log::at.desc(), log::id.desc()));
    let rows: Vec<Row> = query.offset(offset).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// The next entries after that one, the oldest first.
pub fn after(conn: &mut Conn, wanted: &Wanted, last: Option<(TimeMs, Id)>, limit: i64) -> Result<Vec<Entry>> {
    let mut query = wanted!(wanted);
    if let Some((at, id)) = last {
        query = query.filter(log::at.gt(at).or(log::at.eq(at).and(log::id.gt(id))));
        query = query.filter(log::at.ge(at));
    }
    let rows: Vec<Row> = query.order((log::at.asc(), log::id.asc())).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// How often a password was guessed wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guessed {
    /// From wherever.
    pub from_anywhere: i64,
    /// From one address.
    pub from_there: i64,
}

/// How often the password of an account was guessed wrong since then, and how often from an address.
pub fn guesses(conn: &mut Conn, user: Id, address: &str, since: TimeMs) -> Result<Guessed> {
    let wrong = log::table.filter(log::user_id.eq(user).and(log::at.ge(since)));
    let wrong = wrong.filter(log::event.eq(events::LOGIN_REFUSED));
    let from_there = wrong.filter(log::ip_address.eq(address)).count().first(conn)?;
    Ok(Guessed { from_anywhere: wrong.count().first(conn)?, from_there })
}

/// Whether somebody has logged in from an address before.
pub fn came_from(conn: &mut Conn, user: Id, address: &str) -> Result<bool> {
    let came = log::table.filter(log::user_id.eq(user).and(log::event.eq(events::LOGGED_IN)));
    let there = came.filter(log::ip_address.eq(address).and(log::ip_address.ne("")));
    Ok(there.select(log::id).first::<Id>(conn).optional()?.is_some())
}

/// Forgets the entries from before then, at most so many; says how many there were.
pub fn delete_before(tx: &mut Tx<'_>, before: TimeMs, limit: i64) -> Result<usize> {
    let old: Vec<Id> =
        log::table.filter(log::at.lt(before)).order(log::at.asc()).limit(limit).select(log::id).load(tx.conn())?;
    for chunk in old.chunks(500) {
        diesel::delete(log::table.filter(log::id.eq_any(chunk))).execute(tx.conn())?;
    }
    Ok(old.len())
}

/// Leaves of an erased person's entries what happened and when: no address, no client, no name.
pub(super) fn forget_person(tx: &mut Tx<'_>, user: Id) -> Result<()> {
    let about = log::table.filter(log::user_id.eq(user));
    diesel::update(about).set(log::detail.eq("{}")).execute(tx.conn())?;
    let own = log::table.filter(log::user_id.eq(user).or(log::actor_id.eq(user)));
    diesel::update(own).set((log::ip_address.eq(""), log::user_agent.eq(""))).execute(tx.conn())?;
    Ok(())
}
