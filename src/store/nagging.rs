//! Urgent posts that are announced again and again until somebody answers (the reference's `persistentnotifications`).

use diesel::dsl::{exists, min, select};
use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{persistent_notifications as nagging, post_acknowledgements, posts, reactions};
use super::{Stale, Tx};
use crate::model::errors::Result;
use crate::model::{Id, TimeMs};

/// Has a new post announced again.
pub fn insert(tx: &mut Tx<'_>, post: Id, at: TimeMs) -> Result<()> {
    let row = (
        nagging::post_id.eq(post),
        nagging::create_at.eq(at),
        nagging::last_sent_at.eq(at),
        nagging::delete_at.eq(0),
        nagging::sent_count.eq(0),
    );
    diesel::insert_into(nagging::table).values(row).execute(tx.conn())?;
    tx.stale(Stale::Schedule);
    Ok(())
}

/// When one of the posts that still wait for an answer was last announced, the longest ago; by the reference also 0 for
/// one that was announced only once.
pub fn longest_silent(conn: &mut Conn) -> Result<Option<TimeMs>> {
    let open = || nagging::table.filter(nagging::delete_at.eq(0));
    let first: Option<TimeMs> =
        open().filter(nagging::last_sent_at.gt(0)).select(min(nagging::last_sent_at)).first(conn)?;
    let fresh: Option<TimeMs> =
        open().filter(nagging::last_sent_at.le(0)).select(min(nagging::create_at)).first(conn)?;
    Ok(first.into_iter().chain(fresh).min())
}

/// The posts that were last announced by that time and wait for an answer, and how often each was announced again.
pub fn due(conn: &mut Conn, by: TimeMs, skip: i64, limit: i64) -> Result<Vec<(Id, i64)>> {
    let silent = nagging::delete_at.eq(0).and(nagging::create_at.le(by)).and(nagging::last_sent_at.le(by));
    let rows: Vec<(Id, i16)> = nagging::table
        .filter(silent)
        .order((nagging::last_sent_at, nagging::post_id))
        .select((nagging::post_id, nagging::sent_count))
        .offset(skip)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, count)| (id, count.into())).collect())
}

/// Whether one of these people has reacted to the post, replied to it or acknowledged it.
pub fn is_answered(conn: &mut Conn, post: Id, by: &[Id]) -> Result<bool> {
    let reacted = reactions::table.filter(reactions::post_id.eq(post).and(reactions::user_id.eq_any(by)));
    let living = reactions::delete_at.is_null().or(reactions::delete_at.eq(0));
    let replied = posts::root_id.eq(post).and(posts::delete_at.eq(0)).and(posts::user_id.eq_any(by));
    let read = post_acknowledgements::post_id.eq(post).and(post_acknowledgements::acknowledged_at.gt(0));
    let read = post_acknowledgements::table.filter(read.and(post_acknowledgements::user_id.eq_any(by)));
    Ok(select(exists(reacted.filter(living))).get_result::<bool>(conn)?
        || select(exists(posts::table.filter(replied))).get_result::<bool>(conn)?
        || select(exists(read)).get_result::<bool>(conn)?)
}

/// Notes that a post was announced again; `false` if somebody else was faster.
pub fn note_sent(tx: &mut Tx<'_>, post: Id, count: i64, at: TimeMs) -> Result<bool> {
    let before = i16::try_from(count).unwrap_or(i16::MAX);
    let row = nagging::post_id.eq(post).and(nagging::sent_count.eq(before)).and(nagging::delete_at.eq(0));
    let sent = diesel::update(nagging::table.filter(row))
        .set((nagging::sent_count.eq(before.saturating_add(1)), nagging::last_sent_at.eq(at)))
        .execute(tx.conn())?;
    Ok(sent > 0)
}

/// Has a post announced no more.
pub fn close(tx: &mut Tx<'_>, post: Id, at: TimeMs) -> Result<()> {
    let row = nagging::table.filter(nagging::post_id.eq(post));
    diesel::update(row).set(nagging::delete_at.eq(at)).execute(tx.conn())?;
    Ok(())
}
