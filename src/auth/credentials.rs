//! What one may do to the things people log in with (permissions.md §5 "Users").

use super::Actor;
use super::grants::actions;
use crate::model::errors::users as codes;
use crate::model::permissions::Permission;
use crate::model::users::User;

actions! { SystemAction(c: SystemCase):
    /// Letting locked accounts in again.
    UnlockAccounts => match c.actor.may(Permission::sysconsole_write_user_management_users) {
        true => Ok(()),
        false => codes::RESET_ATTEMPTS_FORBIDDEN.err(),
    };
    /// Making, or switching on, personal access tokens; an OAuth app may not.
    CreateTokens   => !c.actor.session().is_oauth_app() && c.actor.may(Permission::create_user_access_token);
    /// Listing personal access tokens.
    ReadTokens     => c.actor.may(Permission::read_user_access_token);
    /// Deleting, or switching off, personal access tokens.
    RevokeTokens   => c.actor.may(Permission::revoke_user_access_token);
}

actions! { UserAction(c: UserCase):
    /// Changing the password: one's own with the old one, others' as those who manage accounts.
    SetPassword [Some(codes::PASSWORD_OF_OTHERS)] => match c.actor.id() == c.user.id || c.actor.may_set_password_of(c.user) {
        true => Ok(()),
        false => codes::PASSWORD_OF_OTHERS.err(),
    };
    /// Letting the locked account in again.
    Unlock => match !c.user.is_system_admin() || c.actor.is_admin() {
        true => Ok(()),
        false => codes::RESET_ATTEMPTS_FORBIDDEN.err(),
    };
    /// Making a token for the account, or bot; the rule for bots needs their owner and is checked when it is made.
    HoldToken => !c.user.is_system_admin() || c.actor.is_admin();
    /// Taking the address for proven; everybody is told that there is no such user.
    Verify => if c.user.create_at == 0 { codes::NOT_FOUND.err() } else { super::actor::need(c.actor.is_admin()) };
}

impl Actor {
    /// Whether the actor sets that user's password without the old one.
    pub fn may_set_password_of(&self, user: &User) -> bool {
        self.may(match user.is_system_admin() {
            true => Permission::manage_system,
            false => Permission::sysconsole_write_user_management_users,
        })
    }
}
