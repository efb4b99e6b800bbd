//! The directory, for administrators.

use actix_web::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::call::{Call, FromCall, Json, Page, Query, RawBody, Reply, StatusOk, UserId};
use crate::api::routes::{Route, delete, get, post};
use crate::app::App;
use crate::app::ldap::{Diagnosis, DirectoryGroupSearch, Finding};
use crate::auth::SystemGrant;
use crate::auth::groups::{InspectGroups, LinkGroups, PutIntoPlaces};
use crate::auth::system::{SyncLdap, TestLdap};
use crate::model::errors::{Result, invalid_body, invalid_url, users as codes};
use crate::model::json::decode;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/ldap/groups", groups),
        post("/api/v4/ldap/groups/{remote_id}/link", link_group),
        delete("/api/v4/ldap/groups/{remote_id}/link", unlink_group),
        post("/api/v4/ldap/users/{user_id}/group_sync_memberships", put_into_places),
        post("/api/v4/ldap/sync", sync),
        post("/api/v4/ldap/test", test),
        post("/api/v4/ldap/test_connection", test_connection),
        post("/api/v4/ldap/test_diagnostics", test_diagnostics),
    ]
}

/// The settings of a directory that are to be tried.
#[derive(Deserialize)]
#[serde(transparent)]
struct LdapSettingsBody(Value);

/// `{remote_id}` of a path: what the directory calls a group.
struct RemoteId(String);

impl FromCall for RemoteId {
    async fn from_call(call: &Call) -> Result<Self> {
        match call.param("remote_id") {
            "" => Err(invalid_url("remote_id")),
            id => Ok(RemoteId(id.to_owned())),
        }
    }
}

impl FromCall for DirectoryGroupSearch {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let page = Page::of(&query);
        let switch = |name: &str| if query.is_off(name) { Some(false) } else { query.flag(name).then_some(true) };
        let whole = |number: i64| usize::try_from(number).unwrap_or_default();
        Ok(DirectoryGroupSearch {
            term: query.get("q").to_owned(),
            linked: switch("is_linked"),
            configured: switch("is_configured"),
            offset: whole(page.offset()),
            limit: whole(page.limit()),
        })
    }
}

/// `GET /ldap/groups`
async fn groups(app: App, grant: SystemGrant<InspectGroups>, search: DirectoryGroupSearch) -> Result<Json<Value>> {
    let (groups, count) = app.directory_groups(grant, search).await?;
    Ok(Json(json!({ "count": count, "groups": groups })))
}

/// `POST /ldap/groups/{remote_id}/link`: 201 the first time, 200 afterwards
async fn link_group(app: App, grant: SystemGrant<LinkGroups>, RemoteId(id): RemoteId) -> Result<Reply> {
    let (group, is_new) = app.link_directory_group(grant, &id).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Reply::json(status, &group))
}

/// `DELETE /ldap/groups/{remote_id}/link`
async fn unlink_group(app: App, grant: SystemGrant<LinkGroups>, RemoteId(id): RemoteId) -> Result<StatusOk> {
    app.unlink_directory_group(grant, &id).await?;
    Ok(StatusOk)
}

/// `POST /ldap/users/{user_id}/group_sync_memberships`
async fn put_into_places(app: App, grant: SystemGrant<PutIntoPlaces>, UserId(user): UserId) -> Result<StatusOk> {
    app.put_into_places(grant, user).await?;
    Ok(StatusOk)
}

/// What a synchronisation is ordered with; a body that is none says nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct SyncOrder {
    include_removed_members: bool,
}

/// `POST /ldap/sync`: the synchronisation begins soon; the job says what came of it.
async fn sync(app: App, grant: SystemGrant<SyncLdap>, body: RawBody) -> Result<StatusOk> {
    let order: SyncOrder = decode(&body.0).unwrap_or_default();
    app.order_ldap_sync(&grant, order.include_removed_members).await?;
    Ok(StatusOk)
}

/// `POST /ldap/test`: with the settings in force.
async fn test(app: App, grant: SystemGrant<TestLdap>) -> Result<StatusOk> {
    app.test_ldap(&grant).await?;
    Ok(StatusOk)
}

/// `POST /ldap/test_connection`: with the settings of the body, which need not be saved yet.
async fn test_connection(app: App, grant: SystemGrant<TestLdap>, body: RawBody) -> Result<StatusOk> {
    let settings: LdapSettingsBody = decode(&body.0).map_err(|_| invalid_body("ldap_settings"))?;
    app.test_ldap_with(&grant, settings.0).await?;
    Ok(StatusOk)
}

/// `POST /ldap/test_diagnostics?test=`: what the settings of the body find.
async fn test_diagnostics(
    app: App,
    grant: SystemGrant<TestLdap>,
    query: Query,
    body: RawBody,
) -> Result<Json<Vec<Finding>>> {
    let what = Diagnosis::parse(query.get("test")).ok_or(codes::LDAP_TEST_TYPE)?;
    let settings: LdapSettingsBody = decode(&body.0).map_err(|_| invalid_body("ldap_settings"))?;
    Ok(Json(app.diagnose_ldap(&grant, what, settings.0).await?))
}
