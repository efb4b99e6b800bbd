//! Exchanging codes and refresh tokens for tokens.

use subtle::ConstantTimeEq as _;

use super::apps::revoked;
use crate::app::App;
use crate::app::sessions::lengths;
use crate::config::Settings;
use crate::events::{Change, Event};
use crate::model::errors::{Result, integrations as codes};
use crate::model::id::token;
use crate::model::integrations::OAuthApp;
use crate::model::oauth::{Access, AuthCode, TokenAnswer, TokenRequest, digest};
use crate::model::sessions::{Session, SessionKind, props};
use crate::model::users::User;
use crate::model::{Id, now};
use crate::store::{self, Tx};

const CODE: &str = "authorization_code";
const REFRESH: &str = "refresh_token";

impl App {
    /// A token for a code, or for a refresh token. A refusal does not use the code up.
    pub async fn give_access(&self, request: TokenRequest) -> Result<TokenAnswer> {
        match request.grant_type.as_str() {
            CODE if request.code.is_empty() => return codes::TOKEN_NO_CODE.err(),
            REFRESH if request.refresh_token.is_empty() => return codes::TOKEN_NO_REFRESH.err(),
            CODE | REFRESH => {}
            _ => return codes::TOKEN_BAD_GRANT.err(),
        }
        if Id::parse(&request.client_id).is_none() {
            return codes::TOKEN_BAD_CLIENT.err();
        }
        self.provides_logins(codes::TOKEN_OFF)?;
        let app = self.client(&request.client_id, codes::TOKEN_UNKNOWN_CLIENT).await?;
        check_client(&app, &request)?;
        let access = match request.grant_type.as_str() {
            CODE => self.access_by_code(app, request).await?,
            _ => self.access_by_refresh(app, request).await?,
        };
        Ok(TokenAnswer::of(&access, now()))
    }

    async fn access_by_code(&self, app: OAuthApp, request: TokenRequest) -> Result<Access> {
        let key = digest(&request.code);
        let code = self.store.read(move |conn| store::oauth::code(conn, &key)).await?.ok_or(codes::TOKEN_USED_CODE)?;
        if code.is_expired(now()) {
            return codes::TOKEN_EXPIRED_CODE.err();
        }
        check_code(&code, &app, &request)?;
        let user = self.store.user(code.user_id).await?.filter(|user| user.is_active());
        let user = user.ok_or(codes::TOKEN_EXPIRED_CODE)?;
        let snapshot = self.config.snapshot();
        self.store
            .write(move |tx| {
                if !store::oauth::use_code(tx, &code.code)? {
                    return codes::TOKEN_USED_CODE.err();
                }
                if let Some(access) = present(tx, app.id, user.id)? {
                    return Ok(Change::silent(access, "the application has this token already"));
                }
                let refresh_token = if app.is_public_client() { String::new() } else { token() };
                let blank = Access {
                    refresh_token,
                    redirect_uri: code.redirect_uri,
                    scope: code.scope,
                    audience: code.resource,
                    ..Access::default()
                };
                let (access, ended) = start(tx, &app, &user, blank, &snapshot.effective)?;
                Ok(Change::silent(access, "a new session has no listeners yet").and_all(ended))
            })
            .await
    }

    async fn access_by_refresh(&self, app: OAuthApp, request: TokenRequest) -> Result<Access> {
        let (client, given) = (app.id, request.refresh_token);
        let key = given.clone();
        let old = self.store.read(move |conn| store::oauth::access_by_refresh(conn, client, &key)).await?;
        let old = old.ok_or(codes::TOKEN_UNKNOWN_REFRESH)?;
        let user = self.store.user(old.user_id).await?.filter(|user| user.is_active());
        let user = user.ok_or(codes::TOKEN_UNKNOWN_REFRESH)?;
        let snapshot = self.config.snapshot();
        self.store
            .write(move |tx| {
                // Somebody may have used the same token meanwhile.
                let old = store::oauth::access_by_refresh(tx.conn(), client, &given)?;
                let old = old.ok_or(codes::TOKEN_UNKNOWN_REFRESH)?;
                let blank = Access { refresh_token: token(), ..old };
                let (access, ended) = start(tx, &app, &user, blank, &snapshot.effective)?;
                Ok(Change::silent(access, "a new session has no listeners yet").and_all(ended))
            })
            .await
    }
}

