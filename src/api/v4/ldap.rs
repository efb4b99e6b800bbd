//! The directory, for administrators.

use serde::Deserialize;
use serde_json::Value;

use crate::api::call::{Json, Query, RawBody, StatusOk};
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::app::ldap::{Diagnosis, Finding};
use crate::auth::SystemGrant;
use crate::auth::system::{SyncLdap, TestLdap};
use crate::model::errors::{Result, invalid_body, users as codes};
use crate::model::json::decode;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
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

/// `POST /ldap/sync`: the synchronisation begins soon; the job says what came of it.
async fn sync(app: App, grant: SystemGrant<SyncLdap>) -> Result<StatusOk> {
    app.order_ldap_sync(&grant).await?;
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
