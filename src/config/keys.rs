//! The server's signing key: clients verify the addresses of error pages and push messages with its public half.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::rand_core::OsRng;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, LineEnding};

/// A P-256 key pair.
#[derive(Clone)]
pub struct KeyPair(SigningKey);

impl KeyPair {
    /// A new pair.
    pub fn generate() -> KeyPair {
        KeyPair(SigningKey::random(&mut OsRng))
    }

    /// Reads a stored pair; `None` when the text is no P-256 key in PKCS#8 PEM.
    pub fn from_pem(pem: &str) -> Option<KeyPair> {
        SigningKey::from_pkcs8_pem(pem).ok().map(KeyPair)
    }

    /// The pair for storage: PKCS#8 PEM, secret. `None` cannot happen with a P-256 key.
    pub fn to_pem(&self) -> Option<String> {
        self.0.to_pkcs8_pem(LineEnding::LF).ok().map(|pem| pem.to_string())
    }

    /// `AsymmetricSigningPublicKey` of the client configuration: PKIX DER in standard base64. `None` cannot happen with a
    /// P-256 key.
    pub fn public_base64(&self) -> Option<String> {
        self.0.verifying_key().to_public_key_der().ok().map(|der| STANDARD.encode(der))
    }

    /// The key that signs.
    pub fn signing(&self) -> &SigningKey {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_and_read_again() {
        let pair = KeyPair::generate();
        let pem = pair.to_pem().unwrap();
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----"));
        let again = KeyPair::from_pem(&pem).unwrap();
        assert_eq!(again.public_base64(), pair.public_base64());
        assert!(KeyPair::from_pem("nonsense").is_none());
    }

    #[test]
    fn the_public_key_has_the_references_form() {
        let public = KeyPair::generate().public_base64().unwrap();
        assert_eq!(public.len(), 124);
        assert!(public.starts_with("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"), "{public}");
    }
}