/// Whether it is the application that it says it is. One without a secret proves that by PKCE.
fn check_client(app: &OAuthApp, request: &TokenRequest) -> Result<()> {
    if !app.is_public_client() {
        let same = bool::from(app.client_secret.as_bytes().ct_eq(request.client_secret.as_bytes()));
        return if same { Ok(()) } else { codes::TOKEN_BAD_SECRET.err() };
    }
    match () {
        () if !request.client_secret.is_empty() => codes::TOKEN_PUBLIC_SECRET.err(),
        () if request.grant_type == REFRESH => codes::TOKEN_PUBLIC_REFRESH.err(),
        () if request.code_verifier.is_empty() => codes::TOKEN_PKCE_NEEDED.err(),
        () => Ok(()),
    }
}

/// Whether a code was given for that.
fn check_code(code: &AuthCode, app: &OAuthApp, request: &TokenRequest) -> Result<()> {
    if code.client_id != app.id {
        return codes::TOKEN_OTHER_CLIENT.err();
    }
    if code.redirect_uri != request.redirect_uri {
        return codes::TOKEN_REDIRECT.err();
    }
    code.check_verifier(&request.code_verifier)?;
    let same = request.resource.is_empty() || request.resource == code.resource;
    if same { Ok(()) } else { codes::TOKEN_RESOURCE.err() }
}

/// The access that an application has already, if its session is alive.
fn present(tx: &mut Tx<'_>, app: Id, user: Id) -> Result<Option<Access>> {
    let Some(access) = store::oauth::access(tx.conn(), app, user)?.filter(|access| access.expires_at > now()) else {
        return Ok(None);
    };
    let alive = store::sessions::by_token(tx.conn(), &access.token)?.is_some();
    Ok(alive.then_some(access))
}

/// Starts a session for an application in place of the one it had.
fn start(
    tx: &mut Tx<'_>,
    app: &OAuthApp,
    user: &User,
    blank: Access,
    settings: &Settings,
) -> Result<(Access, Vec<Event>)> {
    let session = new_session(user, app, settings);
    let old = store::oauth::access(tx.conn(), app.id, user.id)?;
    let ended = store::oauth::end_sessions(tx, &old.into_iter().map(|access| access.token).collect::<Vec<_>>())?;
    let access = Access {
        client_id: app.id,
        user_id: user.id,
        token: session.token.clone(),
        expires_at: session.expires_at,
        ..blank
    };
    store::sessions::insert(tx, &session)?;
    store::oauth::put_access(tx, &access)?;
    Ok((access, revoked(ended).collect()))
}

/// A session for an application.
pub(super) fn new_session(user: &User, app: &OAuthApp, settings: &Settings) -> Session {
    let at = now();
    let mut session = Session {
        id: Id::random(),
        token: token(),
        create_at: at,
        expires_at: at + SessionKind::Sso.length(&lengths(settings)),
        last_activity_at: at,
        user_id: user.id,
        roles: user.roles.clone(),
        is_oauth: true,
        ..Session::default()
    };
    for (name, value) in [
        (props::CSRF, token()),
        (props::PLATFORM, app.name.clone()),
        (props::OAUTH_APP_ID, app.id.to_string()),
        (props::MATTERMOST_APP_ID, app.mattermost_app_id.clone()),
        (props::OS, "OAuth2".to_owned()),
        (props::BROWSER, "OAuth2".to_owned()),
        (props::IS_GUEST, user.is_guest().to_string()),
    ] {
        session.props.insert(name.into(), value);
    }
    session
}
