//! Other ways of log-in for accounts that there are: switched by their owners, moved by administrators.

use serde::Deserialize;

use crate::api::call::{Body, Input, Json, Reply, StatusOk, StringMapBody, Visitor};
use crate::api::cookies::Jar;
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::app::sessions::{Credentials, Origin};
use crate::app::single_sign_on::{Matching, Migration};
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::model::errors::{Result, context, invalid_body, single_sign_on as codes};
use crate::model::users::{LDAP, Service};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/users/login/switch", switch_login),
        post("/api/v4/users/migrate_auth/ldap", migrate_to_ldap).on_record(),
    ]
}

/// `POST /users/login/switch` (auth.md §4): who is asked for what depends on the way.
async fn switch_login(app: App, visitor: Visitor, body: StringMapBody, origin: Origin, jar: Jar) -> Result<Reply> {
    let (from, to) = (body.get("current_service"), body.get("new_service"));
    let by_provider = |name: &str| Service::parse(name).is_some();
    match (from, to) {
        ("email", to) if by_provider(to) => {
            let departure = app.begin_switch(to, password_of(&body), &origin).await?;
            let cookie = jar.sign_in(&app.config.snapshot().effective, departure.cookie);
            Ok(follow(&departure.address).cookie(&cookie))
        }
        ("email", LDAP) => {
            let (name, password) = (body.get("ldap_id"), body.get("new_password"));
            app.switch_to_directory(password_of(&body), name, password, &origin).await?;
            Ok(follow(CHANGED))
        }
        (LDAP, "email") => codes::LDAP_TO_EMAIL_OFF.err(),
        (from, "email") if by_provider(from) || from == "saml" => {
            let actor = visitor.0.ok_or(context::SESSION_EXPIRED)?;
            app.switch_to_password(&actor, body.get("email"), body.get("new_password")).await?;
            Ok(follow(CHANGED))
        }
        _ => Err(invalid_body("switch_request")),
    }
}

/// Where somebody logs in anew, and is told why.
const CHANGED: &str = "/login?extra=signin_change";

fn follow(link: &str) -> Reply {
    Json(serde_json::json!({ "follow_link": link })).into()
}

fn password_of(body: &StringMapBody) -> Credentials {
    Credentials {
        login_id: body.get("email").to_owned(),
        password: body.get("password").to_owned(),
        mfa_code: body.get("mfa_code").to_owned(),
        ..Credentials::default()
    }
}

/// What is moved to the directory: `from` which way of log-in, by `email` or `username` there, and whether it happens
/// although some cannot be moved.
#[derive(Deserialize)]
struct ToLdap {
    from: String,
    match_field: String,
    force: bool,
}

impl Input for ToLdap {
    const NAME: &'static str = "migration";
}

/// `POST /users/migrate_auth/ldap`
async fn migrate_to_ldap(app: App, grant: SystemGrant<ManageSystem>, body: Body<ToLdap>) -> Result<StatusOk> {
    let ToLdap { from, match_field, force } = body.0;
    let matching = match match_field.as_str() {
        "email" => Matching::Mail,
        "username" => Matching::Username,
        _ => return Err(invalid_body("match_field")),
    };
    let migration = Migration { from, to: LDAP.to_owned(), matching, dry_run: false, force };
    app.migrate_to_directory(&grant, migration).await?;
    Ok(StatusOk)
}
