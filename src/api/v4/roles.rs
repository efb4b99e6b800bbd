//! Roles.

use serde_json::Value;

use crate::api::call::{Body, Call, FromCall, Ids, Input, Json, RoleId};
use crate::api::routes::{Route, get, post, put};
use crate::app::App;
use crate::auth::system::ManageSystem;
use crate::auth::{Actor, SystemGrant};
use crate::model::errors::{Result, context};
use crate::model::permissions::Permission;
use crate::model::roles::{Role, RolePatch, is_valid_name};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/roles", all_roles),
        get("/api/v4/roles/{role_id}", role),
        get("/api/v4/roles/name/{role_name}", role_by_name),
        post("/api/v4/roles/names", roles_by_names).trusted(),
        put("/api/v4/roles/{role_id}/patch", patch_role),
        post("/api/v4/permissions/ancillary", with_ancillary),
    ]
}

impl Input for RolePatch {
    const NAME: &'static str = "role";
}

/// `{role_name}`; a path with anything else in its place is none of the reference's.
struct RoleName(String);

impl FromCall for RoleName {
    async fn from_call(call: &Call) -> Result<Self> {
        let name = call.param("role_name");
        if is_valid_name(name) { Ok(RoleName(name.to_owned())) } else { context::NOT_FOUND.err() }
    }
}

/// `GET /roles`
async fn all_roles(app: App, grant: SystemGrant<ManageSystem>) -> Result<Json<Vec<Role>>> {
    Ok(Json(app.all_roles(grant).await?))
}

/// `GET /roles/{role_id}`
async fn role(app: App, actor: Actor, id: RoleId) -> Result<Json<Role>> {
    Ok(Json(app.role(&actor, id.0).await?))
}

/// `GET /roles/name/{role_name}`
async fn role_by_name(app: App, actor: Actor, name: RoleName) -> Result<Json<Role>> {
    Ok(Json(app.role_by_name(&actor, &name.0).await?))
}

/// `POST /roles/names`; `null` when none is known, which is how clients know it.
async fn roles_by_names(app: App, actor: Actor, names: Ids) -> Result<Json<Value>> {
    let found = app.roles_by_names(&actor, names.0).await?;
    Ok(Json(if found.is_empty() { Value::Null } else { serde_json::json!(found) }))
}

/// `PUT /roles/{role_id}/patch`
async fn patch_role(app: App, actor: Actor, id: RoleId, Body(patch): Body<RolePatch>) -> Result<Json<Role>> {
    Ok(Json(app.patch_role(actor, id.0, patch).await?))
}

/// `POST /permissions/ancillary`: the permissions that are named, and those that come with them.
async fn with_ancillary(_: App, _: Actor, names: Ids) -> Result<Json<Vec<String>>> {
    if names.0.is_empty() {
        return context::PAYLOAD_PARSE.err();
    }
    let known = names.0.iter().filter_map(|name| Permission::parse(name));
    let others: Vec<String> = known.flat_map(|p| p.ancillary()).map(|p| p.id().to_owned()).collect();
    Ok(Json([names.0, others].concat()))
}
