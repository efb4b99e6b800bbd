//! Proofs that an address belongs to its account (auth.md §9).

use crate::app::App;
use crate::app::domains::settle;
use crate::app::mail::{Outgoing, queue};
use crate::app::users::{privacy, updated};
use crate::auth::UserGrant;
use crate::auth::credentials::Verify;
use crate::events::Change;
use crate::model::errors::{Result, invalid_body, users as codes};
use crate::model::tokens::{AccountClaim, Token, TokenKind};
use crate::model::users::{User, normalize_email};
use crate::model::{Id, now};
use crate::outbound::mail::Letter;
use crate::store::{self, Tx};

/// A link that proves an address, with the letter that carries it.
pub(in crate::app) struct AddressProof {
    token: Token,
    letter: Option<Outgoing>,
}

impl AddressProof {
    /// Stores the token and queues the letter.
    pub(in crate::app) fn send(self, tx: &mut Tx<'_>) -> Result<()> {
        store::tokens::insert(tx, &self.token)?;
        queue(tx, self.letter)
    }
}

fn token_for(user: Id, address: &str) -> Token {
    Token::new(TokenKind::VerifyEmail, &AccountClaim { user_id: user, email: address.to_owned() })
}

impl App {
    /// The link that proves a new account's address, with a welcome.
    pub(in crate::app) fn proof_with_welcome(&self, user: &User) -> AddressProof {
        let app_link = self.config.snapshot().effective.native_app.app_download_link.clone();
        let token = token_for(user.id, &user.email);
        let letter = Letter::Welcome { verify: Some((&token.token, &user.email)), app_link: &app_link };
        AddressProof { letter: self.letter(&user.email, &user.locale, &letter), token }
    }

    /// The link that proves an account's address.
    pub(in crate::app) fn proof_of_address(&self, user: &User) -> AddressProof {
        let token = token_for(user.id, &user.email);
        let letter = Letter::VerifyEmail { token: &token.token, address: &user.email, redirect: None };
        AddressProof { letter: self.letter(&user.email, &user.locale, &letter), token }
    }

    /// The link that gives an account an address which its owner has still to prove.
    pub(in crate::app) fn proof_of_new_address(&self, user: &User, address: &str) -> AddressProof {
        let token = token_for(user.id, address);
        let letter = Letter::VerifyNewEmail { token: &token.token, address };
        AddressProof { letter: self.letter(address, &user.locale, &letter), token }
    }

    /// The letter to the address that an account had until now. Links to prove it must be made void in the same
    /// transaction ([`forget_proofs`]).
    pub(in crate::app) fn letter_of_changed_address(&self, old: &User, new_address: &str) -> Option<Outgoing> {
        self.letter(&old.email, &old.locale, &Letter::EmailChanged { old: &old.email, new: new_address })
    }

    /// Mails the link once more, if that address has an account that was not proven yet; the answer does not tell.
    pub async fn send_verification(&self, email: &str) -> Result<()> {
        let email = normalize_email(email);
        if email.is_empty() {
            return Err(invalid_body("email"));
        }
        let user = self.store.read(move |conn| store::users::by_email(conn, &email)).await?;
        let Some(user) = user.filter(|u| !u.email_verified && !u.is_bot) else { return Ok(()) };
        let (app, proof) = (self.clone(), self.proof_of_address(&user));
        // Not waited for: the time of the answer would tell that there is an account.
        tokio::spawn(async move {
            let queued = app.store.write(move |tx| {
                proof.send(tx)?;
                Ok(Change::silent((), "only the owner of the address hears of it, by mail"))
            });
            if let Err(error) = queued.await {
                tracing::error!(%error, "a mail to prove an address could not be queued");
            }
        });
        Ok(())
    }

    /// Takes the address that a mailed token stands for as proven, and as the account's.
    pub async fn verify_email(&self, token: &str) -> Result<()> {
        if !Token::is_well_formed(token) {
            return Err(invalid_body("token"));
        }
        let wanted = token.to_owned();
        let token = self.store.read(move |conn| store::tokens::by_token(conn, &wanted)).await?;
        let token = token.filter(|t| !t.is_expired(now())).ok_or(codes::VERIFY_BAD_LINK)?;
        let claim: AccountClaim = token.claim(TokenKind::VerifyEmail).ok_or(codes::VERIFY_BAD_LINK)?;
        let user = self.store.user(claim.user_id).await?.ok_or(codes::VERIFY_BAD_LINK)?;
        self.set_verified(user.id, claim.email, Some(token.token)).await?;
        Ok(())
    }

    /// Takes an account's address as proven, on an administrator's word.
    pub async fn verify_by_admin(&self, grant: UserGrant<Verify>) -> Result<User> {
        self.set_verified(grant.user().id, grant.user().email.clone(), None).await
    }

    async fn set_verified(&self, id: Id, email: String, token: Option<String>) -> Result<User> {
        let snapshot = self.config.snapshot();
        let privacy = privacy(&snapshot.effective);
        self.store
            .write(move |tx| {
                if let Some(token) = token
                    && !store::tokens::consume(tx, &token)?
                {
                    return codes::VERIFY_BAD_LINK.err();
                }
                store::credentials::set_verified(tx, id, &email, now())?;
                let user = store::users::by_id(tx.conn(), id)?.ok_or(codes::VERIFY_BAD_LINK)?;
                let event = updated(tx, &user, privacy)?;
                let teams = settle(tx, &user, &snapshot.effective)?;
                Ok(Change::emit(user, event).and_all(teams))
            })
            .await
    }
}

/// Makes the links void that prove an account's addresses, as its address was changed.
pub(in crate::app) fn forget_proofs(tx: &mut Tx<'_>, user: Id) -> Result<()> {
    store::tokens::delete_of_account(tx, TokenKind::VerifyEmail, user)?;
    store::tokens::delete_of_account(tx, TokenKind::PasswordRecovery, user)
}
