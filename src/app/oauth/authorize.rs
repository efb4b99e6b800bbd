//! Consent: somebody lets an application use their account.

use super::apps::revoked;
use super::tokens::new_session;
use crate::app::App;
use crate::auth::Actor;
use crate::auth::actor::need;
use crate::events::Change;
use crate::model::errors::{Result, integrations as codes};
use crate::model::integrations::OAuthApp;
use crate::model::oauth::{AT_ONCE, Access, AuthCode, AuthorizeRequest, BY_CODE, CODE_LASTS, DEFAULT_SCOPE, digest};
use crate::model::preferences::{Preference, categories};
use crate::model::{Id, now};
use crate::store::{self, Tx};

/// What becomes of somebody who was sent here by an application.
#[derive(Debug)]
pub enum Consent {
    /// They have to log in first.
    LogIn,
    /// They are asked.
    Ask,
    /// They are sent back at once: they allowed it before, or nobody is asked.
    Given(String),
}

impl App {
    /// Somebody comes to the page on which they are asked.
    pub async fn consent_page(&self, visitor: Option<&Actor>, mut request: AuthorizeRequest) -> Result<Consent> {
        self.provides_logins(codes::OAUTH_AUTHORIZE_OFF)?;
        request.validate()?;
        let app = self.client(&request.client_id, codes::APP_NOT_FOUND).await?;
        let Some(actor) = visitor else { return Ok(Consent::LogIn) };
        need(!actor.session().is_oauth_app())?;
        check_return(&app, &request)?;
        let (user, name) = (actor.id(), request.client_id.clone());
        let known = move |conn: &mut store::Conn| store::preferences::one(conn, user, categories::OAUTH_APP, &name);
        // A token at once ends what the application has: a page that somebody merely looks at must not bring that about.
        if request.response_type != BY_CODE || (!app.is_trusted && self.store.read(known).await?.is_none()) {
            return Ok(Consent::Ask);
        }
        self.allow(actor, &app, &mut request).await.map(Consent::Given)
    }

    /// Somebody consents; answers where they are to be sent.
    pub async fn authorize_app(&self, actor: &Actor, mut request: AuthorizeRequest) -> Result<String> {
        request.validate()?;
        need(!actor.session().is_oauth_app())?;
        self.provides_logins(codes::OAUTH_OFF)?;
        let app = self.client(&request.client_id, codes::APP_NOT_FOUND).await?;
        check_return(&app, &request)?;
        self.allow(actor, &app, &mut request).await
    }

    async fn allow(&self, actor: &Actor, app: &OAuthApp, request: &mut AuthorizeRequest) -> Result<String> {
        if request.scope.is_empty() {
            DEFAULT_SCOPE.clone_into(&mut request.scope);
        }
        match request.response_type.as_str() {
            BY_CODE => self.give_code(actor, app, request).await,
            AT_ONCE => self.give_token(actor, app, request).await,
            _ => Ok(request.back_with(&[("error", "unsupported_response_type"), ("state", &request.state)])),
        }
    }

    async fn give_code(&self, actor: &Actor, app: &OAuthApp, request: &AuthorizeRequest) -> Result<String> {
        let code = format!("{}{}", Id::random(), Id::random());
        let kept = AuthCode {
            code: digest(&code),
            client_id: app.id,
            user_id: actor.id(),
            create_at: now(),
            expires_in: CODE_LASTS,
            redirect_uri: request.redirect_uri.clone(),
            state: request.state.clone(),
            scope: request.scope.clone(),
            code_challenge: request.code_challenge.clone(),
            code_challenge_method: request.code_challenge_method.clone(),
            resource: request.resource.clone(),
        };
        self.store
            .write(move |tx| {
                store::oauth::insert_code(tx, &kept)?;
                note_allowed(tx, kept.user_id, kept.client_id, &kept.scope)?;
                Ok(Change::silent((), "the application learns of it by whom it concerns"))
            })
            .await?;
        Ok(request.back_with(&[("code", &code), ("state", &request.state)]))
    }

    /// A token at once, behind a `#`, where servers do not see it.
    async fn give_token(&self, actor: &Actor, app: &OAuthApp, request: &AuthorizeRequest) -> Result<String> {
        let session = new_session(actor.user(), app, &self.config.snapshot().effective);
        let access = Access {
            client_id: app.id,
            user_id: actor.id(),
            token: session.token.clone(),
            redirect_uri: request.redirect_uri.clone(),
            expires_at: session.expires_at,
            scope: request.scope.clone(),
            audience: request.resource.clone(),
            ..Access::default()
        };
        let (token, expires_in) = (session.token.clone(), (session.expires_at - session.create_at) / 1000);
        self.store
            .write(move |tx| {
                let ended = store::oauth::forbid(tx, access.client_id, access.user_id)?;
                store::sessions::insert(tx, &session)?;
                store::oauth::put_access(tx, &access)?;
                note_allowed(tx, access.user_id, access.client_id, &access.scope)?;
                Ok(Change::silent((), "a new session has no listeners yet").and_all(revoked(ended)))
            })
            .await?;
        let answer = form_urlencoded::Serializer::new(String::new())
            .append_pair("access_token", &token)
            .append_pair("expires_in", &expires_in.to_string())
            .append_pair("scope", &request.scope)
            .append_pair("state", &request.state)
            .append_pair("token_type", "bearer")
            .finish();
        Ok(format!("{}#{answer}", request.redirect_uri))
    }

    /// Somebody takes back what they allowed an application.
    pub async fn deauthorize_app(&self, actor: &Actor, app: Id) -> Result<()> {
        self.provides_logins(codes::OAUTH_OFF)?;
        let user = actor.id();
        let gone = Preference::new(user, categories::OAUTH_APP, app.as_str(), String::new());
        self.store
            .write(move |tx| {
                store::preferences::delete(tx, &[gone])?;
                let ended = store::oauth::forbid(tx, app, user)?;
                Ok(Change::silent((), "the page that asked knows").and_all(revoked(ended)))
            })
            .await
    }
}

/// People are sent back only where the application said, and an application without a secret proves itself otherwise.
fn check_return(app: &OAuthApp, request: &AuthorizeRequest) -> Result<()> {
    if !app.returns_to(&request.redirect_uri) {
        return codes::OAUTH_CALLBACK.err();
    }
    let proves = !request.code_challenge.is_empty() || request.response_type != BY_CODE;
    if app.is_public_client() && !proves { codes::OAUTH_PKCE_NEEDED.err() } else { Ok(()) }
}

/// Remembers that somebody allowed an application.
fn note_allowed(tx: &mut Tx<'_>, user: Id, app: Id, scope: &str) -> Result<()> {
    let allowed = Preference::new(user, categories::OAUTH_APP, app.as_str(), scope.to_owned());
    store::preferences::save(tx, &[allowed])
}
