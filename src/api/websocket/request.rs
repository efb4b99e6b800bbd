//! What clients ask over a socket (websocket.md §3).

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::json;

/// A request: text frames hold it as JSON, binary frames as MessagePack.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Request {
    /// What to do.
    pub action: String,
    /// The client's number for it, repeated in the answer.
    pub seq: i64,
    /// What the action needs.
    data: Option<Map<String, Value>>,
}

/// The message is no request; the socket is closed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl Request {
    /// Reads a text frame, as leniently as the reference does (surprises.md, WebSocket).
    pub(super) fn from_text(text: &[u8]) -> Result<Request, Unreadable> {
        json::decode(text).map_err(|_| Unreadable)
    }

    /// Reads a binary frame.
    pub(super) fn from_binary(bytes: &[u8]) -> Result<Request, Unreadable> {
        let request: Option<Request> = rmp_serde::from_slice(bytes).map_err(|_| Unreadable)?;
        Ok(request.unwrap_or_default())
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.data.as_ref()?.get(key)
    }

    /// The text of that name, if it is text.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.value(key)?.as_str()
    }

    /// The boolean of that name, if it is one.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.value(key)?.as_bool()
    }

    /// The texts in the list of that name; what is no text is passed over.
    pub(super) fn texts(&self, key: &str) -> Vec<&str> {
        self.value(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<(String, i64), Unreadable> {
        Request::from_text(text.as_bytes()).map(|request| (request.action, request.seq))
    }

    #[test]
    fn keys_are_read_in_any_case_and_the_last_wins() {
        let ping = Ok(("ping".to_owned(), 2));
        assert_eq!(text(r#"{"SEQ":1,"seq":2,"Action":"ping","data":null,"extra":1}"#), ping);
        assert_eq!(text(r#"{"seq":2,"action":"ping"} and more"#), ping);
        assert_eq!(text("null"), Ok((String::new(), 0)));
        assert_eq!(text("{}"), Ok((String::new(), 0)));
    }

    #[test]
    fn what_is_no_request_is_not_read() {
        for bad in [
            "",
            "nonsense",
            "[1,2]",
            "\"ping\"",
            "{\"seq\":1,",
            r#"{"seq":"1","action":"ping"}"#,
            r#"{"seq":1,"action":7}"#,
            r#"{"seq":1.5,"action":"ping"}"#,
            r#"{"seq":1e2,"action":"ping"}"#,
            r#"{"seq":1,"action":"ping","data":[]}"#,
        ] {
            assert_eq!(text(bad), Err(Unreadable), "{bad}");
        }
    }

    #[test]
    fn binary_frames_are_message_pack() {
        let request = Request::from_binary(b"\x82\xa6action\xa4ping\xa3seq\x05").unwrap();
        assert_eq!((request.action.as_str(), request.seq), ("ping", 5));
        let bytes = b"\x83\xa6action\xb3get_statuses_by_ids\xa3seq\x07\xa4data\x81\xa8user_ids\x91\xda\x00\x03abc";
        assert_eq!(Request::from_binary(bytes).unwrap().texts("user_ids"), ["abc"]);
        assert_eq!(Request::from_binary(b"\xc0"), Ok(Request::default()));
        for bad in [&b"\xc1\xff\x00"[..], br#"{"seq":1,"action":"ping"}"#, b""] {
            assert_eq!(Request::from_binary(bad), Err(Unreadable));
        }
    }
}
