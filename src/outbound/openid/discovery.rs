//! What a provider says of itself: its document, and its keys.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use openidconnect::core::{CoreJsonWebKeySet, CoreProviderMetadata};

use super::{Provider, Providers, Trouble};

/// Where a provider's document lies below the address that names it.
const WELL_KNOWN: &str = ".well-known/openid-configuration";

/// How long a document is kept.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// How often at most keys are fetched because a token bears one that is not known: forged tokens must not make us call.
const KEYS_EVERY: Duration = Duration::from_secs(10);

/// A provider's document and keys.
pub(super) struct Discovered {
    pub metadata: CoreProviderMetadata,
    at: Instant,
    keys_at: Mutex<Instant>,
}

impl Discovered {
    /// Whether keys may be fetched anew now; notes that they are.
    pub fn may_renew_keys(&self) -> bool {
        let mut at = self.keys_at.lock().unwrap_or_else(PoisonError::into_inner);
        let may = at.elapsed() >= KEYS_EVERY;
        if may {
            *at = Instant::now();
        }
        may
    }
}

impl Providers {
    /// What a provider says of itself, as it said it within the hour.
    pub(super) async fn discover(&self, provider: &Provider) -> Result<Arc<Discovered>, Trouble> {
        let address = &provider.discovery_endpoint;
        if let Some(known) = self.known.get(address).filter(|known| known.at.elapsed() < KEPT) {
            return Ok(known);
        }
        let metadata: CoreProviderMetadata = self.get_json(provider, address, None).await?;
        check_issuer(address, metadata.issuer().as_str())?;
        self.with_keys(provider, metadata).await
    }

    /// The same with the keys of now.
    pub(super) async fn with_keys(
        &self,
        provider: &Provider,
        metadata: CoreProviderMetadata,
    ) -> Result<Arc<Discovered>, Trouble> {
        let keys: CoreJsonWebKeySet = self.get_json(provider, metadata.jwks_uri().as_str(), None).await?;
        let (at, metadata) = (Instant::now(), metadata.set_jwks(keys));
        let discovered = Arc::new(Discovered { metadata, at, keys_at: Mutex::new(at) });
        self.known.insert(provider.discovery_endpoint.clone(), discovered.clone());
        Ok(discovered)
    }
}

/// A document speaks for the provider below whose address it lies, and for no other.
fn check_issuer(address: &str, issuer: &str) -> Result<(), Trouble> {
    let stem = address.strip_suffix(WELL_KNOWN).ok_or(Trouble::Settings(
        "DiscoveryEndpoint must be the address of a \
        provider's document, which ends in .well-known/openid-configuration",
    ))?;
    if stem.trim_end_matches('/') != issuer.trim_end_matches('/') {
        return Err(Trouble::Forged(format!("the document at {address} is that of {issuer}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_speaks_for_its_own_provider() {
        let at = "https://login.example/realms/a/.well-known/openid-configuration";
        assert!(check_issuer(at, "https://login.example/realms/a").is_ok());
        assert!(check_issuer(at, "https://login.example/realms/a/").is_ok());
        assert!(matches!(check_issuer(at, "https://login.example/realms/b"), Err(Trouble::Forged(_))));
        assert!(matches!(check_issuer("https://login.example", "https://login.example"), Err(Trouble::Settings(_))));
    }
}
