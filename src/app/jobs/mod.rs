//! Jobs as administrators see them: ordered, listed, cancelled (permissions.md §5 "System, config, jobs"). How they are
//! carried out stands in [`runs`]; when, in the room `jobs`.

mod runs;

use super::App;
use crate::auth::Actor;
use crate::events::Change;
use crate::model::errors::{Result, context, invalid_body, invalid_url, jobs as codes};
use crate::model::jobs::{Job, JobInput, JobStatus, kinds};
use crate::model::permissions::Permission;
use crate::model::{Id, now};
use crate::store;

pub use runs::{Run, Waiting};

/// A type of jobs, and who may do what with them.
struct Type {
    name: &'static str,
    create: Permission,
    manage: Permission,
    read: Permission,
}

/// `"name" create manage read;`
macro_rules! types {
    ($($name:literal $create:ident $manage:ident $read:ident;)*) => {
        const TYPES: &[Type] = &[$(Type {
            name: $name,
            create: Permission::$create,
            manage: Permission::$manage,
            read: Permission::$read,
        },)*];
    };
}

types! {
    "data_retention"                 create_data_retention_job                 manage_data_retention_job                 read_data_retention_job;
    "message_export"                 create_compliance_export_job              manage_compliance_export_job              read_compliance_export_job;
    "elasticsearch_post_indexing"    create_elasticsearch_post_indexing_job    manage_elasticsearch_post_indexing_job    read_elasticsearch_post_indexing_job;
    "elasticsearch_post_aggregation" create_elasticsearch_post_aggregation_job manage_elasticsearch_post_aggregation_job read_elasticsearch_post_aggregation_job;
    "ldap_sync"                      create_ldap_sync_job                      manage_ldap_sync_job                      read_ldap_sync_job;
    "migrations"                     manage_jobs                               manage_jobs                               read_jobs;
    "plugins"                        manage_jobs                               manage_jobs                               read_jobs;
    "product_notices"                manage_jobs                               manage_jobs                               read_jobs;
    "expiry_notify"                  manage_jobs                               manage_jobs                               read_jobs;
    "active_users"                   manage_jobs                               manage_jobs                               read_jobs;
    "import_process"                 manage_jobs                               manage_jobs                               read_jobs;
    "import_delete"                  manage_jobs                               manage_jobs                               read_jobs;
    "export_process"                 manage_jobs                               manage_jobs                               read_jobs;
    "export_delete"                  manage_jobs                               manage_jobs                               read_jobs;
    "cloud"                          manage_jobs                               manage_jobs                               read_jobs;
    "extract_content"                manage_jobs                               manage_jobs                               read_jobs;
    "access_control_sync"            manage_system                             manage_system                             manage_system;
    // Ours.
    "access_log_cleanup"             manage_jobs                               manage_jobs                               read_jobs;
    "custom_status_expiry"           manage_jobs                               manage_jobs                               read_jobs;
    "draft_cleanup"                  manage_jobs                               manage_jobs                               read_jobs;
    "group_sync"                     manage_jobs                               manage_jobs                               read_jobs;
    "inactive_people"                manage_system                             manage_system                             read_jobs;
    "mail_notices"                   manage_jobs                               manage_jobs                               read_jobs;
    "persistent_notifications"       manage_jobs                               manage_jobs                               read_jobs;
    "post_limits"                    manage_jobs                               manage_jobs                               read_jobs;
    "post_reminders"                 manage_jobs                               manage_jobs                               read_jobs;
    "resend_invitation_email"        manage_system                             manage_jobs                               read_jobs;
    "scheduled_posts"                manage_jobs                               manage_jobs                               read_jobs;
    "session_cleanup"                manage_jobs                               manage_jobs                               read_jobs;
    "status_expiry"                  manage_jobs                               manage_jobs                               read_jobs;
    "token_expiry"                   manage_jobs                               manage_jobs                               read_jobs;
    "upload_cleanup"                 manage_jobs                               manage_jobs                               read_jobs;
}

fn of_type(name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|known| known.name == name)
}

/// Which jobs are wanted.
#[derive(Debug, Clone, Default)]
pub struct JobQuery {
    /// Only of this type; `""` for all that may be read.
    pub r#type: String,
    /// Only in this state; `""` for any.
    pub status: String,
    /// How many come before the page.
    pub offset: i64,
    /// How many are on it.
    pub limit: i64,
}

