//! What replies and their deletion leave of a thread.

use std::collections::HashMap;

use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{by_ids, members, save_members, unread_of_followers};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::threads::{Thread, ThreadMembership};
use crate::store::conn::each;
use crate::store::schema::{posts, threads};
use crate::store::types::Json;
use crate::store::{Stale, Tx};

/// What somebody's reply leaves of a thread.
fn replied(thread: Option<Thread>, root: &Post, reply: &Post, team: Id) -> Thread {
    let mut thread = thread.unwrap_or_else(|| Thread {
        post_id: root.id,
        channel_id: root.channel_id,
        team_id: team,
        ..Thread::default()
    });
    thread.reply_count += 1;
    thread.last_reply_at = thread.last_reply_at.max(reply.create_at);
    thread.participants.retain(|id| *id != reply.user_id);
    thread.participants.push(reply.user_id);
    thread
}

/// Says that those who have to do with a thread see another one from now on. Answers them, by user.
fn note_news(tx: &mut Tx<'_>, thread: Id) -> Result<HashMap<Id, ThreadMembership>> {
    let members = members(tx.conn(), thread)?;
    members.keys().for_each(|user| tx.stale(Stale::Inbox(*user)));
    Ok(members)
}

/// Counts a reply. Answers the thread as it is now, and everybody who has to do with it, by user.
pub fn add_reply(
    tx: &mut Tx<'_>,
    root: &Post,
    reply: &Post,
    team: Id,
) -> Result<(Thread, HashMap<Id, ThreadMembership>)> {
    let known = by_ids(tx.conn(), &[root.id])?.remove(&root.id);
    let thread = replied(known, root, reply, team);
    each!(tx.conn(), c => diesel::insert_into(threads::table)
        .values((
            threads::post_id.eq(thread.post_id),
            threads::reply_count.eq(thread.reply_count),
            threads::last_reply_at.eq(thread.last_reply_at),
            threads::participants.eq(Json(Some(thread.participants.clone()))),
            threads::channel_id.eq(thread.channel_id),
            threads::thread_delete_at.eq(thread.delete_at),
            threads::thread_team_id.eq(thread.team_id.as_str()),
        ))
        .on_conflict(threads::post_id)
        .do_update()
        .set((
            threads::reply_count.eq(excluded(threads::reply_count)),
            threads::last_reply_at.eq(excluded(threads::last_reply_at)),
            threads::participants.eq(excluded(threads::participants)),
        ))
        .execute(c))?;
    crate::store::posts::touch(tx, root.id, reply.create_at)?;
    let members = note_news(tx, root.id)?;
    Ok((thread, members))
}

/// Brings a thread in line after its root or one of its replies was deleted.
pub fn note_deleted(tx: &mut Tx<'_>, post: &Post, at: i64) -> Result<()> {
    note_news(tx, post.thread_id())?;
    if post.is_root() {
        let thread = threads::table.filter(threads::post_id.eq(post.id));
        diesel::update(thread).set(threads::thread_delete_at.eq(at)).execute(tx.conn())?;
        return Ok(());
    }
    recount(tx, post.root_id, at)
}

/// Counts the living replies to a post anew.
pub fn recount(tx: &mut Tx<'_>, root: Id, at: i64) -> Result<()> {
    let replies = posts::table.filter(posts::root_id.eq(root).and(posts::delete_at.eq(0)));
    let mut people: Vec<(Id, i64, Option<i64>)> = replies
        .group_by(posts::user_id)
        .select((posts::user_id, count_star(), max(posts::create_at)))
        .load(tx.conn())?;
    people.sort_by_key(|(_, _, last)| *last);
    let participants: Vec<Id> = people.iter().map(|(user, ..)| *user).collect();
    diesel::update(threads::table.filter(threads::post_id.eq(root)))
        .set((
            threads::reply_count.eq(people.iter().map(|(_, count, _)| count).sum::<i64>()),
            threads::last_reply_at.eq(people.last().and_then(|(.., last)| *last).unwrap_or_default()),
            threads::participants.eq(Json(Some(participants))),
        ))
        .execute(tx.conn())?;
    crate::store::posts::touch(tx, root, at)
}

/// Sees to it that no follower has more unread mentions in a thread than there are replies that they have not read.
pub fn cap_mentions(tx: &mut Tx<'_>, thread: Id) -> Result<()> {
    let members = members(tx.conn(), thread)?;
    let unread = unread_of_followers(tx.conn(), thread)?;
    let too_many = members.into_values().filter(|member| member.following).filter_map(|member| {
        let most = unread.get(&member.user_id).copied().unwrap_or_default();
        (member.unread_mentions > most).then_some(ThreadMembership { unread_mentions: most, ..member })
    });
    let capped: Vec<ThreadMembership> = too_many.collect();
    save_members(tx, &capped)
}
