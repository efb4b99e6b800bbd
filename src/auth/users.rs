//! What one may do to, or as, a user (permissions.md §5 "Users").

use super::grants::actions;
use crate::model::errors::users as codes;
use crate::model::permissions::Permission;

actions! { UserAction(c: UserCase):
    /// Reading and changing what is the user's own: preferences, sessions, drafts.
    ActAs       [None]                 => c.actor.may_act_for(c.user);
    /// Asking for a status: anybody may, of anybody.
    SeeStatus                          => true;
    /// Changing roles.
    ChangeRoles [Some(codes::UNKNOWN)] => c.actor.may(Permission::manage_roles);
}
