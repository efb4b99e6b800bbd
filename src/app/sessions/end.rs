//! How sessions end before their time.

use super::provider::DESKTOP_TOKEN_LIFETIME;
use crate::app::App;
use crate::app::jobs::Run;
use crate::auth::acting::ActingFor;
use crate::auth::system::ManageSystem;
use crate::auth::{Actor, SystemGrant};
use crate::events::Change;
use crate::events::access::AccessEvent;
use crate::model::errors::{Result, invalid_body, invalid_url, sessions as codes};
use crate::model::sessions::Session;
use crate::model::{Id, now};
use crate::store;

impl App {
    /// Logs the actor out.
    pub async fn log_out(&self, actor: &Actor) -> Result<()> {
        self.end_session(actor.session().as_ref().clone()).await
    }

    /// Ends one of a person's sessions.
    pub async fn revoke_session(&self, acting: ActingFor, session_id: &str) -> Result<()> {
        if session_id.is_empty() {
            return Err(invalid_body("session_id"));
        }
        let id = Id::parse(session_id).ok_or(codes::NOT_FOUND)?;
        let session = self.store.read(move |conn| store::sessions::by_id(conn, id)).await?;
        let session = session.ok_or(codes::NOT_FOUND)?;
        if session.user_id != acting.id() {
            return Err(invalid_url("user_id"));
        }
        self.end_session(session).await
    }

    async fn end_session(&self, session: Session) -> Result<()> {
        self.store
            .write(move |tx| {
                let id = session.id;
                store::sessions::delete(tx, &[session])?;
                Ok(Change::emit((), AccessEvent::SessionRevoked { session: id }))
            })
            .await
    }

    /// Ends all of a person's sessions.
    pub async fn revoke_sessions(&self, acting: ActingFor) -> Result<()> {
        let user = acting.id();
        self.store
            .write(move |tx| {
                store::sessions::delete_of_user(tx, user, None)?;
                Ok(Change::emit((), AccessEvent::SessionsRevoked { user, except: None }))
            })
            .await
    }

    /// Forgets sessions and tokens that have expired.
    pub async fn forget_expired(&self, _: &mut Run) -> Result<()> {
        self.store
            .write(|tx| {
                let at = now();
                store::sessions::delete_expired(tx, at)?;
                store::tokens::delete_expired(tx, at)?;
                store::desktop_tokens::delete_older(tx, at - DESKTOP_TOKEN_LIFETIME)?;
                Ok(Change::silent((), "what has expired worked no more"))
            })
            .await
    }

    /// Ends everybody's sessions.
    pub async fn revoke_all_sessions(&self, _: SystemGrant<ManageSystem>) -> Result<()> {
        self.store
            .write(|tx| {
                let users = store::sessions::delete_all(tx)?;
                let ended = users.into_iter().map(|user| AccessEvent::SessionsRevoked { user, except: None });
                Ok(Change::silent((), "who had no session hears nothing").and_all(ended))
            })
            .await
    }
}
