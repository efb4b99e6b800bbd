//! Answers in the form in which they are sent.

use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde::Serialize;

/// A value in the form in which it is answered, for answers that are given more than once.
#[derive(Debug, Clone)]
pub struct Written {
    /// JSON.
    pub json: Bytes,
    /// What follows from it, once somebody wanted it.
    pub forms: Arc<Forms>,
}

/// What follows from an answer's JSON.
#[derive(Debug, Default)]
pub struct Forms {
    /// The JSON packed by gzip.
    pub packed: OnceLock<Bytes>,
    tag: OnceLock<u64>,
}

impl Written {
    /// The value, written. A map whose keys are no text, which no wire type has, is empty.
    pub fn of(value: &impl Serialize) -> Written {
        Written::from(Bytes::from(serde_json::to_vec(value).unwrap_or_default()))
    }

    /// Another number for every other JSON.
    pub fn tag(&self) -> u64 {
        *self.forms.tag.get_or_init(|| {
            let mut hasher = DefaultHasher::new();
            hasher.write(&self.json);
            hasher.finish()
        })
    }
}

impl From<Bytes> for Written {
    fn from(json: Bytes) -> Written {
        Written { json, forms: Arc::default() }
    }
}
