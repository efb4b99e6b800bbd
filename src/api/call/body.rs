//! Request bodies.

use actix_web::dev::Payload;
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{Call, FromCall};
use crate::model::errors::{Result, context, invalid_body};
use crate::model::{Id, StringMap, json};

/// A body that is one object, under the name that its refusal gives it.
pub trait Input: DeserializeOwned {
    /// What the reference calls this body when it cannot be read: `user`, `channel` …
    const NAME: &'static str;
}

/// A JSON body, read leniently (surprises.md, System).
pub struct Body<T>(pub T);

impl<T: Input> FromCall for Body<T> {
    async fn from_call(call: &Call) -> Result<Self> {
        json::decode(&call.body).map(Body).map_err(|_| invalid_body(T::NAME))
    }
}

/// A list of texts, mostly identifiers; one that is no list of texts is refused as unreadable.
pub struct Ids(pub Vec<String>);

impl Ids {
    /// The list as identifiers; the name stands in the refusal of an empty list or of what is no identifier.
    pub fn parsed(self, name: &str) -> Result<Vec<Id>> {
        let ids: Option<Vec<Id>> = self.0.iter().map(|text| Id::parse(text)).collect();
        ids.filter(|ids| !ids.is_empty()).ok_or_else(|| invalid_body(name))
    }

    /// The list, which must not be empty.
    pub fn texts(self, name: &str) -> Result<Vec<String>> {
        if self.0.is_empty() { Err(invalid_body(name)) } else { Ok(self.0) }
    }
}

impl FromCall for Ids {
    async fn from_call(call: &Call) -> Result<Self> {
        json::decode(&call.body).map(Ids).map_err(|_| context::PAYLOAD_PARSE.error())
    }
}

/// A body of texts by name; what is no text is left out, a body that is no object is empty.
pub struct StringMapBody(pub StringMap);

impl StringMapBody {
    /// A text, `""` if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

impl FromCall for StringMapBody {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(StringMapBody(json::decode_string_map(&call.body)))
    }
}

/// The body as it came.
pub struct RawBody(pub Bytes);

impl FromCall for RawBody {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(RawBody(call.body.clone()))
    }
}

/// The body not yet read, for routes that are marked as reading it themselves (uploads).
pub struct Unread(pub Payload);

impl FromCall for Unread {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Unread(call.stream.borrow_mut().take().unwrap_or(Payload::None)))
    }
}
