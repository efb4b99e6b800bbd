//! Log-ins that are refused: what the access log says of them.

use super::login::Credentials;
use super::make::Origin;
use crate::app::App;
use crate::model::access_log::{Entry, events};
use crate::model::errors::{AppError, Result, users as codes};

/// How much of a wrong name is put on record, in characters.
pub(super) const NAME_ON_RECORD: usize = 128;

impl App {
    /// Enters a refused log-in. That a client asked without a code, to learn that one is needed, is told apart.
    pub(super) async fn enter_refusal(&self, given: &Credentials, origin: &Origin, why: &AppError) -> Result<()> {
        if why.status >= 500 || why.is(codes::BLANK_PASSWORD) {
            return Ok(());
        }
        let event = if why.is(codes::MFA_CODE_MISSING) { events::MFA_CODE_ASKED } else { events::LOGIN_REFUSED };
        let account = self.find_login(given, &self.config.snapshot().effective).await?;
        let name: String = given.login_id.chars().take(NAME_ON_RECORD).collect();
        let mut entry = Entry::new(event).via(origin).with("login_id", name).with("reason", &*why.id);
        if let Some(user) = account {
            entry = entry.about(user.id);
        }
        self.enter(entry).await;
        Ok(())
    }
}
