//! Log-in by the organisation's directory, on the ordinary form (auth.md §4): one search and one bind. The account is made
//! at the first log-in, and kept as the directory has it at each.
//!
//! Whatever would tell a stranger that there is such a person is answered as a wrong password. Only somebody who has given
//! the right one reads that they may not be here, and why.

use std::sync::Arc;

use super::login::{Credentials, LoggedIn, wrong_credentials};
use super::make::{Origin, start_session};
use crate::app::App;
use crate::app::admission::{Candidate, Decision, Evidence, Rules, come_back, decide};
use crate::app::ldap::profile;
use crate::app::users::{Profile, bring_up_to_date, make_account};
use crate::config::Settings;
use crate::events::Change;
use crate::model::errors::{AppError, Result, users as codes};
use crate::model::users::{LDAP, User};
use crate::model::{Id, now};
use crate::outbound::ldap::{Found, Login, Person, Plan, Trouble};
use crate::store::{self, Tx};

/// Whether the directory decides a log-in: over its own accounts, and where there is no account yet.
pub(super) fn asks_directory(found: Option<&User>, given: &Credentials, settings: &Settings) -> bool {
    let concerns = match found {
        Some(user) => user.auth_service == LDAP,
        None => given.id.is_empty(),
    };
    settings.ldap.enable && concerns
}

/// Somebody whose password the directory has found right.
struct Proven {
    person: Person,
    account: Option<Id>,
    decision: Decision,
}

impl App {
    /// Logs somebody in whom the directory knows.
    pub(super) async fn log_in_by_directory(
        &self,
        known: Option<User>,
        given: Credentials,
        origin: Origin,
    ) -> Result<LoggedIn> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let plan = Plan::of(settings);
        let found = self.find_in_directory(&plan, known.as_ref(), &given, settings).await;
        let found = found.map_err(|trouble| unanswered(&trouble, settings))?;
        let Some(person) = found.person() else {
            if found == Found::Several {
                tracing::warn!(login_id = given.login_id, "several people in the directory log in by that name");
            }
            return self.wrong_guess(known.map(|user| user.id), &given, &origin, settings).await;
        };
        let account = self.account_of(person).await?;
        if let Some(user) = &account {
            self.check_account(user, &origin).await?;
        }
        let account_id = account.as_ref().map(|user| user.id);
        let right = self.directory.check_password(&plan, &person.dn, &given.password).await;
        if !right.map_err(|trouble| unanswered(&trouble, settings))? {
            return self.wrong_guess(account_id, &given, &origin, settings).await;
        }
        let standing = self.directory.standing(&plan, &found).await;
        let evidence = Evidence::Directory(standing.map_err(|trouble| unanswered(&trouble, settings))?);
        let decision = decide(&Rules::of(settings), &in_person(person, account.as_ref(), evidence));
        if !decision.is_admitted() {
            return self.turn_away(account, &decision, &given, &origin, settings).await;
        }
        if let Some(Err(refusal)) = account.as_ref().map(|user| self.check_mfa_code(user, &given.mfa_code)) {
            let is_guess = !given.mfa_code.is_empty();
            return if is_guess { self.refused(account_id, &given, &origin, refusal).await } else { Err(refusal) };
        }
        let proven = Proven { person: person.clone(), account: account_id, decision };
        self.enter_by_directory(proven, given, origin).await
    }

    /// The id in the directory of whoever logs in there by that name and password, if they may be here. Wrong guesses count
    /// for the account that asks.
    pub(in crate::app) async fn prove_in_directory(
        &self,
        asking: &User,
        given: &Credentials,
        origin: &Origin,
    ) -> Result<String> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let plan = Plan::of(settings);
        let failed = |trouble: Trouble| unanswered(&trouble, settings);
        let found = self.find_in_directory(&plan, None, given, settings).await.map_err(failed)?;
        let right = match found.person() {
            Some(person) => self.directory.check_password(&plan, &person.dn, &given.password).await.map_err(failed)?,
            None => false,
        };
        let Some(person) = found.person().filter(|_| right) else {
            return self.refused(Some(asking.id), given, origin, wrong_credentials(settings)).await;
        };
        let evidence = Evidence::Directory(self.directory.standing(&plan, &found).await.map_err(failed)?);
        match decide(&Rules::of(settings), &in_person(person, Some(asking), evidence)).is_admitted() {
            true => Ok(person.id.clone()),
            false => Err(refusal(settings)),
        }
    }

    /// Refuses a wrong name or password, in the time that a password kept here would have taken.
    async fn wrong_guess(
        &self,
        account: Option<Id>,
        given: &Credentials,
        origin: &Origin,
        settings: &Settings,
    ) -> Result<LoggedIn> {
        self.passwords.pretend(&given.password).await?;
        self.refused(account, given, origin, wrong_credentials(settings)).await
    }

    /// An account is looked for by its id in the directory, which stays when names change; a name that the directory has
    /// given to somebody else meanwhile means that person.
    async fn find_in_directory(
        &self,
        plan: &Plan,
        known: Option<&User>,
        given: &Credentials,
        settings: &Settings,
    ) -> Result<Found, Trouble> {
        if let Some(id) = known.and_then(|user| user.auth_data.as_deref()) {
            let found = self.directory.find(plan, Login::Id(id)).await?;
            if found != Found::Nobody || given.login_id.is_empty() {
                return Ok(found);
            }
        }
        let or_email = settings.email.enable_sign_in_with_email;
        self.directory.find(plan, Login::Typed { name: &given.login_id, or_email }).await
    }

    /// The account of somebody in the directory, if there is one.
    pub(in crate::app) async fn account_of(&self, person: &Person) -> Result<Option<User>> {
        let id = person.id.clone();
        self.store.read(move |conn| store::users::by_auth(conn, LDAP, &id)).await
    }

    /// What is checked before the password. Somebody whom the server itself has turned out may have become staff again.
    async fn check_account(&self, user: &User, origin: &Origin) -> Result<()> {
        let id = user.id;
        if user.is_bot {
            return codes::BOT_LOGIN.err();
        }
        if !user.is_active() && self.store.read(move |conn| store::departures::of_user(conn, id)).await?.is_none() {
            return codes::INACTIVE.err();
        }
        self.check_attempts(user, origin).await
    }

    /// Tells somebody who has proven who they are that they may not be here. An account that they had is closed.
    async fn turn_away(
        &self,
        account: Option<User>,
        decision: &Decision,
        given: &Credentials,
        origin: &Origin,
        settings: &Settings,
    ) -> Result<LoggedIn> {
        tracing::info!(login_id = given.login_id, reason = decision.reason(), "somebody was turned away");
        if let Some(user) = account.filter(User::is_active) {
            self.turn_out(&user, decision.reason()).await?;
        }
        self.refused(None, given, origin, refusal(settings)).await
    }

    async fn enter_by_directory(&self, proven: Proven, given: Credentials, origin: Origin) -> Result<LoggedIn> {
        let (app, snapshot, privacy) = (self.clone(), self.config.snapshot(), self.privacy());
        let profile = profile(&proven.person, &proven.decision, &snapshot.effective);
        let picture = proven.person.picture.clone();
        let logged_in = self
            .store
            .write(move |tx| {
                let settings = &snapshot.effective;
                let (mut change, mut user) = match proven.account {
                    None => Change::silent((), "the events follow").absorb(new_account(tx, &profile, settings)?),
                    Some(id) => {
                        store::credentials::begin_login(tx, id, now())?;
                        let user = store::users::by_id(tx.conn(), id)?.ok_or_else(|| wrong_credentials(settings))?;
                        app.recheck_attempts(tx, &user, &origin)?;
                        app.use_mfa_code(tx, &user, &given.mfa_code)?;
                        (Change::silent((), "the events follow"), user)
                    }
                };
                if !user.is_active() {
                    change = change.and_all(come_back(tx, user.id, privacy)?);
                    user = store::users::by_id(tx.conn(), user.id)?.unwrap_or(user);
                }
                if proven.account.is_some() {
                    (change, user) = change.absorb(bring_up_to_date(tx, &user, &profile, settings, privacy)?);
                    store::credentials::finish_login(tx, user.id, None)?;
                } else {
                    store::credentials::begin_login(tx, user.id, now())?;
                }
                let (change, session) = change.absorb(start_session(tx, &user, &given.device_id, &origin, settings)?);
                Ok(change.map(|()| LoggedIn { user: Arc::new(user), session }))
            })
            .await?;
        self.note_account()?;
        self.admissions.note(logged_in.user.id);
        self.take_picture(logged_in.user.id, picture);
        Ok(logged_in)
    }
}

