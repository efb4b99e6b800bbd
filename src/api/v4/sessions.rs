//! Logging in and out, and sessions.

use crate::api::call::{Anonymous, Json, Reply, StatusOk, StringMapBody, Visitor};
use crate::api::cookies::{self, Jar};
use crate::api::routes::{Route, get, post, put};
use crate::app::App;
use crate::app::sessions::{Credentials, DeviceFacts, LoggedIn, Origin};
use crate::auth::acting::ActingFor;
use crate::auth::credentials::{Unlock, UnlockAccounts};
use crate::auth::system::ManageSystem;
use crate::auth::{Actor, SystemGrant, UserGrant};
use crate::model::errors::{Result, context, users as codes};
use crate::model::sessions::Session;
use crate::model::users::Audience;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/users/login", log_in),
        post("/api/v4/users/login/desktop_token", log_in_with_desktop_token),
        post("/api/v4/users/login/sso/code-exchange", exchange_code),
        post("/api/v4/users/login/type", login_type),
        post("/api/v4/users/logout", log_out),
        put("/api/v4/users/sessions/device", attach_device).on_record(),
        post("/api/v4/users/sessions/revoke/all", revoke_all_sessions).on_record(),
        get("/api/v4/users/{user_id}/sessions", sessions_of),
        post("/api/v4/users/{user_id}/sessions/revoke", revoke_session).on_record(),
        post("/api/v4/users/{user_id}/sessions/revoke/all", revoke_sessions).on_record(),
        post("/api/v4/users/{user_id}/reset_failed_attempts", unlock).on_record(),
    ]
}

/// `POST /users/login`
async fn log_in(app: App, _: Anonymous, body: StringMapBody, origin: Origin, jar: Jar) -> Result<Reply> {
    let given = Credentials {
        id: body.get("id").to_owned(),
        login_id: body.get("login_id").to_owned(),
        password: body.get("password").to_owned(),
        mfa_code: body.get("token").to_owned(),
        device_id: body.get("device_id").to_owned(),
        magic_link_token: body.get("magic_link_token").to_owned(),
    };
    let logged_in = app.log_in(given, origin).await?;
    Ok(welcome(&app, &logged_in, jar))
}

/// `POST /users/login/desktop_token`
async fn log_in_with_desktop_token(
    app: App,
    _: Anonymous,
    body: StringMapBody,
    origin: Origin,
    jar: Jar,
) -> Result<Reply> {
    let logged_in = app.log_in_with_desktop_token(body.get("token"), body.get("deviceId"), origin).await?;
    Ok(welcome(&app, &logged_in, jar))
}

/// The answer to a log-in: the user, the token, and cookies for browsers.
fn welcome(app: &App, LoggedIn { user, session }: &LoggedIn, jar: Jar) -> Reply {
    let reply = Reply::from(Json(user.view(Audience::Oneself))).header("token", &session.token);
    if jar.is_wanted { jar.with_session(reply, app, session) } else { reply }
}

/// `POST /users/login/sso/code-exchange`: a way of old apps that was switched off everywhere.
async fn exchange_code(_: App, _: Anonymous) -> Result<StatusOk> {
    codes::CODE_EXCHANGE_GONE.err()
}

/// `POST /users/login/type`: only asked where guests log in by mailed links, which there are none of; clients take 404
/// for "by password" (auth.md §4).
async fn login_type(_: App, _: Anonymous) -> Result<StatusOk> {
    context::NOT_FOUND.err()
}

/// `POST /users/logout`
async fn log_out(app: App, visitor: Visitor) -> Result<Reply> {
    if let Some(actor) = visitor.0 {
        app.log_out(&actor).await?;
    }
    let forgotten = cookies::forgotten(&app.config.snapshot().effective.service.site_url);
    Ok(Reply::from(StatusOk).header("set-cookie", &forgotten))
}

/// `PUT /users/sessions/device`
async fn attach_device(app: App, actor: Actor, body: StringMapBody, jar: Jar) -> Result<Reply> {
    let facts = DeviceFacts {
        device_id: body.get("device_id").to_owned(),
        notification_disabled: body.get("device_notification_disabled").to_owned(),
        mobile_version: body.get("mobile_version").to_owned(),
    };
    let reply = Reply::from(StatusOk);
    Ok(match app.attach_device(&actor, facts).await? {
        Some(session) => jar.with_mobile_token(reply, &app, &session),
        None => reply,
    })
}

/// `GET /users/{user_id}/sessions`
async fn sessions_of(app: App, acting: ActingFor) -> Result<Json<Vec<Session>>> {
    Ok(Json(app.sessions_of(acting).await?))
}

/// `POST /users/{user_id}/sessions/revoke`
async fn revoke_session(app: App, acting: ActingFor, body: StringMapBody) -> Result<StatusOk> {
    app.revoke_session(acting, body.get("session_id")).await?;
    Ok(StatusOk)
}

/// `POST /users/{user_id}/sessions/revoke/all`
async fn revoke_sessions(app: App, acting: ActingFor) -> Result<StatusOk> {
    app.revoke_sessions(acting).await?;
    Ok(StatusOk)
}

/// `POST /users/sessions/revoke/all`
async fn revoke_all_sessions(app: App, grant: SystemGrant<ManageSystem>) -> Result<StatusOk> {
    app.revoke_all_sessions(grant).await?;
    Ok(StatusOk)
}

/// `POST /users/{user_id}/reset_failed_attempts`
async fn unlock(app: App, (_, grant): (SystemGrant<UnlockAccounts>, UserGrant<Unlock>)) -> Result<StatusOk> {
    app.unlock(grant).await?;
    Ok(StatusOk)
}
