//! Passwords: changing them, and choosing a new one with a mailed link (auth.md §9).

use crate::app::App;
use crate::app::mail::queue;
use crate::app::users::password_rules;
use crate::auth::Actor;
use crate::auth::UserGrant;
use crate::auth::credentials::SetPassword;
use crate::auth::passwords::Verdict;
use crate::events::Change;
use crate::events::access::AccessEvent;
use crate::model::access_log::{Entry, Origin, events};
use crate::model::errors::{Result, invalid_body, users as codes};
use crate::model::tokens::{AccountClaim, Token, TokenKind};
use crate::model::users::{User, normalize_email};
use crate::model::{Id, now};
use crate::outbound::mail::{Letter, PasswordChange};
use crate::store;

/// What a stored hash takes at most, in bytes.
const HASH_MAX: usize = 128;

/// What is given to change a password.
#[derive(Debug, Clone, Default)]
pub struct NewPassword {
    /// The present one; `""` if an administrator does it.
    pub current: String,
    /// The new one.
    pub new: String,
    /// Whether the new one is a hash already, as administrators who import accounts have it.
    pub is_hash: bool,
}

impl App {
    /// Changes a password. The person's other sessions end if the settings say so.
    pub async fn change_password(&self, grant: UserGrant<SetPassword>, given: NewPassword) -> Result<()> {
        let (actor, user) = (grant.actor().clone(), grant.user().clone());
        let is_own = actor.id() == user.id;
        if given.is_hash {
            let hash = checked_hash(&grant, given.new)?;
            return self.store_hash(&user, hash).await;
        }
        if is_own && given.current.is_empty() {
            return Err(invalid_body("current_password"));
        }
        if is_own && user.is_sso() {
            return codes::PASSWORD_AT_PROVIDER.err();
        }
        if is_own {
            self.check_own_password(&user, &given.current, codes::PASSWORD_INCORRECT).await?;
        }
        let hash = self.new_hash(&given.new).await?;
        let (how, stays) = match is_own {
            true => (PasswordChange::ByOwner, Some(actor.session().id)),
            false => (PasswordChange::ByAdmin, None),
        };
        self.store_password(&user, hash, how, stays).await
    }

    /// The hash of a password that meets the rules.
    pub(in crate::app) async fn new_hash(&self, password: &str) -> Result<String> {
        password_rules(&self.config.snapshot().effective).check(password)?;
        self.passwords.hash(password).await
    }

    /// Checks somebody's password once more, as a proof for what needs one. A wrong one counts like a failed log-in, so
    /// that a stolen session does not serve to guess it.
    pub(in crate::app) async fn check_own_password(
        &self,
        user: &User,
        given: &str,
        wrong: crate::model::Code,
    ) -> Result<()> {
        if i64::from(user.failed_attempts) >= self.config.snapshot().effective.service.maximum_login_attempts {
            return codes::LOCKED_OUT.err();
        }
        let id = user.id;
        if self.passwords.verify(&user.password, given).await? != Verdict::Wrong {
            return if user.failed_attempts == 0 { Ok(()) } else { self.forget_failures(id).await };
        }
        self.store
            .write(move |tx| {
                store::credentials::count_failed_attempt(tx, id)?;
                Ok(Change::silent((), "a wrong password is nobody's news"))
            })
            .await?;
        wrong.err()
    }

    /// A right password makes up for wrong ones.
    async fn forget_failures(&self, id: Id) -> Result<()> {
        self.store
            .write(move |tx| {
                store::credentials::reset_failed_attempts(tx, id)?;
                Ok(Change::silent((), "failed attempts are nobody's news"))
            })
            .await
    }

    /// Stores what was another server's; sessions stay, and nobody is written to.
    async fn store_hash(&self, user: &User, hash: String) -> Result<()> {
        let (id, at_provider) = (user.id, user.is_sso());
        self.store
            .write(move |tx| {
                match at_provider {
                    true => store::credentials::leave_provider(tx, id, &hash, now())?,
                    false => store::credentials::set_password(tx, id, &hash, now())?,
                }
                Ok(Change::silent((), "a password is nobody's business"))
            })
            .await
    }

