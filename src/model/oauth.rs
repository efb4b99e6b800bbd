//! Logging in to other applications with an account here: OAuth 2.0 (auth.md §11; recorded answers of
//! `integrations/oauth-*`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::errors::integrations as codes;
use super::id::Id;
use super::integrations::{OAuthApp, is_web_address};
use super::text::runes;
use super::time::TimeMs;
use super::{Code, Result};

/// What a client sends to make or change an application.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of OAuthApp")]
pub struct OAuthAppInput {
    pub id: String,
    pub name: String,
    pub description: String,
    pub icon_url: String,
    pub callback_urls: Option<Vec<String>>,
    pub homepage: String,
    pub is_trusted: bool,
    pub mattermost_app_id: String,
    /// Whether it can keep no secret.
    pub is_public: bool,
}

impl OAuthApp {
    /// With what a client wants of it.
    pub fn filled(self, input: OAuthAppInput) -> OAuthApp {
        OAuthApp {
            name: input.name,
            description: input.description,
            icon_url: input.icon_url,
            callback_urls: input.callback_urls,
            homepage: input.homepage,
            is_trusted: input.is_trusted,
            mattermost_app_id: input.mattermost_app_id,
            ..self
        }
    }

    /// Checks what people write into it (posts-and-limits.md §8). One that registered itself needs no homepage.
    pub fn validate(&self) -> Result<()> {
        let urls = self.callback_urls.as_deref().unwrap_or_default();
        let length = urls.iter().map(String::len).sum::<usize>() + urls.len() + 1;
        let homeless = self.is_dynamically_registered && self.homepage.is_empty();
        let homepage = homeless || (self.homepage.len() <= 256 && is_web_address(&self.homepage));
        let icon = self.icon_url.is_empty() || (self.icon_url.len() <= 512 && is_web_address(&self.icon_url));
        let checks: [(bool, Code); 6] = [
            ((1..=64).contains(&runes(&self.name)), codes::APP_NAME),
            (!urls.is_empty() && length <= 1024 && urls.iter().all(|url| is_web_address(url)), codes::APP_CALLBACK),
            (homepage, codes::APP_HOMEPAGE),
            (runes(&self.description) <= 512, codes::APP_DESCRIPTION),
            (icon, codes::APP_ICON_URL),
            (self.mattermost_app_id.len() <= 32, codes::APP_OWN_ID),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, code)| code.err())
    }

    /// Whether it can keep no secret.
    pub fn is_public_client(&self) -> bool {
        self.client_secret.is_empty()
    }

    /// Whether people may be sent back there: only to an address exactly as registered.
    pub fn returns_to(&self, address: &str) -> bool {
        self.callback_urls.iter().flatten().any(|known| known == address)
    }
}

/// What an application asks of somebody.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AuthorizeRequest {
    /// `code`, or `token` for a token at once.
    pub response_type: String,
    /// The application.
    pub client_id: String,
    /// Where it wants the answer.
    pub redirect_uri: String,
    /// What for; kept, not enforced.
    pub scope: String,
    /// Comes back with the answer.
    pub state: String,
    /// A digest of the secret by which the application proves that it was it that asked (PKCE).
    pub code_challenge: String,
    /// `S256`.
    pub code_challenge_method: String,
    /// For what the token is meant.
    pub resource: String,
}

/// What `response_type` says for a code.
pub const BY_CODE: &str = "code";
/// What it says for a token at once.
pub const AT_ONCE: &str = "token";
/// The scope where none is named.
pub const DEFAULT_SCOPE: &str = "user";
/// The only way of making a code challenge.
pub const S256: &str = "S256";

