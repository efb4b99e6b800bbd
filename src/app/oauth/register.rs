//! Applications that register themselves (RFC 7591), where the settings let them.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::Serialize;

use crate::app::App;
use crate::events::Change;
use crate::model::errors::Result;
use crate::model::integrations::OAuthApp;
use crate::model::oauth::{BY_POST, NO_SECRET, Registration};
use crate::model::{Id, now};
use crate::store;

/// Registrations of one address a second.
const A_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);
/// Addresses that are remembered before idle ones are forgotten.
const REMEMBERED: usize = 10_000;

/// How often applications of an address have registered lately.
pub struct Registrations(DefaultKeyedRateLimiter<String>);

impl Default for Registrations {
    fn default() -> Self {
        Registrations(RateLimiter::keyed(Quota::per_second(A_SECOND)))
    }
}

impl Registrations {
    fn admits(&self, address: &str) -> bool {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&address.to_owned()).is_ok()
    }
}

/// What an application is told that registered.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the names are the protocol's")]
pub struct Registered {
    pub client_id: Id,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_secret: String,
    pub redirect_uris: Vec<String>,
    pub token_endpoint_auth_method: &'static str,
    pub grant_types: [&'static str; 2],
    pub response_types: [&'static str; 1],
    pub scope: &'static str,
    pub client_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_uri: String,
}

/// Why it is not registered, in the protocol's words.
#[derive(Debug, Serialize)]
pub struct Unregistered {
    /// One of the protocol's codes.
    pub error: &'static str,
    /// A sentence.
    pub error_description: &'static str,
    /// Whether it came too often.
    #[serde(skip)]
    pub too_often: bool,
}

fn refused(error: &'static str, error_description: &'static str) -> Unregistered {
    Unregistered { error, error_description, too_often: false }
}

impl App {
    /// Registers an application.
    pub async fn register_app(
        &self,
        registration: Option<Registration>,
        address: &str,
    ) -> Result<Result<Registered, Unregistered>> {
        let snapshot = self.config.snapshot();
        let service = &snapshot.effective.service;
        if !self.registrations.admits(address) {
            let late = refused("temporarily_unavailable", "Too many applications register from there.");
            return Ok(Err(Unregistered { too_often: true, ..late }));
        }
        if !service.enable_oauth_service_provider || !service.enable_dynamic_client_registration {
            return Ok(Err(refused(
                "unsupported_operation",
                "Applications do not register themselves on this server.",
            )));
        }
        let Some(registration) = registration else {
            return Ok(Err(refused("invalid_client_metadata", "The body can't be read.")));
        };
        let app = match registration.into_app(&service.dcr_redirect_uri_allowlist) {
            Ok(app) => OAuthApp { id: Id::random(), create_at: now(), update_at: now(), ..app },
            Err((error, description)) => return Ok(Err(refused(error, description))),
        };
        let app = self
            .store
            .write(move |tx| {
                store::oauth::insert_app(tx, &app)?;
                Ok(Change::silent(app, "applications are asked for, never told"))
            })
            .await?;
        Ok(Ok(registered(app)))
    }
}

fn registered(app: OAuthApp) -> Registered {
    Registered {
        client_id: app.id,
        token_endpoint_auth_method: if app.is_public_client() { NO_SECRET } else { BY_POST },
        client_secret: app.client_secret,
        redirect_uris: app.callback_urls.unwrap_or_default(),
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        scope: "user",
        client_name: app.name,
        client_uri: app.homepage,
    }
}