    async fn store_password(&self, user: &User, hash: String, how: PasswordChange, stays: Option<Id>) -> Result<()> {
        let letter = self.letter(&user.email, &user.locale, &Letter::PasswordChanged(how));
        let (id, ends, at_provider) = (user.id, self.ends_sessions(), user.is_sso());
        self.store
            .write(move |tx| {
                match at_provider {
                    true => store::credentials::leave_provider(tx, id, &hash, now())?,
                    false => store::credentials::set_password(tx, id, &hash, now())?,
                }
                store::tokens::delete_of_account(tx, TokenKind::PasswordRecovery, id)?;
                queue(tx, letter)?;
                if ends {
                    store::sessions::delete_of_user(tx, id, stays)?;
                }
                let ended = ends.then_some(AccessEvent::SessionsRevoked { user: id, except: stays });
                Ok(Change::silent((), "a password is nobody's business").and_all(ended))
            })
            .await
    }

    fn ends_sessions(&self) -> bool {
        self.config.snapshot().effective.service.terminate_sessions_on_password_change
    }

    /// Mails a link to choose a new password, if that address has an account; the answer does not tell.
    pub async fn send_password_reset(&self, email: &str) -> Result<()> {
        let email = normalize_email(email);
        if email.is_empty() {
            return Err(invalid_body("email"));
        }
        let user = self.store.read(move |conn| store::users::by_email(conn, &email)).await?;
        let Some(user) = user else { return Ok(()) };
        if user.is_sso() {
            return codes::RESET_AT_PROVIDER.err();
        }
        if user.is_bot {
            return Ok(());
        }
        let claim = AccountClaim { user_id: user.id, email: user.email.clone() };
        let token = Token::new(TokenKind::PasswordRecovery, &claim);
        let letter = self.letter(&user.email, &user.locale, &Letter::PasswordReset { token: &token.token });
        let app = self.clone();
        // Not waited for: the time of the answer would tell that there is an account.
        tokio::spawn(async move {
            let queued = app.store.write(move |tx| {
                store::tokens::delete_of_account(tx, TokenKind::PasswordRecovery, user.id)?;
                store::tokens::insert(tx, &token)?;
                queue(tx, letter)?;
                Ok(Change::silent((), "only the owner of the address hears of it, by mail"))
            });
            if let Err(error) = queued.await {
                tracing::error!(%error, "a mail for a new password could not be queued");
            }
        });
        Ok(())
    }

    /// Sets a new password with a mailed token, which is used up by it.
    pub async fn reset_password(&self, token: &str, new_password: &str, origin: &Origin) -> Result<()> {
        if !Token::is_well_formed(token) {
            return Err(invalid_body("token"));
        }
        let wanted = token.to_owned();
        let token = self.store.read(move |conn| store::tokens::by_token(conn, &wanted)).await?;
        let token = token.ok_or(codes::RESET_LINK_INVALID)?;
        let claim: AccountClaim = token.claim(TokenKind::PasswordRecovery).ok_or(codes::RESET_BROKEN_TOKEN)?;
        if token.is_expired(now()) {
            return codes::RESET_LINK_EXPIRED.err();
        }
        let user = self.store.user(claim.user_id).await?.ok_or(codes::RESET_LINK_INVALID)?;
        if user.email != claim.email {
            return codes::RESET_LINK_EXPIRED.err();
        }
        if user.is_sso() {
            return codes::RESET_AT_PROVIDER.err();
        }
        let hash = self.new_hash(new_password).await?;
        let letter = self.letter(&user.email, &user.locale, &Letter::PasswordChanged(PasswordChange::ByLink));
        let (id, ends) = (user.id, self.ends_sessions());
        let entry = Entry::new(events::PASSWORD_CHANGED).via(origin).about(id).with("how", "mailed link");
        self.store
            .write(move |tx| {
                store::access_log::insert(tx, &entry)?;
                if !store::tokens::consume(tx, &token.token)? {
                    return codes::RESET_LINK_INVALID.err();
                }
                store::credentials::set_password(tx, id, &hash, now())?;
                queue(tx, letter)?;
                if ends {
                    store::sessions::delete_of_user(tx, id, None)?;
                }
                let ended = ends.then_some(AccessEvent::SessionsRevoked { user: id, except: None });
                Ok(Change::silent((), "a password is nobody's business").and_all(ended))
            })
            .await
    }
}

/// The hash an administrator gives instead of a password.
fn checked_hash(grant: &UserGrant<SetPassword>, hash: String) -> Result<String> {
    let (actor, user): (&Actor, &User) = (grant.actor(), grant.user());
    if !actor.may_set_password_of(user) {
        return codes::PASSWORD_HASHED.err();
    }
    if hash.is_empty() || hash.len() > HASH_MAX {
        return Err(invalid_body("new_password"));
    }
    Ok(hash)
}
