//! Going to a provider.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use url::Url;

use super::{Journey, Purpose, redirect_uri};
use crate::app::App;
use crate::config::Settings;
use crate::events::Change;
use crate::model::errors::{Result, single_sign_on as codes};
use crate::model::id::{long_token, token};
use crate::model::tokens::{Token, TokenKind};
use crate::outbound::openid::Leg;
use crate::store;

/// The longest address to go to in the end, in bytes.
const MAX_REDIRECT: usize = 1000;

/// The longest journey, in bytes: it must fit into its column.
const MAX_JOURNEY: usize = 2048;

/// The longest token of the desktop app or of an invitation, in bytes.
const MAX_TOKEN: usize = 128;

/// What somebody who goes to a provider asks for; empty texts do not matter.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// What for.
    pub purpose: Purpose,
    /// Where to go in the end.
    pub redirect_to: String,
    /// A name that the provider's form is filled in with.
    pub login_hint: String,
    /// A mailed invitation.
    pub invite_token: String,
    /// The invitation id of a team.
    pub invite_id: String,
    /// The desktop app's half of a hand-over.
    pub desktop_token: String,
}

/// Somebody about to go.
#[derive(Debug)]
pub struct Departure {
    /// Where to.
    pub address: String,
    /// What their browser keeps meanwhile.
    pub cookie: String,
}

impl App {
    /// Sends somebody to a provider to sign in.
    pub async fn begin_sign_in(&self, service: &str, wish: Wish) -> Result<Departure> {
        let snapshot = self.config.snapshot();
        check_redirect(&wish, &snapshot.effective)?;
        if [&wish.desktop_token, &wish.invite_token, &wish.invite_id].iter().any(|token| token.len() > MAX_TOKEN) {
            return codes::INVALID_REDIRECT.err();
        }
        let journey = Journey {
            purpose: wish.purpose,
            service: service.to_owned(),
            redirect_to: wish.redirect_to,
            desktop_token: wish.desktop_token,
            invite_token: wish.invite_token,
            invite_id: wish.invite_id,
            ..Journey::default()
        };
        self.depart(journey, &wish.login_hint).await
    }

    /// Sends somebody on a journey.
    pub(super) async fn depart(&self, journey: Journey, login_hint: &str) -> Result<Departure> {
        let snapshot = self.config.snapshot();
        let provider = self.provider(&journey.service, &snapshot.effective)?;
        let (cookie, leg) = (long_token(), Leg { nonce: token(), verifier: long_token(), ..Leg::default() });
        let journey = Journey { cookie: fingerprint(&cookie), leg: leg.clone(), ..journey };
        let ticket = Token::new(TokenKind::OAuthState, &journey);
        if ticket.extra.len() > MAX_JOURNEY {
            return codes::INVALID_REDIRECT.err();
        }
        let leg = Leg { state: ticket.token.clone(), ..leg };
        let back = redirect_uri(&journey.service, &snapshot.effective);
        let address = self.providers.address(&provider, &back, &leg, login_hint).await.map_err(|trouble| {
            tracing::error!(%trouble, service = journey.service, "nobody can be sent to the provider");
            codes::UNREACHABLE.error()
        })?;
        self.store
            .write(move |tx| {
                store::tokens::insert(tx, &ticket)?;
                Ok(Change::silent((), "somebody is on their way"))
            })
            .await?;
        Ok(Departure { address, cookie })
    }
}

/// What is kept of a cookie.
pub(super) fn fingerprint(cookie: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(cookie.as_bytes()))
}

/// People are sent on within this site, or to an app whose scheme is known, and nowhere else.
fn check_redirect(wish: &Wish, settings: &Settings) -> Result<()> {
    let to = wish.redirect_to.as_str();
    let schemes = &settings.native_app.app_custom_url_schemes;
    match wish.purpose {
        _ if to.len() > MAX_REDIRECT => codes::INVALID_REDIRECT.err(),
        Purpose::Mobile if !schemes.iter().any(|scheme| !scheme.is_empty() && to.starts_with(scheme.as_str())) => {
            codes::INVALID_SCHEME.err()
        }
        Purpose::Mobile => Ok(()),
        _ if is_of_site(to, &settings.service.site_url) => Ok(()),
        _ => codes::INVALID_REDIRECT.err(),
    }
}

/// Whether an address is one of this site, as browsers read it: a backslash is a slash to them.
fn is_of_site(to: &str, site_url: &str) -> bool {
    let Ok(site) = Url::parse(site_url) else { return to.is_empty() };
    to.is_empty() || site.join(to).is_ok_and(|url| url.origin() == site.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_stay_on_the_site() {
        let is = |to: &str| is_of_site(to, "https://chat.example.org/base");
        for own in ["", "/", "/team/channels/x?y=1", "https://chat.example.org/team"] {
            assert!(is(own), "{own}");
        }
        for foreign in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "https://chat.example.org.evil.example/",
            "https://chat.example.org@evil.example/",
            "http://chat.example.org/",
        ] {
            assert!(!is(foreign), "{foreign}");
        }
    }
}
