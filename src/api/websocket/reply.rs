//! Answers to requests: text, without a place in the sequence of events (websocket.md §3).

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::errors::AppError;

#[derive(Serialize)]
struct Reply<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "is_zero")]
    seq_reply: i64,
    #[serde(skip_serializing_if = "Map::is_empty")]
    data: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<WireError<'a>>,
}

#[derive(Serialize)]
struct WireError<'a> {
    id: &'a str,
    message: &'a str,
    detailed_error: &'static str,
    status_code: u16,
}

/// The reference leaves the number out when it is 0 (surprises.md, WebSocket).
fn is_zero(seq: &i64) -> bool {
    *seq == 0
}

/// The answer to a request that was met.
pub(super) fn ok(seq: i64, data: Map<String, Value>) -> Bytes {
    write(&Reply { status: "OK", seq_reply: seq, data, error: None })
}

/// The answer to a request that was refused; a failure's cause goes to the log.
pub(super) fn fail(seq: i64, error: &AppError) -> Bytes {
    if let Some(cause) = &error.cause {
        tracing::error!(%cause, "an action over the WebSocket failed");
    }
    let error = WireError { id: &error.id, message: &error.message, detailed_error: "", status_code: error.status };
    write(&Reply { status: "FAIL", seq_reply: seq, data: Map::new(), error: Some(error) })
}

fn write(reply: &Reply<'_>) -> Bytes {
    // Text, numbers and JSON values always have a JSON form.
    serde_json::to_vec(reply).map(Bytes::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::errors::websocket;

    #[test]
    fn what_is_empty_is_left_out() {
        assert_eq!(ok(7, Map::new()), r#"{"status":"OK","seq_reply":7}"#);
        let data = Map::from_iter([("text".to_owned(), Value::from("pong"))]);
        assert_eq!(ok(-1, data), r#"{"status":"OK","seq_reply":-1,"data":{"text":"pong"}}"#);
        let refusal: Value = serde_json::from_slice(&fail(0, &websocket::NO_ACTION.error())).unwrap();
        assert_eq!(refusal["error"]["id"], websocket::NO_ACTION.id);
        assert_eq!((refusal.get("seq_reply"), &refusal["error"]["detailed_error"]), (None, &Value::from("")));
    }
}
