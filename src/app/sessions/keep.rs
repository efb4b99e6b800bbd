//! What happens to a session between its beginning and its end: it is listed, bound to a device, extended.

use super::make::lengths;
use crate::app::App;
use crate::auth::Actor;
use crate::auth::acting::ActingFor;
use crate::events::Change;
use crate::events::access::AccessEvent;
use crate::model::errors::{Result, invalid_body};
use crate::model::sessions::{Session, SessionKind, extension_interval, props};
use crate::model::text::is_semantic_version;
use crate::model::time::TimeMs;
use crate::model::{Id, now};
use crate::store;

/// The longest address of a device, in bytes.
const DEVICE_ID_MAX: usize = 512;

/// What a mobile app tells of its device; what is `""` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct DeviceFacts {
    /// Where push notices go.
    pub device_id: String,
    /// Whether the device shows none, as `true` or `false`.
    pub notification_disabled: String,
    /// The version of the app.
    pub mobile_version: String,
}

impl DeviceFacts {
    fn check(&self) -> Result<()> {
        if self.device_id.len() > DEVICE_ID_MAX {
            return Err(invalid_body("device_id"));
        }
        if !matches!(self.notification_disabled.as_str(), "" | "true" | "false") {
            return Err(invalid_body("device_notification_disabled"));
        }
        if !self.mobile_version.is_empty() && !is_semantic_version(&self.mobile_version) {
            return Err(invalid_body("mobile_version"));
        }
        Ok(())
    }
}

impl App {
    /// A person's living sessions, the most recently used first.
    pub async fn sessions_of(&self, acting: ActingFor) -> Result<Vec<Session>> {
        let user = acting.id();
        let mut sessions = self.store.read(move |conn| store::sessions::of_user(conn, user)).await?;
        sessions.retain(|s| !s.is_expired(now()));
        let teams = self.store.teams_of(user).await?;
        for session in &mut sessions {
            session.team_members = teams.to_vec();
            // Roles may have changed since the log-in.
            if let Ok(user) = acting.user() {
                session.roles.clone_from(&user.roles);
            }
        }
        Ok(sessions)
    }

    /// Binds the actor's session to a device; older sessions of that device end. Answers the session if it got another
    /// length.
    pub async fn attach_device(&self, actor: &Actor, facts: DeviceFacts) -> Result<Option<Session>> {
        facts.check()?;
        let mut session = actor.session().as_ref().clone();
        let is_bound = !facts.device_id.is_empty();
        if is_bound {
            session.device_id = facts.device_id;
            let settings = self.config.snapshot();
            session.expires_at = now() + SessionKind::Mobile.length(&lengths(&settings.effective));
        }
        for (name, value) in [
            (props::DEVICE_NOTIFICATION_DISABLED, facts.notification_disabled),
            (props::MOBILE_VERSION, facts.mobile_version),
        ] {
            if !value.is_empty() {
                session.props.insert(name.to_owned(), value);
            }
        }
        let session = self.save_attached(session, is_bound).await?;
        Ok(is_bound.then_some(session))
    }

    async fn save_attached(&self, session: Session, is_bound: bool) -> Result<Session> {
        self.store
            .write(move |tx| {
                let mut others = store::sessions::of_user(tx.conn(), session.user_id)?;
                others.retain(|s| is_bound && s.device_id == session.device_id && s.id != session.id);
                store::sessions::delete(tx, &others)?;
                store::sessions::save(tx, &session)?;
                let extended = AccessEvent::SessionExtended { session: session.id, expires_at: session.expires_at };
                let ended = others.into_iter().map(|s| AccessEvent::SessionRevoked { session: s.id });
                Ok(Change::emit(session, extended).and_all(ended))
            })
            .await
    }

    /// Lets a session in use last longer, where the settings say so and the last time is long enough ago (auth.md §6).
    /// Answers the session if it was extended.
    pub async fn extend_session(&self, actor: &Actor) -> Result<Option<Session>> {
        self.extend(actor.session()).await
    }

    /// The same for a session in use by a socket, which knows only its id and its end. It is read when it may be due.
    pub async fn extend_open_session(&self, session: Id, expires_at: TimeMs) -> Result<()> {
        let kinds = [SessionKind::Web, SessionKind::Mobile, SessionKind::Sso];
        if kinds.into_iter().any(|kind| self.is_extension_due(kind, expires_at))
            && let Some(session) = self.store.read(move |conn| store::sessions::by_id(conn, session)).await?
        {
            self.extend(&session).await?;
        }
        Ok(())
    }

    fn is_extension_due(&self, kind: SessionKind, expires_at: TimeMs) -> bool {
        let snapshot = self.config.snapshot();
        let length = kind.length(&lengths(&snapshot.effective));
        let since = now() - (expires_at - length);
        snapshot.effective.service.extend_session_length_with_activity
            && kind != SessionKind::Token
            && expires_at > 0
            && since >= extension_interval(length)
    }

    async fn extend(&self, session: &Session) -> Result<Option<Session>> {
        let kind = session.kind();
        if !self.is_extension_due(kind, session.expires_at) {
            return Ok(None);
        }
        let length = kind.length(&lengths(&self.config.snapshot().effective));
        let session = Session { expires_at: now() + length, ..session.clone() };
        let extended = self.store.write(move |tx| {
            store::sessions::set_expiry(tx, &session)?;
            let event = AccessEvent::SessionExtended { session: session.id, expires_at: session.expires_at };
            Ok(Change::emit(session, event))
        });
        extended.await.map(Some)
    }
}