/// Whether that may be a code challenge or its verifier.
fn is_unreserved(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

const PKCE_LENGTH: std::ops::RangeInclusive<usize> = 43..=128;

impl AuthorizeRequest {
    /// Checks its form.
    pub fn validate(&self) -> Result<()> {
        let address = self.redirect_uri.len() <= 256 && is_web_address(&self.redirect_uri);
        let resource = self.resource.is_empty()
            || (self.resource.len() <= 512
                && url::Url::parse(&self.resource).is_ok_and(|url| url.fragment().is_none()));
        let checks: [(bool, Code); 6] = [
            (Id::parse(&self.client_id).is_some(), codes::AUTHORIZE_CLIENT),
            (!self.response_type.is_empty(), codes::AUTHORIZE_TYPE),
            (address, codes::AUTHORIZE_REDIRECT),
            (self.state.len() <= 1024, codes::AUTHORIZE_STATE),
            (self.scope.len() <= 128, codes::AUTHORIZE_SCOPE),
            (resource, codes::AUTHORIZE_RESOURCE),
        ];
        let wrong = checks.into_iter().find(|(holds, _)| !holds);
        wrong.map_or_else(|| self.check_challenge(), |(_, code)| code.err())
    }

    fn check_challenge(&self) -> Result<()> {
        match (self.code_challenge.as_str(), self.code_challenge_method.as_str()) {
            ("", "") => Ok(()),
            ("", _) => codes::PKCE_CHALLENGE.err(),
            (_, "") => codes::PKCE_METHOD.err(),
            (_, method) if method != S256 => codes::PKCE_UNSUPPORTED.err(),
            (challenge, _) if !PKCE_LENGTH.contains(&challenge.len()) => codes::PKCE_LENGTH.err(),
            (challenge, _) if !is_unreserved(challenge) => codes::PKCE_FORMAT.err(),
            _ => Ok(()),
        }
    }

    /// Where to send somebody, with more parameters in the address.
    pub fn back_with(&self, more: &[(&str, &str)]) -> String {
        let Ok(mut url) = url::Url::parse(&self.redirect_uri) else { return self.redirect_uri.clone() };
        let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        pairs.retain(|(name, _)| more.iter().all(|(new, _)| new != name));
        pairs.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        pairs.sort();
        url.query_pairs_mut().clear().extend_pairs(pairs);
        url.into()
    }
}

/// Somebody's consent, which an application exchanges for a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthCode {
    /// Digest of the code.
    pub code: String,
    /// Which application it was given to.
    pub client_id: Id,
    /// Who consented.
    pub user_id: Id,
    /// When.
    pub create_at: TimeMs,
    /// For how many seconds.
    pub expires_in: i32,
    /// Where the answer was sent.
    pub redirect_uri: String,
    /// What came along.
    pub state: String,
    /// What for.
    pub scope: String,
    /// `""` without PKCE.
    pub code_challenge: String,
    /// `S256`, or `""` without PKCE.
    pub code_challenge_method: String,
    /// For what the token is meant.
    pub resource: String,
}

/// How many seconds a code is good for.
pub const CODE_LASTS: i32 = 600;

/// The form in which a code is kept: whoever reads the database cannot use it.
pub fn digest(code: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(code))
}

impl AuthCode {
    /// Whether its time is over.
    pub fn is_expired(&self, at: TimeMs) -> bool {
        at > self.create_at + TimeMs::from(self.expires_in) * 1000
    }

    /// Whether the application that shows it is the one that asked for it.
    pub fn check_verifier(&self, verifier: &str) -> Result<()> {
        match (self.code_challenge.as_str(), verifier) {
            ("", "") => Ok(()),
            ("", _) => codes::PKCE_UNUSED.err(),
            (_, "") => codes::PKCE_VERIFIER.err(),
            (challenge, verifier) => {
                let formed = PKCE_LENGTH.contains(&verifier.len()) && is_unreserved(verifier);
                let wanted = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
                let same = bool::from(wanted.as_bytes().ct_eq(challenge.as_bytes()));
                if formed && same { Ok(()) } else { codes::PKCE_FAILED.err() }
            }
        }
    }
}

/// An application's access to somebody's account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Access {
    pub client_id: Id,
    pub user_id: Id,
    /// The session's token.
    pub token: String,
    /// `""` where the application can keep no secret.
    pub refresh_token: String,
    pub redirect_uri: String,
    pub expires_at: TimeMs,
    pub scope: String,
    /// For what the token is meant.
    pub audience: String,
}

/// What an application sends to get a token.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names are the protocol's")]
pub struct TokenRequest {
    pub grant_type: String,
    pub client_id: String,
    pub client_secret: String,
    pub code: String,
    pub code_verifier: String,
    pub redirect_uri: String,
    pub refresh_token: String,
    pub resource: String,
}

/// What it gets.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "the names are the protocol's")]
pub struct TokenAnswer {
    pub access_token: String,
    pub token_type: &'static str,
    /// In seconds.
    pub expires_in: i64,
    pub scope: &'static str,
    pub refresh_token: String,
    pub id_token: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub audience: String,
}

impl TokenAnswer {
    /// The answer for that access.
    pub fn of(access: &Access, at: TimeMs) -> TokenAnswer {
        TokenAnswer {
            access_token: access.token.clone(),
            token_type: "bearer",
            // A part of a second counts as a whole one, so that a new token lasts as long as the settings say.
            expires_in: (access.expires_at - at + 999) / 1000,
            refresh_token: access.refresh_token.clone(),
            audience: access.audience.clone(),
            ..TokenAnswer::default()
        }
    }
}

/// What an application sends that registers itself (RFC 7591).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the protocol's")]
pub struct Registration {
    pub redirect_uris: Vec<String>,
    pub token_endpoint_auth_method: String,
    pub client_name: String,
    pub client_uri: String,
}

