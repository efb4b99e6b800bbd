//! Looking again at people who use the server: whoever may not be here any more is out within
//! `KollegiumSettings.AdmissionRecheckMinutes`, whatever they hold: a session, a personal access token, an open socket.
//!
//! A directory that does not answer turns nobody out, nor does one that has suddenly forgotten many.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quick_cache::UnitWeighter;
use quick_cache::sync::Cache;

use super::{Decision, Evidence, Rules, Unanswered, candidate, decide};
use crate::app::App;
use crate::auth::Actor;
use crate::config::Settings;
use crate::model::access_log::Origin;
use crate::model::errors::{Result, context};
use crate::model::users::{LDAP, Service, User};
use crate::model::{Id, TimeMs, now};
use crate::outbound::ldap::{Found, Login, Plan, Trouble};
use crate::outbound::openid::Provider;
use crate::store;

/// People who are remembered on this node.
const REMEMBERED: u64 = 100_000;

/// Those for whom there is room from the start: it takes memory also where nobody is watched.
const INITIALLY: usize = 256;

/// How long a request waits for the directory.
const PATIENCE: Duration = Duration::from_secs(5);

/// After how long a directory that did not answer is asked again about the same person, in milliseconds.
const TRY_AGAIN: TimeMs = 60 * 1000;

/// The time in which those who are turned out are counted together, in milliseconds.
const HOUR: TimeMs = 60 * 60 * 1000;

/// So many may always go at once: where few people are, a few are a large share.
pub(in crate::app) const FEW: usize = 3;

/// When people were last found to be admitted, on this node.
pub struct Admissions {
    checked: Cache<Id, TimeMs>,
    asking: Arc<Mutex<HashSet<Id>>>,
    turned_out: Mutex<Recent>,
}

/// Who was turned out of late.
#[derive(Default)]
struct Recent {
    times: Vec<TimeMs>,
    told_at: TimeMs,
}

impl Default for Admissions {
    fn default() -> Self {
        let checked = Cache::with_weighter(INITIALLY, REMEMBERED, UnitWeighter);
        Admissions { checked, asking: Arc::default(), turned_out: Mutex::default() }
    }
}

/// A provider is being asked about somebody; it ends when this is dropped.
pub(in crate::app) struct Asking {
    asking: Arc<Mutex<HashSet<Id>>>,
    user: Id,
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.asking.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.user);
    }
}

/// Whether somebody may be turned out.
#[derive(Debug, PartialEq, Eq)]
enum Leave {
    Granted,
    /// There were too many; `true` for the first who is kept for that reason.
    TooMany(bool),
}

impl Admissions {
    /// Somebody was found to be admitted now.
    pub(in crate::app) fn note(&self, user: Id) {
        self.checked.insert(user, now());
    }

    /// Begins to ask a provider about somebody; `None` if it is being asked already. What it is asked with is good once, and
    /// one that is shown it twice takes it for stolen.
    pub(in crate::app) fn begin_asking(&self, user: Id) -> Option<Asking> {
        let begun = self.asking.lock().unwrap_or_else(PoisonError::into_inner).insert(user);
        begun.then(|| Asking { asking: self.asking.clone(), user })
    }

    /// Somebody's next look comes soon, since this one has failed.
    fn look_soon(&self, user: Id, interval: TimeMs) {
        self.checked.insert(user, now() - interval + TRY_AGAIN.min(interval));
    }

    fn is_due(&self, user: Id, interval: TimeMs) -> bool {
        self.checked.get(&user).is_none_or(|at| now() - at >= interval)
    }

    /// Asks whether one more may be turned out within an hour in which at most so many are.
    fn ask_leave(&self, at_most: usize, at: TimeMs) -> Leave {
        let mut recent = self.turned_out.lock().unwrap_or_else(PoisonError::into_inner);
        recent.times.retain(|time| at - time < HOUR);
        if recent.times.len() < at_most {
            recent.times.push(at);
            return Leave::Granted;
        }
        let first = at - recent.told_at >= HOUR;
        if first {
            recent.told_at = at;
        }
        Leave::TooMany(first)
    }
}

/// The most accounts of so many that are closed at once.
pub(in crate::app) fn at_most(active: usize, settings: &Settings) -> usize {
    let percent = usize::try_from(settings.kollegium.ldap_maximum_lock_out_percent).unwrap_or(0).min(100);
    (active * percent / 100).max(FEW)
}

impl App {
    /// The actor whose token this is; refused as an expired session if it is nobody's, or if its person may not be here
    /// any more.
    pub async fn actor(&self, token: &str, origin: impl FnOnce() -> Origin) -> Result<Actor> {
        let actor = self.auth.actor(token, origin).await?;
        match self.is_still_admitted(actor.user()).await? {
            true => Ok(actor),
            false => context::SESSION_EXPIRED.err(),
        }
    }

    /// Looks again at those who have a socket open here, so that nobody stays by only listening.
    pub async fn look_at_the_connected(&self) -> Result<()> {
        for id in self.hub.connected_users() {
            if let Some(user) = self.store.user(id).await?.filter(|user| user.is_active()) {
                self.is_still_admitted(&user).await?;
            }
        }
        Ok(())
    }

