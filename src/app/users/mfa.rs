//! Multi-factor authentication (auth.md §8).

use crate::app::App;
use crate::app::mail::queue;
use crate::auth::Actor;
use crate::auth::acting::ActingFor;
use crate::auth::mfa::{self, CodeVerdict, Enrolment};
use crate::events::Change;
use crate::model::errors::{Result, context, users as codes};
use crate::model::now;
use crate::model::users::{LDAP, User};
use crate::outbound::mail::Letter;
use crate::store::{self, Tx};

/// Paths that somebody who still has to set it up may use.
const OPEN_PATHS: [&str; 2] = ["/api/v4/users/me", "/api/v4/users/logout"];

impl App {
    /// Refuses an actor who must set up multi-factor authentication first, where the settings ask for it.
    pub fn check_mfa(&self, actor: &Actor, path: &str) -> Result<()> {
        let snapshot = self.config.snapshot();
        let service = &snapshot.effective.service;
        if !(service.enforce_multifactor_authentication && service.enable_multifactor_authentication) {
            return Ok(());
        }
        let user = actor.user();
        let guests = snapshot.effective.guest_accounts.enforce_multifactor_authentication;
        let exempt = user.mfa_active
            || user.is_bot
            || (user.is_sso() && user.auth_service != LDAP)
            || actor.session().is_oauth_app()
            || (user.is_guest() && !guests);
        let open = OPEN_PATHS.contains(&path) || path.ends_with("/mfa") || path.ends_with("/mfa/generate");
        if exempt || open { Ok(()) } else { context::MFA_REQUIRED.err() }
    }

    fn needs_mfa_enabled(&self) -> Result<()> {
        let enabled = self.config.snapshot().effective.service.enable_multifactor_authentication;
        if enabled { Ok(()) } else { codes::MFA_DISABLED.err() }
    }

    /// Makes a secret for an account, to be shown once; it counts when it is activated.
    pub async fn begin_mfa(&self, acting: ActingFor) -> Result<Enrolment> {
        let user = acting.user()?.clone();
        self.needs_mfa_enabled()?;
        let made = mfa::enrol(&self.config.snapshot().effective.service.site_url, &user.email)?;
        let secret = made.secret.clone();
        self.store
            .write(move |tx| {
                store::credentials::set_mfa(tx, user.id, &secret, user.mfa_active, now())?;
                Ok(Change::silent((), "a secret is nobody's business"))
            })
            .await?;
        Ok(made)
    }

    /// Has log-in ask for codes from now on, if the code shows that the secret arrived.
    pub async fn activate_mfa(&self, acting: ActingFor, code: &str) -> Result<()> {
        let user = acting.user()?.clone();
        if user.is_sso() && user.auth_service != LDAP {
            return codes::MFA_NOT_FOR_PROVIDER.err();
        }
        self.needs_mfa_enabled()?;
        if user.mfa_secret.is_empty() {
            return codes::MFA_BAD_ACTIVATION.err();
        }
        let used = match verdict(&user, code)? {
            CodeVerdict::Accepted { used } => used,
            CodeVerdict::Wrong => return codes::MFA_BAD_ACTIVATION.err(),
            CodeVerdict::Malformed => return codes::MFA_MALFORMED_CODE.err(),
        };
        let letter = self.letter(&user.email, &user.locale, &Letter::MfaChanged { active: true });
        self.store
            .write(move |tx| {
                store::credentials::set_mfa(tx, user.id, &user.mfa_secret, true, now())?;
                store::credentials::set_used_steps(tx, user.id, &used)?;
                queue(tx, letter)?;
                Ok(Change::silent((), "clients of the person read their account anew"))
            })
            .await
    }

    /// Has log-in ask for no code any more, and forgets the secret.
    pub async fn deactivate_mfa(&self, acting: ActingFor) -> Result<()> {
        let user = acting.user()?.clone();
        let letter = self.letter(&user.email, &user.locale, &Letter::MfaChanged { active: false });
        self.store
            .write(move |tx| {
                store::credentials::set_mfa(tx, user.id, "", false, now())?;
                store::credentials::set_used_steps(tx, user.id, &[])?;
                queue(tx, letter)?;
                Ok(Change::silent((), "clients of the person read their account anew"))
            })
            .await
    }

    /// Checks the code of a log-in, if the user has multi-factor authentication.
    pub(in crate::app) fn check_mfa_code(&self, user: &User, code: &str) -> Result<Option<Vec<i64>>> {
        let enabled = self.config.snapshot().effective.service.enable_multifactor_authentication;
        if !(enabled && user.mfa_active) {
            return Ok(None);
        }
        match verdict(user, code)? {
            CodeVerdict::Accepted { used } => Ok(Some(used)),
            CodeVerdict::Wrong => codes::MFA_BAD_CODE.err(),
            CodeVerdict::Malformed => codes::MFA_CODE_MISSING.err(),
        }
    }

    /// The same in the transaction of the log-in, on the account as it is by then, so that a code counts once.
    pub(in crate::app) fn use_mfa_code(&self, tx: &mut Tx<'_>, user: &User, code: &str) -> Result<()> {
        match self.check_mfa_code(user, code)? {
            Some(used) => store::credentials::set_used_steps(tx, user.id, &used),
            None => Ok(()),
        }
    }
}

fn verdict(user: &User, code: &str) -> Result<CodeVerdict> {
    let used: Vec<i64> = user.mfa_used_timestamps.iter().filter_map(|step| step.parse().ok()).collect();
    mfa::check(&user.mfa_secret, code, now() / 1000, &used)
}
