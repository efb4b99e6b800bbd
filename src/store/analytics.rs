//! Counts for administrators. Each function is one statement; all but the daily ones are cheap enough to ask at any time.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::conn::Conn;
use crate::model::errors::Result;
use crate::model::{Id, TimeMs};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Sizes of a server, or of one team where a number can be a team's.
#[derive(QueryableByName, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Standard {
    #[diesel(sql_type = BigInt)]
    pub open_channels: i64,
    #[diesel(sql_type = BigInt)]
    pub private_channels: i64,
    #[diesel(sql_type = BigInt)]
    pub posts: i64,
    #[diesel(sql_type = BigInt)]
    pub users: i64,
    #[diesel(sql_type = BigInt)]
    pub teams: i64,
    /// People who were active since yesterday.
    #[diesel(sql_type = BigInt)]
    pub daily: i64,
    /// People who were active in the last 31 days.
    #[diesel(sql_type = BigInt)]
    pub monthly: i64,
    /// Deactivated people.
    #[diesel(sql_type = BigInt)]
    pub inactive: i64,
}

/// Sizes of a server that are asked for apart.
#[derive(QueryableByName, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Extra {
    #[diesel(sql_type = BigInt)]
    pub incoming_hooks: i64,
    #[diesel(sql_type = BigInt)]
    pub outgoing_hooks: i64,
    #[diesel(sql_type = BigInt)]
    pub commands: i64,
    #[diesel(sql_type = BigInt)]
    pub sessions: i64,
    #[diesel(sql_type = BigInt)]
    pub files: i64,
    #[diesel(sql_type = BigInt)]
    pub file_bytes: i64,
}

/// A number of one day.
#[derive(QueryableByName, Debug)]
pub struct DayCount {
    /// Days since 1970, in UTC.
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub value: i64,
}

/// What is counted by day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Daily {
    /// Posts.
    Posts,
    /// Posts of bots.
    BotPosts,
    /// People who wrote.
    Authors,
}

/// Counts of the server, or of a team.
pub fn standard(conn: &mut Conn, team: Option<Id>, now: TimeMs) -> Result<Standard> {
    let counts = sql_query(
        "SELECT \
         (SELECT COUNT(*) FROM channels WHERE type = 'O' AND ($1 = '' OR teamid = $1)) AS open_channels, \
         (SELECT COUNT(*) FROM channels WHERE type = 'P' AND ($1 = '' OR teamid = $1)) AS private_channels, \
         (SELECT COUNT(*) FROM posts WHERE $1 = '' OR channelid IN (SELECT id FROM channels WHERE teamid = $1)) AS posts, \
         (SELECT COUNT(*) FROM users u WHERE deleteat = 0 AND NOT EXISTS (SELECT 1 FROM bots WHERE userid = u.id) \
          AND ($1 = '' OR EXISTS (SELECT 1 FROM teammembers m WHERE m.userid = u.id AND m.teamid = $1 AND m.deleteat = 0))) \
          AS users, \
         (SELECT COUNT(*) FROM teams WHERE deleteat = 0) AS teams, \
         (SELECT COUNT(*) FROM status s JOIN users u ON u.id = s.userid WHERE s.lastactivityat > $2 AND u.deleteat = 0 \
          AND NOT EXISTS (SELECT 1 FROM bots WHERE userid = u.id)) AS daily, \
         (SELECT COUNT(*) FROM status s JOIN users u ON u.id = s.userid WHERE s.lastactivityat > $3 AND u.deleteat = 0 \
          AND NOT EXISTS (SELECT 1 FROM bots WHERE userid = u.id)) AS monthly, \
         (SELECT COUNT(*) FROM users u WHERE deleteat > 0 AND NOT EXISTS (SELECT 1 FROM bots WHERE userid = u.id)) AS inactive",
    )
    .bind::<Text, _>(team.map(|id| id.to_string()).unwrap_or_default())
    .bind::<BigInt, _>(now - DAY)
    .bind::<BigInt, _>(now - 31 * DAY)
    .get_result(conn)?;
    Ok(counts)
}

/// Further counts of the server, or of a team.
pub fn extra(conn: &mut Conn, team: Option<Id>, now: TimeMs) -> Result<Extra> {
    let counts = sql_query(
        "SELECT \
         (SELECT COUNT(*) FROM incomingwebhooks WHERE deleteat = 0 AND ($1 = '' OR teamid = $1)) AS incoming_hooks, \
         (SELECT COUNT(*) FROM outgoingwebhooks WHERE deleteat = 0 AND ($1 = '' OR teamid = $1)) AS outgoing_hooks, \
         (SELECT COUNT(*) FROM commands WHERE deleteat = 0 AND ($1 = '' OR teamid = $1)) AS commands, \
         (SELECT COUNT(*) FROM sessions WHERE expiresat = 0 OR expiresat > $2) AS sessions, \
         (SELECT COUNT(*) FROM fileinfo WHERE deleteat = 0) AS files, \
         (SELECT CAST(COALESCE(SUM(size), 0) AS bigint) FROM fileinfo WHERE deleteat = 0) AS file_bytes",
    )
    .bind::<Text, _>(team.map(|id| id.to_string()).unwrap_or_default())
    .bind::<BigInt, _>(now)
    .get_result(conn)?;
    Ok(counts)
}

/// Counts of the last 31 whole days, the latest first, of the server or of a team.
pub fn by_day(conn: &mut Conn, what: Daily, team: Option<Id>, now: TimeMs) -> Result<Vec<DayCount>> {
    let today = now - now.rem_euclid(DAY);
    let value = if what == Daily::Authors { "COUNT(DISTINCT userid)" } else { "COUNT(*)" };
    let only = if what == Daily::BotPosts { "AND userid IN (SELECT userid FROM bots)" } else { "" };
    let counts = sql_query(format!(
        "SELECT createat / 86400000 AS day, {value} AS value FROM posts \
         WHERE createat >= $1 AND createat < $2 \
         AND ($3 = '' OR channelid IN (SELECT id FROM channels WHERE teamid = $3)) {only} \
         GROUP BY createat / 86400000 ORDER BY 1 DESC"
    ))
    .bind::<BigInt, _>(today - 31 * DAY)
    .bind::<BigInt, _>(today)
    .bind::<Text, _>(team.map(|id| id.to_string()).unwrap_or_default())
    .load(conn)?;
    Ok(counts)
}
