//! Synchronisation with the directory: whoever has an account gets their new attributes; whoever may not be here any more
//! goes, and whoever may be again comes back.
//!
//! Nobody goes because of a directory that is away, stops in the middle, or shows nobody; and if more would go at once
//! than the settings allow, nobody does, and administrators are told.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::profile;
use crate::app::App;
use crate::app::admission::{
    Candidate, Evidence, Rules, at_most, bots_of, candidate, come_back, decide, leave, line_of_bots,
};
use crate::app::jobs::Run;
use crate::app::users::{Profile, bring_up_to_date};
use crate::config::Settings;
use crate::events::users::UserEvent;
use crate::events::{Change, Event};
use crate::model::Id;
use crate::model::errors::{AppError, Result, users as codes};
use crate::model::users::{LDAP, Privacy, User};
use crate::outbound::ldap::{Person, Plan, Standing, plain};
use crate::store::{self, Tx};

/// People that are looked at in one step.
const AT_ONCE: usize = 500;

/// Accounts that are closed in one transaction.
const CLOSED_AT_ONCE: usize = 50;

/// By this an administrator says that a run may lock out as many as it finds (`{"type": "ldap_sync", "data": …}`).
const LOCK_OUT_ANY: &str = "lock_out_any";

const ABSENT: &str = "the directory does not have them, or not among those who may be here";

/// What a synchronisation has found.
#[derive(Default)]
struct Found {
    people: usize,
    /// Who stays, by the DN of their entry.
    staying: HashMap<String, Id>,
    /// Why those may not be here whom the directory shows, but a rule refuses.
    refused: HashMap<Id, String>,
}

impl App {
    /// The time between two synchronisations; `None` where there are none by themselves.
    pub fn pause_between_ldap_syncs(&self) -> Option<Duration> {
        let snapshot = self.config.snapshot();
        let ldap = &snapshot.effective.ldap;
        let minutes = u64::try_from(ldap.sync_interval_minutes).unwrap_or(0).max(1);
        (ldap.enable && ldap.enable_sync).then(|| Duration::from_secs(60 * minutes))
    }