/// Makes the account. What stands in the way is told in place of a wrong password, which is what clients take it for.
fn new_account(tx: &mut Tx<'_>, profile: &Profile, settings: &Settings) -> Result<Change<User>> {
    make_account(tx, profile, settings).map_err(|error| {
        if error.status >= 500 {
            return error;
        }
        tracing::warn!(%error, id = profile.id, "somebody from the directory could not be given an account");
        let message = format!("You cannot be given an account: {} Please ask an administrator.", error.message);
        AppError { message: message.into(), ..wrong_credentials(settings) }
    })
}

/// Somebody as the directory has them; their account here may go by another name.
fn in_person<'a>(person: &'a Person, account: Option<&'a User>, evidence: Evidence) -> Candidate<'a> {
    let username = account.map_or(person.username.as_str(), |user| &user.username);
    Candidate { username, email: &person.email, provider_id: &person.id, evidence }
}

/// What somebody reads who may not be here.
pub(in crate::app) fn refusal(settings: &Settings) -> AppError {
    let text = settings.kollegium.admission_refusal_text.trim();
    match text {
        "" => codes::TURNED_AWAY.error(),
        text => AppError { message: text.to_owned().into(), ..codes::TURNED_AWAY.error() },
    }
}

/// A directory that does not answer lets nobody in, and says nothing about anybody.
fn unanswered(trouble: &Trouble, settings: &Settings) -> AppError {
    tracing::error!(%trouble, "a log-in was refused because the directory could not be asked");
    wrong_credentials(settings)
}
