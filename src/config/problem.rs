//! What is wrong with a configuration, for the person who wrote it.

use std::fmt;

use serde_json::Value;

use super::schema::Kind;
use crate::model::errors::{AppError, Code};

/// One value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key's path, `Section.Key`; the file's or environment variable's name where no key is to blame.
    pub path: String,
    /// What would be right, to follow "must be".
    pub expected: String,
    /// What stands there, shortened; empty where showing it would tell a secret.
    pub found: String,
    /// The error of the API for this rule; `None` for a wrong type.
    pub code: Option<Code>,
}

/// Everything that is wrong with a configuration, one line each when displayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problem {
    /// A value of the wrong kind.
    pub(super) fn kind(path: String, kind: Kind, found: &Value) -> Problem {
        Problem { path, expected: kind.expected().to_owned(), found: short(found), code: None }
    }

    /// Something else than a value: a file that cannot be read, say.
    pub(super) fn of(path: impl fmt::Display, expected: &str, found: impl fmt::Display) -> Problem {
        Problem { path: path.to_string(), expected: expected.to_owned(), found: found.to_string(), code: None }
    }

    /// The refusal on the wire; `None` for a wrong type, which the API refuses as a body that it cannot read.
    pub fn refusal(&self) -> Option<AppError> {
        self.code.map(|code| code.with(&[&self.path, &self.expected]))
    }
}

/// The value as JSON, cut at 60 characters.
pub(super) fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}", self.path, self.expected)?;
        if self.found.is_empty() { Ok(()) } else { write!(f, ", but is {}", self.found) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
