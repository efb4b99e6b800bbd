//! Runs of jobs: each is a row that one node takes, keeps alive while it works, and closes. A run whose node died is
//! taken over by another.

use crate::app::App;
use crate::events::Change;
use crate::model::access_log::{BY, Entry, SERVER, events as seen};
use crate::model::errors::Result;
use crate::model::jobs::{Job, JobStatus, kinds};
use crate::model::{StringMap, TimeMs, now};
use crate::store::{self, Tx};

/// A run that gave no sign of life for so long, in milliseconds, is taken over.
const ABANDONED_AFTER: TimeMs = 60 * 1000;

/// An ordered job may be thought better of for so long, in milliseconds, before it begins.
const SECOND_THOUGHTS: TimeMs = 3000;

/// Invitations that nobody took up are mailed once more when they have expired, as the reference does, in milliseconds.
const INVITED_AGAIN_AFTER: TimeMs = 48 * 60 * 60 * 1000;

/// How many runs of a type that are over stay on record.
const KEPT: i64 = 20;

const UNTOLD: &str = "administrators ask for jobs, they are not told";

/// A job that this node has begun.
#[derive(Debug)]
pub struct Run {
    job: Job,
}

impl Run {
    /// The type of the job.
    pub fn kind(&self) -> &str {
        &self.job.r#type
    }

    /// What whoever ordered it says, or what a run before it left behind; `""` for nothing.
    pub fn data(&self, key: &str) -> &str {
        self.job.data.get(key).map_or("", String::as_str)
    }

    /// Leaves something behind, for administrators and for whoever takes the run over.
    pub fn note(&mut self, key: &str, value: impl ToString) {
        self.job.data.insert(key.to_owned(), value.to_string());
    }

    /// Adds to a number that is left behind.
    pub fn count(&mut self, key: &str, more: usize) {
        let so_far: usize = self.data(key).parse().unwrap_or(0);
        self.note(key, so_far.saturating_add(more));
    }
}

/// What there is to do of a type of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// Something was ordered, or left by a node that died: to be begun at that time.
    Ordered(TimeMs),
    /// A run is under way.
    UnderWay,
    /// Nothing was ordered; the last run of the schedule began then.
    Nothing(Option<TimeMs>),
}

impl App {
    /// Whether this node carries out jobs at all (`JobSettings.RunJobs`).
    pub fn runs_jobs(&self) -> bool {
        self.config.snapshot().effective.job.run_jobs
    }

    /// Whether this node begins jobs by the schedule (`JobSettings.RunScheduler`).
    pub fn runs_schedule(&self) -> bool {
        self.config.snapshot().effective.job.run_scheduler
    }

    /// Tells whenever something was scheduled or ordered on this node.
    pub fn schedule_changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.store.schedule_changes()
    }

    /// What there is to do of a type.
    pub async fn waiting(&self, kind: &'static str) -> Result<Waiting> {
        self.store
            .read(move |conn| {
                let open = store::jobs::open(conn, kind)?;
                Ok(match waiting(&open, now()) {
                    Some(waiting) => waiting,
                    None => Waiting::Nothing(store::jobs::last_begun(conn, kind)?),
                })
            })
            .await
    }

    /// Begins the job that was ordered, if it still waits and none of its type is under way.
    pub async fn begin_ordered(&self, kind: &'static str) -> Result<Option<Run>> {
        self.store
            .write(move |tx| {
                store::jobs::lock(tx, kind)?;
                let (at, open) = (now(), store::jobs::open(tx.conn(), kind)?);
                let run = match waiting(&open, at) {
                    Some(Waiting::Ordered(due)) if due <= at => take(tx, open, at)?,
                    _ => None,
                };
                Ok(Change::silent(run, UNTOLD))
            })
            .await
    }

    /// Begins a run by the schedule, unless one waits or is under way, or one began after that time.
    pub async fn begin_scheduled(&self, kind: &'static str, none_since: Option<TimeMs>) -> Result<Option<Run>> {
        self.store
            .write(move |tx| {
                store::jobs::lock(tx, kind)?;
                let at = now();
                let busy = !store::jobs::open(tx.conn(), kind)?.is_empty();
                let last = store::jobs::last_begun(tx.conn(), kind)?;
                if busy || none_since.is_some_and(|since| last.is_some_and(|last| last > since)) {
                    return Ok(Change::silent(None, "somebody else has begun it"));
                }
                let mut job = Job::new(kind, StringMap::new());
                begin(&mut job, at);
                store::jobs::insert(tx, &job)?;
                Ok(Change::silent(Some(Run { job }), UNTOLD))
            })
            .await
    }

    /// Shows that a run is alive and how far it is, in per cent. `false` if it is to stop: somebody cancelled it, or it
    /// was taken over.
    pub async fn keep_run(&self, run: &mut Run, progress: i64) -> Result<bool> {
        run.job.progress = progress;
        run.job.last_activity_at = now();
        let job = run.job.clone();
        self.store
            .write(move |tx| Ok(Change::silent(store::jobs::save(tx, &job, JobStatus::InProgress)?, UNTOLD)))
            .await
    }

    /// Closes a run. One that somebody cancelled meanwhile counts as cancelled.
    pub async fn close_run(&self, mut run: Run, failure: Option<String>) -> Result<()> {
        run.job.last_activity_at = now();
        run.job.status = if failure.is_none() { JobStatus::Success } else { JobStatus::Error };
        match failure {
            Some(why) => run.note("error", why),
            None => run.job.progress = 100,
        }
        self.store
            .write(move |tx| {
                if !store::jobs::save(tx, &run.job, JobStatus::InProgress)? {
                    let canceled = Job { status: JobStatus::Canceled, ..run.job.clone() };
                    store::jobs::save(tx, &canceled, JobStatus::CancelRequested)?;
                }
                store::jobs::prune(tx, run.kind(), KEPT)?;
                if run.kind() == kinds::LDAP_SYNC {
                    store::access_log::insert(tx, &entry_of(&run.job))?;
                }
                Ok(Change::silent((), UNTOLD))
            })
            .await
    }
}

