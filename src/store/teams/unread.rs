//! What somebody has not read yet, counted by team.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::model::Id;
use crate::model::errors::Result;
use crate::model::teams::TeamUnread;
use crate::store::conn::Conn;

#[derive(QueryableByName, Debug)]
struct Counts {
    #[diesel(sql_type = Text)]
    team_id: Id,
    #[diesel(sql_type = BigInt)]
    messages: i64,
    #[diesel(sql_type = BigInt)]
    roots: i64,
    #[diesel(sql_type = BigInt)]
    mentions: i64,
    #[diesel(sql_type = BigInt)]
    mentions_in_roots: i64,
}

impl From<Counts> for TeamUnread {
    fn from(row: Counts) -> TeamUnread {
        TeamUnread {
            team_id: row.team_id,
            msg_count: row.messages,
            msg_count_root: row.roots,
            mention_count: row.mentions,
            mention_count_root: row.mentions_in_roots,
            ..TeamUnread::default()
        }
    }
}

/// Sums over the living channels that a user is in; muted ones count by their mentions alone. PostgreSQL widens sums.
macro_rules! sums {
    ($condition:literal) => {
        concat!(
            "SELECT c.teamid AS team_id, \
             CAST(SUM(CASE WHEN m.notifyprops ->> 'mark_unread' = 'mention' THEN 0 ELSE c.totalmsgcount - m.msgcount END) AS bigint) AS messages, \
             CAST(SUM(CASE WHEN m.notifyprops ->> 'mark_unread' = 'mention' THEN 0 ELSE c.totalmsgcountroot - COALESCE(m.msgcountroot, 0) END) AS bigint) AS roots, \
             CAST(SUM(m.mentioncount) AS bigint) AS mentions, \
             CAST(SUM(COALESCE(m.mentioncountroot, 0)) AS bigint) AS mentions_in_roots \
             FROM channelmembers m JOIN channels c ON c.id = m.channelid \
             WHERE m.userid = $1 AND c.deleteat = 0 AND c.teamid ",
            $condition,
            " $2 GROUP BY c.teamid ORDER BY c.teamid"
        )
    };
}

/// The counts of every team but one; `""` leaves out direct and group channels, which have no team.
pub fn unread_of_user(conn: &mut Conn, user: Id, exclude: &str) -> Result<Vec<TeamUnread>> {
    let query = sql_query(sums!("<>")).bind::<Text, _>(user).bind::<Text, _>(exclude.to_owned());
    let rows: Vec<Counts> = query.load(conn)?;
    Ok(rows.into_iter().map(TeamUnread::from).collect())
}

/// The counts of one team; `None` if the user is in no channel of it.
pub fn unread_in_team(conn: &mut Conn, user: Id, team: Id) -> Result<Option<TeamUnread>> {
    let query = sql_query(sums!("=")).bind::<Text, _>(user).bind::<Text, _>(team);
    let rows: Vec<Counts> = query.load(conn)?;
    Ok(rows.into_iter().next().map(TeamUnread::from))
}

#[derive(QueryableByName, Debug)]
struct ThreadCounts {
    #[diesel(sql_type = Text)]
    team_id: Id,
    #[diesel(sql_type = BigInt)]
    threads: i64,
    #[diesel(sql_type = BigInt)]
    mentions: i64,
    #[diesel(sql_type = BigInt)]
    urgent: i64,
}

/// Unread threads that a user follows, by team: how many, the mentions in them, and those in urgent ones.
pub fn unread_threads_of_user(conn: &mut Conn, user: Id) -> Result<Vec<TeamUnread>> {
    let query = sql_query(
        "SELECT t.threadteamid AS team_id, \
         CAST(SUM(CASE WHEN t.lastreplyat > m.lastviewed THEN 1 ELSE 0 END) AS bigint) AS threads, \
         CAST(SUM(m.unreadmentions) AS bigint) AS mentions, \
         CAST(SUM(CASE WHEN p.priority = 'urgent' THEN m.unreadmentions ELSE 0 END) AS bigint) AS urgent \
         FROM threadmemberships m JOIN threads t ON t.postid = m.postid \
         LEFT JOIN postspriority p ON p.postid = m.postid \
         WHERE m.userid = $1 AND m.following AND COALESCE(t.threaddeleteat, 0) = 0 AND t.threadteamid <> '' \
         GROUP BY t.threadteamid",
    );
    let rows: Vec<ThreadCounts> = query.bind::<Text, _>(user).load(conn)?;
    let counts = rows.into_iter().map(|row| TeamUnread {
        team_id: row.team_id,
        thread_count: row.threads,
        thread_mention_count: row.mentions,
        thread_urgent_mention_count: row.urgent,
        ..TeamUnread::default()
    });
    Ok(counts.collect())
}
