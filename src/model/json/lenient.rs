//! Reading JSON as leniently as the reference does.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Value;

use super::StringMap;

/// Why a request body could not be read; for the log, not for the answer.
#[derive(Debug)]
pub struct DecodeError(serde_json::Error);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body is not the expected JSON: {}", self.0)
    }
}

impl std::error::Error for DecodeError {}

/// Reads a request body as the reference does (surprises.md, System and WebSocket): the first JSON value counts and text
/// after it is ignored, keys match whatever their case and the last duplicate wins, `null` is the empty value of any
/// kind, invalid UTF-8 is replaced.
///
/// Fields that may be missing need `#[serde(default)]`. Keys of maps and free-form values are left alone.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    T::deserialize(first_value(body)?).map_err(DecodeError)
}

/// Reads a body as a map of strings; anything that is not a string is left out, and a body that cannot be read is empty
/// (posts-and-limits.md §1).
pub fn decode_string_map(body: &[u8]) -> StringMap {
    let Ok(Lenient::Object(entries)) = first_value(body) else { return StringMap::new() };
    entries.into_iter().filter_map(|(key, value)| value.into_string().map(|text| (key, text))).collect()
}

/// A text without the one character that PostgreSQL stores in none.
pub fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

fn first_value(body: &[u8]) -> Result<Lenient, DecodeError> {
    let text = String::from_utf8_lossy(body);
    Lenient::deserialize(&mut serde_json::Deserializer::from_str(&text)).map_err(DecodeError)
}

/// A JSON value that keeps the order of its keys, duplicates included, until it is known what they are read into.
enum Lenient {
    Null,
    Scalar(Value),
    Array(Vec<Lenient>),
    Object(Vec<(String, Lenient)>),
}

