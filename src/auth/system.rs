//! What one may do to the whole server (permissions.md §5 "System, config, jobs").

use super::grants::actions;
use crate::model::errors::teams as team_codes;
use crate::model::permissions::Permission;

actions! { SystemAction(c: SystemCase):
    /// Everything that only administrators do.
    ManageSystem => c.actor.is_admin();
    /// Making a team.
    CreateTeam   => if c.actor.may(Permission::create_team) { Ok(()) } else { team_codes::CREATION_DISABLED.err() };
}
