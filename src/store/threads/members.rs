//! Who has to do with a thread, and how far they have read.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::MemberRow;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::threads::ThreadMembership;
use crate::store::conn::{Conn, each};
use crate::store::schema::{posts, thread_memberships, threads};
use crate::store::{Stale, Tx};

/// What a user has to do with these threads, by thread.
pub fn memberships(conn: &mut Conn, user: Id, ids: &[Id]) -> Result<HashMap<Id, ThreadMembership>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(500) {
        let rows: Vec<MemberRow> = thread_memberships::table
            .select(MemberRow::as_select())
            .filter(thread_memberships::user_id.eq(user).and(thread_memberships::post_id.eq_any(chunk)))
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.post_id, ThreadMembership::from(row))));
    }
    Ok(found)
}

/// Everybody who has to do with a thread, by user.
pub fn members(conn: &mut Conn, thread: Id) -> Result<HashMap<Id, ThreadMembership>> {
    let of_thread = thread_memberships::table.filter(thread_memberships::post_id.eq(thread));
    let rows: Vec<MemberRow> = of_thread.select(MemberRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.into())).collect())
}

/// Writes memberships, new or changed.
pub fn save_members(tx: &mut Tx<'_>, members: &[ThreadMembership]) -> Result<()> {
    for chunk in members.chunks(100) {
        let rows: Vec<MemberRow> = chunk.iter().map(MemberRow::from).collect();
        chunk.iter().for_each(|member| tx.stale(Stale::Inbox(member.user_id)));
        each!(tx.conn(), c => diesel::insert_into(thread_memberships::table)
            .values(rows)
            .on_conflict((thread_memberships::post_id, thread_memberships::user_id))
            .do_update()
            .set((
                thread_memberships::following.eq(excluded(thread_memberships::following)),
                thread_memberships::last_viewed.eq(excluded(thread_memberships::last_viewed)),
                thread_memberships::last_updated.eq(excluded(thread_memberships::last_updated)),
                thread_memberships::unread_mentions.eq(excluded(thread_memberships::unread_mentions)),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// How many replies each follower of a thread has not read; those who have read all are left out.
pub fn unread_of_followers(conn: &mut Conn, thread: Id) -> Result<HashMap<Id, i64>> {
    let newer = posts::root_id
        .eq(thread_memberships::post_id)
        .and(posts::delete_at.eq(0))
        .and(posts::create_at.gt(thread_memberships::last_viewed));
    let counts: Vec<(Id, i64)> = thread_memberships::table
        .inner_join(posts::table.on(newer))
        .filter(thread_memberships::post_id.eq(thread).and(thread_memberships::following.eq(true)))
        .group_by(thread_memberships::user_id)
        .select((thread_memberships::user_id, count_star()))
        .load(conn)?;
    Ok(counts.into_iter().collect())
}

/// Somebody who left a channel has nothing to do with its threads any more.
pub fn leave_channel(tx: &mut Tx<'_>, channel: Id, user: Id) -> Result<()> {
    tx.stale(Stale::Inbox(user));
    let of_channel = threads::table.filter(threads::channel_id.eq(channel)).select(threads::post_id);
    let theirs = thread_memberships::user_id.eq(user).and(thread_memberships::post_id.eq_any(of_channel));
    diesel::delete(thread_memberships::table.filter(theirs)).execute(tx.conn())?;
    Ok(())
}

/// Marks all threads of a team, and those of conversations, as read.
pub fn read_all(tx: &mut Tx<'_>, user: Id, team: Id, at: i64) -> Result<()> {
    tx.stale(Stale::Inbox(user));
    let of_team = threads::thread_team_id.eq(team.as_str()).or(threads::thread_team_id.eq(""));
    let wanted = threads::table.filter(of_team).select(threads::post_id);
    let theirs = thread_memberships::user_id.eq(user).and(thread_memberships::post_id.eq_any(wanted));
    diesel::update(thread_memberships::table.filter(theirs.and(thread_memberships::following.eq(true))))
        .set((
            thread_memberships::last_viewed.eq(at),
            thread_memberships::last_updated.eq(at),
            thread_memberships::unread_mentions.eq(0),
        ))
        .execute(tx.conn())?;
    Ok(())
}
