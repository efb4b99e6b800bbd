//! Preferences.

use crate::api::call::{Body, Call, FromCall, Input, Json, Raw, StatusOk, UserParam};
use crate::api::routes::{Route, get, post, put};
use crate::app::App;
use crate::auth::users::{EditOwn, ReadOwn};
use crate::auth::{Actor, UserGrant};
use crate::model::errors::{Result, invalid_url};
use crate::model::preferences::Preference;
use crate::model::text::is_slug;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/users/{user_id}/preferences", get_preferences),
        put("/api/v4/users/{user_id}/preferences", save_preferences),
        post("/api/v4/users/{user_id}/preferences/delete", delete_preferences),
        get("/api/v4/users/{user_id}/preferences/{category}", get_category),
        get("/api/v4/users/{user_id}/preferences/{category}/name/{preference_name}", get_preference),
    ]
}

impl Input for Vec<Preference> {
    const NAME: &'static str = "preferences";
}

/// What the path names. Judged before the caller is, unlike elsewhere (golden `users/preferences-refusals`), so that it
/// needs an actor and not yet a grant.
struct Place {
    user: UserParam,
    category: String,
    name: String,
}

impl FromCall for Place {
    async fn from_call(call: &Call) -> Result<Self> {
        let user = UserParam::from_call(call).await?;
        for part in ["category", "preference_name"] {
            let named = call.params.iter().any(|(name, _)| *name == part);
            if named && !is_slug(call.param(part)) {
                return Err(invalid_url(part));
            }
        }
        Ok(Place { user, category: call.param("category").to_owned(), name: call.param("preference_name").to_owned() })
    }
}

/// `GET /users/{user_id}/preferences`
async fn get_preferences(app: App, grant: UserGrant<ReadOwn>) -> Result<Raw> {
    Ok(Raw(app.preferences(grant).await?))
}

/// `GET /users/{user_id}/preferences/{category}`
async fn get_category(app: App, actor: Actor, place: Place) -> Result<Json<Vec<Preference>>> {
    let user = place.user.of(&actor);
    let grant = app.auth.user::<ReadOwn>(actor, user).await?;
    Ok(Json(app.preferences_of_category(grant, place.category).await?))
}

/// `GET /users/{user_id}/preferences/{category}/name/{preference_name}`
async fn get_preference(app: App, actor: Actor, place: Place) -> Result<Json<Preference>> {
    let user = place.user.of(&actor);
    let grant = app.auth.user::<ReadOwn>(actor, user).await?;
    Ok(Json(app.preference(grant, place.category, place.name).await?))
}

/// `PUT /users/{user_id}/preferences`
async fn save_preferences(app: App, grant: UserGrant<EditOwn>, body: Body<Vec<Preference>>) -> Result<StatusOk> {
    app.save_preferences(grant, body.0).await?;
    Ok(StatusOk)
}

/// `POST /users/{user_id}/preferences/delete`
async fn delete_preferences(app: App, grant: UserGrant<EditOwn>, body: Body<Vec<Preference>>) -> Result<StatusOk> {
    app.delete_preferences(grant, body.0).await?;
    Ok(StatusOk)
}
