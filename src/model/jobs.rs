//! Jobs: slow or scheduled work, as administrators see it.

use serde::{Deserialize, Serialize};

use super::id::Id;
use super::json::StringMap;
use super::time::{TimeMs, now};

/// The types of jobs that are carried out here.
#[expect(missing_docs, reason = "the names say it")]
pub mod kinds {
    pub const ACCESS_LOG_CLEANUP: &str = "access_log_cleanup";
    pub const CUSTOM_STATUS_EXPIRY: &str = "custom_status_expiry";
    pub const DRAFT_CLEANUP: &str = "draft_cleanup";
    pub const EXTRACT_CONTENT: &str = "extract_content";
    pub const GROUP_SYNC: &str = "group_sync";
    pub const INACTIVE_PEOPLE: &str = "inactive_people";
    pub const LDAP_SYNC: &str = "ldap_sync";
    pub const MAIL_NOTICES: &str = "mail_notices";
    pub const PERSISTENT_NOTIFICATIONS: &str = "persistent_notifications";
    pub const POST_LIMITS: &str = "post_limits";
    pub const POST_REMINDERS: &str = "post_reminders";
    pub const RESEND_INVITATIONS: &str = "resend_invitation_email";
    pub const SCHEDULED_POSTS: &str = "scheduled_posts";
    pub const SESSION_CLEANUP: &str = "session_cleanup";
    pub const STATUS_EXPIRY: &str = "status_expiry";
    pub const TOKEN_EXPIRY: &str = "token_expiry";
    pub const UPLOAD_CLEANUP: &str = "upload_cleanup";

    /// All of them.
    pub const ALL: [&str; 17] = [
        ACCESS_LOG_CLEANUP,
        CUSTOM_STATUS_EXPIRY,
        DRAFT_CLEANUP,
        EXTRACT_CONTENT,
        GROUP_SYNC,
        INACTIVE_PEOPLE,
        LDAP_SYNC,
        MAIL_NOTICES,
        PERSISTENT_NOTIFICATIONS,
        POST_LIMITS,
        POST_REMINDERS,
        RESEND_INVITATIONS,
        SCHEDULED_POSTS,
        SESSION_CLEANUP,
        STATUS_EXPIRY,
        TOKEN_EXPIRY,
        UPLOAD_CLEANUP,
    ];
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum JobStatus {
    Pending,
    InProgress,
    Success,
    Error,
    CancelRequested,
    Canceled,
    Warning,
}

impl JobStatus {
    const ALL: [(JobStatus, &'static str); 7] = [
        (JobStatus::Pending, "pending"),
        (JobStatus::InProgress, "in_progress"),
        (JobStatus::Success, "success"),
        (JobStatus::Error, "error"),
        (JobStatus::CancelRequested, "cancel_requested"),
        (JobStatus::Canceled, "canceled"),
        (JobStatus::Warning, "warning"),
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        JobStatus::ALL.into_iter().find(|(status, _)| *status == self).map_or("", |(_, name)| name)
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<JobStatus> {
        JobStatus::ALL.into_iter().find(|(_, other)| *other == name).map(|(status, _)| status)
    }

    /// Whether a job in it can still be stopped.
    pub fn is_cancelable(self) -> bool {
        matches!(self, JobStatus::Pending | JobStatus::InProgress)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    /// Identifier.
    pub id: Id,
    /// What is to be done, such as `extract_content`.
    pub r#type: String,
    /// Higher comes first.
    pub priority: i64,
    /// When it was ordered.
    pub create_at: TimeMs,
    /// When it began; 0 before.
    pub start_at: TimeMs,
    /// When it last made progress; 0 before.
    pub last_activity_at: TimeMs,
    /// How far it is.
    pub status: JobStatus,
    /// Per cent done, or -1.
    pub progress: i64,
    /// What the type needs and finds out.
    pub data: StringMap,
}

impl Job {
    /// A new job of that type.
    pub fn new(kind: &str, data: StringMap) -> Job {
        Job {
            id: Id::random(),
            r#type: kind.to_owned(),
            priority: 0,
            create_at: now(),
            start_at: 0,
            last_activity_at: 0,
            status: JobStatus::Pending,
            progress: 0,
            data,
        }
    }
}

/// What a client sends to order a job.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Job")]
pub struct JobInput {
    pub r#type: String,
    pub data: StringMap,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_the_wire() {
        for (status, name) in JobStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), name);
            assert_eq!((JobStatus::parse(name), status.name()), (Some(status), name));
        }
        let json = serde_json::to_value(Job::new("extract_content", StringMap::new())).unwrap();
        assert_eq!((json["status"].as_str(), json.as_object().unwrap().len()), (Some("pending"), 9));
    }
}
