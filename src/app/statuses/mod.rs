//! Presence: who is online, away, not to be disturbed. Kept in memory, because clients ask for it every minute; the
//! table holds what outlives a restart.

mod custom;
mod expiry;
mod presence;
mod rules;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::rules::{Outcome, Rule};
use super::App;
use crate::auth::users::{EditOwn, SeeStatus};
use crate::auth::{Actor, UserGrant};
use crate::events::Change;
use crate::events::users::UserEvent;
use crate::model::errors::{Result, invalid_body, status as codes};
use crate::model::statuses::{self, Status, StatusInput};
use crate::model::{Id, TimeMs, now};
use crate::store::{self, Store};

/// Everybody's presence, in memory. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Statuses(Arc<Mutex<HashMap<Id, Status>>>);

impl Statuses {
    /// What is stored, with everybody offline who did not choose otherwise: to be called at start.
    pub async fn load(store: &Store) -> Result<Statuses> {
        store
            .write(|tx| {
                store::statuses::reset(tx)?;
                Ok(Change::silent((), "nobody is connected yet"))
            })
            .await?;
        let all = store.read(store::statuses::all).await?;
        Ok(Statuses(Arc::new(Mutex::new(all.into_iter().map(|status| (status.user_id, status)).collect()))))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Id, Status>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, user: Id) -> Status {
        self.known().get(&user).cloned().unwrap_or_else(|| Status::offline(user))
    }

    fn change(&self, user: Id, rule: Rule<'_>) -> Option<Outcome> {
        let mut known = self.known();
        let outcome = rule(user, known.get(&user))?;
        known.insert(user, outcome.status.clone());
        Some(outcome)
    }
}

impl App {
    fn keeps_statuses(&self) -> bool {
        self.config.snapshot().effective.service.enable_user_statuses
    }

    /// Somebody's presence; refused where statuses are switched off.
    pub fn status(&self, grant: &UserGrant<SeeStatus>) -> Result<Status> {
        if self.keeps_statuses() { Ok(self.statuses.get(grant.user().id)) } else { codes::NOT_FOUND.err() }
    }

    /// The presence of those of these people whom the actor sees, each once.
    pub async fn statuses_seen(&self, actor: &Actor, users: Vec<Id>) -> Result<Vec<Status>> {
        Ok(self.statuses_of(&self.auth.seen_of(actor, users).await?))
    }

    /// The presence of these people, each once; those without one are offline.
    pub(in crate::app) fn statuses_of(&self, users: &[Id]) -> Vec<Status> {
        if !self.keeps_statuses() {
            return Vec::new();
        }
        let known = self.statuses.known();
        let mut seen = std::collections::HashSet::with_capacity(users.len());
        let once = users.iter().filter(|user| seen.insert(**user));
        once.map(|user| known.get(user).cloned().unwrap_or_else(|| Status::offline(*user))).collect()
    }

    /// Whether somebody is there, as far as `@here` is concerned.
    pub(in crate::app) fn is_online(&self, user: Id) -> bool {
        self.keeps_statuses()
            && self.statuses.known().get(&user).is_some_and(|status| status.status == statuses::ONLINE)
    }

    /// The presence of all whom somebody sees and who are not offline.
    pub async fn all_statuses_seen(&self, viewer: Id) -> Result<Vec<Status>> {
        let shown: Vec<Id> = {
            let known = self.statuses.known();
            known.values().filter(|status| status.status != statuses::OFFLINE).map(|status| status.user_id).collect()
        };
        self.statuses_seen_by(viewer, shown).await
    }

    /// The presence of those of these people whom somebody sees, who is connected and so has no grant at hand.
    pub async fn statuses_seen_by(&self, viewer: Id, users: Vec<Id>) -> Result<Vec<Status>> {
        Ok(self.statuses_of(&self.auth.seen_by(viewer, users).await?))
    }

    /// Sets a presence by hand.
    pub async fn set_status(&self, grant: UserGrant<EditOwn>, wish: StatusInput) -> Result<Status> {
        let user = grant.user().id;
        if !statuses::is_settable(&wish.status) {
            return Err(invalid_body("status"));
        }
        if !self.keeps_statuses() {
            return codes::NOT_FOUND.err();
        }
        if self.statuses.get(user).status == statuses::OUT_OF_OFFICE {
            self.end_automatic_answer(grant.user()).await?;
        }
        self.choose_status(user, &wish).await?;
        Ok(self.statuses.get(user))
    }

