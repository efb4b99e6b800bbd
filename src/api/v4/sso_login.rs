//! Single sign-on: to a provider and back (auth.md §10). Opened in browsers, so refusals are pages.

use actix_web::http::StatusCode;
use form_urlencoded::Serializer;

use crate::api::call::{Anonymous, Call, FromCall, Reply};
use crate::api::cookies::{self, Jar};
use crate::api::error_page::{Onward, error_page, page};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::sessions::Origin;
use crate::app::single_sign_on::{Arrival, Journey, Purpose, Wish};
use crate::model::errors::{AppError, Result, single_sign_on as codes};
use crate::model::sessions::{Session, props};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/oauth/{service}/login", log_in).trusted(),
        get("/oauth/{service}/signup", log_in).trusted(),
        get("/oauth/{service}/mobile_login", log_in_to_app).trusted(),
        get("/signup/{service}/complete", come_back).trusted(),
        get("/login/{service}/complete", come_back).trusted(),
        get("/oauth/{service}/complete", come_back).trusted(),
        get("/api/v3/oauth/{service}/complete", come_back).trusted(),
        get("/login/sso/saml", refuse_saml).unserved(),
        post("/login/sso/saml", refuse_saml).trusted().unserved(),
    ]
}

/// Which provider, and what for.
struct Going {
    service: String,
    wish: Wish,
}

impl FromCall for Going {
    async fn from_call(call: &Call) -> Result<Self> {
        let wish = Wish {
            purpose: Purpose::Login,
            redirect_to: call.query("redirect_to"),
            login_hint: call.query("login_hint"),
            invite_token: call.query("t"),
            invite_id: call.query("id"),
            desktop_token: call.query("desktop_token"),
        };
        Ok(Going { service: call.param("service").to_owned(), wish })
    }
}

/// What a provider sends somebody back with.
struct Coming {
    service: String,
    code: String,
    state: String,
    error: String,
    cookie: String,
}

impl FromCall for Coming {
    async fn from_call(call: &Call) -> Result<Self> {
        let cookie = call.request.cookie(cookies::SIGN_IN).map(|cookie| cookie.value().to_owned());
        Ok(Coming {
            service: call.param("service").to_owned(),
            code: call.query("code"),
            state: call.query("state"),
            error: call.query("error"),
            cookie: cookie.unwrap_or_default(),
        })
    }
}

/// `GET /oauth/{service}/login` and `/signup`, which differ no more.
async fn log_in(app: App, _: Anonymous, going: Going, jar: Jar) -> Result<Reply> {
    Ok(depart(&app, &going.service, going.wish, jar).await)
}

/// `GET /oauth/{service}/mobile_login`
async fn log_in_to_app(app: App, _: Anonymous, going: Going, jar: Jar) -> Result<Reply> {
    let wish = Wish { purpose: Purpose::Mobile, desktop_token: String::new(), ..going.wish };
    Ok(depart(&app, &going.service, wish, jar).await)
}

/// `GET` and `POST /login/sso/saml`: there is no SAML here.
async fn refuse_saml(app: App, _: Anonymous) -> Result<Reply> {
    Ok(refused(&app, &codes::UNSUPPORTED.with(&[&"SAML"])))
}

async fn depart(app: &App, service: &str, wish: Wish, jar: Jar) -> Reply {
    match app.begin_sign_in(service, wish).await {
        Ok(departure) => {
            let settings = app.config.snapshot();
            redirect(StatusCode::FOUND, &departure.address).cookie(&jar.sign_in(&settings.effective, departure.cookie))
        }
        Err(error) => refused(app, &error),
    }
}

