//! What clients send of people.

use serde::{Deserialize, Serialize};

use crate::model::json::StringMap;
use crate::model::time::TimeMs;

/// What a client sends to create or replace a user (`POST /users`, `PUT /users/{id}`). Read it with
/// [`crate::model::json::decode`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of User")]
pub struct UserInput {
    pub id: String,
    pub username: String,
    pub email: String,
    pub password: String,
    pub auth_data: Option<String>,
    pub auth_service: String,
    pub email_verified: bool,
    pub nickname: String,
    pub first_name: String,
    pub last_name: String,
    pub position: String,
    pub roles: String,
    pub allow_marketing: bool,
    pub props: Option<StringMap>,
    pub notify_props: Option<StringMap>,
    pub locale: String,
    pub timezone: Option<StringMap>,
    pub remote_id: Option<String>,
    pub is_bot: bool,
    pub bot_description: String,
    pub delete_at: TimeMs,
    pub disable_welcome_email: bool,
}

/// What a client sends to change a user (`PUT /users/{id}/patch`); missing and `null` mean unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of User")]
pub struct UserPatch {
    pub username: Option<String>,
    /// Proof for a change of one's own address; never stored by a patch (surprises.md).
    pub password: Option<String>,
    pub nickname: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub position: Option<String>,
    pub email: Option<String>,
    pub props: Option<StringMap>,
    pub notify_props: Option<StringMap>,
    pub locale: Option<String>,
    pub timezone: Option<StringMap>,
    pub remote_id: Option<String>,
}

/// How somebody logs in through a provider (`PUT /users/{id}/auth`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct UserAuth {
    /// The identity there.
    pub auth_data: Option<String>,
    /// The provider, such as `gitlab`.
    pub auth_service: String,
}