    async fn choose_status(&self, user: Id, wish: &StatusInput) -> Result<()> {
        let at = now();
        let rule: Rule<'_> = match wish.status.as_str() {
            statuses::ONLINE => &move |user, known| rules::online(user, known, true, at),
            statuses::AWAY => &rules::away,
            statuses::DND => &|user, known| rules::dnd(user, known, wish.dnd_end_time),
            _ => &move |user, known| rules::offline(user, known, true, at),
        };
        let outcome = self.statuses.change(user, rule);
        self.store_statuses(outcome.into_iter().collect()).await
    }

    /// The client says whether its user is at the keyboard; `manual` if the user chose so.
    pub async fn set_active(&self, user: Id, is_active: bool, manual: bool) -> Result<()> {
        let at = now();
        let timeout = self.away_timeout();
        let rule: Rule<'_> = match (is_active, manual) {
            (true, _) => &move |user, known| rules::online(user, known, manual, at),
            (false, true) => &rules::away,
            (false, false) => &move |user, known| rules::away_if_idle(user, known, timeout, at),
        };
        self.change_status(user, rule).await
    }

    /// A sign of life, such as a post: online unless they chose otherwise. Does not wait for the write.
    pub fn note_active(&self, user: Id) {
        if !self.keeps_statuses() {
            return;
        }
        let at = now();
        let outcome = self.statuses.change(user, &move |user, known| rules::online(user, known, false, at));
        let Some(outcome) = outcome.filter(|outcome| outcome.stored) else { return };
        let app = self.clone();
        tokio::spawn(async move {
            if let Err(error) = app.store_statuses(vec![outcome]).await {
                tracing::warn!(%error, "a status was not stored");
            }
        });
    }

    /// Makes somebody away who has done nothing for long.
    pub async fn note_idle(&self, user: Id) -> Result<()> {
        let (timeout, at) = (self.away_timeout(), now());
        self.change_status(user, &move |user, known| rules::away_if_idle(user, known, timeout, at)).await
    }

    /// Makes somebody out of office, or online again, when their automatic answer was switched.
    pub(in crate::app) async fn switch_out_of_office(&self, user: Id, on: bool) -> Result<()> {
        let at = now();
        let rule: Rule<'_> =
            if on { &rules::out_of_office } else { &move |user, known| rules::online(user, known, true, at) };
        self.change_status(user, rule).await
    }

    /// When somebody last gave a sign of life; 0 if never.
    pub(in crate::app) fn last_activity(&self, user: Id) -> TimeMs {
        self.statuses.get(user).last_activity_at
    }

    /// Forgets the presence of somebody who is erased.
    pub(in crate::app) fn forget_status(&self, user: Id) {
        self.statuses.known().remove(&user);
    }

    /// Makes somebody offline whose account was deactivated.
    pub(in crate::app) async fn end_status(&self, user: Id) -> Result<()> {
        let at = now();
        self.change_status(user, &move |user, known| rules::gone(user, known, at)).await
    }

    async fn change_status(&self, user: Id, rule: Rule<'_>) -> Result<()> {
        if !self.keeps_statuses() {
            return Ok(());
        }
        let outcome = self.statuses.change(user, rule);
        self.store_statuses(outcome.into_iter().collect()).await
    }

    /// `TeamSettings.UserStatusAwayTimeout` in milliseconds.
    fn away_timeout(&self) -> i64 {
        self.config.snapshot().effective.team.user_status_away_timeout.saturating_mul(1000)
    }

    /// Writes what is worth it and tells those whose status changed.
    async fn store_statuses(&self, outcomes: Vec<Outcome>) -> Result<()> {
        let events: Vec<UserEvent> = outcomes
            .iter()
            .filter(|outcome| outcome.told)
            .map(|outcome| UserEvent::StatusChanged { user: outcome.status.user_id, status: outcome.status.status })
            .collect();
        let users: Vec<Id> = outcomes.iter().filter(|o| o.stored || o.told).map(|o| o.status.user_id).collect();
        if users.is_empty() {
            return Ok(());
        }
        let statuses = self.statuses.clone();
        self.store
            .write(move |tx| {
                // What is true now, not what was true when the write was queued: the last write then has the last word.
                let current: Vec<Status> = users.iter().map(|user| statuses.get(*user)).collect();
                store::statuses::save(tx, &current)?;
                Ok(Change::silent((), "told only where the status itself changed").and_all(events))
            })
            .await
    }
}