    async fn is_still_admitted(&self, user: &User) -> Result<bool> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let interval = settings.kollegium.admission_recheck_minutes.max(0).saturating_mul(60_000);
        if !is_watched(user, settings) || !self.admissions.is_due(user.id, interval) {
            return Ok(true);
        }
        // Whoever comes meanwhile does not ask too.
        self.admissions.note(user.id);
        let judged = tokio::time::timeout(PATIENCE, self.judge(user, settings)).await;
        let judged = judged.unwrap_or_else(|_| Err(Trouble::Away("it takes too long".into()).into()));
        match judged {
            Ok(decision) if decision.is_admitted() => Ok(true),
            Ok(decision) => self.turn_out_if_few(user, &decision, settings).await,
            Err(trouble) => {
                tracing::warn!(%trouble, user = %user.id, "it could not be seen whether somebody may still be here");
                self.admissions.look_soon(user.id, interval);
                Ok(true)
            }
        }
    }

    /// Turns somebody out unless too many were of late; then administrators are told instead. Answers whether they stay.
    async fn turn_out_if_few(&self, user: &User, decision: &Decision, settings: &Settings) -> Result<bool> {
        let service = user.auth_service.clone();
        let active = self.store.read(move |conn| store::users::active_of(conn, &service)).await?.len();
        match self.admissions.ask_leave(at_most(active, settings), now()) {
            Leave::Granted => Ok(!self.turn_out(user, decision.reason()).await?),
            Leave::TooMany(first) => {
                if first {
                    let text = format!(
                        "More people than `LdapMaximumLockOutPercent` allows would be turned out within an hour, the \
                         latest @{} ({}). Nobody more is turned out for now. Please see whether the directory and the \
                         rules are as they should be.",
                        user.username,
                        decision.reason()
                    );
                    self.tell_admins(&text).await;
                }
                Ok(true)
            }
        }
    }

    /// Decides about somebody who has an account, by what is known of them now.
    pub(in crate::app) async fn judge(&self, user: &User, settings: &Settings) -> Result<Decision, Unanswered> {
        let evidence = self.evidence_of(user, settings).await?;
        Ok(decide(&Rules::of(settings), &candidate(user, evidence)))
    }

    pub(super) async fn evidence_of(&self, user: &User, settings: &Settings) -> Result<Evidence, Unanswered> {
        if user.is_oauth() {
            return Ok(self.asked_again(user, settings).await?);
        }
        if user.auth_service != LDAP || !settings.ldap.enable {
            return Ok(Evidence::Password);
        }
        let plan = Plan::of(settings);
        let id = user.auth_data.as_deref().unwrap_or_default();
        let found = self.directory.find(&plan, Login::Id(id)).await?;
        match found {
            Found::Several => Err(Trouble::Setup(format!("several entries have the id {id}")).into()),
            // A directory that shows nobody at all says nothing about anybody.
            Found::Nobody => match self.directory.sample(&plan, &format!("({}=*)", plan.attributes.id), 1).await? {
                others if others.is_empty() => Err(Trouble::Setup("it shows nobody at all".into()).into()),
                _ => Ok(Evidence::AbsentFromDirectory),
            },
            _ => Ok(Evidence::Directory(self.directory.standing(&plan, &found).await?)),
        }
    }
}

/// Whether somebody is looked at again: people of the directory, and of a provider that can be asked while they are away,
/// and everybody where there is a deny list.
fn is_watched(user: &User, settings: &Settings) -> bool {
    let by_directory = user.auth_service == LDAP && settings.ldap.enable;
    let by_provider = Service::parse(&user.auth_service).is_some_and(|s| Provider::of(s, settings).is_asked_again());
    !user.is_bot && (by_directory || by_provider || !settings.kollegium.admission_deny.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_at_once_are_not_turned_out() {
        let admissions = Admissions::default();
        let at = 1_700_000_000_000;
        assert_eq!(
            [0, 1, 2].map(|i| admissions.ask_leave(3, at + i)),
            [Leave::Granted, Leave::Granted, Leave::Granted]
        );
        assert_eq!(admissions.ask_leave(3, at + 3), Leave::TooMany(true));
        assert_eq!(admissions.ask_leave(3, at + 4), Leave::TooMany(false));
        assert_eq!(admissions.ask_leave(3, at + HOUR), Leave::Granted);
    }

    #[test]
    fn a_provider_is_asked_about_somebody_once_at_a_time() {
        let (admissions, user) = (Admissions::default(), Id::random());
        let asking = admissions.begin_asking(user);
        assert!(asking.is_some() && admissions.begin_asking(user).is_none());
        assert!(admissions.begin_asking(Id::random()).is_some());
        drop(asking);
        assert!(admissions.begin_asking(user).is_some());
    }

    #[test]
    fn a_share_is_one_of_all_but_a_few_always_may() {
        let settings = Settings::default();
        assert_eq!([0, 10, 100, 20_000].map(|active| at_most(active, &settings)), [FEW, FEW, 20, 4000]);
    }

    #[test]
    fn somebody_is_looked_at_once_in_the_time() {
        let (admissions, user) = (Admissions::default(), Id::random());
        assert!(admissions.is_due(user, HOUR));
        admissions.note(user);
        assert!(!admissions.is_due(user, HOUR));
        admissions.look_soon(user, HOUR);
        assert!(!admissions.is_due(user, HOUR) && admissions.is_due(user, HOUR - TRY_AGAIN));
    }
}
