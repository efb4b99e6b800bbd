//! Managing applications.

use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::integrations::{ReadApp, may_read_app};
use crate::events::access::AccessEvent;
use crate::events::{Change, Event};
use crate::model::errors::{Result, integrations as codes, invalid_body};
use crate::model::integrations::OAuthApp;
use crate::model::oauth::OAuthAppInput;
use crate::model::{Id, now};
use crate::store;

const SILENT: &str = "applications are asked for, never told";

impl App {
    /// Makes an application. Only administrators make one of which people are not asked.
    pub async fn create_oauth_app(&self, grant: &SystemGrant<ReadApp>, input: OAuthAppInput) -> Result<OAuthApp> {
        self.provides_logins(codes::OAUTH_REGISTER_OFF)?;
        if !input.id.is_empty() {
            return codes::APP_EXISTING.err();
        }
        let (at, actor) = (now(), grant.actor());
        let secret = if input.is_public { String::new() } else { Id::random().to_string() };
        let is_trusted = input.is_trusted && actor.is_admin();
        let blank = OAuthApp {
            id: Id::random(),
            creator_id: actor.id(),
            create_at: at,
            update_at: at,
            client_secret: secret,
            ..OAuthApp::default()
        };
        let app = OAuthApp { is_trusted, ..blank.filled(input) };
        app.validate()?;
        self.store
            .write(move |tx| {
                store::oauth::insert_app(tx, &app)?;
                Ok(Change::silent(app, SILENT))
            })
            .await
    }

    /// Changes an application; its secret and whose it is stay.
    pub async fn update_oauth_app(
        &self,
        grant: &SystemGrant<ReadApp>,
        id: Id,
        input: OAuthAppInput,
    ) -> Result<OAuthApp> {
        if input.id != id.as_str() {
            return Err(invalid_body("app_id"));
        }
        let old = self.oauth_app(grant, id).await?;
        let is_trusted = if grant.actor().is_admin() { input.is_trusted } else { old.is_trusted };
        let app = OAuthApp { is_trusted, update_at: now(), ..old.filled(input) };
        app.validate()?;
        self.save_oauth_app(app).await
    }

    /// Gives an application another secret.
    pub async fn renew_app_secret(&self, grant: &SystemGrant<ReadApp>, id: Id) -> Result<OAuthApp> {
        let old = self.oauth_app(grant, id).await?;
        if old.is_public_client() {
            return codes::APP_PUBLIC.err();
        }
        self.save_oauth_app(OAuthApp { client_secret: Id::random().to_string(), update_at: now(), ..old }).await
    }

    async fn save_oauth_app(&self, app: OAuthApp) -> Result<OAuthApp> {
        self.store
            .write(move |tx| {
                store::oauth::save_app(tx, &app)?;
                Ok(Change::silent(app, SILENT))
            })
            .await
    }

    /// Deletes an application; whoever logged in to it is logged out there.
    pub async fn delete_oauth_app(&self, grant: &SystemGrant<ReadApp>, id: Id) -> Result<()> {
        let app = self.oauth_app(grant, id).await?;
        may_read_app(grant.actor(), &app)?;
        self.store
            .write(move |tx| {
                let ended = store::oauth::delete_app(tx, app.id)?;
                Ok(Change::silent((), SILENT).and_all(revoked(ended)))
            })
            .await
    }
}

/// What is told of sessions that ended.
pub(super) fn revoked(sessions: Vec<Id>) -> impl Iterator<Item = Event> {
    sessions.into_iter().map(|session| AccessEvent::SessionRevoked { session }.into())
}
