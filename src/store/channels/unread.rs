//! What is read and unread (posts-and-limits.md §5).

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::super::conn::{Conn, each, stmt};
use super::super::kept::Viewers;
use super::super::schema::{channel_members, channels, posts, thread_memberships, threads};
use super::super::types::Json;
use super::super::{Stale, Store, Tx};
use crate::model::channels::{ChannelMember, ChannelUnread};
use crate::model::errors::{AppError, Result};
use crate::model::posts::{Post, UNCOUNTED};
use crate::model::{Id, Props, now};

/// How far somebody read a channel, and how far it goes.
#[derive(Debug, Clone, Copy, Queryable)]
struct Position {
    channel: Id,
    last_post_at: i64,
    total: i64,
    total_root: i64,
    last_viewed_at: i64,
    read: i64,
    read_root: i64,
    mentions: i64,
    mentions_root: i64,
    urgent: Option<i64>,
}

impl Position {
    fn is_unread(&self) -> bool {
        let mentions = self.mentions + self.mentions_root + self.urgent.unwrap_or_default();
        mentions > 0 || self.total > self.read || self.total_root > self.read_root
    }

    fn viewed_at(&self) -> i64 {
        self.last_viewed_at.max(self.last_post_at)
    }

    fn read_by(&self, user: Id) -> Read {
        Read {
            channel: self.channel,
            user,
            total: self.total.max(self.read),
            total_root: self.total_root.max(self.read_root),
            at: self.viewed_at(),
        }
    }
}

/// A membership as it is after everything was read.
struct Read {
    channel: Id,
    user: Id,
    total: i64,
    total_root: i64,
    at: i64,
}

stmt!(
    /// Marks all of a channel as read.
    MarkRead(r: &Read) {
        "UPDATE channelmembers SET mentioncount = 0, mentioncountroot = 0, urgentmentioncount = 0, msgcount = "
        [r.total => BigInt] ", msgcountroot = " [r.total_root => BigInt] ", lastviewedat = " [r.at => BigInt]
        ", lastupdateat = " [r.at => BigInt] " WHERE channelid = " [r.channel => Text] " AND userid = " [r.user => Text]
    }
);

/// What came of looking at channels.
#[derive(Debug, Clone, Default)]
pub struct Viewed {
    /// When each of the channels that the user is in was viewed.
    pub times: BTreeMap<Id, i64>,
    /// Those in which something had been unread.
    pub were_unread: Vec<Id>,
}

/// The positions of a user in one channel, or in several. One is read by a statement that stays prepared.
fn positions(conn: &mut Conn, user: Id, wanted: &[Id]) -> Result<Vec<Position>> {
    macro_rules! position {
        ($filter:expr) => {
            channels::table
                .inner_join(channel_members::table.on(channel_members::channel_id.eq(channels::id)))
                .filter(channel_members::user_id.eq(user))
                .filter($filter)
                .select((
                    channels::id,
                    channels::last_post_at,
                    channels::total_msg_count,
                    channels::total_msg_count_root,
                    channel_members::last_viewed_at,
                    channel_members::msg_count,
                    channel_members::msg_count_root,
                    channel_members::mention_count,
                    channel_members::mention_count_root,
                    channel_members::urgent_mention_count,
                ))
                .load::<Position>(conn)?
        };
    }
    if let [one] = wanted {
        return Ok(position!(channel_members::channel_id.eq(*one)));
    }
    let mut found = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(500) {
        found.extend(position!(channel_members::channel_id.eq_any(chunk)));
    }
    Ok(found)
}

/// Marks these channels as read for a user. Where nothing is unread nothing is written.
pub fn view(tx: &mut Tx<'_>, user: Id, wanted: &[Id]) -> Result<Viewed> {
    let mut viewed = Viewed::default();
    for position in positions(tx.conn(), user, wanted)? {
        viewed.times.insert(position.channel, position.viewed_at());
        if position.is_unread() {
            MarkRead(&position.read_by(user)).execute(tx.conn())?;
            viewed.were_unread.push(position.channel);
        }
    }
    Ok(viewed)
}

