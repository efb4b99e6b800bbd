//! Passwords, multi-factor authentication, proofs of addresses, the record of what somebody did.

use crate::api::call::{Anonymous, Body, Input, Json, Page, Reply, StatusOk, StringMapBody};
use crate::api::routes::{Route, get, post, put};
use crate::app::App;
use crate::app::passwords::NewPassword;
use crate::auth::UserGrant;
use crate::auth::acting::ActingFor;
use crate::auth::credentials::{SetPassword, Verify};
use crate::model::access_log::Origin;
use crate::model::audits::Audit;
use crate::model::errors::{Result, invalid_body};
use crate::model::users::Audience;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/users/password/reset/send", send_password_reset),
        post("/api/v4/users/password/reset", reset_password),
        put("/api/v4/users/{user_id}/password", change_password)
            .on_record_as(|_, _| entries(&["attempted", "completed"])),
        post("/api/v4/users/email/verify/send", send_verification),
        post("/api/v4/users/email/verify", verify_email),
        post("/api/v4/users/{user_id}/email/verify/member", verify_by_admin)
            .on_record_as(|_, _| entries(&["user verified"])),
        post("/api/v4/users/{user_id}/mfa/generate", begin_mfa),
        put("/api/v4/users/{user_id}/mfa", change_mfa)
            .on_record_as(|_, _| entries(&["attempt", "success - mfa updated"])),
        get("/api/v4/users/{user_id}/audits", audits_of),
    ]
}

fn entries(words: &[&str]) -> Vec<String> {
    words.iter().map(|words| (*words).to_owned()).collect()
}

/// `POST /users/password/reset/send`
async fn send_password_reset(app: App, _: Anonymous, body: StringMapBody) -> Result<StatusOk> {
    app.send_password_reset(body.get("email")).await?;
    Ok(StatusOk)
}

/// `POST /users/password/reset`
async fn reset_password(app: App, _: Anonymous, body: StringMapBody, origin: Origin) -> Result<StatusOk> {
    app.reset_password(body.get("token"), body.get("new_password"), &origin).await?;
    Ok(StatusOk)
}

/// `PUT /users/{user_id}/password`
async fn change_password(app: App, grant: UserGrant<SetPassword>, body: StringMapBody) -> Result<StatusOk> {
    let given = NewPassword {
        current: body.get("current_password").to_owned(),
        new: body.get("new_password").to_owned(),
        is_hash: body.get("already_hashed") == "true",
    };
    app.change_password(grant, given).await?;
    Ok(StatusOk)
}

/// `POST /users/email/verify/send`
async fn send_verification(app: App, _: Anonymous, body: StringMapBody) -> Result<StatusOk> {
    app.send_verification(body.get("email")).await?;
    Ok(StatusOk)
}

/// `POST /users/email/verify`
async fn verify_email(app: App, _: Anonymous, body: StringMapBody) -> Result<StatusOk> {
    app.verify_email(body.get("token")).await?;
    Ok(StatusOk)
}

/// `POST /users/{user_id}/email/verify/member`
async fn verify_by_admin(app: App, grant: UserGrant<Verify>) -> Result<Json<serde_json::Value>> {
    let user = app.verify_by_admin(grant).await?;
    Ok(Json(serde_json::json!(user.view(Audience::Admin))))
}

/// `POST /users/{user_id}/mfa/generate`
async fn begin_mfa(app: App, acting: ActingFor) -> Result<Reply> {
    let made = app.begin_mfa(acting).await?;
    let shown = serde_json::json!({"secret": made.secret, "qr_code": made.qr_code});
    let reply = Reply::from(Json(shown)).header("cache-control", "no-cache");
    Ok(reply.header("pragma", "no-cache").header("expires", "0"))
}

/// The body of [`change_mfa`].
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct MfaInput {
    activate: Option<bool>,
    code: String,
}

impl Input for MfaInput {
    const NAME: &'static str = "activate";
}

/// `PUT /users/{user_id}/mfa`
async fn change_mfa(app: App, acting: ActingFor, Body(input): Body<MfaInput>) -> Result<StatusOk> {
    match input.activate {
        None => return Err(invalid_body("activate")),
        Some(true) if input.code.is_empty() => return Err(invalid_body("code")),
        Some(true) => app.activate_mfa(acting, &input.code).await?,
        Some(false) => app.deactivate_mfa(acting).await?,
    }
    Ok(StatusOk)
}

/// `GET /users/{user_id}/audits`
async fn audits_of(app: App, acting: ActingFor, page: Page) -> Result<Reply> {
    let audits: Vec<Audit> = app.audits_of(acting, page.offset(), page.limit()).await?;
    Ok(Reply::from(Json(audits)).header("cache-control", "no-cache, no-store, must-revalidate"))
}
