//! The counters of members that move with posts (posts-and-limits.md §5).

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::model::Id;
use crate::model::errors::Result;
use crate::store::conn::stmt;
use crate::store::schema::channel_members;
use crate::store::{Stale, Tx};

/// How far a mention moves the counters of those who are mentioned.
#[derive(Debug, Clone, Copy)]
pub struct MentionBump {
    /// Where.
    pub channel: Id,
    /// When.
    pub at: i64,
    /// 1 if the post starts a thread, else 0.
    pub root: i64,
    /// 1 if it is urgent, else 0.
    pub urgent: i64,
}

/// One member and how far a mention moves their counters.
pub struct OneMentioned {
    user: Id,
    by: MentionBump,
}

stmt!(
    /// Counts a mention for one member, the usual case.
    CountMention(m: &OneMentioned) {
        "UPDATE channelmembers SET mentioncount = mentioncount + 1, mentioncountroot = mentioncountroot + " [m.by.root => BigInt]
        ", urgentmentioncount = COALESCE(urgentmentioncount, 0) + " [m.by.urgent => BigInt] ", lastupdateat = " [m.by.at => BigInt]
        " WHERE channelid = " [m.by.channel => Text] " AND userid = " [m.user => Text]
    }
);

/// A member who looks at a channel.
pub struct Viewer {
    channel: Id,
    user: Id,
}

stmt!(
    /// Everything in the channel is read by the member.
    MarkViewed(v: &Viewer) {
        "UPDATE channelmembers SET mentioncount = 0, mentioncountroot = 0, urgentmentioncount = 0,
            msgcount = CASE WHEN channelmembers.msgcount < c.totalmsgcount THEN c.totalmsgcount ELSE channelmembers.msgcount END,
            msgcountroot = CASE WHEN channelmembers.msgcountroot < c.totalmsgcountroot THEN c.totalmsgcountroot ELSE channelmembers.msgcountroot END,
            lastviewedat = CASE WHEN channelmembers.lastviewedat < c.lastpostat THEN c.lastpostat ELSE channelmembers.lastviewedat END,
            lastupdateat = CASE WHEN channelmembers.lastviewedat < c.lastpostat THEN c.lastpostat ELSE channelmembers.lastviewedat END
            FROM channels c WHERE c.id = channelmembers.channelid AND channelmembers.channelid = " [v.channel => Text]
        " AND channelmembers.userid = " [v.user => Text]
    }
);

/// Counts a mention for each of the members.
pub fn count_mentions(tx: &mut Tx<'_>, users: &[Id], by: MentionBump) -> Result<()> {
    users.iter().for_each(|user| tx.stale(Stale::Read(*user)));
    if let [user] = users {
        CountMention(&OneMentioned { user: *user, by }).execute(tx.conn())?;
        return Ok(());
    }
    for chunk in users.chunks(500) {
        let them = channel_members::channel_id.eq(by.channel).and(channel_members::user_id.eq_any(chunk));
        diesel::update(channel_members::table.filter(them))
            .set((
                channel_members::mention_count.eq(channel_members::mention_count + 1),
                channel_members::mention_count_root.eq(channel_members::mention_count_root + by.root),
                channel_members::urgent_mention_count.eq(channel_members::urgent_mention_count + by.urgent),
                channel_members::last_update_at.eq(by.at),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Marks the channel read by the member, up to its newest post. Says whether they are a member.
pub fn mark_viewed(tx: &mut Tx<'_>, channel: Id, user: Id) -> Result<bool> {
    tx.stale(Stale::Read(user));
    Ok(MarkViewed(&Viewer { channel, user }).execute(tx.conn())? > 0)
}
