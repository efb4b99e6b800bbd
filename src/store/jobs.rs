//! Jobs.

use diesel::prelude::*;

use super::Tx;
use super::conn::Conn;
use super::schema::jobs;
use super::types::Json;
use crate::model::errors::Result;
use crate::model::jobs::{Job, JobStatus};
use crate::model::{Id, StringMap};

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

/// Adds a job.
pub fn insert(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    diesel::insert_into(jobs::table).values(Row::from(job)).execute(tx.conn())?;
    Ok(())
}

/// Moves a job on if it is still in that state; answers whether it was.
pub fn set_status(tx: &mut Tx<'_>, id: Id, from: JobStatus, to: JobStatus, at: i64) -> Result<bool> {
    let row = jobs::table.filter(jobs::id.eq(id).and(jobs::status.eq(from.name())));
    let changed =
        diesel::update(row).set((jobs::status.eq(to.name()), jobs::last_activity_at.eq(at))).execute(tx.conn())?;
    Ok(changed > 0)
}
