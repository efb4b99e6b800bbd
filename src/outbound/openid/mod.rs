//! Providers of sign-in: OpenID Connect where a provider tells of itself (`DiscoveryEndpoint`), and plain OAuth 2 with a
//! profile to fetch where it does not, as GitLab and set-ups built on its section do (auth.md §10).
//!
//! What a provider says of itself is kept for an hour; its keys are fetched anew when a token bears one that is not known.

mod calls;
mod discovery;
mod identity;
mod oauth;
mod oidc;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;
use serde_json::{Map, Value};
use url::Url;

pub use identity::Identity;

use super::web::Web;
use crate::config::Settings;
use crate::config::settings::{Office365Settings, SsoSettings};
use crate::model::users::Service;

use discovery::Discovered;

/// How long a provider may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of an answer that are read.
const MOST_BYTES: usize = 1 << 20;

/// The scope of what is good while people are away.
const OFFLINE: &str = "offline_access";

/// How far a provider's clock may be off.
const SKEW: Duration = Duration::from_secs(60);

/// Why somebody could not be identified. The text is for the log.
#[derive(Debug)]
pub enum Trouble {
    /// The section of the settings lacks what is needed, or has what is no address.
    Settings(&'static str),
    /// The provider did not answer, or not as it should.
    Provider(String),
    /// The provider's answer does not hold: signature, issuer, audience, nonce or time are not what they should be.
    Forged(String),
    /// The provider knows nothing by which to tell people apart.
    Incomplete(&'static str),
    /// The provider names somebody no more whom it once named: they are gone, or their log-in there has ended.
    Withdrawn,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Settings(what) => write!(f, "the settings of the provider are incomplete: {what}"),
            Trouble::Provider(why) => write!(f, "the provider did not answer as it should: {why}"),
            Trouble::Forged(why) => write!(f, "the provider's answer does not hold: {why}"),
            Trouble::Incomplete(what) => write!(f, "the provider's profile lacks {what}"),
            Trouble::Withdrawn => f.write_str("the provider vouches for them no more"),
        }
    }
}

/// Somebody whom a provider has named.
#[derive(Debug)]
pub struct Named {
    /// Who.
    pub identity: Identity,
    /// What the provider is asked with about them again, if it gave that.
    pub refresh_token: Option<String>,
}

/// What a provider has said.
struct Told {
    claims: Map<String, Value>,
    refresh_token: Option<String>,
}

/// A provider, as its section of the settings has it.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Which section.
    pub service: Service,
    /// Whether people may sign in by it.
    pub enabled: bool,
    client_id: String,
    client_secret: String,
    scope: String,
    discovery_endpoint: String,
    auth_endpoint: String,
    token_endpoint: String,
    user_api_endpoint: String,
    use_preferred_username: bool,
}

impl Provider {
    /// The provider of that section.
    pub fn of(service: Service, settings: &Settings) -> Provider {
        match service {
            Service::GitLab => Provider::by(service, &settings.gitlab),
            Service::Google => Provider::by(service, &settings.google),
            Service::OpenId => Provider::by(service, &settings.open_id),
            Service::Office365 => Provider::by_office(&settings.office365),
        }
    }

    fn by(service: Service, section: &SsoSettings) -> Provider {
        let section = section.clone();
        Provider {
            service,
            enabled: section.enable,
            client_id: section.id,
            client_secret: section.secret,
            scope: section.scope,
            discovery_endpoint: section.discovery_endpoint,
            auth_endpoint: section.auth_endpoint,
            token_endpoint: section.token_endpoint,
            user_api_endpoint: section.user_api_endpoint,
            use_preferred_username: section.use_preferred_username,
        }
    }

    fn by_office(section: &Office365Settings) -> Provider {
        let section = section.clone();
        Provider {
            service: Service::Office365,
            enabled: section.enable,
            client_id: section.id,
            client_secret: section.secret,
            scope: section.scope,
            discovery_endpoint: section.discovery_endpoint,
            auth_endpoint: section.auth_endpoint,
            token_endpoint: section.token_endpoint,
            user_api_endpoint: section.user_api_endpoint,
            use_preferred_username: section.use_preferred_username,
        }
    }

