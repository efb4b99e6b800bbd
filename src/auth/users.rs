//! What one may do to, or as, a user (permissions.md §5 "Users").

use super::actor::Actor;
use super::grants::actions;
use crate::config::Settings;
use crate::model::errors::users as codes;
use crate::model::permissions::Permission;
use crate::model::users::User;

actions! { UserAction(actor: &Actor, user: &User, settings: &Settings):
    /// Reading what is the user's own: preferences, sessions, drafts.
    ActAs            => actor.may_act_for(user);
    /// Changing the profile.
    EditUser         => actor.may_act_for(user);
    /// Asking for a status: anybody may, of anybody.
    SeeStatus        => true;
    /// Changing roles.
    ChangeRoles [Some(codes::UNKNOWN)] => actor.may(Permission::manage_roles);
}
