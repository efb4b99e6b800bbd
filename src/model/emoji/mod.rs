//! Custom emoji, and the names of those that clients bring along (posts-and-limits.md §12, surprises.md "Files, search,
//! emoji").

mod system;

use serde::{Deserialize, Serialize};

use super::Result;
use super::errors::emoji as codes;
use super::id::Id;
use super::json::id_or_none;
use super::reactions::is_valid_emoji_name;
use super::time::{TimeMs, now};

pub use system::is_system;

/// The largest upload in bytes, the whole form.
pub const MAX_UPLOAD: i64 = 512 << 10;
/// The largest width and height of what is uploaded, in pixels.
pub const MAX_SIDE: u32 = 1028;
/// The largest width and height of what is stored, in pixels; larger pictures are made to fit.
pub const STORED_SIDE: u32 = 128;
/// The most names that can be asked for at once.
pub const MAX_NAMES: usize = 200;
/// The most results of a search.
pub const MAX_FOUND: usize = 200;
/// The most completions of the start of a name.
pub const MAX_COMPLETIONS: usize = 100;

/// A custom emoji. Its picture is a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Emoji {
    /// Its id.
    pub id: Id,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was deleted.
    pub delete_at: TimeMs,
    /// Who made it.
    pub creator_id: Id,
    /// Its name, without colons; capitals count.
    pub name: String,
}

/// What a client sends to make an emoji.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Emoji")]
pub struct EmojiInput {
    pub name: String,
    #[serde(deserialize_with = "id_or_none")]
    pub creator_id: Id,
}

impl Emoji {
    /// A new emoji; its name is not yet checked.
    pub fn new(name: String, creator_id: Id) -> Emoji {
        let at = now();
        Emoji { id: Id::random(), create_at: at, update_at: at, delete_at: 0, creator_id, name }
    }

    /// Checks the name: it has its letters, and is not that of an emoji that clients have already.
    pub fn validate(&self) -> Result<()> {
        match () {
            () if is_system(&self.name) => codes::SYSTEM_NAME.err(),
            () if !is_valid_emoji_name(&self.name) => codes::NAME.err(),
            () => Ok(()),
        }
    }
}

/// The names that stand between colons in a text, each once, but for those of clients: perhaps custom emoji.
pub fn names_in(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    let mut parts = text.split(':').skip(1).peekable();
    while let Some(part) = parts.next() {
        let ends = parts.peek().is_some();
        if ends && is_valid_emoji_name(part) && !is_system(part) && !names.contains(&part) {
            names.push(part);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        let refusal = |name: &str| Emoji::new(name.into(), Id::random()).validate().err().map(|e| e.id.into_owned());
        for good in ["party", "UP", "a-b_c+1", &"x".repeat(64)] {
            assert_eq!(refusal(good), None, "{good}");
        }
        for taken in ["smile", "+1", "wave_dark_skin_tone"] {
            assert_eq!(refusal(taken).as_deref(), Some(codes::SYSTEM_NAME.id), "{taken}");
        }
        for bad in ["", "with space", "dot.ted", "ümlaut", "ok:no", &"x".repeat(65)] {
            assert_eq!(refusal(bad).as_deref(), Some(codes::NAME.id), "{bad}");
        }
    }
}
