//! Applications that people log in to with their account here.

use crate::api::call::{Body, Call, Created, FromCall, Input, Json, Page, StatusOk};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::auth::integrations::{ListApps, ReadApp};
use crate::auth::users::ActAs;
use crate::auth::{Actor, SystemGrant, UserGrant};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::integrations::OAuthApp;
use crate::model::oauth::OAuthAppInput;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/oauth/apps", list_apps),
        post("/api/v4/oauth/apps", create_app),
        get("/api/v4/oauth/apps/{app_id}", get_app),
        put("/api/v4/oauth/apps/{app_id}", update_app),
        delete("/api/v4/oauth/apps/{app_id}", delete_app),
        post("/api/v4/oauth/apps/{app_id}/regen_secret", renew_secret),
        get("/api/v4/oauth/apps/{app_id}/info", get_app_info),
        get("/api/v4/users/{user_id}/oauth/apps/authorized", list_authorized),
    ]
}

/// `{app_id}`
struct AppParam(Id);

impl FromCall for AppParam {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(AppParam(call.id_param("app_id")?))
    }
}

/// `GET /oauth/apps`
async fn list_apps(app: App, grant: SystemGrant<ListApps>, page: Page) -> Result<Json<Vec<OAuthApp>>> {
    Ok(Json(app.oauth_apps(&grant, (page.offset(), page.limit())).await?))
}

/// `GET /oauth/apps/{app_id}`
async fn get_app(app: App, actor: Actor, id: AppParam) -> Result<Json<OAuthApp>> {
    let grant: SystemGrant<ReadApp> = app.auth.system(actor)?;
    Ok(Json(app.oauth_app(&grant, id.0).await?))
}

/// `GET /oauth/apps/{app_id}/info`
async fn get_app_info(app: App, actor: Actor, id: AppParam) -> Result<Json<OAuthApp>> {
    Ok(Json(app.oauth_app_info(&actor, id.0).await?))
}

/// `GET /users/{user_id}/oauth/apps/authorized`
async fn list_authorized(app: App, grant: UserGrant<ActAs>, page: Page) -> Result<Json<Vec<OAuthApp>>> {
    Ok(Json(app.authorized_apps(&grant, (page.offset(), page.limit())).await?))
}

impl Input for OAuthAppInput {
    const NAME: &'static str = "oauth_app";
}

/// `POST /oauth/apps`
async fn create_app(app: App, actor: Actor, Body(input): Body<OAuthAppInput>) -> Result<Created<OAuthApp>> {
    let grant: SystemGrant<ReadApp> = app.auth.system(actor)?;
    Ok(Created(app.create_oauth_app(&grant, input).await?))
}

/// `PUT /oauth/apps/{app_id}`
async fn update_app(
    app: App,
    grant: SystemGrant<ReadApp>,
    id: AppParam,
    Body(input): Body<OAuthAppInput>,
) -> Result<Json<OAuthApp>> {
    Ok(Json(app.update_oauth_app(&grant, id.0, input).await?))
}

/// `DELETE /oauth/apps/{app_id}`
async fn delete_app(app: App, grant: SystemGrant<ReadApp>, id: AppParam) -> Result<StatusOk> {
    app.delete_oauth_app(&grant, id.0).await?;
    Ok(StatusOk)
}

/// `POST /oauth/apps/{app_id}/regen_secret`
async fn renew_secret(app: App, grant: SystemGrant<ReadApp>, id: AppParam) -> Result<Json<OAuthApp>> {
    Ok(Json(app.renew_app_secret(&grant, id.0).await?))
}
