//! Jobs.

use serde_json::Value;

use crate::api::call::{Body, Call, Created, FromCall, Input, JobId, Json, Page, Query, StatusOk};
use crate::api::routes::{Route, get, patch, post};
use crate::app::App;
use crate::app::jobs::JobQuery;
use crate::auth::Actor;
use crate::model::errors::{Result, context, jobs as codes};
use crate::model::jobs::{Job, JobInput};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/jobs", jobs),
        post("/api/v4/jobs", create_job),
        get("/api/v4/jobs/type/{type}", jobs_of_type),
        get("/api/v4/jobs/{job_id}", job),
        post("/api/v4/jobs/{job_id}/cancel", cancel_job),
        get("/api/v4/jobs/{job_id}/download", download).unserved(),
        patch("/api/v4/jobs/{job_id}/status", set_status),
    ]
}

impl Input for JobInput {
    const NAME: &'static str = "job";
}

/// The part of a job that is changed.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct StatusInput {
    status: String,
    force: bool,
}

impl Input for StatusInput {
    const NAME: &'static str = "status";
}

/// Which jobs a list is of.
struct Wanted(JobQuery);

impl FromCall for Wanted {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let page = Page::of(&query);
        let r#type = match call.param("type") {
            "" => query.get("job_type").to_owned(),
            kind => kind.to_owned(),
        };
        let status = query.get("status").to_owned();
        Ok(Wanted(JobQuery { r#type, status, offset: page.offset(), limit: page.limit() }))
    }
}

/// `GET /jobs`; `null` where a list of many types is empty.
async fn jobs(app: App, actor: Actor, Wanted(wanted): Wanted) -> Result<Json<Value>> {
    let of_all = wanted.r#type.is_empty() && wanted.status.is_empty();
    let found = app.jobs(&actor, wanted).await?;
    Ok(Json(if of_all && found.is_empty() { Value::Null } else { serde_json::json!(found) }))
}

/// `GET /jobs/type/{type}`
async fn jobs_of_type(app: App, actor: Actor, Wanted(wanted): Wanted) -> Result<Json<Vec<Job>>> {
    Ok(Json(app.jobs_of_type(&actor, wanted).await?))
}

/// `POST /jobs`
async fn create_job(app: App, actor: Actor, Body(input): Body<JobInput>) -> Result<Created<Job>> {
    Ok(Created(app.create_job(actor, input).await?))
}

/// `GET /jobs/{job_id}`
async fn job(app: App, actor: Actor, id: JobId) -> Result<Json<Job>> {
    Ok(Json(app.job(&actor, id.0).await?))
}

/// `POST /jobs/{job_id}/cancel`
async fn cancel_job(app: App, actor: Actor, id: JobId) -> Result<StatusOk> {
    app.cancel_job(&actor, id.0).await?;
    Ok(StatusOk)
}

/// `GET /jobs/{job_id}/download`: only exports for compliance have something to download, and there are none yet.
async fn download(app: App, _: Actor, _: JobId) -> Result<StatusOk> {
    match app.config.snapshot().effective.message_export.download_export_results {
        false => codes::EXPORT_OFF.err(),
        true => Err(context::NOT_SERVED.with(&[&"exports for compliance are not built"])),
    }
}

/// `PATCH /jobs/{job_id}/status`
async fn set_status(app: App, actor: Actor, id: JobId, Body(input): Body<StatusInput>) -> Result<StatusOk> {
    app.set_job_status(&actor, id.0, &input.status, input.force).await?;
    Ok(StatusOk)
}
