//! Answers of handlers.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use bytes::Bytes;
use serde::Serialize;

use crate::model::json::{Forms, Written};

/// The media type of every JSON answer. The web client compares it as a whole, so no charset (auth.md §1).
pub const JSON: &str = "application/json";

/// An answer before it is given its common headers.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// `Content-Type`; `""` for an answer without a body.
    pub content_type: &'static str,
    /// The body.
    pub body: Bytes,
    /// The body in other forms, made when a client first takes them; for bodies that are answered again.
    pub forms: Option<Arc<Forms>>,
    /// Headers of this answer alone, cookies among them.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// A body that is read while it is sent, in place of the other.
    pub stream: Option<actix_web::body::BoxBody>,
    /// An answer that was made elsewhere (a socket, a file); the rest is ignored then.
    pub whole: Option<Box<actix_web::HttpResponse>>,
}

impl Reply {
    /// An answer with a body of that type.
    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
        Reply { status, content_type, body: body.into(), forms: None, headers: Vec::new(), stream: None, whole: None }
    }

    /// A value as JSON.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Reply {
        match serde_json::to_vec(value) {
            Ok(body) => Reply::new(status, JSON, body),
            Err(e) => {
                tracing::error!("an answer could not be written as JSON: {e}");
                Reply::new(StatusCode::INTERNAL_SERVER_ERROR, JSON, "{}")
            }
        }
    }

    /// An answer that is complete, headers and all.
    pub fn whole(response: actix_web::HttpResponse) -> Reply {
        Reply { whole: Some(Box::new(response)), ..Reply::new(StatusCode::OK, "", Bytes::new()) }
    }

    /// The same with one more header. A value that may not stand in a header is left out.
    pub fn header(mut self, name: &'static str, value: &str) -> Reply {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }

    /// The same with one more cookie.
    pub fn cookie(self, cookie: &actix_web::cookie::Cookie<'_>) -> Reply {
        self.header("set-cookie", &cookie.to_string())
    }
}

/// 200 and a value.
pub struct Json<T>(pub T);

/// 201 and a value.
pub struct Created<T>(pub T);

/// 200 and JSON that is already written.
pub struct Raw(pub Bytes);

/// 200 and `{"status":"OK"}`, the customary answer where there is nothing to say.
pub struct StatusOk;

impl<T: Serialize> From<Json<T>> for Reply {
    fn from(value: Json<T>) -> Reply {
        Reply::json(StatusCode::OK, &value.0)
    }
}

impl<T: Serialize> From<Created<T>> for Reply {
    fn from(value: Created<T>) -> Reply {
        Reply::json(StatusCode::CREATED, &value.0)
    }
}

impl From<Raw> for Reply {
    fn from(value: Raw) -> Reply {
        Reply::new(StatusCode::OK, JSON, value.0)
    }
}

impl From<StatusOk> for Reply {
    fn from(_: StatusOk) -> Reply {
        Reply::new(StatusCode::OK, JSON, Bytes::from_static(br#"{"status":"OK"}"#))
    }
}

/// JSON that is already written, with that status.
pub fn written(status: StatusCode, json: &str) -> Reply {
    Reply::new(status, JSON, Bytes::copy_from_slice(json.as_bytes()))
}

/// 200 and JSON, or 304 without it when the client has the same already: its `ETag` is made from the bytes.
pub struct Etagged(pub Written);

impl Etagged {
    /// A value.
    pub fn of(value: &impl Serialize) -> Etagged {
        Etagged(Written::of(value))
    }
}

impl From<Etagged> for Reply {
    fn from(value: Etagged) -> Reply {
        let tag = value.0.tag();
        Reply::from(value.0).header("etag", &format!("\"{tag:016x}\""))
    }
}

/// 200 and JSON that may be answered again.
impl From<Written> for Reply {
    fn from(value: Written) -> Reply {
        Reply { forms: Some(value.forms), ..Reply::new(StatusCode::OK, JSON, value.json) }
    }
}