    /// Synchronises all accounts of the directory.
    pub async fn sync_ldap(&self, run: &mut Run) -> Result<()> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        if !settings.ldap.enable {
            return codes::LDAP_OFF.err();
        }
        let mut people = self.directory.people(&Plan::of(settings)).await.map_err(unanswered)?;
        let mut found = Found::default();
        loop {
            let some = people.next(AT_ONCE).await.map_err(unanswered)?;
            if some.is_empty() {
                break;
            }
            self.take_over(some, settings, &mut found, run).await?;
            if !self.keep_run(run, 0).await? {
                return Ok(());
            }
        }
        run.note("people", found.people);
        if found.people == 0 {
            return Err(stopped("the directory shows nobody who may be here, which turns nobody out."));
        }
        let accounts = self.part_with(found, settings, run).await?;
        self.sync_groups(&accounts, settings, run).await
    }

    /// Brings the accounts of these people up to date, and opens those again that the server itself closed.
    async fn take_over(
        &self,
        people: Vec<(Person, Standing)>,
        settings: &Settings,
        found: &mut Found,
        run: &mut Run,
    ) -> Result<()> {
        found.people += people.len();
        let ids: Vec<String> = people.iter().map(|(person, _)| person.id.clone()).collect();
        let users = self.store.read(move |conn| store::users::by_auths(conn, LDAP, &ids)).await?;
        let users: HashMap<String, User> =
            users.into_iter().filter_map(|user| Some((user.auth_data.clone()?, user))).collect();
        let rules = Rules::of(settings);
        let mut changes = Vec::new();
        for (person, standing) in people {
            let Some(user) = users.get(&person.id) else { continue };
            let who = Candidate {
                username: &user.username,
                email: &person.email,
                provider_id: &person.id,
                evidence: Evidence::Directory(standing),
            };
            let decision = decide(&rules, &who);
            if !decision.is_admitted() {
                found.refused.insert(user.id, decision.reason().to_owned());
                continue;
            }
            found.staying.insert(plain(&person.dn), user.id);
            self.admissions.note(user.id);
            let profile = profile(&person, &decision, settings);
            if !user.is_active() || profile.differs_from(user) {
                changes.push((user.id, profile));
            }
        }
        self.change_all(changes, run).await
    }

    /// Changes these accounts in one transaction; if one of them cannot be changed, one by one.
    async fn change_all(&self, changes: Vec<(Id, Profile)>, run: &mut Run) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let (back, changed) = match self.change_accounts(changes.clone()).await {
            Ok(counts) => counts,
            Err(error) if error.status >= 500 => return Err(error),
            Err(_) => {
                let (mut back, mut changed) = (0, 0);
                for (user, profile) in changes {
                    match self.change_accounts(vec![(user, profile)]).await {
                        Ok((one_back, one_changed)) => (back, changed) = (back + one_back, changed + one_changed),
                        Err(error) => {
                            tracing::warn!(%error, %user, "an account could not be brought up to date");
                            run.count("failed", 1);
                        }
                    }
                }
                (back, changed)
            }
        };
        run.count("reactivated", back);
        run.count("updated", changed);
        Ok(())
    }

    async fn change_accounts(&self, changes: Vec<(Id, Profile)>) -> Result<(usize, usize)> {
        let (snapshot, privacy) = (self.config.snapshot(), self.privacy());
        self.store
            .write(move |tx| {
                let (mut back, mut changed, mut events) = (0, 0, Vec::<Event>::new());
                for (id, profile) in &changes {
                    let (is_back, is_changed, told) = change_one(tx, *id, profile, &snapshot.effective, privacy)?;
                    back += usize::from(is_back);
                    changed += usize::from(is_changed);
                    events.extend(told);
                }
                Ok(Change::silent((back, changed), "the events follow").and_all(events))
            })
            .await
    }

    /// Closes the accounts of those who may not be here any more, unless they are too many; answers who stays.
    async fn part_with(&self, found: Found, settings: &Settings, run: &mut Run) -> Result<HashMap<String, Id>> {
        let active = self.store.read(|conn| store::users::active_of(conn, LDAP)).await?;
        let all = active.len();
        let staying: HashSet<Id> = found.staying.values().copied().collect();
        let leaving: Vec<Id> = active.into_iter().filter(|id| !staying.contains(id)).collect();
        let leaving = self.without_exceptions(leaving, settings).await?;
        let (count, most) = (leaving.len(), at_most(all, settings));
        if count > most && run.data(LOCK_OUT_ANY) != "true" {
            let text = format!(
                "{count} of {all} people of the directory would be locked out, and {most} may be at once. Nobody was. If \
                 it is right, order the job ldap_sync with {{\"{LOCK_OUT_ANY}\": \"true\"}}, or change \
                 LdapMaximumLockOutPercent."
            );
            self.tell_admins(&text).await;
            return Err(stopped(&text));
        }
        let mut lines = Vec::new();
        for ids in leaving.chunks(CLOSED_AT_ONCE) {
            let some = ids.iter().map(|id| (*id, found.refused.get(id).cloned().unwrap_or_else(|| ABSENT.into())));
            lines.extend(self.close(some.collect()).await?);
            run.count("deactivated", ids.len());
            if !self.keep_run(run, 0).await? {
                break;
            }
        }
        if !lines.is_empty() {
            run.note("bots", lines.join("\n"));
            self.tell_admins(&lines.join("\n")).await;
        }
        Ok(found.staying)
    }

    /// Those of them for whom the allow list makes no exception; whoever it names is looked for by themself.
    async fn without_exceptions(&self, leaving: Vec<Id>, settings: &Settings) -> Result<Vec<Id>> {
        let rules = Rules::of(settings);
        if !rules.has_exceptions() {
            return Ok(leaving);
        }
        let users = self.store.read(move |conn| store::users::by_ids(conn, &leaving)).await?;
        let mut gone = Vec::with_capacity(users.len());
        for user in users {
            let excepted = rules.excepts(&candidate(&user, Evidence::Password));
            if !excepted || !self.judge(&user, settings).await.map_err(unanswered)?.is_admitted() {
                gone.push(user.id);
            }
        }
        Ok(gone)
    }

    /// Closes accounts; answers a line for each whose person owns bots.
    async fn close(&self, leaving: Vec<(Id, String)>) -> Result<Vec<String>> {
        let privacy = self.privacy();
        let with_bots = self.config.snapshot().effective.service.disable_bots_when_owner_is_deactivated;
        let ids: Vec<Id> = leaving.iter().map(|(id, _)| *id).collect();
        let lines = self
            .store
            .write(move |tx| {
                let (mut events, mut lines) = (Vec::<Event>::new(), Vec::new());
                for (id, reason) in &leaving {
                    let Some(user) = store::users::by_id(tx.conn(), *id)? else { continue };
                    let bots = bots_of(tx.conn(), &user)?;
                    lines.extend(line_of_bots(&user, &bots, with_bots));
                    tracing::info!(user = %id, reason, "an account was closed: its person may not be here any more");
                    events.extend(leave(tx, *id, reason, privacy, with_bots)?.unwrap_or_default());
                }
                let silent = Change::silent(lines, "whoever leaves falls silent before others hear of it");
                Ok(silent.and_all(events).and(UserEvent::ActivationChanged))
            })
            .await?;
        for id in ids {
            self.end_status(id).await?;
        }
        Ok(lines)
    }
}

/// Whether they came back, whether something else changed, and what is to be told.
fn change_one(
    tx: &mut Tx<'_>,
    id: Id,
    profile: &Profile,
    settings: &Settings,
    privacy: Privacy,
) -> Result<(bool, bool, Vec<Event>)> {
    let mut events = Vec::new();
    let Some(mut user) = store::users::by_id(tx.conn(), id)? else { return Ok((false, false, events)) };
    let was_closed = !user.is_active();
    if was_closed {
        events.extend(come_back(tx, id, privacy)?);
        user = store::users::by_id(tx.conn(), id)?.unwrap_or(user);
    }
    // Whom an administrator has closed stays as they are.
    if !user.is_active() || !profile.differs_from(&user) {
        return Ok((was_closed && user.is_active(), false, events));
    }
    let (_, told) = bring_up_to_date(tx, &user, profile, settings, privacy)?.into_parts();
    let is_changed = !told.is_empty();
    events.extend(told);
    Ok((was_closed, is_changed, events))
}

pub(super) fn unanswered(trouble: impl std::fmt::Display) -> AppError {
    codes::LDAP_UNREACHABLE.with(&[&trouble])
}

fn stopped(why: &str) -> AppError {
    codes::LDAP_SYNC_STOPPED.with(&[&why])
}
