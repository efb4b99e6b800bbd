//! Switching from a password here to a provider or the directory.

use super::{Arrival, Departure, Journey, Purpose};
use crate::app::App;
use crate::app::mail::queue;
use crate::app::sessions::{Credentials, Origin};
use crate::app::users::Profile;
use crate::events::Change;
use crate::events::access::AccessEvent;
use crate::model::access_log::{Entry, events};
use crate::model::errors::{Result, context, single_sign_on as codes, users as user_codes};
use crate::model::users::{LDAP, User};
use crate::model::{Id, now};
use crate::outbound::mail::Letter;
use crate::store;

impl App {
    /// Has somebody who gave their password here log in by the directory from now on, where they are by that name and
    /// password. All sessions end.
    pub async fn switch_to_directory(
        &self,
        given: Credentials,
        name: &str,
        password: &str,
        origin: &Origin,
    ) -> Result<()> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        if !settings.service.experimental_enable_authentication_transfer {
            return codes::EMAIL_TO_LDAP_OFF.err();
        }
        if !settings.ldap.enable {
            return user_codes::LDAP_OFF.err();
        }
        let user = self.prove_password(&given, origin).await?;
        let there = Credentials { login_id: name.to_owned(), password: password.to_owned(), ..Credentials::default() };
        let id = self.prove_in_directory(&user, &there, origin).await?;
        self.tie(user, LDAP, id).await
    }

    /// Somebody who has an account with a password here, and knows it.
    async fn prove_password(&self, given: &Credentials, origin: &Origin) -> Result<User> {
        let user = self.prove(given, origin).await?;
        if user.is_sso() { context::INVALID_BODY_PARAM.err() } else { Ok(user) }
    }

    /// Sends somebody who gave their password here to a provider, to log in there from now on.
    pub async fn begin_switch(&self, service: &str, given: Credentials, origin: &Origin) -> Result<Departure> {
        if !self.config.snapshot().effective.service.experimental_enable_authentication_transfer {
            return codes::EMAIL_TO_SSO_OFF.err();
        }
        let user = self.prove_password(&given, origin).await?;
        let (service, email) = (service.to_owned(), user.email);
        let journey = Journey { purpose: Purpose::EmailToSso, service, email: email.clone(), ..Journey::default() };
        self.depart(journey, &email).await
    }

    /// Ties the account to who came back. All its sessions end.
    pub(super) async fn switch_to_provider(&self, journey: &Journey, profile: Profile) -> Result<Arrival> {
        let (email, service, id) = (journey.email.clone(), profile.service, profile.id);
        let user = self.store.read(move |conn| store::users::by_email(conn, &email)).await?;
        let user = user.filter(|user| user.is_active() && !user.is_sso()).ok_or(codes::INVALID_STATE)?;
        self.tie(user, service, id).await?;
        Ok(Arrival::Switched)
    }

    /// Has an account identified by a provider from now on. All its sessions end.
    async fn tie(&self, user: User, service: &'static str, id: String) -> Result<()> {
        let taken = id.clone();
        if self.store.read(move |conn| store::users::by_auth(conn, service, &taken)).await?.is_some() {
            return user_codes::ALREADY_ATTACHED.err();
        }
        let letter = self.letter(&user.email, &user.locale, &Letter::SignInChanged { method: service });
        self.store
            .write(move |tx| {
                store::credentials::join_provider(tx, user.id, service, &id, now())?;
                store::sessions::delete_of_user(tx, user.id, None)?;
                let entry = Entry::new(events::LOGIN_WAY_CHANGED).about(user.id).by(user.id, Id::NONE);
                store::access_log::insert(tx, &entry.with("how", service))?;
                queue(tx, letter)?;
                Ok(Change::emit((), AccessEvent::SessionsRevoked { user: user.id, except: None }))
            })
            .await
    }
}
