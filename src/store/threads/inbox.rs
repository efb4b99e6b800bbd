//! The threads that somebody follows, and what is unread in them.

use std::collections::{HashMap, HashSet};

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;

use super::{MemberRow, Row};
use crate::model::Id;
use crate::model::channels::ChannelType;
use crate::model::errors::Result;
use crate::model::posts::Priority;
use crate::model::threads::{Thread, ThreadMembership};
use crate::store::conn::{Conn, MultiBackend};
use crate::store::schema::{channel_members, channels, posts, posts_priority, thread_memberships, threads};
use crate::store::types::EnumText;

/// In which channels a follower reads threads. Whoever follows one need not be in its channel, nor stay in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Those that they are in.
    #[default]
    Joined,
    /// The public ones as well.
    Open,
    /// All.
    Everywhere,
}

/// Whose threads, and which of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// The follower.
    pub user: Id,
    /// Where they read.
    pub reach: Reach,
    /// Those of this team.
    pub team: Id,
    /// Not those of conversations.
    pub exclude_direct: bool,
    /// Only those with unread replies.
    pub unread: bool,
    /// Deleted ones too.
    pub deleted: bool,
    /// Only those with news since then; 0 for all.
    pub since: i64,
    /// Only those with older news than this thread.
    pub before: Option<Id>,
    /// Only those with newer news than this thread, the oldest first.
    pub after: Option<Id>,
    /// How many.
    pub limit: i64,
}

/// A followed thread, and how many of its replies are unread.
pub type Followed = (Thread, ThreadMembership, i64);

/// The time of the last reply to a thread.
fn last_reply_of(conn: &mut Conn, thread: Id) -> Result<i64> {
    let found = threads::table.filter(threads::post_id.eq(thread)).select(threads::last_reply_at).first(conn);
    Ok(found.optional()?.unwrap_or_default())
}

/// The followed threads that match.
macro_rules! followed {
    ($wanted:expr) => {{
        let wanted: &Wanted = $wanted;
        let mut query = threads::table
            .inner_join(thread_memberships::table.on(thread_memberships::post_id.eq(threads::post_id)))
            .filter(thread_memberships::user_id.eq(wanted.user).and(thread_memberships::following.eq(true)))
            .into_boxed::<MultiBackend>();
        let team = threads::thread_team_id.assume_not_null();
        query = match wanted.exclude_direct {
            true => query.filter(team.eq(wanted.team)),
            false => query.filter(team.eq(wanted.team).or(team.eq(""))),
        };
        let of_user = channel_members::user_id.eq(wanted.user).and(channel_members::channel_id.eq(threads::channel_id));
        let joined = exists(channel_members::table.filter(of_user));
        let is_open = channels::kind
            .eq(EnumText(ChannelType::Open.letter().to_owned()))
            .and(channels::id.eq(threads::channel_id));
        query = match wanted.reach {
            Reach::Everywhere => query,
            Reach::Open => query.filter(joined.or(exists(channels::table.filter(is_open)))),
            Reach::Joined => query.filter(joined),
        };
        if !wanted.deleted {
            query = query.filter(threads::thread_delete_at.is_null().or(threads::thread_delete_at.eq(0)));
        }
        if wanted.unread {
            query = query.filter(threads::last_reply_at.gt(thread_memberships::last_viewed));
        }
        if wanted.since > 0 {
            let news = threads::last_reply_at.ge(wanted.since);
            query = query.filter(news.or(thread_memberships::last_updated.ge(wanted.since)));
        }
        query
    }};
}

/// A page of the threads that a user follows, those with the latest replies first.
pub fn followed(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<Followed>> {
    let mut query = followed!(wanted).select((Row::as_select(), MemberRow::as_select())).limit(wanted.limit);
    query = match (wanted.before, wanted.after) {
        (Some(id), _) => {
            let than = last_reply_of(conn, id)?;
            query.filter(threads::last_reply_at.lt(than)).order((threads::last_reply_at.desc(), threads::post_id.asc()))
        }
        (None, Some(id)) => {
            let than = last_reply_of(conn, id)?;
            query.filter(threads::last_reply_at.gt(than)).order((threads::last_reply_at.asc(), threads::post_id.asc()))
        }
        (None, None) => query.order((threads::last_reply_at.desc(), threads::post_id.asc())),
    };
    let rows: Vec<(Row, MemberRow)> = query.load(conn)?;
    let ids: Vec<Id> = rows.iter().map(|(row, _)| row.post_id).collect();
    let unread = unread_of(conn, wanted.user, &ids, wanted.deleted)?;
    let with_count = |(row, member): (Row, MemberRow)| {
        let count = unread.get(&row.post_id).copied().unwrap_or_default();
        (row.into(), member.into(), count)
    };
    Ok(rows.into_iter().map(with_count).collect())
}

/// How many replies of each thread a user has not read; deleted replies count only if wanted.
pub fn unread_of(conn: &mut Conn, user: Id, ids: &[Id], deleted: bool) -> Result<HashMap<Id, i64>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(500) {
        let newer = posts::root_id
            .eq(thread_memberships::post_id)
            .and(posts::original_id.eq(""))
            .and(posts::create_at.gt(thread_memberships::last_viewed));
        let mut query = thread_memberships::table
            .inner_join(posts::table.on(newer))
            .filter(thread_memberships::user_id.eq(user).and(thread_memberships::post_id.eq_any(chunk)))
            .group_by(thread_memberships::post_id)
            .select((thread_memberships::post_id, count_star()))
            .into_boxed::<MultiBackend>();
        if !deleted {
            query = query.filter(posts::delete_at.eq(0));
        }
        found.extend(query.load::<(Id, i64)>(conn)?);
    }
    Ok(found)
}

/// How many threads match.
pub fn count(conn: &mut Conn, wanted: &Wanted) -> Result<i64> {
    Ok(followed!(wanted).select(count_star()).first(conn)?)
}

/// The unread mentions in the threads that match: all, and those in urgent threads.
pub fn count_mentions(conn: &mut Conn, wanted: &Wanted) -> Result<(i64, i64)> {
    let all = followed!(wanted).filter(thread_memberships::unread_mentions.gt(0));
    let counts: Vec<(Id, i64)> =
        all.select((thread_memberships::post_id, thread_memberships::unread_mentions)).load(conn)?;
    let ids: Vec<Id> = counts.iter().map(|(id, _)| *id).collect();
    let urgent = urgent_among(conn, &ids)?;
    let sum = |only_urgent: bool| {
        counts.iter().filter(|(id, _)| !only_urgent || urgent.contains(id)).map(|(_, count)| count).sum()
    };
    Ok((sum(false), sum(true)))
}

/// Those of the threads that began with an urgent post.
pub fn urgent_among(conn: &mut Conn, ids: &[Id]) -> Result<HashSet<Id>> {
    let mut found = HashSet::new();
    for chunk in ids.chunks(500) {
        let urgent = posts_priority::post_id.eq_any(chunk).and(posts_priority::priority.eq(Priority::URGENT));
        found.extend(posts_priority::table.filter(urgent).select(posts_priority::post_id).load::<Id>(conn)?);
    }
    Ok(found)
}

/// How many replies a thread has that are newer than that.
pub fn unread_after(conn: &mut Conn, thread: &Thread, viewed: i64) -> Result<i64> {
    if viewed == 0 {
        return Ok(thread.reply_count);
    }
    let newer = posts::root_id.eq(thread.post_id).and(posts::delete_at.eq(0)).and(posts::create_at.gt(viewed));
    Ok(posts::table.filter(newer).select(count_star()).first(conn)?)
}
