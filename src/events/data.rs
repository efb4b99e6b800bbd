//! The `data` object of an event: written once, straight into bytes.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::model::Id;

/// A payload as JSON text, made where its value is at hand and shared from there on.
///
/// Whether it reaches clients as an object or as a string holding JSON (websocket.md, "JS(x)") is the event's business.
#[derive(Clone, PartialEq, Eq)]
pub struct Json(Arc<str>);

impl Json {
    /// The value as JSON; `null` if it has no JSON form (a map with keys that are not text), which no wire type has.
    pub fn of(value: &(impl Serialize + ?Sized)) -> Json {
        Json(serde_json::to_string(value).map_or_else(|_| Arc::from("null"), Arc::from))
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The fields of an event's `data`, in writing: JSON without the braces around it.
///
/// Keys are literals of this program and are written as they stand.
#[derive(Clone, Default)]
pub(super) struct Data(Vec<u8>);

impl Data {
    /// No field yet.
    pub(super) fn new() -> Data {
        Data::default()
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.0.is_empty() {
            self.0.push(b',');
        }
        self.0.push(b'"');
        self.0.extend_from_slice(key.as_bytes());
        self.0.extend_from_slice(b"\":");
        &mut self.0
    }

    /// A value of a simple kind (text, number, boolean, list or map of these).
    pub(super) fn value(mut self, key: &str, value: &(impl Serialize + ?Sized)) -> Data {
        let out = self.key(key);
        let start = out.len();
        if serde_json::to_writer(&mut *out, value).is_err() {
            out.truncate(start);
            out.extend_from_slice(b"null");
        }
        self
    }

    /// An identifier.
    pub(super) fn id(mut self, key: &str, id: Id) -> Data {
        let out = self.key(key);
        out.push(b'"');
        out.extend_from_slice(id.as_str().as_bytes());
        out.push(b'"');
        self
    }

    /// A payload as it is: an object or a list.
    pub(super) fn object(mut self, key: &str, json: &Json) -> Data {
        self.key(key).extend_from_slice(json.as_str().as_bytes());
        self
    }

    /// A payload as a string holding JSON, which clients parse a second time.
    pub(super) fn nested(self, key: &str, json: &Json) -> Data {
        self.value(key, json.as_str())
    }

    /// The fields, separated by commas.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_follow_each_other() {
        let data = Data::new()
            .nested("post", &Json::of(&serde_json::json!({"message": "say \"hi\""})))
            .id("user_id", Id::NONE)
            .value("set_online", &true)
            .object("user", &Json::of(&[1, 2]));
        let text = String::from_utf8_lossy(data.as_bytes()).into_owned();
        assert_eq!(text, r#""post":"{\"message\":\"say \\\"hi\\\"\"}","user_id":"","set_online":true,"user":[1,2]"#);
    }
}
