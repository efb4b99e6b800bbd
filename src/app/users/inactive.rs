//! People who have not been here for long: listed for administrators, and deactivated where the settings say so.

use std::time::Duration;

use super::account::set_active;
use crate::app::App;
use crate::app::access_log::of_server;
use crate::app::jobs::Run;
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::config::Settings;
use crate::events::users::UserEvent;
use crate::events::{Change, Event};
use crate::model::access_log::events;
use crate::model::errors::{Result, invalid_url};
use crate::model::time::day;
use crate::model::users::{Inactive, LDAP, Privacy};
use crate::model::{Id, TimeMs, now};
use crate::store::{self, Tx};

const DAY: TimeMs = 24 * 60 * 60 * 1000;

/// The longest time that is asked for, in days.
const LONGEST: i64 = 36_500;

/// Accounts that are looked at in one step.
const AT_ONCE: i64 = 500;

/// Accounts that are closed in one transaction.
const CLOSED_AT_ONCE: usize = 50;

impl App {
    /// Those who were not here for so many days, those first who have been away for longest.
    pub async fn inactive_people(
        &self,
        _: SystemGrant<ManageSystem>,
        days: i64,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Inactive>> {
        self.away_for(days, offset, limit).await
    }

    /// The same for whoever runs the program on the server's own machine: all of them.
    pub async fn inactive_people_for_operator(&self, days: i64) -> Result<Vec<Inactive>> {
        self.away_for(days, 0, i64::MAX).await
    }

    async fn away_for(&self, days: i64, offset: i64, limit: i64) -> Result<Vec<Inactive>> {
        if !(1..=LONGEST).contains(&days) {
            return Err(invalid_url("days"));
        }
        let before = now() - days * DAY;
        self.store.read(move |conn| store::users::inactive(conn, before, offset, limit)).await
    }

    /// The time between two looks at who is to be deactivated; `None` where nobody is.
    pub fn pause_between_looks_at_the_inactive(&self) -> Option<Duration> {
        let days = self.config.snapshot().effective.kollegium.deactivate_inactive_after_days;
        (days > 0).then(|| Duration::from_secs(24 * 60 * 60))
    }

    /// Deactivates those who were not here for as long as the settings say, as an administrator would. People of the
    /// directory are left to it, and the last administrator stays.
    pub async fn deactivate_the_inactive(&self, run: &mut Run) -> Result<()> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let days = settings.kollegium.deactivate_inactive_after_days;
        let mut kept = 0;
        while days > 0 && self.keep_run(run, 0).await? {
            let found = self.away_for(days, kept, AT_ONCE).await?;
            if found.is_empty() {
                break;
            }
            let all = found.len();
            let concerned: Vec<Inactive> = found.into_iter().filter(|person| is_concerned(person, settings)).collect();
            let mut closed = 0;
            for some in concerned.chunks(CLOSED_AT_ONCE) {
                closed += self.close_for_inactivity(some.to_vec(), days, settings).await?;
            }
            run.count("closed", closed);
            kept += i64::try_from(all - closed).unwrap_or(0);
        }
        Ok(())
    }

    /// Closes these accounts; says how many were.
    async fn close_for_inactivity(&self, people: Vec<Inactive>, days: i64, settings: &Settings) -> Result<usize> {
        let (privacy, with_bots) = (self.privacy(), settings.service.disable_bots_when_owner_is_deactivated);
        let before = now() - days * DAY;
        let closed = self.store.write(move |tx| {
            let mut change = Change::silent((), "whoever is deactivated falls silent before others hear of it");
            let mut closed: Vec<Id> = Vec::new();
            for person in &people {
                let Some(told) = close(tx, person, (days, before), privacy, with_bots)? else { continue };
                change = change.and_all(told);
                closed.push(person.id);
            }
            let told = (!closed.is_empty()).then_some(UserEvent::ActivationChanged);
            Ok(change.and_all(told).map(|()| closed))
        });
        let closed = closed.await?;
        for id in &closed {
            tracing::info!(user = %id, days, "an account was closed: nobody has used it for long");
            self.end_status(*id).await?;
        }
        Ok(closed.len())
    }
}

/// Whether the rule is about somebody: the directory decides over its own people.
fn is_concerned(person: &Inactive, settings: &Settings) -> bool {
    !(settings.ldap.enable && person.auth_service == LDAP)
}

/// Closes an account, unless its person has come back meanwhile, or nobody else administers the server.
fn close(
    tx: &mut Tx<'_>,
    person: &Inactive,
    (days, before): (i64, TimeMs),
    privacy: Privacy,
    with_bots: bool,
) -> Result<Option<Vec<Event>>> {
    let user = store::users::by_id(tx.conn(), person.id)?;
    let is_away = user.is_some_and(|user| user.is_active() && user.last_login < before);
    if !is_away || store::users::active_admins(tx.conn())? == [person.id] {
        return Ok(None);
    }
    let reason = match person.last_activity_at {
        0 => format!("not here for {days} days, as far as is known never"),
        at => format!("not here for {days} days, last seen on {}", day(at)),
    };
    store::access_log::insert(tx, &of_server(events::ACCOUNT_CLOSED, person.id).with("reason", reason))?;
    set_active(tx, person.id, false, privacy, with_bots).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_decides_over_its_own_people() {
        let person = |auth_service: &str| Inactive {
            id: Id::NONE,
            username: String::new(),
            email: String::new(),
            roles: String::new(),
            auth_service: auth_service.to_owned(),
            create_at: 0,
            last_login: 0,
            last_activity_at: 0,
        };
        let mut settings = Settings::default();
        assert!(is_concerned(&person(LDAP), &settings) && is_concerned(&person(""), &settings));
        settings.ldap.enable = true;
        assert!(!is_concerned(&person(LDAP), &settings) && is_concerned(&person("openid"), &settings));
    }
}
