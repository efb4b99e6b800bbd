//! Plain OAuth 2 (RFC 6749): a code for a token, and a profile by the token.

use form_urlencoded::Serializer;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use url::Url;

use super::{Leg, Provider, Providers, Trouble};

/// The answer to a code. Some providers write errors with status 200.
#[derive(Deserialize)]
struct Granted {
    #[serde(default)]
    access_token: String,
    #[serde(default)]
    error: String,
}

/// Where to send somebody who wants to sign in.
pub(super) fn address(provider: &Provider, redirect_uri: &str, leg: &Leg, login_hint: &str) -> Result<String, Trouble> {
    let mut url = Url::parse(&provider.auth_endpoint).map_err(|_| Trouble::Settings("AuthEndpoint is no address"))?;
    let challenge = data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(leg.verifier.as_bytes()));
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("state", &leg.state)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    let scopes = provider.scopes().join(" ");
    for (name, value) in [("scope", scopes.as_str()), ("login_hint", login_hint)] {
        if !value.is_empty() {
            url.query_pairs_mut().append_pair(name, value);
        }
    }
    Ok(url.into())
}

impl Providers {
    /// The profile of who came back with that code.
    pub(super) async fn oauth_profile(
        &self,
        provider: &Provider,
        redirect_uri: &str,
        code: &str,
        leg: &Leg,
    ) -> Result<Map<String, Value>, Trouble> {
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("client_secret", &provider.client_secret)
            .append_pair("code", code)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code_verifier", &leg.verifier)
            .finish();
        let granted: Granted = self.post_form(provider, &provider.token_endpoint, form).await?;
        if granted.access_token.is_empty() {
            return Err(Trouble::Provider(format!(
                "there is no token in the answer; its error is {:?}",
                granted.error
            )));
        }
        self.get_json(provider, &provider.user_api_endpoint, Some(&granted.access_token)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::model::users::Service;

    #[test]
    fn the_address_asks_for_what_the_settings_say() {
        let mut settings = Settings::default();
        settings.gitlab.auth_endpoint = "https://git.example/oauth/authorize?prompt=login".into();
        settings.gitlab.id = "kollegium".into();
        settings.gitlab.scope = "read_user email".into();
        let provider = Provider::of(Service::GitLab, &settings);
        let leg = Leg {
            state: "s+1".into(),
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
            ..Leg::default()
        };
        let url = Url::parse(&address(&provider, "https://chat.example/back", &leg, "").unwrap()).unwrap();
        let of = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        assert_eq!(of("prompt").as_deref(), Some("login"));
        assert_eq!(of("state").as_deref(), Some("s+1"));
        assert_eq!(of("scope").as_deref(), Some("read_user email"));
        // RFC 7636, appendix B.
        assert_eq!(of("code_challenge").as_deref(), Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        assert_eq!(of("login_hint"), None);
    }
}
