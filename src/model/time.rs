//! Time on the wire: Unix milliseconds (posts-and-limits.md §1).

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix time in milliseconds; 0 means never.
pub type TimeMs = i64;

/// The present moment.
pub fn now() -> TimeMs {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    TimeMs::try_from(since_epoch.as_millis()).unwrap_or(TimeMs::MAX)
}

/// The day of a moment in UTC, as `YYYYMMDD`.
pub fn day(at: TimeMs) -> String {
    jiff::Timestamp::from_millisecond(at).unwrap_or_default().strftime("%Y%m%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_plainly() {
        assert_eq!((day(0).as_str(), day(1_790_000_000_000).as_str()), ("19700101", "20260921"));
    }

    #[test]
    fn now_is_in_milliseconds() {
        assert!((1_600_000_000_000..10_000_000_000_000).contains(&now()));
    }
}
