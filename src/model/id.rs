//! Identifiers: 26 characters on the wire, a copyable value in memory.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Length of an identifier in bytes (posts-and-limits.md §1).
pub const ID_LEN: usize = 26;

/// An identifier of anything: 26 ASCII letters or digits, or nothing at all (`""` on the wire, as in the `root_id` of a
/// post that starts a thread).
///
/// Session and personal tokens have the same shape but are secrets; they are [`String`]s and never become an `Id`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; ID_LEN]);

/// The alphabet in which new identifiers are written: z-base-32.
const ALPHABET: &[u8; 32] = b"ybndrfg8ejkmcpqxot1uwisza345h769";

impl Id {
    /// The absent identifier, `""`.
    pub const NONE: Id = Id([0; ID_LEN]);

    /// A new random identifier (128 bits).
    pub fn random() -> Id {
        Id::of(rand::random())
    }

    /// The identifier of 128 given bits, for those who make random ones by themselves.
    pub fn of(bits: u128) -> Id {
        Id(encode(bits))
    }

    /// Reads an identifier; `None` unless it is 26 ASCII letters or digits.
    pub fn parse(text: &str) -> Option<Id> {
        let bytes: [u8; ID_LEN] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphanumeric).then_some(Id(bytes))
    }

    /// Whether this is the absent identifier.
    pub fn is_none(&self) -> bool {
        *self == Id::NONE
    }

    /// The identifier, unless it is absent.
    pub fn some(self) -> Option<Id> {
        (!self.is_none()).then_some(self)
    }

    /// The identifier as text, `""` when absent.
    pub fn as_str(&self) -> &str {
        if self.is_none() {
            return "";
        }
        // Only ASCII gets in, so this never falls back.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// 128 bits as 26 characters, five bits each, most significant first.
fn encode(bits: u128) -> [u8; ID_LEN] {
    let mut out = [0; ID_LEN];
    for (i, slot) in out.iter_mut().enumerate() {
        let shift = 123_i32 - 5 * i as i32;
        let five = if shift >= 0 { bits >> shift } else { bits << -shift } & 31;
        *slot = ALPHABET.get(five as usize).copied().unwrap_or(b'y');
    }
    out
}

/// A random secret of 26 characters, the shape of session and personal tokens.
pub fn token() -> String {
    Id::random().to_string()
}

/// A random secret of 64 characters, the shape of mailed tokens (posts-and-limits.md §1).
pub fn long_token() -> String {
    let mut text: String = (0..3).map(|_| token()).collect();
    text.truncate(64);
    text
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.as_str())
    }
}

impl Default for Id {
    fn default() -> Self {
        Id::NONE
    }
}

/// The text is neither empty nor an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier of 26 letters and digits")
    }
}

impl std::error::Error for NotAnId {}

impl FromStr for Id {
    type Err = NotAnId;

    /// `""` gives [`Id::NONE`].
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.is_empty() { Ok(Id::NONE) } else { Id::parse(text).ok_or(NotAnId) }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an identifier or an empty string")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Id, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_unit<E: serde::de::Error>(self) -> Result<Id, E> {
                Ok(Id::NONE)
            }
        }
        deserializer.deserialize_any(Text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ids_are_valid_and_differ() {
        let (a, b) = (Id::random(), Id::random());
        assert_eq!(Id::parse(a.as_str()), Some(a));
        assert_ne!(a, b);
    }

    #[test]
    fn encoding_keeps_every_bit() {
        assert_ne!(encode(0), encode(1));
        assert_ne!(encode(0), encode(1 << 127));
        assert_ne!(encode(2), encode(3));
    }

    #[test]
    fn only_letters_and_digits_are_read() {
        assert_eq!(Id::parse("abc"), None);
        assert_eq!(Id::parse("abcdefghijklmnopqrstuvwxy-"), None);
        assert!("".parse::<Id>().is_ok_and(|id| id.is_none()));
        assert_eq!(long_token().len(), 64);
    }
}
