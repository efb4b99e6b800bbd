//! Single sign-on by OAuth 2 and OpenID Connect (auth.md §10): somebody is sent to a provider with a [`Journey`] in mind,
//! comes back with a code, and is let in, handed over to an app, or has their account's way of log-in switched.
//!
//! What a journey is for is kept here, under the token that travels as `state`, never in the address: whoever comes back
//! can change nothing of it. A cookie of the same browser must come back with it, so that nobody is logged in with
//! somebody else's code.

mod again;
mod begin;
mod claims;
mod finish;
mod migrate;
mod switch;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::config::Settings;
use crate::model::errors::{Result, single_sign_on as codes};
use crate::model::users::{Service, normalize_email};
use crate::outbound::openid::{Leg, Provider};

pub use begin::{Departure, Wish};
pub use finish::Arrival;
pub use migrate::{Matching, Migration};

/// What somebody goes to a provider for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To log in, in a browser.
    #[default]
    Login,
    /// To log in to the mobile app, by a browser.
    Mobile,
    /// To log in that way from now on, instead of with a password here.
    EmailToSso,
}

/// A way to a provider and back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Journey {
    /// What for.
    pub purpose: Purpose,
    /// Which provider, by name.
    service: String,
    /// Where to go in the end: a path of this site, or an address of the mobile app.
    pub redirect_to: String,
    /// The desktop app's half of a hand-over; `""` without one.
    desktop_token: String,
    /// A mailed invitation; `""` without one.
    invite_token: String,
    /// The invitation id of a team; `""` without one.
    invite_id: String,
    /// Whose account is switched; `""` otherwise.
    email: String,
    /// SHA-256 of the cookie that must come back, in hexadecimal.
    cookie: String,
    /// What the provider's answer must fit.
    leg: Leg,
}

impl App {
    /// The provider of that name, if people may sign in by it.
    fn provider(&self, service: &str, settings: &Settings) -> Result<Provider> {
        let provider = Service::parse(service).map(|service| Provider::of(service, settings));
        provider.filter(|provider| provider.enabled).ok_or_else(|| codes::UNSUPPORTED.with(&[&service]))
    }
}

/// What stands in place of an id at a provider, of which only the mail address of its person is known: whoever comes from
/// there first with that address, for which the provider vouches, gets the account.
fn promised(email: &str) -> String {
    format!("{PROMISED}{}", normalize_email(email))
}

/// How a [`promised`] place begins. No provider's id does.
const PROMISED: &str = "mail:";

/// Where the provider sends people back to; it must be registered there.
fn redirect_uri(service: &str, settings: &Settings) -> String {
    format!("{}/signup/{service}/complete", settings.service.site_url.trim_end_matches('/'))
}
