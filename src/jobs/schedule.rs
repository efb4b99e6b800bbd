//! The jobs that are carried out, and when.

use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::app::App;
use crate::app::jobs::Run;
use crate::model::TimeMs;
use crate::model::errors::Result;
use crate::model::jobs::kinds;

/// A type of jobs.
pub(super) struct Task {
    /// Its name on the wire.
    pub kind: &'static str,
    /// When it is done without being ordered.
    pub when: When,
    /// What is done.
    pub work: Work,
}

/// What a run does.
pub(super) type Work = for<'a> fn(&'a App, &'a mut Run) -> BoxFuture<'a, Result<()>>;

/// When a job is done without being ordered.
pub(super) enum When {
    /// So often.
    Every(Duration),
    /// As often as the settings say; never for `None`.
    BySettings(fn(&App) -> Option<Duration>),
    /// When something is due: asks for the next such moment.
    Due(for<'a> fn(&'a App) -> BoxFuture<'a, Result<Option<TimeMs>>>),
    /// Never.
    Ordered,
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// All of them.
pub(super) static TASKS: &[Task] = &[
    Task {
        kind: kinds::ACCESS_LOG_CLEANUP,
        when: When::Every(HOUR),
        work: |app, run| Box::pin(app.shorten_access_log(run)),
    },
    Task {
        kind: kinds::CUSTOM_STATUS_EXPIRY,
        when: When::Every(MINUTE.saturating_mul(10)),
        work: |app, run| Box::pin(app.end_custom_statuses(run)),
    },
    Task { kind: kinds::DRAFT_CLEANUP, when: When::Every(DAY), work: |app, run| Box::pin(app.clean_drafts(run)) },
    Task { kind: kinds::EXTRACT_CONTENT, when: When::Ordered, work: |app, run| Box::pin(app.extract_contents(run)) },
    Task { kind: kinds::GROUP_SYNC, when: When::Ordered, work: |app, run| Box::pin(app.sync_group_places(run)) },
    Task {
        kind: kinds::INACTIVE_PEOPLE,
        when: When::BySettings(App::pause_between_looks_at_the_inactive),
        work: |app, run| Box::pin(app.deactivate_the_inactive(run)),
    },
    Task {
        kind: kinds::LDAP_SYNC,
        when: When::BySettings(App::pause_between_ldap_syncs),
        work: |app, run| Box::pin(app.sync_ldap(run)),
    },
    Task {
        kind: kinds::MAIL_NOTICES,
        when: When::Due(|app| Box::pin(app.next_notice())),
        work: |app, run| Box::pin(app.send_notices(run)),
    },
    Task {
        kind: kinds::PERSISTENT_NOTIFICATIONS,
        when: When::Due(|app| Box::pin(app.next_nag())),
        work: |app, run| Box::pin(app.nag(run)),
    },
    Task { kind: kinds::POST_LIMITS, when: When::Every(HOUR), work: |app, run| Box::pin(app.trim_posts(run)) },
    Task {
        kind: kinds::POST_REMINDERS,
        when: When::Due(|app| Box::pin(app.next_reminder())),
        work: |app, run| Box::pin(app.send_reminders(run)),
    },
    Task { kind: kinds::RESEND_INVITATIONS, when: When::Ordered, work: |app, run| Box::pin(app.invite_again(run)) },
    Task {
        kind: kinds::SCHEDULED_POSTS,
        when: When::Due(|app| Box::pin(app.next_scheduled_post())),
        work: |app, run| Box::pin(app.send_scheduled_posts(run)),
    },
    Task { kind: kinds::SESSION_CLEANUP, when: When::Every(HOUR), work: |app, run| Box::pin(app.forget_expired(run)) },
    Task {
        kind: kinds::STATUS_EXPIRY,
        when: When::Due(|app| Box::pin(async { Ok(app.next_end_of_dnd()) })),
        work: |app, run| Box::pin(app.end_dnd(run)),
    },
    Task {
        kind: kinds::TOKEN_EXPIRY,
        when: When::Every(HOUR),
        work: |app, run| Box::pin(app.expire_access_tokens(run)),
    },
    Task { kind: kinds::UPLOAD_CLEANUP, when: When::Every(HOUR), work: |app, run| Box::pin(app.forget_uploads(run)) },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_is_accepted_is_carried_out() {
        let carried_out: Vec<&str> = TASKS.iter().map(|task| task.kind).collect();
        assert_eq!(carried_out, kinds::ALL);
    }
}
