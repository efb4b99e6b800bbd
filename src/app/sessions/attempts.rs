//! Log-ins that are refused: what is counted, and what the access log says of them.

use super::guesses::may_try;
use super::login::Credentials;
use super::make::Origin;
use crate::app::App;
use crate::events::Change;
use crate::model::access_log::{Entry, events};
use crate::model::audits::Audit;
use crate::model::errors::{AppError, Result, users as codes};
use crate::model::users::{LDAP, User};
use crate::model::{Code, Id};
use crate::store::{self, Tx};

/// How much of a wrong name is put on record, in characters.
const NAME_ON_RECORD: usize = 128;

/// Refusals that are no wrong guess: the access log calls them by another name.
const BARRED: [Code; 7] = [
    codes::INACTIVE,
    codes::BOT_LOGIN,
    codes::GUEST_LOGIN_OFF,
    codes::LOCKED_OUT,
    codes::LOCKED_OUT_LDAP,
    codes::NOT_VERIFIED,
    codes::MFA_CODE_MISSING,
];

impl App {
    /// Answers a refusal after it was put on record and counted: for the account, or for the name if nobody has it, and
    /// for the address.
    pub(super) async fn refused<T>(
        &self,
        user: Option<Id>,
        given: &Credentials,
        origin: &Origin,
        why: AppError,
    ) -> Result<T> {
        self.count_guess(user.is_some(), given, origin, &self.config.snapshot().effective);
        let extra = format!("failure - login_id={}", name_on_record(given));
        let audit = Audit::new(Id::NONE, Id::NONE, &origin.path, &origin.ip_address, extra);
        let entry = entry_of(events::LOGIN_REFUSED, user, given, origin, &why);
        self.store
            .write(move |tx| {
                if let Some(user) = user {
                    store::credentials::count_failed_attempt(tx, user)?;
                }
                store::audits::insert(tx, &audit)?;
                store::access_log::insert(tx, &entry)?;
                Ok(Change::silent((), "failed log-ins are nobody's news"))
            })
            .await?;
        Err(why)
    }

    /// Enters a refusal that was no wrong guess. That a client asked without a code, to learn that one is needed, is told
    /// apart.
    pub(super) async fn enter_barred(&self, given: &Credentials, origin: &Origin, why: &AppError) -> Result<()> {
        if !BARRED.iter().any(|code| why.is(*code)) {
            return Ok(());
        }
        let event = if why.is(codes::MFA_CODE_MISSING) { events::MFA_CODE_ASKED } else { events::LOGIN_BARRED };
        let account = self.find_login(given, &self.config.snapshot().effective).await?;
        self.enter(entry_of(event, account.map(|user| user.id), given, origin, why)).await;
        Ok(())
    }

    /// Refuses to try another password at an account that is locked.
    pub(super) async fn check_attempts(&self, user: &User, origin: &Origin) -> Result<()> {
        if user.failed_attempts == 0 {
            return Ok(());
        }
        let (snapshot, user, origin) = (self.config.snapshot(), user.clone(), origin.clone());
        let (most, refusal) = lock_of(&user, &snapshot.effective);
        let tries = self.store.read(move |conn| may_try(conn, &user, most, &origin, &snapshot.effective));
        if tries.await? { Ok(()) } else { refusal.err() }
    }

    /// The same in the transaction of the log-in, on the account as it is by then.
    pub(super) fn recheck_attempts(&self, tx: &mut Tx<'_>, user: &User, origin: &Origin) -> Result<()> {
        let snapshot = self.config.snapshot();
        let (most, refusal) = lock_of(user, &snapshot.effective);
        if may_try(tx.conn(), user, most, origin, &snapshot.effective)? { Ok(()) } else { refusal.err() }
    }
}

/// How many failures lock an account, and what is said then.
fn lock_of(user: &User, settings: &crate::config::Settings) -> (i64, Code) {
    match user.auth_service == LDAP && settings.ldap.enable {
        true => (settings.ldap.maximum_login_attempts, codes::LOCKED_OUT_LDAP),
        false => (settings.service.maximum_login_attempts, codes::LOCKED_OUT),
    }
}

fn name_on_record(given: &Credentials) -> String {
    given.login_id.chars().take(NAME_ON_RECORD).collect()
}

fn entry_of(event: &str, user: Option<Id>, given: &Credentials, origin: &Origin, why: &AppError) -> Entry {
    let entry = Entry::new(event).via(origin).about(user.unwrap_or(Id::NONE));
    entry.with("login_id", name_on_record(given)).with("reason", &*why.id)
}
