//! Statistics for administrators, and the sizes everybody may know.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::App;
use crate::auth::system::ReadAnalytics;
use crate::auth::{Actor, SystemGrant};
use crate::model::errors::{Result, invalid_body};
use crate::model::system::ServerLimits;
use crate::model::{Id, now};
use crate::store;
use crate::store::analytics::Daily;

/// One number of a statistic.
#[derive(Debug, Serialize)]
pub struct Row {
    name: String,
    value: i64,
}

impl App {
    /// A statistic by its name, `standard` if it has none, of the server or of a team.
    pub async fn analytics(&self, _: SystemGrant<ReadAnalytics>, name: &str, team: Option<Id>) -> Result<Vec<Row>> {
        match name {
            "" | "standard" => self.standard(team).await,
            "extra_counts" => self.extra_counts(team).await,
            "post_counts_day" => self.by_day(Daily::Posts, team).await,
            "bot_post_counts_day" => self.by_day(Daily::BotPosts, team).await,
            "user_counts_with_posts_day" => self.by_day(Daily::Authors, team).await,
            _ => Err(invalid_body("name")),
        }
    }

    async fn standard(&self, team: Option<Id>) -> Result<Vec<Row>> {
        let counts = self.store.read(move |conn| store::analytics::standard(conn, team, now())).await?;
        let sockets = i64::try_from(self.hub.connection_count()).unwrap_or(i64::MAX);
        let connections = i64::try_from(self.store.connections()).unwrap_or(i64::MAX);
        Ok(rows(&[
            ("channel_open_count", counts.open_channels),
            ("channel_private_count", counts.private_channels),
            ("post_count", counts.posts),
            ("unique_user_count", counts.users),
            ("team_count", counts.teams),
            ("total_websocket_connections", sockets),
            ("total_master_db_connections", connections),
            ("total_read_db_connections", 0),
            ("daily_active_users", counts.daily),
            ("monthly_active_users", counts.monthly),
            ("inactive_user_count", counts.inactive),
            ("single_channel_guest_count", 0),
        ]))
    }

    async fn extra_counts(&self, team: Option<Id>) -> Result<Vec<Row>> {
        let counts = self.store.read(move |conn| store::analytics::extra(conn, team, now())).await?;
        Ok(rows(&[
            ("incoming_webhook_count", counts.incoming_hooks),
            ("outgoing_webhook_count", counts.outgoing_hooks),
            ("command_count", counts.commands),
            ("session_count", counts.sessions),
            ("total_file_count", counts.files),
            ("total_file_size", counts.file_bytes),
        ]))
    }

    async fn by_day(&self, what: Daily, team: Option<Id>) -> Result<Vec<Row>> {
        let counts = self.store.read(move |conn| store::analytics::by_day(conn, what, team, now())).await?;
        Ok(counts.into_iter().map(|count| Row { name: date(count.day), value: count.value }).collect())
    }

    /// What is limited: nothing. Administrators learn how many people are active.
    pub async fn limits(&self, actor: &Actor) -> Result<ServerLimits> {
        if !actor.is_admin() {
            return Ok(ServerLimits::default());
        }
        let counts = self.store.read(|conn| store::analytics::standard(conn, None, now())).await?;
        Ok(ServerLimits { active_user_count: counts.users, ..ServerLimits::default() })
    }

    /// How much of something the server holds, rounded so that nobody's doings show in it.
    pub async fn usage(&self, _: &Actor, of: Usage) -> Result<Value> {
        match of {
            Usage::Posts => {
                let counts = self.store.read(|conn| store::analytics::standard(conn, None, now())).await?;
                Ok(json!({ "count": first_digit(counts.posts) }))
            }
            Usage::Storage => {
                let counts = self.store.read(|conn| store::analytics::extra(conn, None, now())).await?;
                Ok(json!({ "bytes": first_digit(counts.file_bytes) }))
            }
            Usage::Teams => {
                let counts = self.store.read(|conn| store::analytics::standard(conn, None, now())).await?;
                Ok(json!({ "active": counts.teams, "cloud_archived": 0 }))
            }
        }
    }
}

/// What `GET /usage/…` is about.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Usage {
    Posts,
    Storage,
    Teams,
}

fn rows(numbers: &[(&str, i64)]) -> Vec<Row> {
    numbers.iter().map(|(name, value)| Row { name: (*name).to_owned(), value: *value }).collect()
}

fn date(day: i64) -> String {
    Timestamp::from_second(day * 86_400).unwrap_or_default().strftime("%Y-%m-%d").to_string()
}

/// The number with all but its first digit made 0.
fn first_digit(number: i64) -> i64 {
    let power = number.checked_ilog10().map_or(1, |digits| 10_i64.pow(digits));
    number / power * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days() {
        assert_eq!([0, 7, 10, 1234].map(first_digit), [0, 7, 10, 1000]);
        assert_eq!(date(20_000), "2024-10-04");
    }
}
