//! Posts that clients send twice: `pending_post_id` names what is being made (posts-and-limits.md §2, Create).

use std::time::{Duration, Instant};

use quick_cache::UnitWeighter;
use quick_cache::sync::Cache;

use crate::model::Id;
use crate::model::errors::{Result, posts as codes};

/// How long a name is remembered.
const REMEMBERED: Duration = Duration::from_secs(30);

/// What is being made, or was made just now, by author and name. The reference forgets whose the name is; a stranger
/// who guesses it must not get the post.
pub struct Pending(Cache<(Id, String), (Option<Id>, Instant)>);

impl Default for Pending {
    fn default() -> Self {
        Pending(Cache::with_weighter(256, 25_000, UnitWeighter))
    }
}

/// What is known of a name.
pub(super) enum Known<'a> {
    /// Nothing yet: the caller makes the post.
    Fresh(Claim<'a>),
    /// This post was made under the name.
    Made(Id),
}

/// A name that is taken until the post is made, or given up when it is not.
pub(super) struct Claim<'a> {
    pending: &'a Pending,
    key: Option<(Id, String)>,
}

impl Pending {
    /// Takes a name for a post that is to be made; refuses one under which a post is being made.
    pub(super) fn claim(&self, author: Id, name: &str) -> Result<Known<'_>> {
        if name.is_empty() {
            return Ok(Known::Fresh(Claim { pending: self, key: None }));
        }
        let key = (author, name.to_owned());
        match self.0.get(&key).filter(|(_, since)| since.elapsed() < REMEMBERED) {
            Some((Some(made), _)) => return Ok(Known::Made(made)),
            Some((None, _)) => return codes::DUPLICATE_PENDING.err(),
            None => self.0.insert(key.clone(), (None, Instant::now())),
        }
        Ok(Known::Fresh(Claim { pending: self, key: Some(key) }))
    }
}

impl Claim<'_> {
    /// Remembers which post was made.
    pub(super) fn made(mut self, post: Id) {
        if let Some(key) = self.key.take() {
            self.pending.0.insert(key, (Some(post), Instant::now()));
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.pending.0.remove(&key);
        }
    }
}