    /// Whether an address lies on a host and port that the section of the settings names.
    fn is_at(&self, url: &Url) -> bool {
        let named = [&self.discovery_endpoint, &self.token_endpoint, &self.user_api_endpoint];
        named.iter().filter_map(|address| Url::parse(address).ok()).any(|named| named.origin() == url.origin())
    }

    /// Whether it tells of itself.
    fn is_openid(&self) -> bool {
        !self.discovery_endpoint.is_empty()
    }

    /// Whether it is asked again about people who are here, which `offline_access` among the scopes says (OpenID Connect
    /// Core §11).
    pub fn is_asked_again(&self) -> bool {
        self.enabled && self.is_openid() && self.scopes().contains(&OFFLINE)
    }

    /// Whether it has seen that somebody's mail address is theirs. GitLab, and Entra ID for the people of one organisation,
    /// do not say so, but let nobody have an address that is not.
    pub fn vouches_for_address(&self, identity: &Identity) -> bool {
        match (identity.email_verified, self.service) {
            (Some(verified), _) => verified,
            (None, Service::GitLab) => !self.is_openid(),
            (None, Service::Office365) => self.is_openid(),
            (None, _) => false,
        }
    }

    /// The scopes to ask for; OpenID Connect needs its own among them.
    fn scopes(&self) -> Vec<&str> {
        let scopes = self.scope.split_whitespace();
        if self.is_openid() && self.scope.is_empty() {
            return vec!["openid", "profile", "email"];
        }
        scopes.collect()
    }
}

/// What ties the way back to the way there. All three are random, made for one log-in.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Leg {
    /// Comes back in the address.
    #[serde(skip)]
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Proves to the provider that who asks for the token is who sent the person (RFC 7636).
    pub verifier: String,
}

/// The way to providers. Cheap to clone.
#[derive(Clone)]
pub struct Providers {
    web: Web,
    known: Arc<Cache<String, Arc<Discovered>>>,
}

impl Providers {
    /// The way by that door.
    pub fn new(web: Web) -> Providers {
        Providers { web, known: Arc::new(Cache::new(8)) }
    }

    /// Where to send somebody who wants to sign in; the provider sends them back to `redirect_uri`.
    pub async fn address(
        &self,
        provider: &Provider,
        redirect_uri: &str,
        leg: &Leg,
        login_hint: &str,
    ) -> Result<String, Trouble> {
        if provider.client_id.is_empty() {
            return Err(Trouble::Settings("there is no client id"));
        }
        if provider.service == Service::Google && !provider.is_openid() {
            return Err(Trouble::Settings("Google needs DiscoveryEndpoint"));
        }
        match provider.is_openid() {
            true => self.openid_address(provider, redirect_uri, leg, login_hint).await,
            false => oauth::address(provider, redirect_uri, leg, login_hint),
        }
    }

    /// Who came back with that code.
    pub async fn identify(
        &self,
        provider: &Provider,
        redirect_uri: &str,
        code: &str,
        leg: &Leg,
    ) -> Result<Named, Trouble> {
        match provider.is_openid() {
            true => named(provider, self.openid_claims(provider, redirect_uri, code, leg).await?),
            false => {
                let claims = self.oauth_profile(provider, redirect_uri, code, leg).await?;
                named(provider, Told { claims, refresh_token: None })
            }
        }
    }

    /// What a provider says now of somebody who logged in before, by what it gave then; it may give something new, which
    /// alone is good the next time.
    pub async fn identify_again(&self, provider: &Provider, refresh_token: &str) -> Result<Named, Trouble> {
        named(provider, self.openid_claims_again(provider, refresh_token).await?)
    }
}

fn named(provider: &Provider, told: Told) -> Result<Named, Trouble> {
    let identity = Identity::read(provider.service, told.claims, provider.use_preferred_username)?;
    Ok(Named { identity, refresh_token: told.refresh_token.filter(|_| provider.is_asked_again()) })
}
