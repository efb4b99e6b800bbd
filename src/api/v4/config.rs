//! Settings: administrators read and change them, clients are told what concerns them.

use serde_json::Value;

use crate::api::call::{Call, FromCall, Json, Query, Raw, Reply, StatusOk, Visitor};
use crate::api::routes::{Route, get, post, put};
use crate::app::App;
use crate::auth::system::{ReadConfig, ReloadConfig, WriteConfig};
use crate::auth::{Actor, SystemGrant};
use crate::config::access::{remove_defaults, remove_masked};
use crate::config::is_config;
use crate::model::access_log::Origin;
use crate::model::errors::{Result, invalid_body, system as codes};
use crate::model::json;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/config", get_config),
        put("/api/v4/config", update_config),
        put("/api/v4/config/patch", patch_config),
        post("/api/v4/config/reload", reload_config),
        get("/api/v4/config/environment", get_environment),
        get("/api/v4/config/client", get_client_config),
        get("/api/v4/license/client", get_client_license),
    ]
}

/// `GET /config`
async fn get_config(app: App, grant: SystemGrant<ReadConfig>, query: Query) -> Result<Reply> {
    let mut shown = app.shown_config(&grant);
    if query.flag("remove_masked") {
        remove_masked(&mut shown);
    }
    if query.flag("remove_defaults") {
        remove_defaults(&mut shown);
    }
    Ok(uncached(shown))
}

/// `PUT /config`
async fn update_config(app: App, actor: Actor, body: Settings, origin: Origin) -> Result<Reply> {
    let grant: SystemGrant<WriteConfig> = app.auth.system(actor)?;
    Ok(uncached(app.replace_config(grant, body.0, &origin).await?))
}

/// `PUT /config/patch`
async fn patch_config(app: App, actor: Actor, body: Settings, origin: Origin) -> Result<Reply> {
    let grant: SystemGrant<WriteConfig> = app.auth.system(actor)?;
    Ok(uncached(app.patch_config(grant, body.0, &origin).await?))
}

/// `POST /config/reload`
async fn reload_config(app: App, grant: SystemGrant<ReloadConfig>, origin: Origin) -> Result<Reply> {
    app.reload_config(grant, &origin).await?;
    Ok(Reply::from(StatusOk).header("cache-control", NO_CACHE))
}

/// `GET /config/environment`
async fn get_environment(app: App, actor: Actor) -> Result<Reply> {
    Ok(uncached(app.shown_overrides(&actor)))
}

/// `GET /config/client`
async fn get_client_config(app: App, visitor: Visitor) -> Result<Raw> {
    Ok(Raw(app.client_config(visitor.0.as_ref())))
}

/// `GET /license/client`
async fn get_client_license(app: App, visitor: Visitor, query: Query) -> Result<Raw> {
    match query.get("format") {
        "old" => Ok(Raw(app.client_license(visitor.0.as_ref()))),
        "" => codes::LICENSE_FORMAT.err(),
        _ => Err(invalid_body("format")),
    }
}

/// For what must not be kept by anybody on the way.
pub(super) const NO_CACHE: &str = "no-cache, no-store, must-revalidate";

fn uncached(shown: Value) -> Reply {
    Reply::from(Json(shown)).header("cache-control", NO_CACHE)
}

/// Settings in a body. One that is none is refused before the permission is looked at.
struct Settings(Value);

impl FromCall for Settings {
    async fn from_call(call: &Call) -> Result<Self> {
        let body = json::decode(&call.body).map_err(|_| invalid_body("config"))?;
        if is_config(&body) { Ok(Settings(body)) } else { Err(invalid_body("config")) }
    }
}
