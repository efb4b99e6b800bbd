//! When to remind people of posts.

use diesel::dsl::min;
use diesel::prelude::*;

use super::conn::{Conn, each};
use super::schema::post_reminders;
use super::{Stale, Tx};
use crate::model::drafts::Reminder;
use crate::model::errors::Result;

/// Keeps when to remind a user of a post; a second time replaces the first.
pub fn save(tx: &mut Tx<'_>, reminder: Reminder) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(post_reminders::table)
        .values((
            post_reminders::post_id.eq(reminder.post_id),
            post_reminders::user_id.eq(reminder.user_id),
            post_reminders::target_time.eq(reminder.target_time),
        ))
        .on_conflict((post_reminders::post_id, post_reminders::user_id))
        .do_update()
        .set(post_reminders::target_time.eq(reminder.target_time))
        .execute(c))?;
    tx.stale(Stale::Schedule);
    Ok(())
}

/// When the next reminder is due, in seconds.
pub fn next_due(conn: &mut Conn) -> Result<Option<i64>> {
    Ok(post_reminders::table.select(min(post_reminders::target_time)).first(conn)?)
}

/// The reminders that are due at a time in seconds, the longest due first, after those of an earlier batch.
pub fn due(conn: &mut Conn, at: i64, skip: i64, limit: i64) -> Result<Vec<Reminder>> {
    let rows: Vec<(crate::model::Id, crate::model::Id, i64)> = post_reminders::table
        .filter(post_reminders::target_time.le(at))
        .order((post_reminders::target_time, post_reminders::post_id, post_reminders::user_id))
        .offset(skip)
        .limit(limit)
        .select((post_reminders::post_id, post_reminders::user_id, post_reminders::target_time))
        .load(conn)?;
    Ok(rows.into_iter().map(|(post_id, user_id, target_time)| Reminder { post_id, user_id, target_time }).collect())
}

/// Forgets a reminder, unless it was moved to another time meanwhile; answers whether it was there.
pub fn delete(tx: &mut Tx<'_>, reminder: Reminder) -> Result<bool> {
    let row = post_reminders::post_id.eq(reminder.post_id).and(post_reminders::user_id.eq(reminder.user_id));
    let row = post_reminders::table.filter(row.and(post_reminders::target_time.eq(reminder.target_time)));
    Ok(diesel::delete(row).execute(tx.conn())? > 0)
}
