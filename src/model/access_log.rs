//! The access log: who came in, when, from where and with what, and what was done to the server.

use serde::Serialize;
use serde_json::{Map, Value};

use super::id::Id;
use super::text::cut_bytes;
use super::time::{TimeMs, now};

/// The longest name of a client that is kept, in bytes.
const USER_AGENT_MAX: usize = 512;

/// The events that are told apart by the server itself; administrative acts have names of their own beside their routes.
#[expect(missing_docs, reason = "the names say it")]
pub mod events {
    pub const ACCOUNT_CLOSED: &str = "account_closed";
    pub const ACCOUNT_OPENED: &str = "account_opened";
    pub const ACCOUNT_CREATED: &str = "account_created";
    pub const CONFIG_CHANGED: &str = "config_changed";
    pub const DOMAIN_REMOVED: &str = "domain_removed";
    pub const DOMAIN_SET: &str = "domain_set";
    pub const JOB_DONE: &str = "job_done";
    pub const LOGIN_WAY_CHANGED: &str = "login_way_changed";
    pub const LOGIN_BARRED: &str = "login_barred";
    pub const LOG_EXPORTED: &str = "access_log_exported";
    pub const LOGGED_IN: &str = "logged_in";
    pub const LOGIN_REFUSED: &str = "login_refused";
    pub const MFA_CODE_ASKED: &str = "mfa_code_asked";
    pub const PASSWORD_CHANGED: &str = "password_changed";
    pub const ROLES_CHANGED: &str = "roles_changed";
    pub const TEAM_CREATED: &str = "team_created";
    pub const TEAM_JOINED: &str = "team_joined";
    pub const TEAM_LEFT: &str = "team_left";
    pub const TEAM_NOT_JOINED: &str = "team_not_joined";
    pub const TOKEN_EXPIRED: &str = "token_expired";
    pub const TOKEN_FIRST_USED: &str = "token_first_used";
}

/// Who does what nobody asked for over the network, in [`Entry::detail`] under [`BY`].
pub const SERVER: &str = "server";
/// Whoever runs the program on the server's own machine, likewise.
pub const COMMAND_LINE: &str = "command line";
/// The key for both.
pub const BY: &str = "by";

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The address of the client.
    pub ip_address: String,
    /// The path of the request, for the record.
    pub path: String,
}

/// One entry. What is not known, or does not apply, is `""`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Identifier.
    pub id: Id,
    /// When.
    pub at: TimeMs,
    /// What happened, such as `logged_in`.
    pub event: String,
    /// Who did it; none for strangers, the server itself and the command line.
    pub actor_id: Id,
    /// Whom it concerns.
    pub user_id: Id,
    /// In which session.
    pub session_id: Id,
    /// From where.
    pub ip_address: String,
    /// With which client, in its own words.
    pub user_agent: String,
    /// What else there is to say; never a secret.
    pub detail: Map<String, Value>,
}

impl Entry {
    /// An entry of this moment.
    pub fn new(event: &str) -> Entry {
        Entry {
            id: Id::random(),
            at: now(),
            event: event.to_owned(),
            actor_id: Id::NONE,
            user_id: Id::NONE,
            session_id: Id::NONE,
            ip_address: String::new(),
            user_agent: String::new(),
            detail: Map::new(),
        }
    }

    /// The same, from there.
    pub fn via(self, origin: &Origin) -> Entry {
        let user_agent = cut_bytes(&origin.user_agent, USER_AGENT_MAX).to_owned();
        Entry { ip_address: origin.ip_address.clone(), user_agent, ..self }
    }

    /// The same, done by somebody in a session.
    pub fn by(self, actor_id: Id, session_id: Id) -> Entry {
        Entry { actor_id, session_id, ..self }
    }

    /// The same, about somebody.
    pub fn about(self, user_id: Id) -> Entry {
        Entry { user_id, ..self }
    }

    /// The same, with something else to say.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Entry {
        self.detail.insert(key.to_owned(), value.into());
        self
    }
}

/// An entry with the names that the people have now; `""` for those who are gone.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// The user name of [`Entry::actor_id`].
    pub actor: String,
    /// The user name of [`Entry::user_id`].
    pub user: String,
}

/// Which entries are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// None before that moment; 0 for all.
    pub since: TimeMs,
    /// None from that moment on; 0 for all.
    pub until: TimeMs,
    /// Only this event; `""` for all.
    pub event: String,
    /// Only what this person did, or what concerns them.
    pub person: Option<Id>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_on_the_wire() {
        let origin = Origin { user_agent: "ü".repeat(400), ip_address: "192.0.2.1".into(), path: String::new() };
        let entry = Entry::new(events::LOGGED_IN).via(&origin).by(Id::random(), Id::NONE).with("how", "password");
        assert_eq!(entry.user_agent.len(), USER_AGENT_MAX);
        let line = Line { entry, actor: "ann".into(), user: String::new() };
        let json = serde_json::to_value(&line).unwrap();
        assert_eq!((&json["event"], &json["detail"]["how"]), (&"logged_in".into(), &"password".into()));
        assert_eq!((&json["user_id"], &json["actor"]), (&"".into(), &"ann".into()));
    }
}
