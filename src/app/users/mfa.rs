//! Multi-factor authentication (auth.md §8).

use crate::app::App;
use crate::auth::Actor;
use crate::model::errors::{Result, context, users as codes};
use crate::model::users::User;

/// Paths that somebody who still has to set it up may use.
const OPEN_PATHS: [&str; 2] = ["/api/v4/users/me", "/api/v4/users/logout"];

impl App {
    /// Refuses an actor who must set up multi-factor authentication first, where the settings ask for it.
    pub fn check_mfa(&self, actor: &Actor, path: &str) -> Result<()> {
        let snapshot = self.config.snapshot();
        let service = &snapshot.effective.service;
        if !(service.enforce_multifactor_authentication && service.enable_multifactor_authentication) {
            return Ok(());
        }
        let user = actor.user();
        let exempt = user.mfa_active || user.is_bot || user.is_sso() || actor.session().is_oauth_app();
        let open = OPEN_PATHS.contains(&path) || path.ends_with("/mfa") || path.ends_with("/mfa/generate");
        if exempt || open { Ok(()) } else { context::MFA_REQUIRED.err() }
    }

    /// Checks the code of a log-in, if the user has multi-factor authentication.
    pub(in crate::app) fn check_mfa_code(&self, user: &User, code: &str) -> Result<()> {
        match (user.mfa_active, code.is_empty()) {
            (false, _) => Ok(()),
            (true, true) => codes::MFA_CODE_MISSING.err(),
            (true, false) => codes::MFA_BAD_CODE.err(),
        }
    }
}
