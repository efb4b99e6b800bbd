//! From a token to the actor behind it.

use std::sync::Arc;

use super::{Actor, Auth};
use crate::events::Change;
use crate::model::access_log::Origin;
use crate::model::errors::{Result, context};
use crate::model::sessions::Session;
use crate::model::users::User;
use crate::model::{Id, now};
use crate::store;

/// Longer tokens are cut to this many bytes before they are looked up (auth.md §3).
const TOKEN_MAX: usize = 50;

/// `last_activity_at` is written at most this often, in milliseconds.
const TOUCH_EVERY: i64 = 5 * 60 * 1000;

impl Auth {
    /// The actor whose token this is; refused as an expired session if it is nobody's. Where the request comes from is
    /// asked for when a personal token is used for the first time.
    pub async fn actor(&self, token: &str, origin: impl FnOnce() -> Origin) -> Result<Actor> {
        let token = token.get(..TOKEN_MAX).unwrap_or(token);
        let session = self.living_session(token, origin).await?;
        let user = self.store.user(session.user_id).await?.filter(|u| u.delete_at == 0);
        let user = user.ok_or(context::SESSION_EXPIRED)?;
        let actor = self.acts(session, user).await?;
        self.note_activity(actor.session());
        Ok(actor)
    }

    /// The actor that a person would be, without a session's own rights: for what is done in their name over a socket
    /// that the hub has let in, or by an administrator. `None` if there is no such active user.
    pub async fn actor_for(&self, user: Id) -> Result<Option<Actor>> {
        Ok(self.stand_in_for(user).await?.filter(|actor| actor.user().is_active()))
    }

    /// The same for somebody whose account may be closed: what they set up goes on.
    pub async fn stand_in_for(&self, user: Id) -> Result<Option<Actor>> {
        let Some(user) = self.store.user(user).await? else { return Ok(None) };
        let session = Arc::new(Session { user_id: user.id, roles: user.roles.clone(), ..Session::default() });
        self.acts(session, user).await.map(Some)
    }

    /// Somebody with a session, and what their roles and teams let them do.
    pub(super) async fn acts(&self, session: Arc<Session>, user: Arc<User>) -> Result<Actor> {
        let teams = match user.id.some() {
            Some(id) => self.store.teams_of(id).await?,
            None => Arc::default(),
        };
        let hides_strangers = self.config.snapshot().effective.kollegium.hides_strangers();
        Ok(Actor::new(session, user, teams, self.store.roles().await?, hides_strangers))
    }

    async fn living_session(&self, token: &str, origin: impl FnOnce() -> Origin) -> Result<Arc<Session>> {
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let known = if !is_token { None } else { self.store.session(token).await? };
        let known = match known {
            None if is_token => self.session_of_token(token, origin).await?.map(Arc::new),
            known => known,
        };
        let session = known.ok_or(context::SESSION_EXPIRED)?;
        if session.is_expired(now()) || self.is_idle(&session) || self.is_switched_off(&session) {
            return context::SESSION_EXPIRED.err();
        }
        Ok(session)
    }

    /// Whether a session was left alone for longer than `SessionIdleTimeoutInMinutes`. Applies only where activity does
    /// not extend sessions, and only to people in browsers and on desktops (auth.md §6).
    fn is_idle(&self, session: &Session) -> bool {
        let snapshot = self.config.snapshot();
        let service = &snapshot.effective.service;
        let limit = service.session_idle_timeout_in_minutes * 60_000;
        let applies = limit > 0 && !service.extend_session_length_with_activity && session.may_be_idle();
        applies && now() - session.last_activity_at > limit
    }

    /// Whether the session is a person's token while such tokens are switched off; bots' tokens always work (auth.md §7).
    fn is_switched_off(&self, session: &Session) -> bool {
        let is_persons = session.is_token() && session.prop(crate::model::sessions::props::IS_BOT) != "true";
        is_persons && !self.config.snapshot().effective.service.enable_user_access_tokens
    }

    fn note_activity(&self, session: &Arc<Session>) {
        let at = now();
        if at - session.last_activity_at < TOUCH_EVERY {
            return;
        }
        let (store, session) = (self.store.clone(), session.clone());
        tokio::spawn(async move {
            let noted = store.write(move |tx| {
                store::sessions::touch(tx, &session, at)?;
                Ok(Change::silent((), "when a session was used is asked for, never told"))
            });
            if let Err(error) = noted.await {
                tracing::warn!(%error, "the activity of a session was not noted");
            }
        });
    }
}
