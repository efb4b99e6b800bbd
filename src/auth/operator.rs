//! Whoever runs the program on the server's own machine: they have the database in their hands, so nothing is refused.

use std::sync::Arc;

use super::{Actor, Auth};
use crate::model::errors::Result;
use crate::model::roles::SYSTEM_ADMIN;
use crate::model::sessions::Session;
use crate::model::users::User;

impl Auth {
    /// The actor of a command: an administrator without a session, in the name of that user or of nobody. For the command
    /// line alone; no request reaches it.
    pub async fn operator(&self, in_name_of: Option<&User>) -> Result<Actor> {
        let mut user = in_name_of.cloned().unwrap_or_default();
        user.roles = format!("{} {SYSTEM_ADMIN}", user.roles);
        let session = Session { user_id: user.id, ..Session::default() };
        self.acts(Arc::new(session), Arc::new(user)).await
    }
}
