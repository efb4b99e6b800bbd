//! Logging in and out.

use actix_web::cookie::Cookie;
use actix_web::cookie::time::{Duration, OffsetDateTime};

use crate::api::call::{Anonymous, Call, FromCall, Json, Reply, StringMapBody};
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::app::sessions::{Credentials, LoggedIn, Origin};
use crate::model::errors::Result;
use crate::model::sessions::{Session, props};
use crate::model::users::Audience;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![post("/api/v4/users/login", log_in)]
}

/// What a log-in looks at besides its body.
struct Caller {
    origin: Origin,
    /// Whether the client is a browser's script, which wants cookies (auth.md §4).
    wants_cookies: bool,
    /// Whether the connection is encrypted, as far as a proxy says.
    secure: bool,
}

impl FromCall for Caller {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Caller {
            origin: Origin { user_agent: call.header("user-agent").unwrap_or_default().to_owned() },
            wants_cookies: call.header("x-requested-with") == Some("XMLHttpRequest"),
            secure: call.request.connection_info().scheme() == "https",
        })
    }
}

/// `POST /users/login`
async fn log_in(app: App, _: Anonymous, body: StringMapBody, caller: Caller) -> Result<Reply> {
    let given = Credentials {
        id: body.get("id").to_owned(),
        login_id: body.get("login_id").to_owned(),
        password: body.get("password").to_owned(),
        mfa_code: body.get("token").to_owned(),
        device_id: body.get("device_id").to_owned(),
    };
    let LoggedIn { user, session } = app.log_in(given, caller.origin).await?;
    let reply = Reply::from(Json(user.view(Audience::Oneself))).header("token", &session.token);
    Ok(if caller.wants_cookies { with_cookies(reply, &app, &session, caller.secure) } else { reply })
}

/// The three cookies of a browser's session (auth.md §5).
fn with_cookies(reply: Reply, app: &App, session: &Session, secure: bool) -> Reply {
    let hours = app.config.snapshot().effective.service.session_length_web_in_hours;
    let cookie = |name: &'static str, value: String, http_only: bool| {
        Cookie::build(name, value)
            .path("/")
            .max_age(Duration::hours(hours))
            .expires(OffsetDateTime::now_utc() + Duration::hours(hours))
            .http_only(http_only)
            .secure(secure)
            .finish()
    };
    reply
        .cookie(&cookie("MMAUTHTOKEN", session.token.clone(), true))
        .cookie(&cookie("MMUSERID", session.user_id.to_string(), false))
        .cookie(&cookie("MMCSRF", session.prop(props::CSRF).to_owned(), false))
}
