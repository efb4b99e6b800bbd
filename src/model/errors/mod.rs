//! What goes wrong, as the wire says it: aligned tables of status, error id and sentence, one file a subject.
//!
//! Clients branch on the id, so ids and statuses are the reference's; the sentences are our own and tell a person what
//! to do. Anything unexpected is [`AppError::internal`]: 500 on the wire, the cause only in the log.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeStruct;

/// One row of a table: what is answered when something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The reference's error id.
    pub id: &'static str,
    /// HTTP status.
    pub status: u16,
    /// English sentence; each `{}` is filled by [`Code::with`].
    pub text: &'static str,
}

/// Declares rows: `NAME status "error.id" "Sentence.";`
macro_rules! codes {
    ($($name:ident $status:literal $id:literal $text:literal;)*) => {
        $(#[doc = concat!("`", $id, "` (", stringify!($status), "): ", $text)]
        pub const $name: $crate::model::errors::Code = $crate::model::errors::Code { id: $id, status: $status, text: $text };)*
    };
}

pub mod acknowledgements;
pub mod bookmarks;
pub mod bots;
pub mod channels;
pub mod config;
pub mod context;
pub mod domains;
pub mod emoji;
pub mod files;
pub mod groups;
pub mod images;
pub mod integrations;
pub mod jobs;
pub mod posts;
pub mod preferences;
pub mod roles;
pub mod scheduled_posts;
pub mod sessions;
pub mod single_sign_on;
pub mod status;
pub mod system;
pub mod teams;
pub mod threads;
pub mod tokens;
pub mod users;
pub mod websocket;

impl Code {
    /// The error with its sentence as it stands.
    pub fn error(self) -> AppError {
        AppError { id: Cow::Borrowed(self.id), status: self.status, message: Cow::Borrowed(self.text), cause: None }
    }

    /// The error with the sentence's `{}` filled in order.
    pub fn with(self, values: &[&dyn fmt::Display]) -> AppError {
        let mut message = String::with_capacity(self.text.len() + 32);
        let mut parts = self.text.split("{}");
        message.push_str(parts.next().unwrap_or_default());
        for (i, part) in parts.enumerate() {
            if let Some(value) = values.get(i) {
                message.push_str(&value.to_string());
            }
            message.push_str(part);
        }
        AppError { id: Cow::Borrowed(self.id), status: self.status, message: Cow::Owned(message), cause: None }
    }

    /// The refusal as the `Err` of any result.
    pub fn err<T>(self) -> Result<T> {
        Err(self.error())
    }
}

/// A refusal or a failure, ready to be rendered as `{id, message, detailed_error, request_id, status_code}`.
#[derive(Debug, Clone)]
pub struct AppError {
    /// The reference's error id.
    pub id: Cow<'static, str>,
    /// HTTP status.
    pub status: u16,
    /// A sentence for a person.
    pub message: Cow<'static, str>,
    /// Why, for the log; never answered.
    pub cause: Option<String>,
}

/// The result of everything that can be refused.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl AppError {
    /// Something that should not happen: 500, with the cause for the log.
    pub fn internal(cause: impl fmt::Display) -> AppError {
        AppError { cause: Some(cause.to_string()), ..context::INTERNAL.error() }
    }

    /// An error whose id is put together from parts (password rules).
    pub fn composed(id: String, status: u16, message: String) -> AppError {
        AppError { id: Cow::Owned(id), status, message: Cow::Owned(message), cause: None }
    }

    /// Whether this is the refusal of that row.
    pub fn is(&self, code: Code) -> bool {
        self.id == code.id
    }
}

impl From<Code> for AppError {
    fn from(code: Code) -> Self {
        code.error()
    }
}

/// A refusal inside an answer, beside what went well. The cause is not told.
impl serde::Serialize for AppError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut wire = serializer.serialize_struct("AppError", 4)?;
        wire.serialize_field("id", &self.id)?;
        wire.serialize_field("message", &self.message)?;
        wire.serialize_field("detailed_error", "")?;
        wire.serialize_field("status_code", &self.status)?;
        wire.end()
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.id, self.status, self.message)?;
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for AppError {}

/// A value in a request's body is missing or wrong.
pub fn invalid_body(name: &str) -> AppError {
    context::INVALID_BODY_PARAM.with(&[&name])
}

/// A value in a request's path or query is missing or wrong.
pub fn invalid_url(name: &str) -> AppError {
    context::INVALID_URL_PARAM.with(&[&name])
}

/// A parameter is missing or wrong, wherever it stood.
pub fn invalid_param(name: &str) -> AppError {
    context::INVALID_PARAM.with(&[&name])
}

/// One may not.
pub fn forbidden() -> AppError {
    context::PERMISSIONS.error()
}
