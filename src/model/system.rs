//! Small answers about the server itself.

use serde::Serialize;

use super::id::Id;
use super::time::TimeMs;

/// `{"status":"OK"}`, the answer of calls that have nothing to say: web clients always parse one (auth.md §1).
#[derive(Debug, Clone, Copy, Serialize)]
pub struct StatusOk {
    status: &'static str,
}

/// The one [`StatusOk`].
pub const OK: StatusOk = StatusOk { status: "OK" };

/// `GET /system/ping` (auth.md §12).
#[derive(Debug, Clone, Serialize)]
pub struct Ping {
    /// `OK` or `UNHEALTHY`.
    pub status: &'static str,
    /// Versions of the mobile apps that are asked for, `""` for any.
    #[serde(rename = "AndroidLatestVersion")]
    pub android_latest_version: String,
    /// As above.
    #[serde(rename = "AndroidMinVersion")]
    pub android_min_version: String,
    /// As above.
    #[serde(rename = "IosLatestVersion")]
    pub ios_latest_version: String,
    /// As above.
    #[serde(rename = "IosMinVersion")]
    pub ios_min_version: String,
    /// Always `database`.
    #[serde(rename = "ActiveSearchBackend")]
    pub active_search_backend: &'static str,
    /// `true`, `false` or `unknown`, when the request named a device.
    #[serde(rename = "CanReceiveNotifications", skip_serializing_if = "Option::is_none")]
    pub can_receive_notifications: Option<&'static str>,
    /// `OK` or `UNHEALTHY`, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_status: Option<&'static str>,
    /// `OK` or `UNHEALTHY`, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filestore_status: Option<&'static str>,
    /// Whether the process runs as root, when an administrator asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_status: Option<bool>,
}

impl Default for Ping {
    fn default() -> Self {
        Ping {
            status: "OK",
            android_latest_version: String::new(),
            android_min_version: String::new(),
            ios_latest_version: String::new(),
            ios_min_version: String::new(),
            active_search_backend: "database",
            can_receive_notifications: None,
            database_status: None,
            filestore_status: None,
            root_status: None,
        }
    }
}

/// `GET /limits/server`: all 0, for nothing is limited, but the number of active users for those who may know it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct ServerLimits {
    pub active_user_count: i64,
    pub last_accessible_post_time: TimeMs,
    pub max_users_hard_limit: i64,
    pub max_users_limit: i64,
    pub post_history_limit: i64,
    pub single_channel_guest_count: i64,
    pub single_channel_guest_limit: i64,
}

/// Terms of service that people accept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TermsOfService {
    /// Identifier.
    pub id: Id,
    /// When they came into force.
    pub create_at: TimeMs,
    /// Who wrote them.
    pub user_id: Id,
    /// Markdown.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        assert_eq!(serde_json::to_string(&OK).unwrap(), r#"{"status":"OK"}"#);
        assert_eq!(serde_json::to_value(Ping::default()).unwrap().as_object().unwrap().len(), 6);
        let limits = serde_json::to_value(ServerLimits::default()).unwrap();
        assert_eq!(limits["maxUsersHardLimit"], 0);
    }
}