/// What the access log says of a run.
fn entry_of(job: &Job) -> Entry {
    let entry = Entry::new(seen::JOB_DONE).with(BY, SERVER).with("type", job.r#type.as_str());
    let entry = entry.with("job_id", job.id.as_str()).with("status", job.status.name());
    job.data.iter().fold(entry, |entry, (key, value)| entry.with(key, value.as_str()))
}

/// What the open jobs of a type, the most urgent first, mean for whoever looks for work; `None` without any.
fn waiting(open: &[Job], at: TimeMs) -> Option<Waiting> {
    let alive = |job: &Job| job.status != JobStatus::Pending && !is_abandoned(job, at);
    if open.iter().any(alive) {
        return Some(Waiting::UnderWay);
    }
    let due = |job: &Job| if job.start_at > 0 { at } else { job.create_at + rest_before(&job.r#type) };
    open.first().map(|job| Waiting::Ordered(due(job)))
}

/// How long an ordered job of a type waits before it begins.
fn rest_before(kind: &str) -> TimeMs {
    if kind == kinds::RESEND_INVITATIONS { INVITED_AGAIN_AFTER } else { SECOND_THOUGHTS }
}

fn is_abandoned(job: &Job, at: TimeMs) -> bool {
    job.last_activity_at < at - ABANDONED_AFTER
}

fn begin(job: &mut Job, at: TimeMs) {
    job.status = JobStatus::InProgress;
    (job.start_at, job.last_activity_at) = (at, at);
}

/// Takes the first of the open jobs; one that was to be cancelled when its node died is over instead.
fn take(tx: &mut Tx<'_>, open: Vec<Job>, at: TimeMs) -> Result<Option<Run>> {
    let Some(mut job) = open.into_iter().next() else { return Ok(None) };
    let from = job.status;
    if from == JobStatus::CancelRequested {
        (job.status, job.last_activity_at) = (JobStatus::Canceled, at);
        store::jobs::save(tx, &job, from)?;
        return Ok(None);
    }
    begin(&mut job, at);
    Ok(store::jobs::save(tx, &job, from)?.then_some(Run { job }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: TimeMs = 1_700_000_000_000;

    fn job(status: JobStatus, start_at: TimeMs, last_activity_at: TimeMs) -> Job {
        Job { status, create_at: NOW, start_at, last_activity_at, ..Job::new("x", StringMap::new()) }
    }

    #[test]
    fn an_ordered_job_leaves_time_for_second_thoughts() {
        let ordered = [job(JobStatus::Pending, 0, 0)];
        assert_eq!(waiting(&ordered, NOW), Some(Waiting::Ordered(NOW + SECOND_THOUGHTS)));
        assert_eq!(waiting(&[], NOW), None);
    }

    #[test]
    fn one_run_at_a_time() {
        let both = [job(JobStatus::Pending, 0, 0), job(JobStatus::InProgress, NOW, NOW)];
        assert_eq!(waiting(&both, NOW + 10_000), Some(Waiting::UnderWay));
    }

    #[test]
    fn what_a_dead_node_left_is_begun_again_at_once() {
        let left = [job(JobStatus::InProgress, NOW, NOW)];
        assert_eq!(waiting(&left, NOW + ABANDONED_AFTER), Some(Waiting::UnderWay));
        let later = NOW + ABANDONED_AFTER + 1;
        assert_eq!(waiting(&left, later), Some(Waiting::Ordered(later)));
    }
}
