//! Logging in to other applications with an account here: this server as OAuth 2.0 provider (auth.md §11).

mod apps;
mod authorize;
mod register;
mod tokens;

pub use authorize::Consent;
pub use register::{Registered, Registrations, Unregistered};

use crate::app::App;
use crate::model::errors::{Result, integrations as codes};
use crate::model::{Code, Id};

impl App {
    fn provides_logins(&self, otherwise: Code) -> Result<()> {
        let on = self.config.snapshot().effective.service.enable_oauth_service_provider;
        if on { Ok(()) } else { otherwise.err() }
    }

    /// The application of that id, whoever asks.
    async fn client(&self, id: &str, unknown: Code) -> Result<crate::model::integrations::OAuthApp> {
        let found = match Id::parse(id) {
            Some(id) => self.store.read(move |conn| crate::store::oauth::app(conn, id)).await?,
            None => None,
        };
        Ok(found.ok_or(unknown)?)
    }

    /// What other programs are told of this server (RFC 8414).
    pub fn authorization_server(&self) -> Result<serde_json::Value> {
        self.provides_logins(codes::OAUTH_OFF)?;
        let snapshot = self.config.snapshot();
        let service = &snapshot.effective.service;
        let site = service.site_url.trim_end_matches('/');
        let mut facts = serde_json::json!({
            "issuer": site,
            "authorization_endpoint": format!("{site}/oauth/authorize"),
            "token_endpoint": format!("{site}/oauth/access_token"),
            "response_types_supported": ["code"],
            "scopes_supported": ["user"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        });
        if let Some(facts) = facts.as_object_mut().filter(|_| service.enable_dynamic_client_registration) {
            facts.insert("registration_endpoint".into(), format!("{site}/api/v4/oauth/apps/register").into());
        }
        Ok(facts)
    }
}
