//! What one may do to the whole server (permissions.md §5 "System, config, jobs").

use super::actor::Actor;
use super::grants::actions;
use crate::config::Settings;
use crate::model::errors::teams as team_codes;
use crate::model::permissions::Permission;

actions! { SystemAction(actor: &Actor, settings: &Settings):
    /// Everything that only administrators do.
    ManageSystem => actor.is_admin();
    /// Making a team.
    CreateTeam   => if actor.may(Permission::create_team) { Ok(()) } else { team_codes::CREATION_DISABLED.err() };
}
