//! The server's signing key: clients verify the addresses of error pages and push messages with its public half.
//!
//! It is stored as the reference stores it, `{"ecdsa_key":{"curve":"P-256","x":…,"y":…,"d":…}}` with whole numbers of any
//! length, so that an adopted database keeps its key and can be handed back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::rand_core::OsRng;
use p256::pkcs8::EncodePublicKey;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A P-256 key pair.
#[derive(Clone)]
pub struct KeyPair(SigningKey);

impl KeyPair {
    /// A new pair.
    pub fn generate() -> KeyPair {
        KeyPair(SigningKey::random(&mut OsRng))
    }

    /// Reads a stored pair; `None` when the text holds no P-256 key.
    pub fn from_stored(text: &str) -> Option<KeyPair> {
        let stored: Stored = serde_json::from_str(text).ok()?;
        let secret = from_decimal(stored.ecdsa_key.d.get())?;
        let curve = stored.ecdsa_key.curve == "P-256";
        SigningKey::from_slice(&secret).ok().filter(|_| curve).map(KeyPair)
    }

    /// The pair for storage, secret.
    pub fn to_stored(&self) -> String {
        let point = self.0.verifying_key().to_encoded_point(false);
        let number = |bytes: Option<&[u8]>| to_decimal(bytes.unwrap_or_default());
        let (x, y) = (number(point.x().map(|x| &**x)), number(point.y().map(|y| &**y)));
        let d = to_decimal(&self.0.to_bytes());
        format!(r#"{{"ecdsa_key":{{"curve":"P-256","x":{x},"y":{y},"d":{d}}}}}"#)
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

#[derive(Deserialize)]
struct Stored {
    ecdsa_key: Numbers,
}

#[derive(Deserialize)]
struct Numbers {
    curve: String,
    /// The secret; the point follows from it.
    d: Box<RawValue>,
}

/// A number of 256 bits, the most significant byte first, from its decimal digits.
fn from_decimal(digits: &str) -> Option<[u8; 32]> {
    let mut number = [0u8; 32];
    for digit in digits.bytes() {
        let mut carry = u32::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
        for byte in number.iter_mut().rev() {
            carry += u32::from(*byte) * 10;
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(number)
}

/// The decimal digits of a number, whose most significant byte comes first.
fn to_decimal(bytes: &[u8]) -> String {
    let (mut number, mut digits) = (bytes.to_vec(), Vec::new());
    while number.iter().any(|byte| *byte != 0) {
        let mut rest = 0u32;
        for byte in &mut number {
            rest = rest << 8 | u32::from(*byte);
            *byte = (rest / 10) as u8;
            rest %= 10;
        }
        digits.push(b'0' + rest as u8);
    }
    if digits.is_empty() { "0".to_owned() } else { digits.iter().rev().map(|digit| char::from(*digit)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_and_read_again() {
        let pair = KeyPair::generate();
        let again = KeyPair::from_stored(&pair.to_stored()).unwrap();
        assert_eq!(again.public_base64(), pair.public_base64());
        assert!(KeyPair::from_stored("nonsense").is_none());
        assert!(KeyPair::from_stored(&pair.to_stored().replace("P-256", "P-521")).is_none());
    }

    #[test]
    fn numbers_of_any_length() {
        let mut large = [0u8; 32];
        large[30..].copy_from_slice(&[1, 2]);
        assert_eq!(to_decimal(&large), "258");
        assert_eq!(from_decimal("258"), Some(large));
        assert_eq!((to_decimal(&[0; 4]).as_str(), from_decimal("1.5")), ("0", None));
        assert_eq!(from_decimal(&to_decimal(&[255; 32])), Some([255; 32]));
        assert_eq!(from_decimal(&format!("{}0", to_decimal(&[255; 32]))), None);
    }

    #[test]
    fn the_public_key_has_the_references_form() {
        let public = KeyPair::generate().public_base64().unwrap();
        assert_eq!(public.len(), 124);
        assert!(public.starts_with("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"), "{public}");
    }
}
