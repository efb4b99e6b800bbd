//! What is unread from a post on.

use std::collections::HashMap;

use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Row;
use crate::model::Id;
use crate::model::channels::ChannelUnreadAt;
use crate::model::errors::Result;
use crate::model::posts::{Post, Priority, is_countable};
use crate::store::conn::{Conn, stmt};
use crate::store::schema::{posts, posts_priority};
use crate::store::{Stale, Tx};

/// How many posts mention a member.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mentioned {
    /// All.
    pub all: i64,
    /// Those that start threads.
    pub roots: i64,
    /// The urgent ones of these.
    pub urgent: i64,
}

/// How many posts count as unread from a time on: all, and those that start threads.
pub fn count_since(conn: &mut Conn, channel: Id, from: i64) -> Result<(i64, i64)> {
    let from_there = posts::channel_id.eq(channel).and(posts::delete_at.eq(0)).and(posts::create_at.ge(from));
    let kinds = (posts::kind, count_star());
    let living = || posts::table.filter(from_there).group_by(posts::kind).select(kinds);
    let all: Vec<(String, i64)> = living().load(conn)?;
    let roots: Vec<(String, i64)> = living().filter(posts::root_id.eq("")).load(conn)?;
    let counted =
        |groups: &[(String, i64)]| groups.iter().filter(|(kind, _)| is_countable(kind)).map(|(_, count)| count).sum();
    Ok((counted(&all), counted(&roots)))
}

/// How many posts of others there are in a conversation from a time on.
pub fn count_of_others_since(conn: &mut Conn, channel: Id, user: Id, from: i64) -> Result<Mentioned> {
    let from_there = posts::channel_id.eq(channel).and(posts::delete_at.eq(0)).and(posts::create_at.ge(from));
    let of_others = from_there.and(posts::user_id.ne(user));
    let kinds = (posts::kind, count_star());
    let all: Vec<(String, i64)> = posts::table.filter(of_others).group_by(posts::kind).select(kinds).load(conn)?;
    let roots: Vec<(String, i64)> =
        posts::table.filter(of_others.and(posts::root_id.eq(""))).group_by(posts::kind).select(kinds).load(conn)?;
    let urgent = posts::table
        .inner_join(posts_priority::table.on(posts_priority::post_id.eq(posts::id)))
        .filter(of_others.and(posts_priority::priority.eq(Priority::URGENT)))
        .select(count_star())
        .first(conn)?;
    let counted =
        |groups: &[(String, i64)]| groups.iter().filter(|(kind, _)| is_countable(kind)).map(|(_, count)| count).sum();
    Ok(Mentioned { all: counted(&all), roots: counted(&roots), urgent })
}

/// The next living posts of a channel after a moment and a post in it, oldest first.
pub fn living_after(conn: &mut Conn, channel: Id, after: (i64, Id), limit: i64) -> Result<Vec<Post>> {
    let (at, id) = after;
    let later = posts::create_at.gt(at).or(posts::create_at.eq(at).and(posts::id.gt(id.as_str())));
    let rows: Vec<Row> = posts::table
        .select(Row::as_select())
        .filter(posts::channel_id.eq(channel).and(posts::delete_at.eq(0)).and(posts::create_at.ge(at)))
        .filter(later)
        .order((posts::create_at, posts::id))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(Post::from).collect())
}

/// When somebody last said something in a channel, if that was after a time; what the server said of them does not count.
pub fn last_said(conn: &mut Conn, channel: Id, user: Id, after: i64) -> Result<Option<i64>> {
    let own =
        posts::channel_id.eq(channel).and(posts::user_id.eq(user)).and(posts::kind.not_like("system\\_%").escape('\\'));
    let last = posts::table.filter(own.and(posts::create_at.gt(after)).and(posts::original_id.eq("")));
    Ok(last.select(diesel::dsl::max(posts::create_at)).first(conn)?)
}

/// When somebody first replied in each of these threads; threads without a living reply of theirs are left out.
pub fn first_replies(conn: &mut Conn, roots: &[Id], user: Id) -> Result<HashMap<Id, i64>> {
    let mut found = HashMap::new();
    for chunk in roots.chunks(500) {
        let own = posts::root_id.eq_any(chunk).and(posts::user_id.eq(user)).and(posts::delete_at.eq(0));
        let rows: Vec<(Id, Option<i64>)> = posts::table
            .filter(own)
            .group_by(posts::root_id)
            .select((posts::root_id, min(posts::create_at)))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(root, first)| Some((root, first?))));
    }
    Ok(found)
}

/// The next posts of a channel after a moment and a post in it, oldest first, deleted ones too.
pub fn next_after(conn: &mut Conn, channel: Id, after: (i64, Id), limit: i64) -> Result<Vec<Post>> {
    let (at, id) = after;
    let later = posts::create_at.gt(at).or(posts::create_at.eq(at).and(posts::id.gt(id.as_str())));
    let rows: Vec<Row> = posts::table
        .select(Row::as_select())
        .filter(posts::channel_id.eq(channel).and(posts::original_id.eq("")).and(posts::create_at.ge(at)))
        .filter(later)
        .order((posts::create_at, posts::id))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(Post::from).collect())
}

/// The next living replies in a thread after a moment and a post in it, oldest first.
pub fn replies_after(conn: &mut Conn, root: Id, after: (i64, Id), limit: i64) -> Result<Vec<Post>> {
    let (at, id) = after;
    let later = posts::create_at.gt(at).or(posts::create_at.eq(at).and(posts::id.gt(id.as_str())));
    let rows: Vec<Row> = posts::table
        .select(Row::as_select())
        .filter(posts::root_id.eq(root).and(posts::delete_at.eq(0)).and(posts::create_at.ge(at)))
        .filter(later)
        .order((posts::create_at, posts::id))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(Post::from).collect())
}

stmt!(
    /// Sets how far a member has read.
    SetUnread(u: &ChannelUnreadAt) {
        "UPDATE channelmembers SET msgcount = " [u.msg_count => BigInt] ", msgcountroot = " [u.msg_count_root => BigInt]
        ", mentioncount = " [u.mention_count => BigInt] ", mentioncountroot = " [u.mention_count_root => BigInt]
        ", urgentmentioncount = " [u.urgent_mention_count => BigInt] ", lastviewedat = " [u.last_viewed_at => BigInt]
        ", lastupdateat = " [u.last_viewed_at => BigInt] " WHERE channelid = " [u.channel_id => Text] " AND userid = " [u.user_id => Text]
    }
);

/// Sets how far a member has read their channel.
pub fn set_unread(tx: &mut Tx<'_>, unread: &ChannelUnreadAt) -> Result<()> {
    SetUnread(unread).execute(tx.conn())?;
    tx.stale(Stale::Viewers(unread.channel_id));
    tx.stale(Stale::Read(unread.user_id));
    Ok(())
}
