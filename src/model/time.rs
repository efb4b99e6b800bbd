//! Time on the wire: Unix milliseconds (posts-and-limits.md §1).

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix time in milliseconds; 0 means never.
pub type TimeMs = i64;

/// The present moment.
pub fn now() -> TimeMs {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    TimeMs::try_from(since_epoch.as_millis()).unwrap_or(TimeMs::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_is_in_milliseconds() {
        assert!((1_600_000_000_000..10_000_000_000_000).contains(&now()));
    }
}
