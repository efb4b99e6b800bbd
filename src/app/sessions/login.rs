//! Log-in by password (auth.md §4). Whatever would tell a stranger that an account exists is answered as a wrong
//! password, and takes as long as one.

use std::sync::Arc;

use super::make::Origin;
use crate::app::App;
use crate::auth::passwords::Verdict;
use crate::config::Settings;
use crate::events::Change;
use crate::model::errors::{AppError, Result, users as codes};
use crate::model::sessions::Session;
use crate::model::users::{User, normalize_email, normalize_username};
use crate::model::{Id, now};
use crate::store;

/// What somebody logs in with.
#[derive(Debug, Clone, Default)]
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
}

/// A successful log-in.
pub struct LoggedIn {
    /// Who.
    pub user: Arc<User>,
    /// The new session, with its token.
    pub session: Session,
}

impl App {
    /// Logs somebody in.
    pub async fn log_in(&self, given: Credentials, origin: Origin) -> Result<LoggedIn> {
        if given.password.is_empty() {
            return codes::BLANK_PASSWORD.err();
        }
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let Some(user) = self.find_login(&given, settings).await? else {
            self.passwords.pretend(&given.password).await?;
            return Err(wrong_credentials(settings));
        };
        let verdict = self.check_login(&user, &given, settings).await?;
        let hash =
            if verdict == Verdict::RightButOutdated { Some(self.passwords.hash(&given.password).await?) } else { None };
        let user = self.note_login(user, hash).await?;
        let session = self.start_session(&user, &given.device_id, origin).await?;
        Ok(LoggedIn { user: Arc::new(user), session })
    }

    async fn find_login(&self, given: &Credentials, settings: &Settings) -> Result<Option<User>> {
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

    async fn check_login(&self, user: &User, given: &Credentials, settings: &Settings) -> Result<Verdict> {
        if user.delete_at != 0 {
            return codes::INACTIVE.err();
        }
        if user.is_bot {
            return codes::BOT_LOGIN.err();
        }
        if i64::from(user.failed_attempts) >= settings.service.maximum_login_attempts {
            return codes::LOCKED_OUT.err();
        }
        let verdict = self.passwords.verify(&user.password, &given.password).await?;
        if verdict == Verdict::Wrong {
            self.count_failure(user.id).await?;
            return Err(wrong_credentials(settings));
        }
        if let Err(refused) = self.check_mfa_code(user, &given.mfa_code) {
            if !given.mfa_code.is_empty() {
                self.count_failure(user.id).await?;
            }
            return Err(refused);
        }
        if settings.email.require_email_verification && !user.email_verified {
            return codes::NOT_VERIFIED.err();
        }
        Ok(verdict)
    }

    async fn count_failure(&self, user: Id) -> Result<()> {
        self.store
            .write(move |tx| {
                store::users::count_failed_attempt(tx, user)?;
                Ok(Change::silent((), "failed log-ins are nobody's news"))
            })
            .await
    }

    /// Notes a good log-in: the counter of failures starts anew, and an outdated hash is replaced.
    async fn note_login(&self, mut user: User, hash: Option<String>) -> Result<User> {
        self.store
            .write(move |tx| {
                store::users::note_login(tx, user.id, hash.as_deref(), now())?;
                user.failed_attempts = 0;
                Ok(Change::silent(user, "a log-in is told to nobody"))
            })
            .await
    }
}

/// The refusal that says nothing about whether there is such an account.
fn wrong_credentials(settings: &Settings) -> AppError {
    let (name, email) = (settings.email.enable_sign_in_with_username, settings.email.enable_sign_in_with_email);
    let sso = [settings.gitlab.enable, settings.open_id.enable, settings.google.enable, settings.office365.enable];
    match (name, email) {
        _ if sso.contains(&true) || settings.saml.enable => codes::INVALID_CREDENTIALS_SSO.error(),
        (true, false) => codes::INVALID_CREDENTIALS_USERNAME.error(),
        (false, true) => codes::INVALID_CREDENTIALS_EMAIL.error(),
        _ => codes::INVALID_CREDENTIALS.error(),
    }
}
