//! Log-in by password (auth.md §4). Whatever would tell a stranger that an account exists is answered as a wrong
//! password, and takes as long as one.

use std::sync::Arc;

use super::directory::{asks_directory, refusal};
use super::make::{Origin, start_session};
use crate::app::App;
use crate::app::admission::{Evidence, Rules, candidate, decide};
use crate::auth::UserGrant;
use crate::auth::credentials::Unlock;
use crate::auth::passwords::Verdict;
use crate::config::Settings;
use crate::events::Change;
use crate::model::errors::{AppError, Result, invalid_param, users as codes};
use crate::model::sessions::Session;
use crate::model::users::{User, normalize_email, normalize_username};
use crate::model::{Id, now};
use crate::store;

/// The longest address of a device, in bytes.
const DEVICE_ID_MAX: usize = 512;

/// What somebody logs in with.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The user's id, if that is given instead of a name.
    pub id: String,
    /// User name or mail address, in any case.
    pub login_id: String,
    /// The password.
    pub password: String,
    /// The code of multi-factor authentication.
    pub mfa_code: String,
    /// The device that push notices go to.
    pub device_id: String,
    /// A token from a mail to a guest, in place of the password.
    pub magic_link_token: String,
}

/// A successful log-in.
pub struct LoggedIn {
    /// Who, as they were at that moment.
    pub user: Arc<User>,
    /// The new session, with its token.
    pub session: Session,
}

impl App {
    /// Logs somebody in.
    pub async fn log_in(&self, given: Credentials, origin: Origin) -> Result<LoggedIn> {
        let outcome = self.try_log_in(given.clone(), origin.clone()).await;
        if let Err(refusal) = &outcome {
            self.enter_barred(&given, &origin, refusal).await?;
        }
        outcome
    }