/// How an application shows its secret.
pub const BY_POST: &str = "client_secret_post";
/// That it has none.
pub const NO_SECRET: &str = "none";
const UNNAMED: &str = "Dynamically Registered Client";

impl Registration {
    /// The application that it makes, or what is wrong with it.
    pub fn into_app(self, allowed: &[String]) -> std::result::Result<OAuthApp, (&'static str, &'static str)> {
        /// The most bytes that the addresses of an application have together: they stand in one column.
        const MAX_ADDRESSES: usize = 1024;

        const METADATA: &str = "invalid_client_metadata";
        let method = self.token_endpoint_auth_method.as_str();
        let fits = |address: &String| allowed.is_empty() || allowed.iter().any(|pattern| matches(address, pattern));
        match () {
            () if self.redirect_uris.is_empty() => return Err((METADATA, "At least one redirect_uri is needed.")),
            () if !self.redirect_uris.iter().all(|uri| is_web_address(uri)) => {
                return Err((METADATA, "Each redirect_uri has to be a web address."));
            }
            () if self.redirect_uris.iter().map(String::len).sum::<usize>() > MAX_ADDRESSES => {
                return Err((METADATA, "The addresses are too long."));
            }
            () if runes(&self.client_name) > 64 => return Err((METADATA, "client_name has at most 64 characters.")),
            () if !self.client_uri.is_empty() && !is_web_address(&self.client_uri) => {
                return Err((METADATA, "client_uri has to be a web address."));
            }
            () if !matches!(method, "" | BY_POST | NO_SECRET) => {
                return Err((METADATA, "token_endpoint_auth_method has to be client_secret_post or none."));
            }
            () if !self.redirect_uris.iter().all(fits) => {
                return Err(("invalid_redirect_uri", "This server does not let applications register from there."));
            }
            () => {}
        }
        let app = OAuthApp {
            client_secret: if method == NO_SECRET { String::new() } else { Id::random().to_string() },
            name: if self.client_name.is_empty() { UNNAMED.to_owned() } else { self.client_name },
            callback_urls: Some(self.redirect_uris),
            homepage: self.client_uri,
            is_dynamically_registered: true,
            ..OAuthApp::default()
        };
        app.validate().map_err(|_| (METADATA, "The addresses are too long."))?;
        Ok(app)
    }
}

/// Whether an address fits a pattern in which `*` stands for anything within a part of it, and `**` for anything.
fn matches(address: &str, pattern: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return address == pattern };
    let Some(rest) = address.strip_prefix(before) else { return false };
    let (deep, after) = after.strip_prefix('*').map_or((false, after), |after| (true, after));
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    for end in ends {
        let (skipped, rest) = rest.split_at(end);
        // What ends a host, for some reader of addresses or other, must not hide in one.
        if !deep && skipped.contains(['/', '?', '#', '\\', '@']) {
            return false;
        }
        if matches(rest, after) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asked_has_the_verifier() {
        let verifier = "v".repeat(50);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let code = AuthCode { code_challenge: challenge, ..AuthCode::default() };
        assert!(code.check_verifier(&verifier).is_ok());
        assert!(code.check_verifier("").unwrap_err().is(codes::PKCE_VERIFIER));
        assert!(code.check_verifier(&"w".repeat(50)).unwrap_err().is(codes::PKCE_FAILED));
        assert!(AuthCode::default().check_verifier("x").unwrap_err().is(codes::PKCE_UNUSED));
        assert!(AuthCode { create_at: 1000, expires_in: 1, ..AuthCode::default() }.is_expired(2001));
    }

    #[test]
    fn addresses_to_return_to() {
        let app = OAuthApp { callback_urls: Some(vec!["https://h/back".into()]), ..OAuthApp::default() };
        assert!(app.returns_to("https://h/back"));
        assert!(!app.returns_to("https://h/back?x=1") && !app.returns_to("https://h/back/"));
        let request = AuthorizeRequest { redirect_uri: "https://h/back?z=1&state=old".into(), ..Default::default() };
        assert_eq!(request.back_with(&[("code", "c"), ("state", "s")]), "https://h/back?code=c&state=s&z=1");
    }

    #[test]
    fn patterns_of_addresses() {
        assert!(matches("https://a.example.com/cb", "https://*.example.com/cb"));
        assert!(matches("https://h/a/b/c", "https://h/**") && matches("https://h/a", "https://h/*"));
        assert!(
            !matches("https://evil.com?.example.com/cb", "https://*.example.com/cb")
                && !matches("https://evil.com#.example.com/cb", "https://*.example.com/cb")
                && !matches("https://evil.com\\.example.com/cb", "https://*.example.com/cb")
                && !matches("https://h/a/b", "https://h/*")
                && !matches("https://evil/x.example.com/cb", "https://*.example.com/cb")
        );
    }
}
