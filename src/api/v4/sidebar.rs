//! Categories of the sidebar.

use crate::api::call::{Body, Call, FromCall, Ids, Input, Json, StatusOk};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::app::sidebar::{Whose, is_category_id};
use crate::model::errors::{Result, forbidden, invalid_body, invalid_url};
use crate::model::json::{self, Written};
use crate::model::sidebar::{Category, CategoryInput};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/users/{user_id}/teams/{team_id}/channels/categories", get_categories),
        post("/api/v4/users/{user_id}/teams/{team_id}/channels/categories", create_category),
        put("/api/v4/users/{user_id}/teams/{team_id}/channels/categories", update_categories),
        get("/api/v4/users/{user_id}/teams/{team_id}/channels/categories/order", get_order),
        put("/api/v4/users/{user_id}/teams/{team_id}/channels/categories/order", set_order),
        get("/api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}", get_category),
        put("/api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}", update_category),
        delete("/api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}", delete_category),
    ]
}

impl Input for CategoryInput {
    const NAME: &'static str = "category";
}

/// Several categories.
struct Several(Vec<CategoryInput>);

impl FromCall for Several {
    async fn from_call(call: &Call) -> Result<Self> {
        json::decode(&call.body).map(Several).map_err(|_| invalid_body("categories"))
    }
}

/// `{category_id}` of a path.
struct CategoryId(String);

impl FromCall for CategoryId {
    async fn from_call(call: &Call) -> Result<Self> {
        let id = call.param("category_id");
        if is_category_id(id) { Ok(CategoryId(id.to_owned())) } else { Err(invalid_url("category_id")) }
    }
}

/// `GET …/channels/categories`
async fn get_categories(app: App, whose: Whose) -> Result<Written> {
    app.categories(whose).await
}

/// `POST …/channels/categories`
async fn create_category(app: App, whose: Whose, Body(input): Body<CategoryInput>) -> Result<Json<Category>> {
    Ok(Json(app.create_category(whose, input).await?))
}

/// `PUT …/channels/categories`
async fn update_categories(app: App, whose: Whose, inputs: Several) -> Result<Json<Vec<Category>>> {
    Ok(Json(app.update_categories(whose, inputs.0).await?))
}

/// `GET …/channels/categories/order`
async fn get_order(app: App, whose: Whose) -> Result<Json<Vec<String>>> {
    Ok(Json(app.category_order(whose).await?))
}

/// `PUT …/channels/categories/order`
async fn set_order(app: App, whose: Whose, ids: Ids) -> Result<Json<Vec<String>>> {
    Ok(Json(app.order_categories(whose, ids.0).await?))
}

/// `GET …/channels/categories/{category_id}`
async fn get_category(app: App, whose: Whose, id: CategoryId) -> Result<Json<Category>> {
    Ok(Json(app.category(whose, id.0).await?))
}

/// `PUT …/channels/categories/{category_id}`
async fn update_category(
    app: App,
    whose: Whose,
    id: CategoryId,
    Body(input): Body<CategoryInput>,
) -> Result<Json<Category>> {
    let input = app.own_category(&whose, id.0, input).await?;
    let changed = app.update_categories(whose, vec![input]).await?;
    changed.into_iter().next().map(Json).ok_or_else(forbidden)
}

/// `DELETE …/channels/categories/{category_id}`
async fn delete_category(app: App, whose: Whose, id: CategoryId) -> Result<StatusOk> {
    app.delete_category(whose, id.0).await?;
    Ok(StatusOk)
}
