//! The record of who did what.

use serde::Serialize;

use super::id::Id;
use super::time::{TimeMs, now};

/// One entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Identifier.
    pub id: Id,
    /// When.
    pub create_at: TimeMs,
    /// Who; none before log-in.
    pub user_id: Id,
    /// The path that was asked for, such as `/api/v4/users/login`.
    pub action: String,
    /// What came of it, in a few words, such as `authenticated`.
    pub extra_info: String,
    /// From where.
    pub ip_address: String,
    /// In which session; none before log-in.
    pub session_id: Id,
}

impl Audit {
    /// An entry of this moment.
    pub fn new(user_id: Id, session_id: Id, action: &str, ip_address: &str, extra_info: impl Into<String>) -> Audit {
        Audit {
            id: Id::random(),
            create_at: now(),
            user_id,
            action: action.to_owned(),
            extra_info: extra_info.into(),
            ip_address: ip_address.to_owned(),
            session_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_on_the_wire() {
        let audit = Audit::new(Id::random(), Id::NONE, "/api/v4/users/login", "127.0.0.1", "authenticated");
        let json = serde_json::to_value(&audit).unwrap();
        assert_eq!(json["session_id"], "");
        assert_eq!(json.as_object().unwrap().len(), 7);
    }
}
