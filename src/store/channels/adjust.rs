//! Putting the counters of members right.

use diesel::prelude::*;

use super::super::schema::channel_members;
use super::super::{Stale, Tx};
use crate::model::Id;
use crate::model::errors::Result;

/// How far the counters of a member move.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Adjustment {
    /// Messages that count as read.
    pub read: i64,
    /// Of these, those that start threads.
    pub read_roots: i64,
    /// Mentions that are left.
    pub mentions: i64,
    /// Mentions that are left in posts that start threads.
    pub mention_roots: i64,
    /// Mentions that are left in urgent posts.
    pub urgent: i64,
}

/// Moves the counters of members who have not looked at the channel since that time.
pub fn adjust(tx: &mut Tx<'_>, channel: Id, users: &[Id], viewed: i64, by: Adjustment) -> Result<()> {
    for chunk in users.chunks(500) {
        let them = channel_members::channel_id.eq(channel).and(channel_members::user_id.eq_any(chunk));
        diesel::update(channel_members::table.filter(them.and(channel_members::last_viewed_at.eq(viewed))))
            .set((
                channel_members::msg_count.eq(channel_members::msg_count + by.read),
                channel_members::msg_count_root.eq(channel_members::msg_count_root + by.read_roots),
                channel_members::mention_count.eq(channel_members::mention_count + by.mentions),
                channel_members::mention_count_root.eq(channel_members::mention_count_root + by.mention_roots),
                channel_members::urgent_mention_count.eq(channel_members::urgent_mention_count + by.urgent),
            ))
            .execute(tx.conn())?;
        chunk.iter().for_each(|user| tx.stale(Stale::Read(*user)));
    }
    Ok(())
}
