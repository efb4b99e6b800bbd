//! Presence and custom statuses (posts-and-limits.md §11).

use serde::{Deserialize, Serialize};

use super::Result;
use super::errors::invalid_body;
use super::id::Id;
use super::text::cut_runes;
use super::time::TimeMs;

/// Connected and active.
pub const ONLINE: &str = "online";
/// Connected, without activity.
pub const AWAY: &str = "away";
/// Not to be disturbed.
pub const DND: &str = "dnd";
/// Not connected.
pub const OFFLINE: &str = "offline";
/// Out of office, set by the automatic answer only.
pub const OUT_OF_OFFICE: &str = "ooo";

/// The presence of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Whose.
    pub user_id: Id,
    /// One of the constants of this module.
    pub status: &'static str,
    /// Whether the user chose it, so that connecting and idling leave it alone.
    pub manual: bool,
    /// Last sign of life.
    pub last_activity_at: TimeMs,
    /// When "do not disturb" ends, in **seconds**; 0 for not by itself.
    pub dnd_end_time: i64,
    /// What it goes back to after that. Never shown.
    #[serde(skip)]
    pub prev_status: &'static str,
}

impl Status {
    /// What is said of a user without a record.
    pub fn offline(user_id: Id) -> Status {
        Status { user_id, status: OFFLINE, manual: false, last_activity_at: 0, dnd_end_time: 0, prev_status: "" }
    }
}

/// The constant of that name; what is none of them counts as offline.
pub fn known(name: &str) -> &'static str {
    [ONLINE, AWAY, DND, OUT_OF_OFFICE].into_iter().find(|known| *known == name).unwrap_or(OFFLINE)
}

/// What a client sends to set a presence (`PUT /users/{id}/status`).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StatusInput {
    /// Must be the user of the path.
    pub user_id: String,
    /// `online`, `away`, `dnd` or `offline`.
    pub status: String,
    /// In seconds, for `dnd`.
    pub dnd_end_time: i64,
}

/// Whether a client may set that presence.
pub fn is_settable(status: &str) -> bool {
    matches!(status, ONLINE | AWAY | DND | OFFLINE)
}

/// Moment that stands for "never" in [`CustomStatus::expires_at`].
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// Most code points of a custom status; more is cut off.
const TEXT_LIMIT: usize = 100;

/// A custom status as stored, a JSON string in the user prop [`super::users::CUSTOM_STATUS_PROP`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomStatus {
    /// Name of an emoji, or `""`.
    pub emoji: String,
    /// A few words, or `""`.
    pub text: String,
    /// How long the user chose it for, see [`DURATIONS`].
    pub duration: String,
    /// RFC 3339; clients hide the status from then on.
    pub expires_at: String,
}

/// The choices of how long a custom status lasts.
pub const DURATIONS: [&str; 7] =
    ["", "thirty_minutes", "one_hour", "four_hours", "today", "this_week", "date_and_time"];

impl Default for CustomStatus {
    fn default() -> Self {
        let nothing = String::new;
        CustomStatus { emoji: nothing(), text: nothing(), duration: nothing(), expires_at: ZERO_TIME.to_owned() }
    }
}

impl CustomStatus {
    /// Reads the stored form; `None` unless it is an object.
    pub fn parse(stored: &str) -> Option<CustomStatus> {
        serde_json::from_str::<Option<CustomStatus>>(stored).ok().flatten()
    }

    /// The stored form.
    pub fn to_stored(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether its time is over; one without an end never is.
    pub fn is_over(&self, now: TimeMs) -> bool {
        let end = parse_time(&self.expires_at).filter(|end| Some(*end) != parse_time(ZERO_TIME));
        end.is_some_and(|end| end <= now)
    }

    /// Checks what a client sent and brings it into the stored form: the text is cut, a time without a duration becomes
    /// the duration `date_and_time`. Whether the emoji exists is for the caller to find out.
    pub fn accepted(mut self, now: TimeMs) -> Result<CustomStatus> {
        let Some(expiry) = parse_time(&self.expires_at) else { return Err(invalid_body("custom_status")) };
        let is_open = expiry == parse_time(ZERO_TIME).unwrap_or_default();
        let lasts = expiry > now || (self.duration.is_empty() && is_open);
        let is_empty = self.emoji.is_empty() && self.text.is_empty();
        if is_empty || !lasts || !DURATIONS.contains(&self.duration.as_str()) {
            return Err(invalid_body("custom_status"));
        }
        if self.duration.is_empty() && !is_open {
            "date_and_time".clone_into(&mut self.duration);
        }
        self.text = cut_runes(&self.text, TEXT_LIMIT).to_owned();
        self.expires_at = without_trailing_zeros(&self.expires_at);
        Ok(self)
    }
}

/// RFC 3339 in milliseconds.
fn parse_time(text: &str) -> Option<TimeMs> {
    let is_rfc_3339 = text.as_bytes().get(10) == Some(&b'T');
    is_rfc_3339.then(|| text.parse::<jiff::Timestamp>().ok()).flatten().map(|time| time.as_millisecond())
}

/// `…:05.120Z` as `…:05.12Z` and `…:05.000Z` as `…:05Z`, the form in which clients get it back.
fn without_trailing_zeros(time: &str) -> String {
    let Some((seconds, rest)) = time.split_once('.') else { return time.to_owned() };
    let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let fraction = rest.strip_suffix(zone).unwrap_or_default().trim_end_matches('0');
    if fraction.is_empty() { format!("{seconds}{zone}") } else { format!("{seconds}.{fraction}{zone}") }
}

/// The custom statuses a user set last, newest first; the preference `custom_status`/`recent_custom_statuses`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecentCustomStatuses(pub Vec<CustomStatus>);

impl RecentCustomStatuses {
    /// How many are kept.
    pub const LIMIT: usize = 5;

