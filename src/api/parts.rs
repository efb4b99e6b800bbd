//! Parts of a file, and whether a client has it already (RFC 9110 §13, §14): for the web client's files and for
//! attachments.

use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HttpDate};

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// These bytes.
    Of(RangeInclusive<u64>),
    /// Nothing lies there.
    None,
}

/// One range in bytes; several at once, and what is no range, give the whole (RFC 9110 §14.2).
pub(super) fn part_of(header: &str, length: u64) -> Part {
    let Some((first, last)) = header
        .strip_prefix("bytes=")
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Part::Whole;
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..=last.min(length.saturating_sub(1)),
        (Ok(first), Err(_)) if last.is_empty() => first..=length.saturating_sub(1),
        (Err(_), Ok(count)) if first.is_empty() => {
            if count == 0 {
                return Part::None;
            }
            length.saturating_sub(count)..=length.saturating_sub(1)
        }
        _ => return Part::Whole,
    };
    if *range.start() < length { Part::Of(range) } else { Part::None }
}

/// A header of the request, if it is text.
pub(super) fn text<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// A header of the request, if it is a date.
pub(super) fn date(request: &HttpRequest, name: &HeaderName) -> Option<SystemTime> {
    Some(text(request, name)?.parse::<HttpDate>().ok()?.into())
}

/// HTTP dates have no fractions.
pub(super) fn whole_seconds(time: SystemTime) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        for (header, wanted) in [
            ("bytes=0-1", Part::Of(0..=1)),
            ("bytes=5-", Part::Of(5..=9)),
            ("bytes=-3", Part::Of(7..=9)),
            ("bytes=-30", Part::Of(0..=9)),
            ("bytes=8-99", Part::Of(8..=9)),
            ("bytes=10-", Part::None),
            ("bytes=-0", Part::None),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=4-2", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes=a-b", Part::Whole),
        ] {
            assert_eq!(part_of(header, 10), wanted, "{header}");
        }
        assert_eq!(part_of("bytes=0-", 0), Part::None);
    }
}
