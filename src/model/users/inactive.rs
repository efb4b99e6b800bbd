//! People who have not been here for long, as administrators see them.

use serde::Serialize;

use crate::model::id::Id;
use crate::model::time::TimeMs;

/// Somebody with an open account who has not been here for long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inactive {
    /// User.
    pub id: Id,
    /// User name.
    pub username: String,
    /// Mail address.
    pub email: String,
    /// System roles, separated by spaces.
    pub roles: String,
    /// Where they log in; `""` for a password here.
    pub auth_service: String,
    /// Since when the account is there.
    pub create_at: TimeMs,
    /// When they last logged in; 0 for never, as far as is known.
    pub last_login: TimeMs,
    /// When they were last seen in any way; 0 for never.
    pub last_activity_at: TimeMs,
}
