//! The application as sockets see it.

use super::backend::{Backend, Caller, Origins};
use crate::app::App;
use crate::config::version;
use crate::events::hub::{Memberships, Session};
use crate::model::Id;
use crate::model::access_log::Origin;
use crate::model::errors::{Result, context, websocket};

impl Backend for App {
    fn origins(&self) -> Origins {
        let snapshot = self.config.snapshot();
        let service = &snapshot.effective.service;
        Origins { site_url: service.site_url.clone(), allow_cors_from: service.allow_cors_from.clone() }
    }

    fn version(&self) -> String {
        version::TARGET.to_owned()
    }

    fn server_version(&self) -> String {
        self.config.snapshot().version_id.clone()
    }

    fn server_hostname(&self) -> Option<String> {
        None
    }

    async fn session(&self, token: &str) -> Result<Option<Session>> {
        let actor = match self.actor(token, Origin::default).await {
            Err(error) if error.is(context::SESSION_EXPIRED) => return Ok(None),
            found => found?,
        };
        if self.check_mfa(&actor, "/api/v4/websocket").is_err() {
            return Ok(None);
        }
        let (user, session) = (actor.user(), actor.session());
        Ok(Some(Session {
            user_id: user.id,
            session_id: session.id,
            expires_at: session.expires_at,
            is_admin: actor.is_admin(),
            is_guest: user.is_guest(),
            oversees: actor.oversees_people(),
        }))
    }

    async fn memberships(&self, user: Id) -> Result<Memberships> {
        self.belongings_of(user).await
    }

    async fn typing(&self, caller: Caller, channel: Id, parent: String) -> Result<bool> {
        self.hub.note_activity(caller.user_id, caller.session_id);
        if let Err(error) = self.extend_open_session(caller.session_id, caller.expires_at).await {
            tracing::error!(%error, "a session in use was not extended");
        }
        self.busy.check().map_err(|_| websocket::SERVER_BUSY.error())?;
        match self.type_in(caller.user_id, channel, parent).await {
            Err(error) if matches!(error.status, 403 | 404) => Ok(false),
            outcome => outcome.map(|()| true),
        }
    }

    async fn set_active(&self, caller: Caller, is_active: bool, manual: bool) -> Result<()> {
        self.hub.note_activity(caller.user_id, caller.session_id);
        App::set_active(self, caller.user_id, is_active, manual).await
    }

    async fn statuses(&self, caller: Caller) -> Result<Vec<(Id, String)>> {
        let known = self.all_statuses_seen(caller.user_id).await?;
        Ok(known.into_iter().map(|status| (status.user_id, status.status.to_owned())).collect())
    }

    async fn statuses_of(&self, caller: Caller, users: Vec<Id>) -> Result<Vec<(Id, String)>> {
        let known = self.statuses_seen_by(caller.user_id, users).await?;
        Ok(known.into_iter().map(|status| (status.user_id, status.status.to_owned())).collect())
    }

    async fn pong(&self, caller: Caller) {
        if let Err(error) = self.note_idle(caller.user_id).await {
            tracing::warn!(%error, "a status was not stored");
        }
    }
}