impl Lenient {
    fn into_string(self) -> Option<String> {
        match self {
            Lenient::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    fn into_entries<E: serde::de::Error>(self) -> Result<Vec<(String, Lenient)>, E> {
        match self {
            Lenient::Null => Ok(Vec::new()),
            Lenient::Object(entries) => Ok(entries),
            Lenient::Array(_) => Err(E::custom("an array instead of an object")),
            Lenient::Scalar(value) => Err(E::custom(format_args!("{value} instead of an object"))),
        }
    }
}

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Lenient;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Lenient, E> {
                Ok(Lenient::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Lenient, E> {
                Ok(Lenient::Scalar(value.into()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Lenient, E> {
                Ok(Lenient::Scalar(value.into()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Lenient, E> {
                Ok(Lenient::Scalar(value.into()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Lenient, E> {
                Ok(Lenient::Scalar(value.into()))
            }
            fn visit_str<E>(self, value: &str) -> Result<Lenient, E> {
                Ok(Lenient::Scalar(without_nul(value.to_owned()).into()))
            }
            fn visit_string<E>(self, value: String) -> Result<Lenient, E> {
                Ok(Lenient::Scalar(without_nul(value).into()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Lenient, A::Error> {
                let mut array = Vec::new();
                while let Some(item) = items.next_element()? {
                    array.push(item);
                }
                Ok(Lenient::Array(array))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Lenient, A::Error> {
                let mut object = Vec::new();
                while let Some((key, value)) = entries.next_entry()? {
                    object.push((without_nul(key), value));
                }
                Ok(Lenient::Object(object))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl<'de> IntoDeserializer<'de, serde_json::Error> for Lenient {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

/// Reads the empty value of a kind from `null`, anything else as it stands.
macro_rules! null_is {
    ($($method:ident => $visit:ident($empty:expr);)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self {
                Lenient::Null => visitor.$visit($empty),
                other => other.deserialize_any(visitor),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Lenient {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Lenient::Null => visitor.visit_unit(),
            Lenient::Scalar(value) => value.deserialize_any(visitor),
            Lenient::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Lenient::Object(entries) => visitor.visit_map(MapDeserializer::new(entries.into_iter())),
        }
    }

    /// Matches keys to fields whatever their case. `null` counts as missing, so that the field keeps its default.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let mut known: BTreeMap<&'static str, Lenient> = BTreeMap::new();
        for (key, value) in self.into_entries()? {
            let exact = fields.iter().find(|field| **field == key);
            let field = exact.or_else(|| fields.iter().find(|field| field.eq_ignore_ascii_case(&key)));
            if let (Some(field), false) = (field, matches!(value, Lenient::Null)) {
                known.insert(field, value);
            }
        }
        visitor.visit_map(MapDeserializer::new(known.into_iter()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_map(MapDeserializer::new(self.into_entries()?.into_iter()))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Lenient::Null => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Lenient>())),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Lenient::Null => visitor.visit_none(),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let text = self.into_string().unwrap_or_default();
        visitor.visit_enum(text.into_deserializer())
    }

    null_is! {
        deserialize_bool => visit_bool(false);
        deserialize_i32 => visit_i32(0);
        deserialize_i64 => visit_i64(0);
        deserialize_u32 => visit_u32(0);
        deserialize_u64 => visit_u64(0);
        deserialize_f64 => visit_f64(0.0);
        deserialize_str => visit_str("");
        deserialize_string => visit_str("");
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Props, id_or_none};
    use super::*;
    use crate::model::Id;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Body {
        name: String,
        count: i64,
        flag: Option<bool>,
        list: Vec<String>,
        #[serde(deserialize_with = "id_or_none")]
        id: Id,
        inner: Option<Box<Body>>,
        props: Props,
    }

    fn read(text: &str) -> Body {
        decode(text.as_bytes()).unwrap()
    }

    #[test]
    fn keys_match_in_any_case_and_the_last_wins() {
        assert_eq!(read(r#"{"name":"a","NAME":"b","nAmE":"c"}"#).name, "c");
        assert_eq!(read(r#"{"Inner":{"NAME":"x"}}"#).inner.unwrap().name, "x");
        assert_eq!(read(r#"{"props":{"Key":1,"key":null}}"#).props.0.len(), 2);
    }

    #[test]
    fn null_is_the_empty_value() {
        assert_eq!(read("null"), Body::default());
        assert_eq!(read(r#"{"name":null,"count":null,"flag":null,"list":null,"inner":null}"#), Body::default());
        assert_eq!(read(r#"{"list":[null,"a"]}"#).list, ["", "a"]);
        assert_eq!(decode::<StringMap>(br#"{"a":null}"#).unwrap().get("a").unwrap(), "");
        assert!(decode::<Vec<String>>(b"null").unwrap().is_empty());
    }

    #[test]
    fn only_the_first_value_counts() {
        assert_eq!(read(r#"{"name":"a"} trailing"#).name, "a");
        assert_eq!(read(r#"{"name":"a"}{"name":"b"}"#).name, "a");
        assert!(decode::<Body>(b"").is_err());
        assert!(decode::<Body>(b"[]").is_err());
        assert!(decode::<Body>(b"{\"name\"").is_err());
    }

    #[test]
    fn kinds_are_not_converted() {
        assert!(decode::<Body>(br#"{"name":1}"#).is_err());
        assert!(decode::<Body>(br#"{"count":1.5}"#).is_err());
        assert!(decode::<Body>(br#"{"count":"1"}"#).is_err());
        assert!(decode::<StringMap>(br#"{"desktop":1}"#).is_err());
    }

    #[test]
    fn bad_identifiers_and_bytes_are_replaced() {
        assert!(read(r#"{"id":"short"}"#).id.is_none());
        assert_eq!(decode::<Body>(b"{\"name\":\"a\xff\"}").unwrap().name, "a\u{fffd}");
    }

    #[test]
    fn string_maps_keep_strings_only() {
        let map = decode_string_map(br#"{"a":"x","b":1,"c":null,"d":{"e":"f"}} rest"#);
        assert_eq!(map.into_iter().collect::<Vec<_>>(), [("a".to_owned(), "x".to_owned())]);
        assert!(decode_string_map(b"nonsense").is_empty());
    }

    #[test]
    fn no_text_holds_nul() {
        let map = decode_string_map(br#"{"a\u0000":"x\u0000y\u0000"}"#);
        assert_eq!(map.into_iter().collect::<Vec<_>>(), [("a".to_owned(), "xy".to_owned())]);
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = "[".repeat(500);
        assert!(decode::<Body>(deep.as_bytes()).is_err());
    }
}
