//! OpenID Connect Core: the code flow, and a token that must hold in all that it says.

use std::time::SystemTime;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    ConfigurationError, CsrfToken, EmptyExtraTokenFields, IdToken, IdTokenFields, LoginHint, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::discovery::Discovered;
use super::{Leg, OFFLINE, Provider, Providers, SKEW, Told, Trouble};

/// Every claim that is not one of the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Further(Map<String, Value>);

impl AdditionalClaims for Further {}

type Fields = IdTokenFields<
    Further,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Token = IdToken<Further, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

type Answer = StandardTokenResponse<Fields, CoreTokenType>;

/// A client before anything is known of its provider's addresses.
type Client<A, T, U> = openidconnect::Client<
    Further,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    A,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    T,
    U,
>;

/// A client of a provider that has told of itself.
type Discoverer = Client<openidconnect::EndpointSet, openidconnect::EndpointMaybeSet, openidconnect::EndpointMaybeSet>;

/// The signatures that count: those that only the provider can make.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

fn client(discovered: &Discovered, provider: &Provider, redirect_uri: &str) -> Result<Discoverer, Trouble> {
    let secret = Some(provider.client_secret.clone()).filter(|secret| !secret.is_empty()).map(ClientSecret::new);
    let id = ClientId::new(provider.client_id.clone());
    let back = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| Trouble::Settings("SiteURL is no address"))?;
    Ok(Client::from_provider_metadata(discovered.metadata.clone(), id, secret).set_redirect_uri(back))
}

impl Providers {
    pub(super) async fn openid_address(
        &self,
        provider: &Provider,
        redirect_uri: &str,
        leg: &Leg,
        login_hint: &str,
    ) -> Result<String, Trouble> {
        let discovered = self.discover(provider).await?;
        let client = client(&discovered, provider, redirect_uri)?;
        let (state, nonce) = (CsrfToken::new(leg.state.clone()), Nonce::new(leg.nonce.clone()));
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(leg.verifier.clone()));
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        // The library asks for `openid` by itself.
        let scopes = provider.scopes().into_iter().filter(|scope| *scope != "openid");
        let mut request = client
            .authorize_url(flow, || state, || nonce)
            .set_pkce_challenge(challenge)
            .add_scopes(scopes.map(|scope| Scope::new(scope.to_owned())));
        if provider.scopes().contains(&OFFLINE) {
            // Without it providers need not give what is good while people are away (OpenID Connect Core §11).
            request = request.add_prompt(CoreAuthPrompt::Consent);
        }
        if !login_hint.is_empty() {
            request = request.set_login_hint(LoginHint::new(login_hint.to_owned()));
        }
        Ok(request.url().0.into())
    }

    /// The claims about who came back with that code: those of the token, and what the provider adds when asked.
    pub(super) async fn openid_claims(
        &self,
        provider: &Provider,
        redirect_uri: &str,
        code: &str,
        leg: &Leg,
    ) -> Result<Told, Trouble> {
        let discovered = self.discover(provider).await?;
        let client = client(&discovered, provider, redirect_uri)?;
        let exchange = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(no_endpoint)?;
        let verifier = PkceCodeVerifier::new(leg.verifier.clone());
        let answer = exchange.set_pkce_verifier(verifier).request_async(&self.caller(provider)).await;
        let answer = answer.map_err(|error| Trouble::Provider(error.to_string()))?;
        let token = answer.id_token().ok_or(Trouble::Incomplete("an ID token"))?;
        let claims = self.checked(&discovered, provider, token, Some(&leg.nonce)).await?;
        self.with_user_info(&discovered, provider, &answer, claims).await
    }

    /// The claims about somebody who came back before.
    pub(super) async fn openid_claims_again(&self, provider: &Provider, token: &str) -> Result<Told, Trouble> {
        let discovered = self.discover(provider).await?;
        let client = client(&discovered, provider, discovered.metadata.issuer().as_str())?;
        let refresh = RefreshToken::new(token.to_owned());
        let exchange = client.exchange_refresh_token(&refresh).map_err(no_endpoint)?;
        let answer = exchange.request_async(&self.caller(provider)).await.map_err(unrefreshed)?;
        let claims = match answer.id_token() {
            // Tokens that are not asked for with a nonce have none (OpenID Connect Core §12.2).
            Some(token) => self.checked(&discovered, provider, token, None).await?,
            None => Map::new(),
        };
        self.with_user_info(&discovered, provider, &answer, claims).await
    }

    /// The claims of a token that holds; keys are fetched anew for one that is signed with an unknown one.
    async fn checked(
        &self,
        discovered: &Discovered,
        provider: &Provider,
        token: &Token,
        nonce: Option<&str>,
    ) -> Result<Map<String, Value>, Trouble> {
        let verdict = match verified(discovered, provider, token, nonce) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey))
                if discovered.may_renew_keys() =>
            {
                let renewed = self.with_keys(provider, discovered.metadata.clone()).await?;
                verified(&renewed, provider, token, nonce)
            }
            verdict => verdict,
        };
        verdict.map_err(|error| Trouble::Forged(error.to_string()))
    }

    /// The claims, with what the provider adds when asked for the person's profile.
    async fn with_user_info(
        &self,
        discovered: &Discovered,
        provider: &Provider,
        answer: &Answer,
        mut claims: Map<String, Value>,
    ) -> Result<Told, Trouble> {
        if let Some(endpoint) = discovered.metadata.userinfo_endpoint() {
            let token = answer.access_token().secret();
            let more: Map<String, Value> = self.get_json(provider, endpoint.as_str(), Some(token)).await?;
            // What is said of somebody else is of no use (OpenID Connect Core §5.3.2).
            if claims.contains_key("sub") && more.get("sub") != claims.get("sub") {
                return Err(Trouble::Forged("the user info is that of somebody else".into()));
            }
            for (name, value) in more {
                claims.entry(name).or_insert(value);
            }
        }
        let refresh_token = answer.refresh_token().map(|token| token.secret().clone());
        Ok(Told { claims, refresh_token })
    }
}