    async fn try_log_in(&self, given: Credentials, origin: Origin) -> Result<LoggedIn> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        if given.password.is_empty() {
            // Links in place of passwords are not made here, so none is right.
            let by_link = !given.magic_link_token.is_empty();
            return if by_link { Err(wrong_credentials(settings)) } else { codes::BLANK_PASSWORD.err() };
        }
        if given.device_id.len() > DEVICE_ID_MAX {
            return Err(invalid_param("device_id"));
        }
        let found = self.find_login(&given, settings).await?;
        self.check_guesses(found.as_ref(), &given, &origin, settings).await?;
        if asks_directory(found.as_ref(), &given, settings) {
            return self.log_in_by_directory(found, given, origin).await;
        }
        let Some(user) = found else {
            self.passwords.pretend(&given.password).await?;
            return self.refused(None, &given, &origin, wrong_credentials(settings)).await;
        };
        let verdict = match self.check_login(&user, &given, &origin, settings).await? {
            Checked::Right(verdict) => verdict,
            Checked::Counted(refusal) => return self.refused(Some(user.id), &given, &origin, refusal).await,
        };
        let hash = match verdict {
            Verdict::RightButOutdated => Some(self.passwords.hash(&given.password).await?),
            _ => None,
        };
        self.finish_login(user, given, hash, origin).await
    }

    /// Finds out whether somebody has the password of an account here, without logging them in. Wrong ones count.
    pub(in crate::app) async fn prove(&self, given: &Credentials, origin: &Origin) -> Result<User> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let Some(user) = self.find_login(given, settings).await? else {
            self.passwords.pretend(&given.password).await?;
            return self.refused(None, given, origin, wrong_credentials(settings)).await;
        };
        if let Checked::Counted(refusal) = self.check_login(&user, given, origin, settings).await? {
            return self.refused(Some(user.id), given, origin, refusal).await;
        }
        let (app, code) = (self.clone(), given.mfa_code.clone());
        self.store
            .write(move |tx| {
                app.use_mfa_code(tx, &user, &code)?;
                Ok(Change::silent(user, "nothing but the code is used up"))
            })
            .await
    }

    /// The account that somebody wants to log in to.
    pub(super) async fn find_login(&self, given: &Credentials, settings: &Settings) -> Result<Option<User>> {
        if !given.id.is_empty() {
            let Some(id) = Id::parse(&given.id) else { return Ok(None) };
            return self.store.read(move |conn| store::users::by_id(conn, id)).await;
        }
        let by_name = settings.email.enable_sign_in_with_username.then(|| normalize_username(&given.login_id));
        let by_email = settings.email.enable_sign_in_with_email.then(|| normalize_email(&given.login_id));
        self.store
            .read(move |conn| {
                let found = by_name.map(|name| store::users::by_username(conn, &name)).transpose()?.flatten();
                match (found, by_email) {
                    (None, Some(email)) => store::users::by_email(conn, &email),
                    (found, _) => Ok(found),
                }
            })
            .await
    }

    async fn check_login(
        &self,
        user: &User,
        given: &Credentials,
        origin: &Origin,
        settings: &Settings,
    ) -> Result<Checked> {
        if user.delete_at != 0 {
            return codes::INACTIVE.err();
        }
        if user.is_bot {
            return codes::BOT_LOGIN.err();
        }
        if user.is_guest() && !settings.guest_accounts.enable {
            return codes::GUEST_LOGIN_OFF.err();
        }
        self.check_attempts(user, origin).await?;
        if user.password.is_empty() {
            self.passwords.pretend(&given.password).await?;
            return Ok(Checked::Counted(wrong_credentials(settings)));
        }
        let verdict = self.passwords.verify(&user.password, &given.password).await?;
        if verdict == Verdict::Wrong {
            return Ok(Checked::Counted(wrong_credentials(settings)));
        }
        if !decide(&Rules::of(settings), &candidate(user, Evidence::Password)).is_admitted() {
            return Err(refusal(settings));
        }
        if let Err(refusal) = self.check_mfa_code(user, &given.mfa_code) {
            let is_guess = !given.mfa_code.is_empty();
            return if is_guess { Ok(Checked::Counted(refusal)) } else { Err(refusal) };
        }
        if settings.email.require_email_verification && !user.email_verified {
            return codes::NOT_VERIFIED.err();
        }
        Ok(Checked::Right(verdict))
    }

    /// Starts the session, unless what was checked before holds no more: many guesses at the same moment count one by
    /// one, and of two log-ins with the same code one is refused.
    async fn finish_login(
        &self,
        user: User,
        given: Credentials,
        hash: Option<String>,
        origin: Origin,
    ) -> Result<LoggedIn> {
        self.note_account()?;
        let (app, snapshot) = (self.clone(), self.config.snapshot());
        self.store
            .write(move |tx| {
                let settings = &snapshot.effective;
                store::credentials::begin_login(tx, user.id, now())?;
                let user = store::users::by_id(tx.conn(), user.id)?.ok_or_else(|| wrong_credentials(settings))?;
                app.recheck_attempts(tx, &user, &origin)?;
                app.use_mfa_code(tx, &user, &given.mfa_code)?;
                store::credentials::finish_login(tx, user.id, hash.as_deref())?;
                let started = start_session(tx, &user, &given.device_id, &origin, settings)?;
                Ok(started.map(|session| LoggedIn { user: Arc::new(user), session }))
            })
            .await
    }

    /// Lets a locked account log in again.
    pub async fn unlock(&self, grant: UserGrant<Unlock>) -> Result<()> {
        let user = grant.user().id;
        self.store
            .write(move |tx| {
                store::credentials::reset_failed_attempts(tx, user)?;
                Ok(Change::silent((), "nobody sees the counter but administrators"))
            })
            .await
    }
}

/// What came of a check.
enum Checked {
    /// Everything is right.
    Right(Verdict),
    /// A wrong guess, to be counted and refused.
    Counted(AppError),
}

/// The refusal that says nothing about whether there is such an account.
pub(super) fn wrong_credentials(settings: &Settings) -> AppError {
    let (name, email) = (settings.email.enable_sign_in_with_username, settings.email.enable_sign_in_with_email);
    let sso = [settings.gitlab.enable, settings.open_id.enable, settings.google.enable, settings.office365.enable];
    match (name, email) {
        _ if sso.contains(&true) || settings.saml.enable => codes::INVALID_CREDENTIALS_SSO.error(),
        (true, false) => codes::INVALID_CREDENTIALS_USERNAME.error(),
        (false, true) => codes::INVALID_CREDENTIALS_EMAIL.error(),
        _ => codes::INVALID_CREDENTIALS.error(),
    }
}
