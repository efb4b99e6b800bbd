//! Permission schemes, which are not built: none can be made, and those of an adopted database have no effect yet.

use actix_web::http::Method;
use serde_json::Value;

use crate::api::call::{Json, Query, SchemeId, StatusOk};
use crate::api::routes::{Route, get, refused};
use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::{ReadSchemeChannels, ReadSchemeTeams, ReadSchemes, WriteSchemes};
use crate::model::errors::{Result, invalid_body, roles as codes};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/schemes", schemes).unserved(),
        get("/api/v4/schemes/{scheme_id}", scheme).unserved(),
        get("/api/v4/schemes/{scheme_id}/teams", teams).unserved(),
        get("/api/v4/schemes/{scheme_id}/channels", channels).unserved(),
        refused::<SystemGrant<WriteSchemes>>(Method::POST, "/api/v4/schemes"),
        refused::<SystemGrant<WriteSchemes>>(Method::DELETE, "/api/v4/schemes/{scheme_id}"),
        refused::<SystemGrant<WriteSchemes>>(Method::PUT, "/api/v4/schemes/{scheme_id}/patch"),
    ]
}

/// `GET /schemes`
async fn schemes(_: App, _: SystemGrant<ReadSchemes>, query: Query) -> Result<Json<[Value; 0]>> {
    match query.get("scope") {
        "" | "team" | "channel" | "playbook" | "run" => Ok(Json([])),
        _ => Err(invalid_body("scope")),
    }
}

/// `GET /schemes/{scheme_id}`
async fn scheme(_: App, _: SystemGrant<ReadSchemes>, _: SchemeId) -> Result<StatusOk> {
    codes::SCHEME_NOT_FOUND.err()
}

/// `GET /schemes/{scheme_id}/teams`
async fn teams(_: App, _: SystemGrant<ReadSchemeTeams>, _: SchemeId) -> Result<StatusOk> {
    codes::SCHEME_NOT_FOUND.err()
}

/// `GET /schemes/{scheme_id}/channels`
async fn channels(_: App, _: SystemGrant<ReadSchemeChannels>, _: SchemeId) -> Result<StatusOk> {
    codes::SCHEME_NOT_FOUND.err()
}
