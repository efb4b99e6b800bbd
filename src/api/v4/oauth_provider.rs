//! OAuth 2.0: consent, tokens, and what other programs are told of this server. Outside `/api/v4`.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::api::call::{Anonymous, Body, Call, FromCall, Input, Json, Query, Reply, StatusOk, StringMapBody, Visitor};
use crate::api::error_page::error_page;
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::oauth::Consent;
use crate::auth::Actor;
use crate::model::Id;
use crate::model::errors::{Result, invalid_body};
use crate::model::json;
use crate::model::oauth::{AuthorizeRequest, Registration, TokenRequest};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/.well-known/oauth-authorization-server", get_metadata),
        get("/oauth/authorize", show_consent).trusted(),
        post("/oauth/authorize", authorize),
        post("/oauth/deauthorize", deauthorize),
        post("/oauth/access_token", give_token).trusted(),
        post("/api/v4/oauth/apps/register", register),
    ]
}

/// `GET /.well-known/oauth-authorization-server`
async fn get_metadata(app: App, _: Anonymous) -> Result<Reply> {
    Ok(match app.authorization_server() {
        Ok(facts) => Json(facts).into(),
        Err(error) => error_page(&error, None),
    })
}

/// What an application asks, in the address of the page; and that address.
struct Asked {
    request: AuthorizeRequest,
    address: String,
}

impl FromCall for Asked {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let text = |name: &str| query.get(name).to_owned();
        let request = AuthorizeRequest {
            response_type: text("response_type"),
            client_id: text("client_id"),
            redirect_uri: text("redirect_uri"),
            scope: text("scope"),
            state: text("state"),
            code_challenge: text("code_challenge"),
            code_challenge_method: text("code_challenge_method"),
            resource: text("resource"),
        };
        let address = call.request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        Ok(Asked { request, address })
    }
}

/// `GET /oauth/authorize`. Where somebody is asked, the answer is empty: the web client's page stands in its place.
async fn show_consent(app: App, visitor: Visitor, asked: Asked) -> Result<Reply> {
    let actor = visitor.0;
    if let Some(actor) = &actor {
        app.check_mfa(actor, "/oauth/authorize")?;
    }
    let to = |place: &str| Reply::new(StatusCode::FOUND, "", "").header("location", place);
    Ok(match app.consent_page(actor.as_ref(), asked.request).await {
        Ok(Consent::Ask) => Reply::new(StatusCode::OK, "", ""),
        Ok(Consent::Given(place)) => to(&place),
        Ok(Consent::LogIn) => {
            let site = app.config.snapshot().effective.service.site_url.trim_end_matches('/').to_owned();
            let back: String = form_urlencoded::byte_serialize(asked.address.as_bytes()).collect();
            to(&format!("{site}/login?redirect_to={back}"))
        }
        Err(error) if error.status < 500 || error.status == 501 => error_page(&error, None),
        Err(error) => return Err(error),
    })
}

impl Input for AuthorizeRequest {
    const NAME: &'static str = "authorize_request";
}

/// The body of a consent; `null` is none.
struct Consented(AuthorizeRequest);

impl FromCall for Consented {
    async fn from_call(call: &Call) -> Result<Self> {
        if call.body.trim_ascii() == b"null" {
            return Err(invalid_body(AuthorizeRequest::NAME));
        }
        Body::from_call(call).await.map(|Body(request)| Consented(request))
    }
}

/// `POST /oauth/authorize`
async fn authorize(app: App, actor: Actor, request: Consented) -> Result<Json<Value>> {
    Ok(Json(json!({"redirect": app.authorize_app(&actor, request.0).await?})))
}

/// `POST /oauth/deauthorize`
async fn deauthorize(app: App, actor: Actor, body: StringMapBody) -> Result<StatusOk> {
    let client = Id::parse(body.get("client_id")).ok_or_else(|| invalid_body("client_id"))?;
    app.deauthorize_app(&actor, client).await?;
    Ok(StatusOk)
}

impl FromCall for TokenRequest {
    /// A form, in the body or in the address.
    async fn from_call(call: &Call) -> Result<Self> {
        let body = Query::parse(&String::from_utf8_lossy(&call.body));
        let query = Query::from_call(call).await?;
        let text = |name: &str| match body.get(name) {
            "" => query.get(name).to_owned(),
            text => text.to_owned(),
        };
        Ok(TokenRequest {
            grant_type: text("grant_type"),
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            code: text("code"),
            code_verifier: text("code_verifier"),
            redirect_uri: text("redirect_uri"),
            refresh_token: text("refresh_token"),
            resource: text("resource"),
        })
    }
}

/// `POST /oauth/access_token`: the application shows by its secret, or by PKCE, that it is it.
async fn give_token(app: App, _: Anonymous, request: TokenRequest) -> Result<Reply> {
    let answer = app.give_access(request).await?;
    Ok(Reply::from(Json(answer)).header("cache-control", "no-store").header("pragma", "no-cache"))
}

/// What an application says of itself, unless it can't be read, and where it calls from.
struct Registering(Option<Registration>, String);

impl FromCall for Registering {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Registering(json::decode(&call.body).ok(), call.ip_address()))
    }
}

/// `POST /oauth/apps/register`: open to the world where the settings let applications register themselves.
async fn register(app: App, _: Anonymous, registering: Registering) -> Result<Reply> {
    Ok(match app.register_app(registering.0, &registering.1).await? {
        Ok(registered) => Reply::json(StatusCode::CREATED, &registered),
        Err(refused) if refused.too_often => Reply::json(StatusCode::TOO_MANY_REQUESTS, &refused),
        Err(refused) => Reply::json(StatusCode::BAD_REQUEST, &refused),
    })
}
