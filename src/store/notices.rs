//! Posts that people are to be told of by mail.

use std::collections::HashMap;

use diesel::dsl::min;
use diesel::prelude::*;

use super::conn::{Conn, each};
use super::schema::{kollegium_notices as notices, preferences};
use super::{Stale, Tx};
use crate::model::errors::Result;
use crate::model::{Id, TimeMs};

/// Somebody who is to be told of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = notices, treat_none_as_default_value = false)]
pub struct Notice {
    /// Whom.
    pub user_id: Id,
    /// Of what.
    pub post_id: Id,
    /// Since when.
    pub create_at: TimeMs,
    /// Not before.
    pub due_at: TimeMs,
}

/// Keeps whom to tell of what.
pub fn insert(tx: &mut Tx<'_>, those: &[Notice]) -> Result<()> {
    for chunk in those.chunks(200) {
        each!(tx.conn(), c => diesel::insert_into(notices::table).values(chunk).execute(c))?;
    }
    if !those.is_empty() {
        tx.stale(Stale::Schedule);
    }
    Ok(())
}

/// When those of these people are told who are to be told of something already.
pub fn pending(conn: &mut Conn, users: &[Id]) -> Result<HashMap<Id, TimeMs>> {
    let mut found = HashMap::new();
    for chunk in users.chunks(500) {
        let theirs = notices::table.filter(notices::user_id.eq_any(chunk)).group_by(notices::user_id);
        let rows: Vec<(Id, Option<i64>)> = theirs.select((notices::user_id, min(notices::due_at))).load(conn)?;
        found.extend(rows.into_iter().filter_map(|(user, at)| Some((user, at?))));
    }
    Ok(found)
}

/// How many seconds those of these people who have chosen want messages to be collected for.
pub fn intervals(conn: &mut Conn, users: &[Id]) -> Result<HashMap<Id, i64>> {
    let mut found = HashMap::new();
    for chunk in users.chunks(500) {
        let chosen = preferences::category.eq("notifications").and(preferences::name.eq("email_interval"));
        let rows: Vec<(Id, String)> = preferences::table
            .filter(preferences::user_id.eq_any(chunk).and(chosen))
            .select((preferences::user_id, preferences::value))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(user, value)| Some((user, value.parse().ok()?))));
    }
    Ok(found)
}

/// When the next person is to be told something.
pub fn next_due(conn: &mut Conn) -> Result<Option<TimeMs>> {
    Ok(notices::table.select(min(notices::due_at)).first(conn)?)
}

/// People who are to be told something by that time, the longest due first, after some who could not be told.
pub fn people_due(conn: &mut Conn, at: TimeMs, skip: i64, limit: i64) -> Result<Vec<Id>> {
    let due = notices::table.filter(notices::due_at.le(at)).group_by(notices::user_id);
    let due = due.select((notices::user_id, min(notices::due_at))).order((min(notices::due_at), notices::user_id));
    let rows: Vec<(Id, Option<i64>)> = due.offset(skip).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(|(user, _)| user).collect())
}

/// What somebody is to be told by that time, the oldest first.
pub fn of_user(conn: &mut Conn, user: Id, at: TimeMs, limit: i64) -> Result<Vec<Notice>> {
    let due = notices::table.filter(notices::user_id.eq(user).and(notices::due_at.le(at)));
    Ok(due.order((notices::create_at, notices::post_id)).limit(limit).load(conn)?)
}

/// Forgets notices; answers whether all were still there.
pub fn delete(tx: &mut Tx<'_>, user: Id, posts: &[Id]) -> Result<bool> {
    let mut deleted = 0;
    for chunk in posts.chunks(500) {
        let these = notices::user_id.eq(user).and(notices::post_id.eq_any(chunk));
        deleted += diesel::delete(notices::table.filter(these)).execute(tx.conn())?;
    }
    Ok(deleted == posts.len())
}