/// Marks the threads that a user follows in these channels as read.
pub fn read_threads(tx: &mut Tx<'_>, user: Id, in_channels: &[Id], at: i64) -> Result<()> {
    for chunk in in_channels.chunks(500) {
        let of_channels = threads::table.filter(threads::channel_id.eq_any(chunk)).select(threads::post_id);
        let unread = thread_memberships::table
            .filter(thread_memberships::user_id.eq(user).and(thread_memberships::following.eq(true)))
            .filter(thread_memberships::post_id.eq_any(of_channels));
        diesel::update(unread)
            .set((
                thread_memberships::last_viewed.eq(at),
                thread_memberships::unread_mentions.eq(0),
                thread_memberships::last_updated.eq(at),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

impl Store {
    /// Who is known to have read all of a channel; to be asked for before what is then noted there was read.
    pub fn viewers(&self, channel: Id) -> Arc<Viewers> {
        if let Some(viewers) = self.kept.viewers.get(&channel) {
            return viewers;
        }
        let since = self.kept.viewers.since(&channel);
        let viewers: Arc<Viewers> = Arc::default();
        self.kept.viewers.keep(channel, viewers.clone(), since);
        viewers
    }
}

/// When somebody viewed a channel of which they have read everything, as far as is known.
pub fn viewed_all(viewers: &Viewers, user: Id) -> Option<i64> {
    viewers.lock().ok()?.get(&user).copied()
}

/// Notes that somebody has read all of a channel.
pub fn note_viewed_all(viewers: &Viewers, user: Id, at: i64) -> Result<()> {
    let mut viewers = viewers.lock().map_err(AppError::internal)?;
    viewers.insert(user, at);
    Ok(())
}

/// What a user has not read in a living channel; `None` if they are not in it.
pub fn unread(conn: &mut Conn, channel: Id, user: Id) -> Result<Option<ChannelUnread>> {
    type Row = (Id, i64, i64, i64, i64, i64, i64, Option<i64>);
    let row: Option<Row> = channels::table
        .inner_join(channel_members::table.on(channel_members::channel_id.eq(channels::id)))
        .filter(channels::id.eq(channel).and(channels::delete_at.eq(0)).and(channel_members::user_id.eq(user)))
        .select((
            channels::team_id,
            channels::total_msg_count,
            channels::total_msg_count_root,
            channel_members::msg_count,
            channel_members::msg_count_root,
            channel_members::mention_count,
            channel_members::mention_count_root,
            channel_members::urgent_mention_count,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(team_id, total, total_root, read, read_root, mention_count, mention_count_root, urgent)| {
        ChannelUnread {
            team_id,
            channel_id: channel,
            msg_count: total - read,
            mention_count,
            mention_count_root,
            urgent_mention_count: urgent.unwrap_or_default(),
            msg_count_root: total_root - read_root,
        }
    }))
}

/// How many posts count as unread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Countable {
    /// All.
    pub all: i64,
    /// Those that start a thread.
    pub roots: i64,
}

/// How many posts of a channel, from that time on, count as unread.
pub fn countable_since(conn: &mut Conn, channel: Id, at: i64) -> Result<Countable> {
    let since = || {
        posts::table
            .filter(posts::channel_id.eq(channel).and(posts::create_at.ge(at)).and(posts::delete_at.eq(0)))
            .filter(posts::kind.ne_all(UNCOUNTED))
    };
    let all = since().count().get_result(conn)?;
    Ok(Countable { all, roots: since().filter(posts::root_id.eq("")).count().get_result(conn)? })
}

/// The most posts whose mentions are counted when a channel is marked as unread.
const MOST_COUNTED: i64 = 5_000;

/// The posts of a channel from that time on, as far as they can mention anybody.
pub fn posts_since(conn: &mut Conn, channel: Id, at: i64) -> Result<Vec<Post>> {
    type Row = (Id, Id, Id, String, String, Json<Option<Props>>);
    let rows: Vec<Row> = posts::table
        .filter(posts::channel_id.eq(channel).and(posts::create_at.ge(at)).and(posts::delete_at.eq(0)))
        .order(posts::create_at.desc())
        .limit(MOST_COUNTED)
        .select((posts::id, posts::user_id, posts::root_id, posts::message, posts::kind, posts::props))
        .load(conn)?;
    let post = |(id, user_id, root_id, message, kind, props): Row| Post {
        id,
        user_id,
        root_id,
        channel_id: channel,
        message,
        r#type: kind,
        props: props.0.unwrap_or_default(),
        ..Post::default()
    };
    Ok(rows.into_iter().map(post).collect())
}

/// Writes how far a member has read.
pub fn save_counters(tx: &mut Tx<'_>, member: &ChannelMember) -> Result<()> {
    let of_member = channel_members::channel_id.eq(member.channel_id).and(channel_members::user_id.eq(member.user_id));
    diesel::update(channel_members::table.filter(of_member))
        .set((
            channel_members::last_viewed_at.eq(member.last_viewed_at),
            channel_members::last_update_at.eq(member.last_update_at),
            channel_members::msg_count.eq(member.msg_count),
            channel_members::msg_count_root.eq(member.msg_count_root),
            channel_members::mention_count.eq(member.mention_count),
            channel_members::mention_count_root.eq(member.mention_count_root),
            channel_members::urgent_mention_count.eq(member.urgent_mention_count),
        ))
        .execute(tx.conn())?;
    tx.stale(Stale::Viewers(member.channel_id));
    Ok(())
}

/// Has a user follow a thread that has replies, read up to that time.
pub fn reopen_thread(tx: &mut Tx<'_>, root: Id, user: Id, read_until: i64) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(thread_memberships::table)
        .values((
            thread_memberships::post_id.eq(root),
            thread_memberships::user_id.eq(user),
            thread_memberships::following.eq(true),
            thread_memberships::last_viewed.eq(read_until),
            thread_memberships::last_updated.eq(now()),
            thread_memberships::unread_mentions.eq(0),
        ))
        .on_conflict((thread_memberships::post_id, thread_memberships::user_id))
        .do_update()
        .set((
            thread_memberships::following.eq(true),
            thread_memberships::last_viewed.eq(read_until),
            thread_memberships::last_updated.eq(now()),
        ))
        .execute(c))?;
    Ok(())
}
