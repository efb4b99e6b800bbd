//! Applications that people log in to: the applications, codes and accesses.

use diesel::prelude::*;

use super::conn::{Conn, MultiBackend};
use super::integrations::{each, list, rows};
use super::schema::{oauth_access_data, oauth_apps, oauth_auth_data, preferences, sessions};
use super::{Stale, Tx};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::integrations::OAuthApp;
use crate::model::oauth::{Access, AuthCode};
use crate::model::preferences::categories;

/// How many tokens are named in one statement.
const CHUNK: usize = 500;

rows!(AppRow of oauth_apps => OAuthApp {
    id: Id, creator_id: Id, create_at: i64, update_at: i64, client_secret: String, name: String, description: String,
    icon_url: String, homepage: String, is_trusted: bool, mattermost_app_id: String, is_dynamically_registered: bool,
} lists { callback_urls });

/// The application of that id.
pub fn app(conn: &mut Conn, id: Id) -> Result<Option<OAuthApp>> {
    let row = oauth_apps::table.filter(oauth_apps::id.eq(id)).select(AppRow::as_select()).first(conn).optional()?;
    Ok(row.map(OAuthApp::from))
}

/// A page of applications, all or those of somebody's making, in the order of their making.
pub fn apps(conn: &mut Conn, by: Option<Id>, offset: i64, limit: i64) -> Result<Vec<OAuthApp>> {
    let mut query = oauth_apps::table.select(AppRow::as_select()).into_boxed::<MultiBackend>();
    if let Some(user) = by {
        query = query.filter(oauth_apps::creator_id.eq(user));
    }
    let page = query.order((oauth_apps::create_at, oauth_apps::id)).offset(offset).limit(limit);
    Ok(each::<AppRow, _>(page.load(conn)?))
}

/// A page of the applications that somebody has logged in to.
pub fn authorized_apps(conn: &mut Conn, user: Id, offset: i64, limit: i64) -> Result<Vec<OAuthApp>> {
    let of_user = preferences::user_id.eq(user).and(preferences::category.eq(categories::OAUTH_APP));
    let ids = preferences::table.filter(of_user).select(preferences::name);
    let page = oauth_apps::table
        .filter(oauth_apps::id.eq_any(ids))
        .select(AppRow::as_select())
        .order((oauth_apps::create_at, oauth_apps::id))
        .offset(offset)
        .limit(limit);
    Ok(each::<AppRow, _>(page.load(conn)?))
}

/// What may change of an application.
macro_rules! app_values {
    ($app:expr) => {
        (
            oauth_apps::update_at.eq($app.update_at),
            oauth_apps::client_secret.eq(&$app.client_secret),
            oauth_apps::name.eq(&$app.name),
            oauth_apps::description.eq(&$app.description),
            oauth_apps::callback_urls.eq(serde_json::to_string(&$app.callback_urls).unwrap_or_default()),
            oauth_apps::homepage.eq(&$app.homepage),
            oauth_apps::is_trusted.eq($app.is_trusted),
            oauth_apps::icon_url.eq(&$app.icon_url),
            oauth_apps::mattermost_app_id.eq(&$app.mattermost_app_id),
        )
    };
}