    /// Reads the preference; anything unreadable is an empty list.
    pub fn parse(stored: &str) -> RecentCustomStatuses {
        serde_json::from_str(stored).unwrap_or_default()
    }

    /// The value of the preference.
    pub fn to_stored(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Puts a status first; another one with the same text goes.
    pub fn push(&mut self, status: CustomStatus) {
        self.0.retain(|other| other.text != status.text);
        self.0.insert(0, status);
        self.0.truncate(Self::LIMIT);
    }

    /// Takes a status out and says whether it was there.
    pub fn remove(&mut self, status: &CustomStatus) -> bool {
        let before = self.0.len();
        self.0.retain(|other| other != status);
        self.0.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: TimeMs = 1_700_000_000_000;

    fn status(duration: &str, expires_at: &str) -> CustomStatus {
        CustomStatus { emoji: "one".into(), text: "x".into(), duration: duration.into(), expires_at: expires_at.into() }
    }

    #[test]
    fn a_custom_status_is_over_at_its_end() {
        let until = status("one_hour", "2023-11-14T22:13:20Z");
        assert!(until.is_over(NOW) && !until.is_over(NOW - 1));
        assert!(!status("", ZERO_TIME).is_over(NOW) && !status("", "nonsense").is_over(NOW));
    }

    #[test]
    fn a_custom_status_ends_in_the_future_or_never() {
        let future = "2090-01-02T03:04:05.000Z";
        assert_eq!(status("", ZERO_TIME).accepted(NOW).unwrap().duration, "");
        let accepted = status("", future).accepted(NOW).unwrap();
        assert_eq!(
            (accepted.duration.as_str(), accepted.expires_at.as_str()),
            ("date_and_time", "2090-01-02T03:04:05Z")
        );
        assert!(status("today", "2090-01-02T03:04:05+02:00").accepted(NOW).is_ok());
        for (duration, expires_at) in
            [("nonsense", future), ("today", ZERO_TIME), ("", "2001-01-01T00:00:00Z"), ("", "x")]
        {
            assert!(status(duration, expires_at).accepted(NOW).is_err(), "{duration} {expires_at}");
        }
        assert!(CustomStatus::default().accepted(NOW).is_err());
    }

    #[test]
    fn long_texts_are_cut() {
        let long = CustomStatus { text: "ä".repeat(101), ..CustomStatus::default() };
        assert_eq!(long.accepted(NOW).unwrap().text.chars().count(), 100);
    }

    #[test]
    fn the_stored_form_is_read_back() {
        let one = status("", ZERO_TIME);
        assert_eq!(CustomStatus::parse(&one.to_stored()), Some(one));
        assert_eq!(CustomStatus::parse("null"), None);
        assert_eq!(CustomStatus::parse("nonsense"), None);
    }

    #[test]
    fn five_recent_ones_are_kept() {
        let mut recent = RecentCustomStatuses::default();
        for i in 0..6 {
            recent.push(CustomStatus { text: format!("text {i}"), ..CustomStatus::default() });
        }
        recent.push(CustomStatus { text: "text 3".into(), emoji: "two".into(), ..CustomStatus::default() });
        let texts: Vec<&str> = recent.0.iter().map(|status| status.text.as_str()).collect();
        assert_eq!(texts, ["text 3", "text 5", "text 4", "text 2", "text 1"]);
        assert!(!recent.remove(&CustomStatus { text: "text 3".into(), ..CustomStatus::default() }));
        let first = recent.0[0].clone();
        assert!(recent.remove(&first));
    }

    #[test]
    fn users_without_a_record_are_offline() {
        let json = serde_json::to_value(Status::offline(Id::random())).unwrap();
        assert_eq!(json["status"], "offline");
        assert!(json.get("prev_status").is_none());
        assert!(is_settable(DND) && !is_settable(OUT_OF_OFFICE));
    }
}
