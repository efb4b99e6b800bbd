//! Jobs.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::jobs;
use super::types::Json;
use super::{Stale, Store, Tx};
use crate::model::errors::Result;
use crate::model::jobs::{Job, JobStatus};
use crate::model::{Id, StringMap, TimeMs};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    kind: String,
    priority: i64,
    create_at: i64,
    start_at: i64,
    last_activity_at: i64,
    status: String,
    progress: i64,
    data: Json<Option<StringMap>>,
}

impl From<Row> for Job {
    fn from(row: Row) -> Job {
        Job {
            id: row.id,
            r#type: row.kind,
            priority: row.priority,
            create_at: row.create_at,
            start_at: row.start_at,
            last_activity_at: row.last_activity_at,
            status: JobStatus::parse(&row.status).unwrap_or(JobStatus::Error),
            progress: row.progress,
            data: row.data.0.unwrap_or_default(),
        }
    }
}

impl From<&Job> for Row {
    fn from(job: &Job) -> Row {
        Row {
            id: job.id,
            kind: job.r#type.clone(),
            priority: job.priority,
            create_at: job.create_at,
            start_at: job.start_at,
            last_activity_at: job.last_activity_at,
            status: job.status.name().to_owned(),
            progress: job.progress,
            data: Json(Some(job.data.clone())),
        }
    }
}

/// The job of that id.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Job>> {
    let row: Option<Row> = jobs::table.select(Row::as_select()).filter(jobs::id.eq(id)).first(conn).optional()?;
    Ok(row.map(Job::from))
}

/// A page of the jobs of these types, in one state or in any, the newest first.
pub fn page(conn: &mut Conn, types: &[&str], status: Option<JobStatus>, offset: i64, limit: i64) -> Result<Vec<Job>> {
    let mut query = jobs::table.select(Row::as_select()).filter(jobs::kind.eq_any(types)).into_boxed();
    if let Some(status) = status {
        query = query.filter(jobs::status.eq(status.name()));
    }
    let rows: Vec<Row> = query.order((jobs::create_at.desc(), jobs::id)).offset(offset).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Job::from).collect())
}

/// Adds a job, and has those who carry jobs out look for it.
pub fn insert(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    diesel::insert_into(jobs::table).values(Row::from(job)).execute(tx.conn())?;
    tx.stale(Stale::Schedule);
    Ok(())
}

/// The jobs of a type that are waiting or under way, the most urgent and oldest first.
pub fn open(conn: &mut Conn, kind: &str) -> Result<Vec<Job>> {
    let states = [JobStatus::Pending, JobStatus::InProgress, JobStatus::CancelRequested].map(JobStatus::name);
    let rows: Vec<Row> = jobs::table
        .select(Row::as_select())
        .filter(jobs::status.eq_any(states).and(jobs::kind.eq(kind)))
        .order((jobs::priority.desc(), jobs::create_at, jobs::id))
        .load(conn)?;
    Ok(rows.into_iter().map(Job::from).collect())
}

/// When a job of that type last began.
pub fn last_begun(conn: &mut Conn, kind: &str) -> Result<Option<TimeMs>> {
    Ok(jobs::table.filter(jobs::kind.eq(kind)).select(diesel::dsl::max(jobs::start_at)).first(conn)?)
}

/// Keeps the jobs of a type from being begun by anybody else until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, kind: &str) -> Result<()> {
    super::locks::hold(tx, "job", kind)
}

/// Writes a job as it is now, if it is still in that state; answers whether it was.
pub fn save(tx: &mut Tx<'_>, job: &Job, from: JobStatus) -> Result<bool> {
    let row = jobs::table.filter(jobs::id.eq(job.id).and(jobs::status.eq(from.name())));
    Ok(diesel::update(row).set(Row::from(job)).execute(tx.conn())? > 0)
}

/// Cancels the jobs of a type that have not begun.
pub fn cancel_waiting(tx: &mut Tx<'_>, kind: &str, at: i64) -> Result<()> {
    let waiting = jobs::table.filter(jobs::kind.eq(kind).and(jobs::status.eq(JobStatus::Pending.name())));
    let canceled = (jobs::status.eq(JobStatus::Canceled.name()), jobs::last_activity_at.eq(at));
    diesel::update(waiting).set(canceled).execute(tx.conn())?;
    Ok(())
}

/// Forgets the jobs of a type that are over, but for the newest ones.
pub fn prune(tx: &mut Tx<'_>, kind: &str, keep: i64) -> Result<()> {
    let over = [JobStatus::Success, JobStatus::Error, JobStatus::Canceled].map(JobStatus::name);
    let old: Vec<Id> = jobs::table
        .select(jobs::id)
        .filter(jobs::status.eq_any(over).and(jobs::kind.eq(kind)))
        .order((jobs::create_at.desc(), jobs::id))
        .offset(keep)
        .limit(500)
        .load(tx.conn())?;
    diesel::delete(jobs::table.filter(jobs::id.eq_any(&old))).execute(tx.conn())?;
    Ok(())
}

impl Store {
    /// Tells whenever something was scheduled or ordered on this node.
    pub fn schedule_changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.kept.schedule.subscribe()
    }
}

/// Moves a job on if it is still in that state; answers whether it was.
pub fn set_status(tx: &mut Tx<'_>, id: Id, from: JobStatus, to: JobStatus, at: i64) -> Result<bool> {
    let row = jobs::table.filter(jobs::id.eq(id).and(jobs::status.eq(from.name())));
    let changed =
        diesel::update(row).set((jobs::status.eq(to.name()), jobs::last_activity_at.eq(at))).execute(tx.conn())?;
    Ok(changed > 0)
}