/// `GET /signup/{service}/complete` and its other names
async fn come_back(app: App, _: Anonymous, coming: Coming, origin: Origin, jar: Jar) -> Result<Reply> {
    let Coming { service, code, state, error, cookie } = coming;
    let journey = match app.journey(&service, &state, &cookie).await {
        Ok(journey) => journey,
        Err(error) => return Ok(refused(&app, &error)),
    };
    if !error.is_empty() || code.is_empty() {
        let kind = if error.is_empty() { "oauth_missing_code" } else { "oauth_access_denied" };
        return Ok(not_granted(&app, &journey, &service, kind));
    }
    Ok(match app.arrive(&journey, &code, origin).await {
        Ok(arrival) => arrived(&app, &journey, arrival, jar),
        Err(error) => failed(&app, &journey, &error),
    })
}

fn arrived(app: &App, journey: &Journey, arrival: Arrival, jar: Jar) -> Reply {
    match arrival {
        Arrival::Browser(logged_in) => jar.with_session(to_site(app, &journey.redirect_to), app, &logged_in.session),
        Arrival::Mobile(logged_in) => {
            let place = with_session(app, &journey.redirect_to, &logged_in.session);
            let onward = Onward { address: &place, words: "Open the app", hurries: true };
            page(StatusCode::OK, "You are logged in. The app opens in a moment.", Some(onward))
        }
        Arrival::Desktop { client_token, server_token } => {
            let mut query = Serializer::new(String::new());
            query.append_pair("client_token", &client_token).append_pair("server_token", &server_token);
            query.append_pair("redirect_to", &journey.redirect_to);
            if client_token.starts_with("dev-") {
                query.append_pair("isDesktopDev", "true");
            }
            to_site(app, &format!("/login/desktop?{}", query.finish()))
        }
        Arrival::Switched => to_site(app, "/login?extra=signin_change"),
    }
}

/// Somebody did not let the provider tell us who they are, or it did not want to.
fn not_granted(app: &App, journey: &Journey, service: &str, kind: &str) -> Reply {
    match journey.purpose {
        Purpose::Mobile => failed(app, journey, &codes::NOT_GRANTED.error()),
        _ => to_site(app, &format!("/error?type={kind}&service={service}")),
    }
}

/// Refuses somebody on a journey, and leads them back to where they came from.
fn failed(app: &App, journey: &Journey, error: &AppError) -> Reply {
    match journey.purpose {
        Purpose::Mobile => {
            let onward = Onward { address: &journey.redirect_to, words: "Back to the app", hurries: false };
            error_page(error, Some(onward))
        }
        _ => refused(app, error),
    }
}

fn refused(app: &App, error: &AppError) -> Reply {
    if let Some(cause) = error.cause.as_ref().filter(|_| error.status >= 500) {
        tracing::error!(%cause, "a log-in by a provider failed");
    }
    let login = format!("{}/login", base(app));
    error_page(error, Some(Onward { address: &login, words: "Back to the log-in", hurries: false }))
}

/// The app's address with the session, as it reads it.
fn with_session(app: &App, address: &str, session: &Session) -> String {
    let snapshot = app.config.snapshot();
    let query = Serializer::new(String::new())
        .append_pair("MMAUTHTOKEN", &session.token)
        .append_pair("MMCSRF", session.prop(props::CSRF))
        .append_pair("srv", &snapshot.effective.service.site_url)
        .finish();
    format!("{address}{}{query}", if address.contains('?') { '&' } else { '?' })
}

fn redirect(status: StatusCode, address: &str) -> Reply {
    Reply::new(status, "", "").header("location", address).header("cache-control", "no-store")
}

/// To a place of this site, an address of it or a path below it.
fn to_site(app: &App, place: &str) -> Reply {
    let place = match place {
        "" => format!("{}/", base(app)),
        path if path.starts_with('/') => format!("{}{path}", base(app)),
        address => address.to_owned(),
    };
    redirect(StatusCode::TEMPORARY_REDIRECT, &place)
}

/// The path of `SiteURL` without a slash at its end.
fn base(app: &App) -> String {
    let snapshot = app.config.snapshot();
    cookies::path(&snapshot.effective.service.site_url).trim_end_matches('/').to_owned()
}