impl App {
    /// Orders a job; refused for types that nothing here carries out.
    pub async fn create_job(&self, actor: Actor, input: JobInput) -> Result<Job> {
        // Invitations are mailed again by themselves; nobody orders that.
        let kind = of_type(&input.r#type).filter(|kind| kind.name != kinds::RESEND_INVITATIONS);
        let kind = kind.ok_or(codes::UNKNOWN_TYPE)?;
        actor.need(kind.create)?;
        if !kinds::ALL.contains(&kind.name) {
            return Err(
                context::NOT_SERVED.with(&[&format_args!("nothing here carries out jobs of the type {}", kind.name)])
            );
        }
        let job = Job::new(kind.name, input.data);
        self.store
            .write(move |tx| {
                store::jobs::insert(tx, &job)?;
                Ok(Change::silent(job, "administrators ask for jobs, they are not told"))
            })
            .await
    }

    /// A job that the actor may read.
    pub async fn job(&self, actor: &Actor, id: Id) -> Result<Job> {
        self.job_for(actor, id, |kind| kind.read).await
    }

    async fn job_for(&self, actor: &Actor, id: Id, needed: fn(&Type) -> Permission) -> Result<Job> {
        let job = self.store.read(move |conn| store::jobs::by_id(conn, id)).await?.ok_or(codes::NOT_FOUND)?;
        let kind = of_type(&job.r#type).ok_or(codes::TYPE_WITHOUT_PERMISSION)?;
        actor.need(needed(kind))?;
        Ok(job)
    }

    /// Jobs of one type or of all that the actor may read, the newest first.
    pub async fn jobs(&self, actor: &Actor, wanted: JobQuery) -> Result<Vec<Job>> {
        let types: Vec<&'static str> = match wanted.r#type.as_str() {
            "" => TYPES.iter().filter(|kind| actor.may(kind.read)).map(|kind| kind.name).collect(),
            name => {
                let kind = of_type(name).ok_or_else(|| invalid_url("job_type"))?;
                actor.need(kind.read)?;
                vec![kind.name]
            }
        };
        if types.is_empty() {
            actor.need(Permission::read_jobs)?;
        }
        let status = match wanted.status.as_str() {
            "" => None,
            name => Some(JobStatus::parse(name).ok_or_else(|| invalid_url("status"))?),
        };
        self.store.read(move |conn| store::jobs::page(conn, &types, status, wanted.offset, wanted.limit)).await
    }

    /// Jobs of one type, which must be known.
    pub async fn jobs_of_type(&self, actor: &Actor, wanted: JobQuery) -> Result<Vec<Job>> {
        of_type(&wanted.r#type).ok_or(codes::TYPE_WITHOUT_PERMISSION)?;
        self.jobs(actor, wanted).await
    }

    /// Stops a job: at once if it has not begun, else as soon as it can.
    pub async fn cancel_job(&self, actor: &Actor, id: Id) -> Result<()> {
        let job = self.job_for(actor, id, |kind| kind.create).await?;
        let to = match job.status {
            JobStatus::Pending => JobStatus::Canceled,
            status if status.is_cancelable() => JobStatus::CancelRequested,
            _ => return codes::NOT_CANCELABLE.err(),
        };
        self.move_job(job, to).await
    }

    /// Puts a job into another state, as far as there is a way from its state to that one.
    pub async fn set_job_status(&self, actor: &Actor, id: Id, status: &str, force: bool) -> Result<()> {
        if status.is_empty() {
            return Err(invalid_body("status"));
        }
        let job = self.job_for(actor, id, |kind| kind.manage).await?;
        let wanted = JobStatus::parse(status).ok_or(codes::INVALID_STATUS)?;
        if !force && !may_follow(job.status, wanted) {
            return codes::INVALID_STATUS.err();
        }
        self.move_job(job, wanted).await
    }

    async fn move_job(&self, job: Job, to: JobStatus) -> Result<()> {
        let moved = self
            .store
            .write(move |tx| {
                let moved = store::jobs::set_status(tx, job.id, job.status, to, now())?;
                Ok(Change::silent(moved, "administrators ask for jobs, they are not told"))
            })
            .await?;
        if moved { Ok(()) } else { codes::NOT_CANCELABLE.err() }
    }
}

/// The ways on which somebody else than the worker may send a job.
fn may_follow(from: JobStatus, to: JobStatus) -> bool {
    use JobStatus::{CancelRequested, Canceled, InProgress, Pending};
    matches!(
        (from, to),
        (InProgress, Pending | CancelRequested) | (Pending, CancelRequested) | (CancelRequested, Canceled)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_a_job() {
        assert!(may_follow(JobStatus::InProgress, JobStatus::Pending));
        assert!(!may_follow(JobStatus::Canceled, JobStatus::Pending));
        assert!(kinds::ALL.iter().all(|kind| of_type(kind).is_some()));
        assert!(of_type("nonsense").is_none());
    }
}
