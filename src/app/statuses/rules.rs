//! How a presence changes (posts-and-limits.md §11): from what it was to what it is, as pure functions.

use crate::model::statuses::{AWAY, DND, OFFLINE, ONLINE, OUT_OF_OFFICE, Status};
use crate::model::{Id, TimeMs};

/// A sign of life is stored at most this often, in milliseconds.
const STORE_ACTIVITY_EVERY: TimeMs = 120_000;

/// "Do not disturb" ends at full minutes.
const MINUTE: i64 = 60;

/// What a change comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The presence from now on.
    pub status: Status,
    /// Whether the person's clients are told.
    pub told: bool,
    /// Whether it is worth a write.
    pub stored: bool,
}

impl Outcome {
    fn told(status: Status) -> Option<Outcome> {
        Some(Outcome { status, told: true, stored: true })
    }
}

/// Whether, and how, a presence changes; `known` is what is on record.
pub(super) type Rule<'a> = &'a (dyn Fn(Id, Option<&Status>) -> Option<Outcome> + Sync);

fn of(user: Id, known: Option<&Status>) -> Status {
    known.cloned().unwrap_or_else(|| Status::offline(user))
}

/// Somebody is active; `manual` if they chose so, which ends whatever they chose before.
pub(super) fn online(user: Id, known: Option<&Status>, manual: bool, now: TimeMs) -> Option<Outcome> {
    let old = of(user, known);
    if old.manual && !manual {
        return None;
    }
    let told = known.is_none() || old.status != ONLINE;
    let stored = told || old.manual || now - old.last_activity_at > STORE_ACTIVITY_EVERY;
    Some(Outcome { status: Status { status: ONLINE, manual: false, last_activity_at: now, ..old }, told, stored })
}

/// Somebody has gone, or says so.
pub(super) fn offline(user: Id, known: Option<&Status>, manual: bool, now: TimeMs) -> Option<Outcome> {
    if known.is_some_and(|old| old.manual) && !manual {
        return None;
    }
    Outcome::told(Status { manual, last_activity_at: now, ..Status::offline(user) })
}

/// An account was closed: offline whatever was chosen.
pub(super) fn gone(user: Id, _: Option<&Status>, now: TimeMs) -> Option<Outcome> {
    Outcome::told(Status { last_activity_at: now, ..Status::offline(user) })
}

/// Somebody chooses to be away.
pub(super) fn away(user: Id, known: Option<&Status>) -> Option<Outcome> {
    Outcome::told(Status { status: AWAY, manual: true, ..of(user, known) })
}

/// Somebody may have been inactive for `timeout` milliseconds.
pub(super) fn away_if_idle(user: Id, known: Option<&Status>, timeout: TimeMs, now: TimeMs) -> Option<Outcome> {
    let old = of(user, known);
    let idle = now - old.last_activity_at >= timeout;
    if old.manual || old.status == AWAY || !idle {
        return None;
    }
    Outcome::told(Status { status: AWAY, ..old })
}

/// Somebody is not to be disturbed until then, in seconds; 0 for until they say otherwise.
pub(super) fn dnd(user: Id, known: Option<&Status>, until: i64) -> Option<Outcome> {
    let old = of(user, known);
    let prev_status = if old.status == DND { old.prev_status } else { old.status };
    let dnd_end_time = until.saturating_sub(until.rem_euclid(MINUTE));
    Outcome::told(Status { status: DND, manual: true, dnd_end_time, prev_status, ..old })
}

/// Somebody's automatic answer is on.
pub(super) fn out_of_office(user: Id, known: Option<&Status>) -> Option<Outcome> {
    Outcome::told(Status { status: OUT_OF_OFFICE, manual: true, ..of(user, known) })
}

/// Whether "do not disturb" has come to its end.
pub(super) fn dnd_is_over(status: &Status, now: TimeMs) -> bool {
    status.status == DND && status.dnd_end_time > 0 && status.dnd_end_time <= now / 1000
}

/// Back to what it was before "do not disturb".
pub(super) fn after_dnd(user: Id, known: Option<&Status>, now: TimeMs) -> Option<Outcome> {
    let old = known.filter(|old| dnd_is_over(old, now))?.clone();
    let status = if old.prev_status.is_empty() { OFFLINE } else { old.prev_status };
    Outcome::told(Status { user_id: user, status, prev_status: DND, manual: false, dnd_end_time: 0, ..old })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: TimeMs = 1_700_000_000_000;

    fn status(status: &'static str, manual: bool) -> Status {
        Status { status, manual, last_activity_at: NOW - 1000, ..Status::offline(Id::random()) }
    }

    #[test]
    fn what_was_chosen_survives_connecting() {
        let away = status(AWAY, true);
        assert!(online(away.user_id, Some(&away), false, NOW).is_none());
        let chosen = online(away.user_id, Some(&away), true, NOW).unwrap();
        assert!(chosen.told && !chosen.status.manual && chosen.status.status == ONLINE);
        assert!(offline(away.user_id, Some(&away), false, NOW).is_none());
    }

    #[test]
    fn a_sign_of_life_is_seldom_stored() {
        let active = status(ONLINE, false);
        let again = online(active.user_id, Some(&active), false, NOW).unwrap();
        assert!(!again.told && !again.stored && again.status.last_activity_at == NOW);
        let later = online(active.user_id, Some(&active), false, NOW + 200_000).unwrap();
        assert!(!later.told && later.stored);
    }

    #[test]
    fn the_idle_become_away() {
        let active = status(ONLINE, false);
        assert!(away_if_idle(active.user_id, Some(&active), 300_000, NOW).is_none());
        let idle = away_if_idle(active.user_id, Some(&active), 300_000, NOW + 300_000).unwrap();
        assert_eq!((idle.status.status, idle.status.manual), (AWAY, false));
        assert_eq!(away(active.user_id, None).unwrap().status.last_activity_at, 0);
    }

    #[test]
    fn do_not_disturb_ends_at_a_minute() {
        let active = status(ONLINE, false);
        let quiet = dnd(active.user_id, Some(&active), NOW / 1000 + 61).unwrap().status;
        assert_eq!((quiet.dnd_end_time % 60, quiet.prev_status), (0, ONLINE));
        assert!(after_dnd(active.user_id, Some(&quiet), NOW).is_none());
        let back = after_dnd(active.user_id, Some(&quiet), NOW + 62_000).unwrap().status;
        assert_eq!((back.status, back.manual, back.dnd_end_time), (ONLINE, false, 0));
        assert_eq!(dnd(active.user_id, Some(&quiet), 0).unwrap().status.prev_status, ONLINE);
        assert_eq!(dnd(active.user_id, None, i64::MIN).unwrap().status.dnd_end_time, i64::MIN);
    }
}
