//! What is read and unread (posts-and-limits.md §5).

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::super::conn::{Conn, stmt};
use super::super::kept::Viewers;
use super::super::schema::{channel_members, channels, thread_memberships, threads};
use super::super::types::Json;
use super::super::{Stale, Store, Tx};
use crate::model::channels::{ChannelUnread, is_muted};
use crate::model::errors::{AppError, Result};
use crate::model::{Id, StringMap};

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
            tx.stale(Stale::Read(user));
            viewed.were_unread.push(position.channel);
        }
    }
    Ok(viewed)
}

/// Marks the threads that a user follows in these channels as read.
pub fn read_threads(tx: &mut Tx<'_>, user: Id, in_channels: &[Id], at: i64) -> Result<()> {
    tx.stale(Stale::Inbox(user));
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
    type Row = (Id, i64, i64, i64, i64, i64, i64, Option<i64>, Json<Option<StringMap>>);
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
            channel_members::notify_props,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(team_id, total, total_root, read, read_root, mention_count, mention_count_root, urgent, props)| {
        // In a muted channel only mentions count.
        let muted = props.0.is_some_and(|props| is_muted(&props));
        ChannelUnread {
            team_id,
            channel_id: channel,
            msg_count: if muted { 0 } else { total - read },
            mention_count,
            mention_count_root,
            urgent_mention_count: urgent.unwrap_or_default(),
            msg_count_root: if muted { 0 } else { total_root - read_root },
        }
    }))
}
