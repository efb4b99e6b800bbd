//! What counters are checked against: the posts themselves.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{channel_member_history as history, channels, posts, threads};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::is_countable;

/// A post as far as it is counted in its channel.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    /// When it was made.
    pub at: i64,
    /// Whether it starts a thread.
    pub root: bool,
    /// Whether it is still there.
    pub living: bool,
}

/// A living reply.
#[derive(Debug, Clone, Copy)]
pub struct Reply {
    /// The post that started its thread.
    pub root: Id,
    /// Author.
    pub author: Id,
    /// When it was made.
    pub at: i64,
}

/// The next channels in order of id, archived ones too.
pub fn channel_ids(conn: &mut Conn, after: Id, limit: i64) -> Result<Vec<Id>> {
    let next = channels::table.filter(channels::id.gt(after.as_str())).order(channels::id);
    Ok(next.select(channels::id).limit(limit).load(conn)?)
}

/// The posts of a channel that count as messages, oldest first, deleted ones too.
pub fn counted(conn: &mut Conn, channel: Id) -> Result<Vec<Counted>> {
    let own = posts::channel_id.eq(channel).and(posts::original_id.eq(""));
    let columns = (posts::create_at, posts::root_id, posts::delete_at, posts::kind);
    let rows: Vec<(i64, Id, i64, String)> =
        posts::table.filter(own).order(posts::create_at).select(columns).load(conn)?;
    let counted = rows.into_iter().filter(|(.., kind)| is_countable(kind));
    Ok(counted.map(|(at, root, deleted, _)| Counted { at, root: root.is_none(), living: deleted == 0 }).collect())
}

/// When each of its present members joined a channel, as far as that was noted.
pub fn joined_at(conn: &mut Conn, channel: Id) -> Result<HashMap<Id, i64>> {
    let here = history::channel_id.eq(channel).and(history::leave_time.is_null());
    let last =
        history::table.filter(here).group_by(history::user_id).select((history::user_id, max(history::join_time)));
    let rows: Vec<(Id, Option<i64>)> = last.load(conn)?;
    Ok(rows.into_iter().map(|(user, at)| (user, at.unwrap_or_default())).collect())
}

/// The next threads in order of id, those that were deleted left out.
pub fn thread_ids(conn: &mut Conn, after: Id, limit: i64) -> Result<Vec<Id>> {
    let living = threads::thread_delete_at.is_null().or(threads::thread_delete_at.eq(0));
    let next = threads::table.filter(threads::post_id.gt(after.as_str())).filter(living).order(threads::post_id);
    Ok(next.select(threads::post_id).limit(limit).load(conn)?)
}

/// The living replies to these posts, oldest first.
pub fn replies(conn: &mut Conn, roots: &[Id]) -> Result<Vec<Reply>> {
    let mut found = Vec::new();
    for chunk in roots.chunks(500) {
        let rows: Vec<(Id, Id, i64)> = posts::table
            .filter(posts::root_id.eq_any(chunk).and(posts::delete_at.eq(0)))
            .order(posts::create_at)
            .select((posts::root_id, posts::user_id, posts::create_at))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(root, author, at)| Reply { root, author, at }));
    }
    Ok(found)
}
