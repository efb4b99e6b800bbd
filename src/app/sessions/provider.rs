//! Log-ins of people whose password is elsewhere: the desktop app's turn after a log-in in the browser, and the way back
//! to a password here (auth.md §10).

use std::sync::Arc;

use super::login::LoggedIn;
use super::make::{Origin, start_session};
use crate::app::App;
use crate::app::mail::queue;
use crate::auth::Actor;
use crate::events::Change;
use crate::events::access::AccessEvent;
use crate::model::errors::{Result, context, forbidden, single_sign_on as switch_codes, users as codes};
use crate::model::now;
use crate::outbound::mail::Letter;
use crate::store;

/// How long a desktop token is good, in milliseconds.
pub(super) const DESKTOP_TOKEN_LIFETIME: i64 = 3 * 60 * 1000;

impl App {
    /// Logs the desktop app in, with the token that the browser's log-in handed over. It works once.
    pub async fn log_in_with_desktop_token(&self, token: &str, device_id: &str, origin: Origin) -> Result<LoggedIn> {
        let (snapshot, token, device_id) = (self.config.snapshot(), token.to_owned(), device_id.to_owned());
        let since = now() - DESKTOP_TOKEN_LIFETIME;
        let user = self.store.write(move |tx| {
            let user = store::desktop_tokens::consume(tx, &token, since)?;
            Ok(Change::silent(user, "a token is used up"))
        });
        let user = self.store.user(user.await?.ok_or(codes::DESKTOP_TOKEN_INVALID)?).await?;
        let user = user.ok_or(codes::DESKTOP_TOKEN_INVALID)?;
        if !user.is_active() {
            return codes::INACTIVE.err();
        }
        if !(user.is_oauth() || user.auth_service == "saml") {
            return codes::DESKTOP_TOKEN_NOT_SSO.err();
        }
        self.store
            .write(move |tx| {
                store::credentials::begin_login(tx, user.id, now())?;
                let started = start_session(tx, &user, &device_id, &origin, &snapshot.effective)?;
                Ok(started.map(|session| LoggedIn { user: Arc::clone(&user), session }))
            })
            .await
    }

    /// Lets the actor log in with a password here from now on, instead of at a provider. All sessions end.
    pub async fn switch_to_password(&self, actor: &Actor, email: &str, new_password: &str) -> Result<()> {
        let user = actor.user().clone();
        if user.email != email.to_lowercase() {
            return Err(forbidden());
        }
        // Whoever is of the directory stays there: its rules say who may be here.
        if !(user.is_oauth() || user.auth_service == "saml") {
            return context::INVALID_BODY_PARAM.err();
        }
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        // So do people of a provider whose claims say who may be here.
        let asks = user.is_oauth() && !settings.kollegium.staff_claim.trim().is_empty();
        if asks || !settings.service.experimental_enable_authentication_transfer {
            return switch_codes::SSO_TO_EMAIL_OFF.err();
        }
        let hash = self.new_hash(new_password).await?;
        let letter = self.letter(&user.email, &user.locale, &Letter::SignInChanged { method: "e-mail and password" });
        self.store
            .write(move |tx| {
                store::credentials::leave_provider(tx, user.id, &hash, now())?;
                store::sessions::delete_of_user(tx, user.id, None)?;
                queue(tx, letter)?;
                Ok(Change::emit((), AccessEvent::SessionsRevoked { user: user.id, except: None }))
            })
            .await
    }
}
