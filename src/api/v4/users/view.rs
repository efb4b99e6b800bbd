//! People as they are answered: written straight from what is in memory.

use std::borrow::Borrow;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::model::users::{Audience, User};

/// A user as that audience sees them.
pub struct Shown(pub Arc<User>, pub Audience);

impl Shown {
    /// A tag that changes with what is shown.
    pub fn tag(&self) -> String {
        let Shown(user, audience) = self;
        let (email, name, oneself) = match audience {
            Audience::Oneself => (true, true, 2),
            Audience::Admin => (true, true, 1),
            Audience::Other(privacy) => (privacy.show_email, privacy.show_full_name, 0),
        };
        let version = crate::config::version::OWN;
        let (terms, icon) = (user.terms_of_service_create_at, user.bot_last_icon_update);
        format!("{version}.{}.{}.{terms}.{icon}.{email}.{name}.{oneself}", user.id, user.update_at)
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.view(self.1).serialize(serializer)
    }
}

/// Several users, all as the same audience sees them.
pub struct People<U = User>(pub Vec<U>, pub Audience);

impl<U: Borrow<User>> Serialize for People<U> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|user| user.borrow().view(self.1)))
    }
}
