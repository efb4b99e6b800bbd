//! Plugins are programs for the reference server: there are none here, and every operation says so.

use crate::api::call::{Anonymous, Json, StatusOk};
use crate::api::routes::{Route, delete, get, post};
use crate::app::App;
use crate::app::system::Fact;
use crate::auth::system::ManageSystem;
use crate::auth::{Actor, SystemGrant};
use crate::model::errors::{Result, system as codes};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    let refusals = vec![
        get("/api/v4/plugins", disabled),
        post("/api/v4/plugins", upload).reads_body(),
        post("/api/v4/plugins/install_from_url", disabled),
        get("/api/v4/plugins/statuses", disabled),
        get("/api/v4/plugins/marketplace", disabled),
        post("/api/v4/plugins/marketplace", disabled),
        delete("/api/v4/plugins/{plugin_id}", disabled),
        post("/api/v4/plugins/{plugin_id}/enable", disabled),
        post("/api/v4/plugins/{plugin_id}/disable", disabled),
    ];
    let mut routes: Vec<Route> = refusals.into_iter().map(Route::unserved).collect();
    routes.push(get("/api/v4/plugins/webapp", for_everybody));
    routes.push(get(FIRST_VISIT, first_visit));
    routes.push(post(FIRST_VISIT, note_first_visit));
    routes
}

const FIRST_VISIT: &str = "/api/v4/plugins/marketplace/first_admin_visit";

/// `GET /plugins/webapp`: what plugins bring into the web app, which asks for it at its start where the settings have
/// plugins switched on: nothing.
async fn for_everybody(app: App, _: Anonymous) -> Result<Json<[(); 0]>> {
    if app.config.snapshot().effective.plugin.enable { Ok(Json([])) } else { codes::PLUGINS_DISABLED.err() }
}

async fn disabled(_: App, _: Actor) -> Result<StatusOk> {
    codes::PLUGINS_DISABLED.err()
}

/// `POST /plugins`
async fn upload(_: App, _: Actor) -> Result<StatusOk> {
    codes::PLUGIN_UPLOAD_DISABLED.err()
}

/// `GET /plugins/marketplace/first_admin_visit`: clients of administrators ask it at every start.
async fn first_visit(app: App, grant: SystemGrant<ManageSystem>) -> Result<Json<Fact>> {
    Ok(Json(app.first_marketplace_visit(&grant).await?))
}

/// `POST /plugins/marketplace/first_admin_visit`
async fn note_first_visit(app: App, grant: SystemGrant<ManageSystem>) -> Result<StatusOk> {
    app.note_marketplace_visit(&grant).await?;
    Ok(StatusOk)
}
