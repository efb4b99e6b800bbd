//! Finding and erasing the oldest posts, where no more than so many are kept.

use std::collections::{HashMap, HashSet};

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::change::erase_threads;
use crate::model::Id;
use crate::model::errors::Result;
use crate::store::conn::Conn;
use crate::store::schema::{channels, posts};
use crate::store::{Stale, Tx, threads};

/// An old post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasable {
    /// When it was made.
    pub at: i64,
    /// Which.
    pub id: Id,
    /// Where.
    pub channel: Id,
    /// The post that it replies to, if any.
    pub root: Id,
    /// Whether living posts reply to it: it stays as long as they do.
    pub answered: bool,
}

impl From<(i64, Id, Id, Id)> for Erasable {
    fn from((at, id, channel, root): (i64, Id, Id, Id)) -> Erasable {
        Erasable { at, id, channel, root, answered: false }
    }
}

/// The living posts of each of these channels.
pub fn living_in(conn: &mut Conn, among: &[Id]) -> Result<HashMap<Id, i64>> {
    let mut found = HashMap::new();
    for chunk in among.chunks(500) {
        let living = posts::channel_id.eq_any(chunk).and(posts::delete_at.eq(0));
        let counts: Vec<(Id, i64)> = posts::table
            .filter(living)
            .group_by(posts::channel_id)
            .select((posts::channel_id, count_star()))
            .load(conn)?;
        found.extend(counts);
    }
    Ok(found)
}

/// The channels of each team, archived ones too, by team.
pub fn channels_by_team(conn: &mut Conn) -> Result<HashMap<Id, Vec<Id>>> {
    let rows: Vec<(Id, Id)> =
        channels::table.filter(channels::team_id.ne("")).select((channels::team_id, channels::id)).load(conn)?;
    let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
    for (team, channel) in rows {
        found.entry(team).or_default().push(channel);
    }
    Ok(found)
}

/// The oldest living posts in these channels that come after a moment and a post in it.
pub fn oldest(conn: &mut Conn, among: &[Id], after: (i64, Id), limit: i64) -> Result<Vec<Erasable>> {
    let mut found: Vec<Erasable> = Vec::new();
    for chunk in among.chunks(500) {
        let later = posts::create_at.gt(after.0).or(posts::create_at.eq(after.0).and(posts::id.gt(after.1.as_str())));
        let rows: Vec<(i64, Id, Id, Id)> = posts::table
            .filter(posts::channel_id.eq_any(chunk).and(posts::delete_at.eq(0)))
            .filter(posts::create_at.ge(after.0).and(later))
            .order((posts::create_at, posts::id))
            .select((posts::create_at, posts::id, posts::channel_id, posts::root_id))
            .limit(limit)
            .load(conn)?;
        found.extend(rows.into_iter().map(Erasable::from));
    }
    found.sort_unstable_by_key(|post| (post.at, post.id));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    let ids: Vec<Id> = found.iter().map(|post| post.id).collect();
    let mut answered: HashSet<Id> = HashSet::new();
    for chunk in ids.chunks(500) {
        let replies = posts::table.filter(posts::root_id.eq_any(chunk).and(posts::delete_at.eq(0)));
        answered.extend(replies.select(posts::root_id).distinct().load::<Id>(conn)?);
    }
    found.iter_mut().for_each(|post| post.answered = answered.contains(&post.id));
    Ok(found)
}

/// Erases posts with all that belongs to them, and brings the threads in line that some of them were part of. Answers
/// the paths of files that may be removed now.
pub fn erase_oldest(tx: &mut Tx<'_>, those: &[Erasable], at: i64) -> Result<Vec<String>> {
    let ids: Vec<Id> = those.iter().map(|post| post.id).collect();
    let paths = erase_threads(tx, &ids)?;
    for channel in those.iter().map(|post| post.channel).collect::<HashSet<_>>() {
        tx.stale(Stale::Posts(channel));
    }
    let gone: HashSet<Id> = ids.into_iter().collect();
    let roots: HashSet<Id> = those.iter().filter_map(|post| post.root.some()).collect();
    for root in roots.difference(&gone) {
        threads::recount(tx, *root, at)?;
        threads::cap_mentions(tx, *root)?;
    }
    Ok(paths)
}

/// Posts in these channels that were deleted, and were made by that time.
pub fn deleted_by(conn: &mut Conn, among: &[Id], until: i64, limit: i64) -> Result<Vec<Erasable>> {
    let mut found = Vec::new();
    for chunk in among.chunks(500) {
        let rows: Vec<(i64, Id, Id, Id)> = posts::table
            .filter(posts::channel_id.eq_any(chunk).and(posts::delete_at.gt(0)))
            .filter(posts::original_id.eq("").and(posts::create_at.le(until)))
            .select((posts::create_at, posts::id, posts::channel_id, posts::root_id))
            .limit(limit)
            .load(conn)?;
        found.extend(rows.into_iter().map(Erasable::from));
    }
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}
