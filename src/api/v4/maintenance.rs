//! Keeping a server well: tests of its connections, caches, ease.

use serde_json::Value;

use crate::api::call::{Json, Query, RawBody, Reply, StatusOk, StringMapBody};
use crate::api::routes::{Route, delete, get, post, refused};
use crate::app::App;
use crate::app::maintenance::{BusyState, SchemaVersion};
use crate::auth::system::{
    InvalidateCaches, ManageMachine, ManageSystem, ReadConsole, RecycleConnections, TestAddress,
};
use crate::auth::{Actor, SystemGrant};
use crate::model::errors::{Result, invalid_body, invalid_url};
use crate::model::json::decode;

use super::config::NO_CACHE;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    use actix_web::http::Method;
    vec![
        post("/api/v4/caches/invalidate", invalidate_caches),
        post("/api/v4/database/recycle", recycle_connections),
        post("/api/v4/email/test", test_mail),
        post("/api/v4/file/s3_test", test_files),
        post("/api/v4/site_url/test", test_address),
        get("/api/v4/system/schema/version", schema_versions),
        get("/api/v4/server_busy", busy),
        post("/api/v4/server_busy", set_busy),
        delete("/api/v4/server_busy", end_busy),
        refused::<SystemGrant<ManageMachine>>(Method::GET, "/api/v4/latest_version"),
        refused::<SystemGrant<ManageMachine>>(Method::GET, "/api/v4/system/support_packet"),
        refused::<SystemGrant<ManageSystem>>(Method::POST, "/api/v4/restart"),
        refused::<SystemGrant<ManageSystem>>(Method::POST, "/api/v4/license"),
        refused::<SystemGrant<ManageSystem>>(Method::DELETE, "/api/v4/license"),
        refused::<SystemGrant<ManageSystem>>(Method::POST, "/api/v4/trial-license"),
        refused::<SystemGrant<ManageSystem>>(Method::POST, "/api/v4/upgrade_to_enterprise"),
        refused::<SystemGrant<ManageSystem>>(Method::GET, "/api/v4/upgrade_to_enterprise/allowed"),
        refused::<SystemGrant<ManageSystem>>(Method::GET, "/api/v4/upgrade_to_enterprise/status"),
        refused::<SystemGrant<ManageSystem>>(Method::GET, "/api/v4/imports"),
        refused::<SystemGrant<ManageSystem>>(Method::GET, "/api/v4/exports"),
        refused::<SystemGrant<ManageSystem>>(Method::GET, "/api/v4/reports/users"),
    ]
}

/// `POST /caches/invalidate`
async fn invalidate_caches(app: App, grant: SystemGrant<InvalidateCaches>) -> Result<Reply> {
    app.invalidate_caches(&grant);
    Ok(Reply::from(StatusOk).header("cache-control", NO_CACHE))
}

/// `POST /database/recycle`
async fn recycle_connections(app: App, grant: SystemGrant<RecycleConnections>) -> Result<StatusOk> {
    app.recycle_connections(&grant);
    Ok(StatusOk)
}

/// Settings to be tried; none when the body is empty. Read before the permission is looked at (surprises.md).
fn settings(body: &RawBody) -> Result<Option<Value>> {
    match body.0.is_empty() {
        true => Ok(None),
        false => decode(&body.0).map(Some).map_err(|_| invalid_body("config")),
    }
}

/// `POST /email/test`
async fn test_mail(app: App, actor: Actor, body: RawBody) -> Result<StatusOk> {
    app.test_mail(actor, settings(&body)?).await?;
    Ok(StatusOk)
}

/// `POST /file/s3_test`
async fn test_files(app: App, actor: Actor, body: RawBody) -> Result<StatusOk> {
    app.test_files(actor, settings(&body)?).await?;
    Ok(StatusOk)
}

/// `POST /site_url/test`
async fn test_address(app: App, grant: SystemGrant<TestAddress>, body: StringMapBody) -> Result<StatusOk> {
    app.test_address(grant, body.get("site_url")).await?;
    Ok(StatusOk)
}

/// `GET /system/schema/version`
async fn schema_versions(app: App, grant: SystemGrant<ReadConsole>) -> Result<Json<Vec<SchemaVersion>>> {
    Ok(Json(app.schema_versions(grant).await?))
}

/// `GET /server_busy`
async fn busy(app: App, grant: SystemGrant<ManageSystem>) -> Result<Json<BusyState>> {
    Ok(Json(app.busy_state(&grant)))
}

/// Seconds of ease when none are asked for.
const EASE: i64 = 3600;

/// The seconds that are asked for, if they are any.
fn ease(query: &Query) -> Option<i64> {
    if query.get("seconds").is_empty() { Some(EASE) } else { query.int("seconds") }
}

/// `POST /server_busy`
async fn set_busy(app: App, grant: SystemGrant<ManageSystem>, query: Query) -> Result<StatusOk> {
    let set = ease(&query).filter(|seconds| *seconds > 0).and_then(|seconds| app.set_busy(&grant, seconds));
    set.map(|()| StatusOk).ok_or_else(|| invalid_url("seconds"))
}

/// `DELETE /server_busy`
async fn end_busy(app: App, grant: SystemGrant<ManageSystem>) -> Result<StatusOk> {
    app.set_busy(&grant, 0);
    Ok(StatusOk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_time_is_none_said() {
        let of = |query: &str| ease(&Query::parse(query));
        assert_eq!([of(""), of("seconds="), of("seconds=5"), of("seconds=x")], [Some(EASE), Some(EASE), Some(5), None]);
    }
}
