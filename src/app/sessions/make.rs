//! How a session comes to be.

use crate::config::Settings;
use crate::events::Change;
use crate::events::access::AccessEvent;
use crate::model::access_log::{Entry, events as seen};
use crate::model::audits::Audit;
use crate::model::errors::Result;
use crate::model::id::token;
use crate::model::sessions::{Device, Session, SessionKind, SessionLengths, props};
use crate::model::users::User;
use crate::model::{Id, now};
use crate::store::{self, Tx};

pub use crate::model::access_log::Origin;

/// The most sessions a person has; the longest unused ones make room (auth.md §6).
const MAX_SESSIONS: usize = 500;

/// The session lengths in force.
pub fn lengths(settings: &Settings) -> SessionLengths {
    SessionLengths {
        web_hours: settings.service.session_length_web_in_hours,
        mobile_hours: settings.service.session_length_mobile_in_hours,
        sso_hours: settings.service.session_length_sso_in_hours,
    }
}

/// Starts a session for somebody who has proven who they are, and puts that on record.
pub(in crate::app) fn start_session(
    tx: &mut Tx<'_>,
    user: &User,
    device_id: &str,
    origin: &Origin,
    settings: &Settings,
) -> Result<Change<Session>> {
    let session = new_session(user, device_id, origin, settings);
    let ended = superseded(store::sessions::of_user(tx.conn(), session.user_id)?, &session.device_id);
    store::sessions::delete(tx, &ended)?;
    store::sessions::insert(tx, &session)?;
    let on_record = |session, extra: String| Audit::new(user.id, session, &origin.path, &origin.ip_address, extra);
    store::audits::insert(tx, &on_record(Id::NONE, "authenticated".to_owned()))?;
    store::audits::insert(tx, &on_record(session.id, format!("success session_user={}", user.id)))?;
    let how = if user.auth_service.is_empty() { "password" } else { &user.auth_service };
    let entry = Entry::new(seen::LOGGED_IN).via(origin).by(user.id, session.id).about(user.id).with("how", how);
    store::access_log::insert(tx, &entry)?;
    let revoked = ended.into_iter().map(|s| AccessEvent::SessionRevoked { session: s.id });
    Ok(Change::silent(session, "a new session has no listeners yet").and_all(revoked))
}

fn new_session(user: &User, device_id: &str, origin: &Origin, settings: &Settings) -> Session {
    let device = Device::from_user_agent(&origin.user_agent);
    let is_mobile = device.is_mobile || !device_id.is_empty();
    let kind = match (is_mobile, user.is_oauth() || user.auth_service == "saml") {
        (true, _) => SessionKind::Mobile,
        (_, true) => SessionKind::Sso,
        _ => SessionKind::Web,
    };
    let at = now();
    let mut session = Session {
        id: Id::random(),
        token: token(),
        create_at: at,
        expires_at: at + kind.length(&lengths(settings)),
        last_activity_at: at,
        user_id: user.id,
        device_id: device_id.to_owned(),
        roles: user.roles.clone(),
        props: device.session_props(),
        ..Session::default()
    };
    for (name, value) in [
        (props::CSRF, token()),
        (props::IS_MOBILE, device.is_mobile.to_string()),
        (props::IS_GUEST, user.is_guest().to_string()),
        (props::IS_OAUTH_USER, user.is_oauth().to_string()),
        (props::IS_SAML, (user.auth_service == "saml").to_string()),
    ] {
        session.props.insert(name.into(), value);
    }
    session
}

/// The sessions that a new one ends: those of the same device, and the longest unused beyond the limit.
fn superseded(sessions: Vec<Session>, device_id: &str) -> Vec<Session> {
    let (same_device, others): (Vec<Session>, Vec<Session>) =
        sessions.into_iter().partition(|s| !device_id.is_empty() && s.device_id == device_id);
    same_device.into_iter().chain(others.into_iter().skip(MAX_SESSIONS - 1)).collect()
}