/// Adds an application.
pub fn insert_app(tx: &mut Tx<'_>, app: &OAuthApp) -> Result<()> {
    diesel::insert_into(oauth_apps::table)
        .values((
            oauth_apps::id.eq(app.id),
            oauth_apps::creator_id.eq(app.creator_id),
            oauth_apps::create_at.eq(app.create_at),
            oauth_apps::is_dynamically_registered.eq(app.is_dynamically_registered),
            app_values!(app),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes what may change of an application.
pub fn save_app(tx: &mut Tx<'_>, app: &OAuthApp) -> Result<()> {
    diesel::update(oauth_apps::table.filter(oauth_apps::id.eq(app.id))).set(app_values!(app)).execute(tx.conn())?;
    Ok(())
}

/// Deletes an application with all that people allowed it. Answers the sessions that end by it.
pub fn delete_app(tx: &mut Tx<'_>, app: Id) -> Result<Vec<Id>> {
    let accesses = oauth_access_data::table.filter(oauth_access_data::client_id.eq(app));
    let tokens: Vec<String> = accesses.select(oauth_access_data::token).load(tx.conn())?;
    let ended = end_sessions(tx, &tokens)?;
    diesel::delete(accesses).execute(tx.conn())?;
    diesel::delete(oauth_auth_data::table.filter(oauth_auth_data::client_id.eq(app))).execute(tx.conn())?;
    let allowed = preferences::category.eq(categories::OAUTH_APP).and(preferences::name.eq(app.as_str()));
    let people: Vec<Id> = preferences::table.filter(allowed).select(preferences::user_id).load(tx.conn())?;
    if !people.is_empty() {
        diesel::delete(preferences::table.filter(allowed)).execute(tx.conn())?;
        people.into_iter().for_each(|user| tx.stale(Stale::Preferences(user)));
    }
    diesel::delete(oauth_apps::table.filter(oauth_apps::id.eq(app))).execute(tx.conn())?;
    Ok(ended)
}

/// Takes away what somebody allowed an application, but for the preference that says so. Answers the sessions that end.
pub fn forbid(tx: &mut Tx<'_>, app: Id, user: Id) -> Result<Vec<Id>> {
    let accesses =
        oauth_access_data::table.filter(oauth_access_data::client_id.eq(app).and(oauth_access_data::user_id.eq(user)));
    let tokens: Vec<String> = accesses.select(oauth_access_data::token).load(tx.conn())?;
    let ended = end_sessions(tx, &tokens)?;
    diesel::delete(accesses).execute(tx.conn())?;
    let given = oauth_auth_data::client_id.eq(app).and(oauth_auth_data::user_id.eq(user));
    diesel::delete(oauth_auth_data::table.filter(given)).execute(tx.conn())?;
    Ok(ended)
}

/// Ends the sessions of these tokens; answers their ids.
pub fn end_sessions(tx: &mut Tx<'_>, tokens: &[String]) -> Result<Vec<Id>> {
    let mut ended = Vec::new();
    for chunk in tokens.chunks(CHUNK) {
        let rows = sessions::table.filter(sessions::token.eq_any(chunk));
        ended.extend(rows.select(sessions::id).load::<Id>(tx.conn())?);
        diesel::delete(sessions::table.filter(sessions::token.eq_any(chunk))).execute(tx.conn())?;
        chunk.iter().for_each(|token| tx.stale(Stale::Session(token.clone())));
    }
    Ok(ended)
}

/// Forgets what was given with these tokens, so that they cannot be renewed.
pub fn forget_tokens(tx: &mut Tx<'_>, tokens: &[&str]) -> Result<()> {
    for chunk in tokens.chunks(CHUNK) {
        let rows = oauth_access_data::table.filter(oauth_access_data::token.eq_any(chunk.iter().copied()));
        diesel::delete(rows).execute(tx.conn())?;
    }
    Ok(())
}

/// Forgets what somebody has given to applications, codes included, but for what one token stands for: their sessions may
/// have run out before.
pub fn forget_given_by(tx: &mut Tx<'_>, user: Id, kept: &str) -> Result<()> {
    let given = oauth_access_data::user_id.eq(user).and(oauth_access_data::token.ne(kept));
    diesel::delete(oauth_access_data::table.filter(given)).execute(tx.conn())?;
    diesel::delete(oauth_auth_data::table.filter(oauth_auth_data::user_id.eq(user))).execute(tx.conn())?;
    Ok(())
}

/// Forgets all that was given to any application.
pub fn forget_all_tokens(tx: &mut Tx<'_>) -> Result<()> {
    diesel::delete(oauth_auth_data::table).execute(tx.conn())?;
    diesel::delete(oauth_access_data::table).execute(tx.conn())?;
    Ok(())
}

/// Keeps a code, and forgets those that nobody can use any more.
pub fn insert_code(tx: &mut Tx<'_>, code: &AuthCode) -> Result<()> {
    let stale = oauth_auth_data::create_at.lt(code.create_at - i64::from(code.expires_in) * 2000);
    diesel::delete(oauth_auth_data::table.filter(stale)).execute(tx.conn())?;
    diesel::insert_into(oauth_auth_data::table)
        .values((
            oauth_auth_data::code.eq(&code.code),
            oauth_auth_data::client_id.eq(code.client_id),
            oauth_auth_data::user_id.eq(code.user_id),
            oauth_auth_data::create_at.eq(code.create_at),
            oauth_auth_data::expires_in.eq(code.expires_in),
            oauth_auth_data::redirect_uri.eq(&code.redirect_uri),
            oauth_auth_data::state.eq(&code.state),
            oauth_auth_data::scope.eq(&code.scope),
            oauth_auth_data::code_challenge.eq(&code.code_challenge),
            oauth_auth_data::code_challenge_method.eq(&code.code_challenge_method),
            oauth_auth_data::resource.eq(&code.resource),
        ))
        .execute(tx.conn())?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = oauth_auth_data)]
struct CodeRow {
    code: String,
    client_id: Id,
    user_id: Id,
    create_at: i64,
    expires_in: i32,
    redirect_uri: String,
    state: String,
    scope: String,
    code_challenge: String,
    code_challenge_method: String,
    resource: String,
}

/// The code with that digest.
pub fn code(conn: &mut Conn, digest: &str) -> Result<Option<AuthCode>> {
    let rows = oauth_auth_data::table.filter(oauth_auth_data::code.eq(digest)).select(CodeRow::as_select());
    let row: Option<CodeRow> = rows.first(conn).optional()?;
    Ok(row.map(|row| AuthCode {
        code: row.code,
        client_id: row.client_id,
        user_id: row.user_id,
        create_at: row.create_at,
        expires_in: row.expires_in,
        redirect_uri: row.redirect_uri,
        state: row.state,
        scope: row.scope,
        code_challenge: row.code_challenge,
        code_challenge_method: row.code_challenge_method,
        resource: row.resource,
    }))
}

/// Uses a code up; false if somebody else did.
pub fn use_code(tx: &mut Tx<'_>, digest: &str) -> Result<bool> {
    let rows = oauth_auth_data::table.filter(oauth_auth_data::code.eq(digest));
    Ok(diesel::delete(rows).execute(tx.conn())? > 0)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = oauth_access_data)]
struct AccessRow {
    client_id: Id,
    user_id: Id,
    token: String,
    refresh_token: String,
    redirect_uri: String,
    expires_at: i64,
    scope: String,
    audience: String,
}

impl From<AccessRow> for Access {
    fn from(row: AccessRow) -> Access {
        Access {
            client_id: row.client_id,
            user_id: row.user_id,
            token: row.token,
            refresh_token: row.refresh_token,
            redirect_uri: row.redirect_uri,
            expires_at: row.expires_at,
            scope: row.scope,
            audience: row.audience,
        }
    }
}

/// An application's access to somebody's account.
pub fn access(conn: &mut Conn, app: Id, user: Id) -> Result<Option<Access>> {
    let of = oauth_access_data::client_id.eq(app).and(oauth_access_data::user_id.eq(user));
    let row = oauth_access_data::table.filter(of).select(AccessRow::as_select()).first(conn).optional()?;
    Ok(row.map(Access::from))
}

/// The access that is renewed by that token.
pub fn access_by_refresh(conn: &mut Conn, app: Id, refresh_token: &str) -> Result<Option<Access>> {
    let of = oauth_access_data::client_id.eq(app).and(oauth_access_data::refresh_token.eq(refresh_token));
    let row = oauth_access_data::table.filter(of).select(AccessRow::as_select()).first(conn).optional()?;
    Ok(row.map(Access::from))
}

/// Writes an application's access to somebody's account in place of what it had.
pub fn put_access(tx: &mut Tx<'_>, access: &Access) -> Result<()> {
    let of = oauth_access_data::client_id.eq(access.client_id).and(oauth_access_data::user_id.eq(access.user_id));
    diesel::delete(oauth_access_data::table.filter(of)).execute(tx.conn())?;
    diesel::insert_into(oauth_access_data::table)
        .values((
            oauth_access_data::client_id.eq(access.client_id),
            oauth_access_data::user_id.eq(access.user_id),
            oauth_access_data::token.eq(&access.token),
            oauth_access_data::refresh_token.eq(&access.refresh_token),
            oauth_access_data::redirect_uri.eq(&access.redirect_uri),
            oauth_access_data::expires_at.eq(access.expires_at),
            oauth_access_data::scope.eq(&access.scope),
            oauth_access_data::audience.eq(&access.audience),
        ))
        .execute(tx.conn())?;
    Ok(())
}
