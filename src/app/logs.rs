//! The log as administrators read it, and lines that clients leave in it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use super::App;
use crate::auth::system::ReadLogs;
use crate::auth::{Actor, SystemGrant};
use crate::model::errors::{Result, forbidden};

/// The most lines that are kept.
const LINES: usize = 4_000;
/// The longest line that is kept whole, in bytes.
const LINE_MAX: usize = 2_048;
/// The longest text of a client, in characters.
const CLIENT_MAX: usize = 400;

/// The latest lines of the log, in memory. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct RecentLog(Arc<Mutex<VecDeque<Box<str>>>>);

/// `POST /logs/query`: names of servers, levels, and times between which the lines are.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the wire's")]
pub struct LogFilter {
    pub server_names: Vec<String>,
    pub log_levels: Vec<String>,
    pub date_from: String,
    pub date_to: String,
}

impl RecentLog {
    /// Adds a line, which makes room for it by dropping the oldest.
    pub fn push(&self, line: &str) {
        let mut end = line.len().min(LINE_MAX);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LINES {
            lines.pop_front();
        }
        lines.push_back(line.get(..end).unwrap_or_default().into());
    }

    /// The lines for which that holds, the oldest first.
    fn lines(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().filter(|line| wanted(line)).map(|line| line.to_string()).collect()
    }
}

impl LogFilter {
    /// Whether a line, one object of JSON, passes.
    fn passes(&self, line: &str) -> bool {
        let line: Value = serde_json::from_str(line).unwrap_or_default();
        let text = |key: &str| line.get(key).and_then(Value::as_str).unwrap_or_default();
        let (level, time) = (text("level"), text("timestamp"));
        let of_level = self.log_levels.is_empty() || self.log_levels.iter().any(|l| l.eq_ignore_ascii_case(level));
        // Times of one form sort as text.
        let since = self.date_from.is_empty() || time >= self.date_from.as_str();
        of_level && since && (self.date_to.is_empty() || time <= self.date_to.as_str())
    }
}

impl App {
    /// A page of the log's latest lines; page 0 is the newest, and each is in the order of time.
    pub fn log_page(&self, _: &SystemGrant<ReadLogs>, offset: usize, limit: usize) -> Vec<String> {
        let mut lines = self.logs.lines(|_| true);
        lines.truncate(lines.len().saturating_sub(offset));
        lines.split_off(lines.len().saturating_sub(limit))
    }

    /// All lines that are kept.
    pub fn whole_log(&self, _: &SystemGrant<ReadLogs>) -> String {
        let mut lines = self.logs.lines(|_| true);
        lines.push(String::new());
        lines.join("\n")
    }

    /// The lines that a filter lets through, as JSON.
    pub fn filtered_log(&self, _: &SystemGrant<ReadLogs>, filter: &LogFilter) -> Vec<Value> {
        let lines = self.logs.lines(|line| filter.passes(line));
        lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Takes a line of a client into the log and answers it as it was taken. Without a session only developers may.
    pub fn log_for_client(&self, actor: Option<&Actor>, level: &str, message: &str) -> Result<String> {
        let settings = &self.config.snapshot().effective;
        if actor.is_none() && !settings.service.enable_developer {
            return Err(forbidden());
        }
        // Cut as the reference cuts: a longer text loses one letter more than need be.
        let long = message.chars().nth(CLIENT_MAX).is_some();
        let cut: String = message.chars().take(if long { CLIENT_MAX - 1 } else { CLIENT_MAX }).collect();
        let user = actor.map(|actor| actor.id().to_string()).unwrap_or_default();
        if level == "ERROR" && actor.is_some_and(Actor::is_admin) {
            tracing::error!(user, text = cut, "a client reports");
        } else {
            tracing::debug!(user, text = cut, "a client reports");
        }
        Ok(format!("Client Logs API Endpoint Message: {cut}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_make_room() {
        let log = RecentLog::default();
        (0..LINES + 5).for_each(|n| log.push(&format!("{n}")));
        let lines = log.lines(|_| true);
        assert_eq!((lines.len(), lines[0].as_str()), (LINES, "5"));
        log.push(&"ü".repeat(LINE_MAX));
        assert_eq!(log.lines(|line| line.starts_with('ü'))[0].len(), LINE_MAX);
    }

    #[test]
    fn filters() {
        let line = r#"{"timestamp":"2026-03-01T10:00:00Z","level":"WARN"}"#;
        let filter = |levels: &[&str], from: &str| LogFilter {
            log_levels: levels.iter().map(|l| (*l).to_owned()).collect(),
            date_from: from.to_owned(),
            ..LogFilter::default()
        };
        assert!(filter(&[], "").passes(line) && filter(&["warn"], "2026-02-01").passes(line));
        assert!(!filter(&["error"], "").passes(line) && !filter(&[], "2026-04-01").passes(line));
    }
}
