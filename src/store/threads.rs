//! Threads: their counters, and who follows them (posts-and-limits.md §4).

use std::collections::{HashMap, HashSet};

use diesel::dsl::{count_star, exists, max};
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::conn::{Conn, MultiBackend, each};
use super::schema::{channel_members, channels, posts, posts_priority, thread_memberships, threads};
use super::types::{EnumText, Json};
use super::{Stale, Tx};
use crate::model::Id;
use crate::model::channels::ChannelType;
use crate::model::errors::Result;
use crate::model::posts::{Post, Priority};
use crate::model::threads::{Thread, ThreadMembership};

#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = threads)]
struct Row {
    post_id: Id,
    reply_count: i64,
    last_reply_at: i64,
    participants: Json<Option<Vec<Id>>>,
    channel_id: Id,
    thread_delete_at: Option<i64>,
    thread_team_id: Option<String>,
}

impl From<Row> for Thread {
    fn from(row: Row) -> Thread {
        Thread {
            post_id: row.post_id,
            channel_id: row.channel_id,
            team_id: row.thread_team_id.and_then(|id| Id::parse(&id)).unwrap_or_default(),
            reply_count: row.reply_count,
            last_reply_at: row.last_reply_at,
            participants: row.participants.0.unwrap_or_default(),
            delete_at: row.thread_delete_at.unwrap_or_default(),
        }
    }
}

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = thread_memberships, treat_none_as_default_value = false)]
struct MemberRow {
    post_id: Id,
    user_id: Id,
    following: bool,
    last_viewed: i64,
    last_updated: i64,
    unread_mentions: i64,
}

impl From<MemberRow> for ThreadMembership {
    fn from(row: MemberRow) -> ThreadMembership {
        let MemberRow { post_id, user_id, following, last_viewed, last_updated, unread_mentions } = row;
        ThreadMembership { post_id, user_id, following, last_viewed, last_updated, unread_mentions }
    }
}

impl From<&ThreadMembership> for MemberRow {
    fn from(member: &ThreadMembership) -> MemberRow {
        let ThreadMembership { post_id, user_id, following, last_viewed, last_updated, unread_mentions } = *member;
        MemberRow { post_id, user_id, following, last_viewed, last_updated, unread_mentions }
    }
}

/// The threads that these posts started, by post; posts without replies are left out.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Thread>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(500) {
        let rows: Vec<Row> =
            threads::table.select(Row::as_select()).filter(threads::post_id.eq_any(chunk)).load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.post_id, Thread::from(row))));
    }
    Ok(found)
}

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
    super::posts::touch(tx, root.id, reply.create_at)?;
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
    super::posts::touch(tx, root, at)
}

/// Sees to it that nobody has more unread mentions in a thread than there are replies that they have not read.
pub fn cap_mentions(tx: &mut Tx<'_>, thread: Id) -> Result<()> {
    let mut members = members(tx.conn(), thread)?;
    members.retain(|_, member| member.unread_mentions > 0);
    for mut member in members.into_values() {
        let unread = posts::root_id.eq(thread).and(posts::delete_at.eq(0)).and(posts::create_at.gt(member.last_viewed));
        let most: i64 = posts::table.filter(unread).count().get_result(tx.conn())?;
        if member.unread_mentions > most {
            member.unread_mentions = most;
            save_members(tx, &[member])?;
        }
    }
    Ok(())
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

/// How many replies a thread has that are newer than that.
pub fn unread_after(conn: &mut Conn, thread: &Thread, viewed: i64) -> Result<i64> {
    if viewed == 0 {
        return Ok(thread.reply_count);
    }
    let newer = posts::root_id.eq(thread.post_id).and(posts::delete_at.eq(0)).and(posts::create_at.gt(viewed));
    Ok(posts::table.filter(newer).select(count_star()).first(conn)?)
}

/// Somebody who left a channel has nothing to do with its threads any more.
pub fn leave_channel(tx: &mut Tx<'_>, channel: Id, user: Id) -> Result<()> {
    tx.stale(Stale::Inbox(user));
    let of_channel = threads::table.filter(threads::channel_id.eq(channel)).select(threads::post_id);
    let theirs = thread_memberships::user_id.eq(user).and(thread_memberships::post_id.eq_any(of_channel));
    diesel::delete(thread_memberships::table.filter(theirs)).execute(tx.conn())?;
    Ok(())
}

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
