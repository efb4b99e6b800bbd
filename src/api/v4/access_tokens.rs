//! Personal access tokens.

use crate::api::call::{Body, Call, FromCall, Input, Json, Judged, Page, StatusOk, StringMapBody, TokenId};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::auth::acting::KeeperOf;
use crate::auth::credentials::{CreateTokens, HoldToken, ReadTokens, RevokeTokens};
use crate::auth::system::ManageSystem;
use crate::auth::{SystemGrant, UserGrant};
use crate::model::errors::{Result, invalid_body};
use crate::model::sessions::{UserAccessToken, UserAccessTokenInput};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/users/tokens", all_tokens),
        post("/api/v4/users/tokens/search", search_tokens),
        post("/api/v4/users/tokens/revoke", revoke_token).on_record(),
        post("/api/v4/users/tokens/disable", disable_token).on_record(),
        post("/api/v4/users/tokens/enable", enable_token).on_record(),
        get("/api/v4/users/tokens/{token_id}", get_token),
        get("/api/v4/users/{user_id}/tokens", tokens_of),
        post("/api/v4/users/{user_id}/tokens", create_token).on_record(),
    ]
}

impl Input for UserAccessTokenInput {
    const NAME: &'static str = "user_access_token";
}

/// The body of a search.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Search {
    term: String,
}

impl Input for Search {
    const NAME: &'static str = "user_access_token_search";
}

/// What a token is for, which must be said.
struct Description(String);

impl FromCall for Description {
    async fn from_call(call: &Call) -> Result<Self> {
        let Body(UserAccessTokenInput { description }) = Body::from_call(call).await?;
        if description.is_empty() { Err(invalid_body("description")) } else { Ok(Description(description)) }
    }
}

/// `POST /users/{user_id}/tokens`
async fn create_token(
    app: App,
    Judged(Description(text), (holder, grant)): Judged<Description, (UserGrant<HoldToken>, SystemGrant<CreateTokens>)>,
) -> Result<Json<UserAccessToken>> {
    Ok(Json(app.create_access_token(&grant, holder, text).await?))
}

/// `GET /users/{user_id}/tokens`
async fn tokens_of(
    app: App,
    (grant, KeeperOf(acting)): (SystemGrant<ReadTokens>, KeeperOf),
    page: Page,
) -> Result<Json<Vec<UserAccessToken>>> {
    Ok(Json(app.access_tokens_of(&grant, acting, page.offset(), page.limit()).await?))
}

/// `GET /users/tokens`
async fn all_tokens(app: App, grant: SystemGrant<ManageSystem>, page: Page) -> Result<Json<Vec<UserAccessToken>>> {
    Ok(Json(app.all_access_tokens(grant, page.offset(), page.limit()).await?))
}

/// `POST /users/tokens/search`
async fn search_tokens(
    app: App,
    grant: SystemGrant<ManageSystem>,
    Body(search): Body<Search>,
) -> Result<Json<Vec<UserAccessToken>>> {
    Ok(Json(app.search_access_tokens(grant, &search.term).await?))
}

/// `GET /users/tokens/{token_id}`
async fn get_token(app: App, grant: SystemGrant<ReadTokens>, TokenId(id): TokenId) -> Result<Json<UserAccessToken>> {
    Ok(Json(app.access_token(grant, id).await?))
}

/// `POST /users/tokens/revoke`
async fn revoke_token(app: App, grant: SystemGrant<RevokeTokens>, body: StringMapBody) -> Result<StatusOk> {
    app.revoke_access_token(grant, body.get("token_id")).await?;
    Ok(StatusOk)
}

/// `POST /users/tokens/disable`
async fn disable_token(app: App, grant: SystemGrant<RevokeTokens>, body: StringMapBody) -> Result<StatusOk> {
    app.disable_access_token(grant, body.get("token_id")).await?;
    Ok(StatusOk)
}

/// `POST /users/tokens/enable`
async fn enable_token(app: App, grant: SystemGrant<CreateTokens>, body: StringMapBody) -> Result<StatusOk> {
    app.enable_access_token(grant, body.get("token_id")).await?;
    Ok(StatusOk)
}
