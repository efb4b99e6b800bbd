//! Threads: their counters, and who follows them (posts-and-limits.md §4).

mod counters;
mod inbox;
mod members;

pub use counters::{add_reply, cap_mentions, note_deleted, recount};
pub use inbox::{Followed, Reach, Wanted, count, count_mentions, followed, unread_after, unread_of, urgent_among};
pub use members::{leave_channel, members, memberships, read_all, save_members, unread_of_followers};

use std::collections::HashMap;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{thread_memberships, threads};
use super::types::Json;
use crate::model::Id;
use crate::model::errors::Result;
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