fn no_endpoint(_: ConfigurationError) -> Trouble {
    Trouble::Provider("its document names no token endpoint".into())
}

/// A provider that takes a token no more says so in its own way; all else says nothing about the person.
fn unrefreshed<E: std::error::Error>(
    error: RequestTokenError<E, StandardErrorResponse<CoreErrorResponseType>>,
) -> Trouble {
    match error {
        RequestTokenError::ServerResponse(answer) if *answer.error() == CoreErrorResponseType::InvalidGrant => {
            Trouble::Withdrawn
        }
        error => Trouble::Provider(error.to_string()),
    }
}

/// The claims of a token whose signature, issuer, audience, nonce and times hold.
fn verified(
    discovered: &Discovered,
    provider: &Provider,
    token: &Token,
    nonce: Option<&str>,
) -> Result<Map<String, Value>, ClaimsVerificationError> {
    let metadata = &discovered.metadata;
    let id = ClientId::new(provider.client_id.clone());
    let verifier = CoreIdTokenVerifier::new_public_client(id, metadata.issuer().clone(), metadata.jwks().clone())
        .set_allowed_algs(SIGNATURES)
        .set_time_fn(|| (SystemTime::now() - SKEW).into())
        .set_issue_time_verifier_fn(|issued| match SystemTime::from(issued) > SystemTime::now() + SKEW {
            true => Err("the token is from the future".into()),
            false => Ok(()),
        });
    let claims = match nonce {
        Some(nonce) => token.claims(&verifier, &Nonce::new(nonce.to_owned()))?,
        None => token.claims(&verifier, |_: Option<&Nonce>| Ok(()))?,
    };
    match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => Ok(claims),
        _ => Err(ClaimsVerificationError::Unsupported("claims that are no object".into())),
    }
}
