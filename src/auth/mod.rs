//! Who somebody is, and what they may do.
//!
//! An [`Actor`] is a person or bot with a living session. Each thing one can do is a unit type (an *action*) whose rule
//! is one pure function over what was loaded; a *grant* is the proof that the rule held. Grants carry what was loaded
//! (the channel, the post, the membership), so whoever holds one needs no second look-up and cannot mix up two ids. They
//! are made only here.

use std::sync::Arc;

use crate::config::Config;
use crate::store::Store;

pub mod access_tokens;
pub mod acting;
pub mod actor;
pub mod bookmarks;
pub mod bots;
pub mod channels;
pub mod credentials;
pub mod emoji;
pub mod grants;
pub mod groups;
pub mod integrations;
pub mod mfa;
pub mod operator;
pub mod passwords;
pub mod posts;
mod readable;
pub mod sessions;
pub mod system;
pub mod teams;
pub mod users;

pub use actor::Actor;
pub use grants::{ChannelGrant, PostGrant, SystemGrant, TeamGrant, UserGrant};

/// The gate: makes actors out of tokens, and grants out of actors.
#[derive(Clone)]
pub struct Auth {
    store: Store,
    config: Arc<Config>,
}

impl Auth {
    /// A gate before this store.
    pub fn new(store: Store, config: Arc<Config>) -> Auth {
        Auth { store, config }
    }
}
