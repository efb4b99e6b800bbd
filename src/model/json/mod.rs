//! JSON as the reference reads and writes it: lenient on the way in, keys left out when empty on the way out.

mod lenient;
mod written;

use std::collections::BTreeMap;

use serde::de::Deserializer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::id::Id;

pub use lenient::{DecodeError, decode, decode_string_map, without_nul};
pub use written::{Forms, Written};

/// A map of strings: user props, notification settings, session props.
pub type StringMap = BTreeMap<String, String>;

/// Free-form properties of a post, a channel or a draft; `{}` when there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Props(pub Map<String, Value>);

impl Props {
    /// Whether there is no property.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The property, whatever its kind.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The property if it is a string, else `""`.
    pub fn text(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether the property is the string `"true"`, the form of `from_webhook` and its kin.
    pub fn is_true(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    /// Sets a property.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Removes a property and says whether it was there.
    pub fn remove(&mut self, key: &str) -> bool {
        self.0.remove(key).is_some()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Props {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Props(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

/// For `#[serde(deserialize_with)]`: an identifier, or [`Id::NONE`] from any other text. For fields whose malformed
/// values the reference refuses later than the body itself.
pub fn id_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Id::parse(&text).unwrap_or(Id::NONE))
}

/// For `skip_serializing_if`: the number is 0.
pub fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A [`StringMap`] of literal pairs.
pub(crate) fn string_map(pairs: &[(&str, &str)]) -> StringMap {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Copies the patched fields over; maps are replaced whole.
macro_rules! patch_fields {
    ($target:ident, $patch:ident: $($field:ident),* $(,)?) => {
        $(if let Some(value) = &$patch.$field {
            $target.$field.clone_from(value);
        })*
    };
}
pub(crate) use patch_fields;
