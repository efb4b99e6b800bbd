//! What one may do to the whole server (permissions.md §5 "System, config, jobs").

use super::Actor;
use super::grants::{SystemCase, actions};
use crate::model::errors::teams as team_codes;
use crate::model::permissions::{Permission, PermissionSet};

/// How the names of the permissions to read sections of the console begin.
const READS: &str = "sysconsole_read_";
/// How the names of the permissions to change them begin.
const WRITES: &str = "sysconsole_write_";

/// What somebody may see and change of the settings; small and copyable, to be taken along to other threads.
#[derive(Debug, Clone, Copy)]
pub struct ConsoleRights(PermissionSet);

impl ConsoleRights {
    /// Those of an actor.
    pub fn of(actor: &Actor) -> ConsoleRights {
        ConsoleRights(actor.system())
    }

    /// Whether everything is allowed.
    pub fn all(self) -> bool {
        self.0.contains(Permission::manage_system)
    }

    /// Whether the section of that name may be read.
    pub fn reads(self, section: &str) -> bool {
        self.has(READS, section)
    }

    /// Whether the section of that name may be changed.
    pub fn writes(self, section: &str) -> bool {
        self.has(WRITES, section)
    }

    fn has(self, verb: &str, section: &str) -> bool {
        Permission::parse(&format!("{verb}{section}")).is_some_and(|permission| self.0.contains(permission))
    }
}

/// Whether the actor has any permission whose name begins so.
fn any(c: &SystemCase<'_>, verb: &str) -> bool {
    c.actor.is_admin() || c.actor.system().iter().any(|permission| permission.id().starts_with(verb))
}

/// Permissions over the machine, which nobody has while system administrators are restricted.
fn unrestricted(c: &SystemCase<'_>, permission: Permission) -> bool {
    c.actor.may(permission) && !c.settings.experimental.restrict_system_admin
}

actions! { SystemAction(c: SystemCase):
    /// Everything that only administrators do.
    ManageSystem => c.actor.is_admin();
    /// Making a team.
    CreateTeam   => if c.actor.may(Permission::create_team) { Ok(()) } else { team_codes::CREATION_DISABLED.err() };
    /// Reading settings, those of one's sections.
    ReadConfig   => any(c, READS);
    /// Changing settings, those of one's sections.
    WriteConfig  => any(c, WRITES);
    /// Reading the configuration file again.
    ReloadConfig => unrestricted(c, Permission::reload_config);
    /// Writing to one other person.
    CreateDirect => c.actor.may(Permission::create_direct_channel);
    /// Writing to several others at once.
    CreateGroup  => c.actor.may(Permission::create_group_channel);
    /// Making all mailed invitations worthless.
    RevokeInvitations => c.actor.may(Permission::invalidate_email_invite);
    /// Seeing who would leave if groups decided who is in.
    CompareGroups => c.actor.may(Permission::sysconsole_read_user_management_groups);
}
