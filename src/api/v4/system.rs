//! The server itself.

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::api::call::{Anonymous, Ids, Json, Page, Query, RawBody, Reply, StatusOk, TeamId, Visitor};
use crate::api::routes::{Route, get, post, put};
use crate::app::App;
use crate::app::system::{Fact, Onboarding, PingQuestion};
use crate::auth::system::{ManageSystem, ReadAudits, SetUp};
use crate::auth::{Actor, SystemGrant};
use crate::model::errors::{Result, invalid_body, system as codes};
use crate::model::json::decode;

use super::config::NO_CACHE;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/system/ping", ping),
        get("/api/v4/system/timezones", time_zones),
        get("/api/v4/system/notices/{team_id}", notices),
        put("/api/v4/system/notices/view", view_notices),
        get("/api/v4/system/onboarding/complete", setup_complete),
        post("/api/v4/system/onboarding/complete", complete_setup),
        get("/api/v4/audits", audits),
        get("/api/v4/redirect_location", redirect_location).trusted(),
        get("/api/v4/image", image).trusted(),
        get("/api/v4/license/load_metric", load_metric),
        get("/api/v4/trial-license/prev", previous_trial),
        post("/api/v4/notifications/ack", acknowledge).unserved(),
        post("/api/v4/notifications/test", try_notification),
    ]
}

/// `GET /system/ping`
async fn ping(app: App, visitor: Visitor, query: Query) -> Result<Reply> {
    let (status, device) = (query.get("get_server_status") == "true", !query.get("device_id").is_empty());
    let ping = app.ping(PingQuestion::new(visitor.0.as_ref(), status, device)).await;
    let failed = ping.status != "OK" && query.get("use_rest_semantics") != "true";
    let mut reply = Reply::json(if failed { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }, &ping);
    if status {
        let parts = [("database_status", ping.database_status), ("filestore_status", ping.filestore_status)];
        for (name, word) in parts.into_iter().chain([("status", Some(ping.status))]) {
            reply = reply.header(name, word.unwrap_or_default());
        }
    }
    Ok(reply)
}

/// `GET /system/timezones`
async fn time_zones(app: App, actor: Actor) -> Result<Json<Vec<&'static str>>> {
    Ok(Json(app.time_zones(&actor)))
}

/// `GET /system/notices/{team_id}`: news of the vendor's products, of which there are none here.
async fn notices(_: App, _: Actor, _: TeamId, query: Query) -> Result<Json<[Value; 0]>> {
    match query.get("client") {
        "all" | "desktop" | "mobile" | "mobile-android" | "mobile-ios" | "web" => Ok(Json([])),
        _ => Err(invalid_body("client")),
    }
}

/// `PUT /system/notices/view`
async fn view_notices(_: App, _: Actor, _: Ids) -> Result<StatusOk> {
    Ok(StatusOk)
}

/// `GET /system/onboarding/complete`
async fn setup_complete(app: App, grant: SystemGrant<ManageSystem>) -> Result<Json<Fact>> {
    Ok(Json(app.setup_complete(&grant).await?))
}

/// `POST /system/onboarding/complete`
async fn complete_setup(app: App, grant: SystemGrant<SetUp>, body: RawBody) -> Result<StatusOk> {
    let given: Onboarding = decode(&body.0).map_err(|_| codes::ONBOARDING_BODY.error())?;
    app.complete_setup(&grant, given).await?;
    Ok(StatusOk)
}

/// `GET /audits`
async fn audits(app: App, grant: SystemGrant<ReadAudits>, page: Page) -> Result<Reply> {
    let found = app.audits(grant, page.offset(), page.limit()).await?;
    Ok(Reply::from(Json(found)).header("cache-control", NO_CACHE))
}

/// `GET /redirect_location`
async fn redirect_location(app: App, actor: Actor, query: Query) -> Result<Reply> {
    let address = query.get("url");
    let location = app.redirect_location(&actor, address).await?;
    Ok(Reply::from(Json(json!({ "location": location }))).header("cache-control", "max-age=21600, private"))
}

/// `GET /image`: pictures of this server are redirected to; those of others would be fetched by a proxy, which there is
/// not.
async fn image(app: App, _: Actor, query: Query) -> Result<Reply> {
    let (address, site) = (query.get("url"), &app.config.snapshot().effective.service.site_url);
    let own = !site.is_empty() && address.strip_prefix(site.as_str()).is_some_and(|rest| rest.starts_with('/'));
    let relative = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    if !own && !relative {
        return codes::IMAGE_ADDRESS.err();
    }
    Ok(Reply::new(StatusCode::FOUND, "", "").header("location", address))
}

/// `GET /license/load_metric`: how full the licence is, which allows everybody.
async fn load_metric(_: App, _: Actor) -> Result<Json<Value>> {
    Ok(Json(json!({ "load": 0 })))
}

/// `GET /trial-license/prev`: there was no trial. Clients of administrators ask it at every start.
async fn previous_trial(_: App, _: Anonymous) -> Result<Json<Value>> {
    Ok(Json(json!({ "IsLicensed": "false" })))
}

/// `POST /notifications/test`
async fn try_notification(app: App, actor: Actor) -> Result<StatusOk> {
    app.try_notification(&actor).await?;
    Ok(StatusOk)
}

/// `POST /notifications/ack`: the receipt of a push notice; none are sent yet.
async fn acknowledge(_: App, _: Actor, body: RawBody) -> Result<StatusOk> {
    let _: Map<String, Value> = decode(&body.0).map_err(|_| codes::PUSH_ACK_PARSE.error())?;
    codes::PUSH_DISABLED.err()
}
