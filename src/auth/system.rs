//! What one may do to the whole server (permissions.md §5 "System, config, jobs").

use super::Actor;
use super::grants::{SystemCase, actions};
use crate::model::errors::{system as system_codes, teams as team_codes};
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
    /// Listing people who are in no team.
    ListTeamless => c.actor.may(Permission::list_users_without_team);
    /// Counting people of a kind.
    CountPeople  => c.actor.may(Permission::sysconsole_read_user_management_users);
    /// Making a team.
    CreateTeam   => if c.actor.may(Permission::create_team) { Ok(()) } else { team_codes::CREATION_DISABLED.err() };
    /// Reading settings, those of one's sections.
    ReadConfig   => any(c, READS);
    /// Changing settings, those of one's sections.
    WriteConfig  => any(c, WRITES);
    /// Reading the configuration file again.
    ReloadConfig => unrestricted(c, Permission::reload_config);
    /// Showing somebody a post that is not stored.
    PostEphemeral => c.actor.may(Permission::create_post_ephemeral);
    /// Writing to one other person.
    CreateDirect => c.actor.may(Permission::create_direct_channel);
    /// Writing to several others at once.
    CreateGroup  => c.actor.may(Permission::create_group_channel);
    /// Making all mailed invitations worthless.
    RevokeInvitations => c.actor.may(Permission::invalidate_email_invite);
    /// Seeing who would leave if groups decided who is in.
    CompareGroups => c.actor.may(Permission::sysconsole_read_user_management_groups);
    /// Reading something that every part of the console needs.
    ReadConsole  => any(c, READS);
    /// Dropping what is kept in memory.
    InvalidateCaches => unrestricted(c, Permission::invalidate_caches);
    /// Opening new connections to the database.
    RecycleConnections => unrestricted(c, Permission::recycle_database_connections);
    /// Trying the mail server.
    TestMail     => unrestricted(c, Permission::test_email);
    /// Trying the server's own address.
    TestAddress  => unrestricted(c, Permission::test_site_url);
    /// Trying the file store.
    TestFiles    => c.actor.may(Permission::test_s3);
    /// Reading the log.
    ReadLogs     => unrestricted(c, Permission::get_logs);
    /// Reading who did what.
    ReadAudits   => c.actor.may(Permission::read_audits);
    /// Reading statistics.
    ReadAnalytics => c.actor.may(Permission::get_analytics);
    /// What administrators do to the machine, unless they are restricted.
    ManageMachine => unrestricted(c, Permission::manage_system);
    /// Setting up a new server.
    SetUp        => if c.actor.is_admin() { Ok(()) } else { system_codes::ONBOARDING_FORBIDDEN.err() };
    /// Ordering a synchronisation with the directory.
    SyncLdap     => c.actor.may(Permission::create_ldap_sync_job);
    /// Trying the directory.
    TestLdap     => c.actor.may(Permission::test_ldap);
    /// Changing the picture of the log-in page.
    EditBrand    => c.actor.may(Permission::edit_brand);
    /// Reading schemes.
    ReadSchemes  => c.actor.may(Permission::sysconsole_read_user_management_permissions);
    /// Reading the teams of a scheme.
    ReadSchemeTeams => c.actor.may(Permission::sysconsole_read_user_management_teams);
    /// Reading the channels of a scheme.
    ReadSchemeChannels => c.actor.may(Permission::sysconsole_read_user_management_channels);
    /// Changing schemes.
    WriteSchemes => c.actor.may(Permission::sysconsole_write_user_management_permissions);
    /// Reading what is moderated in channels.
    ReadModerations => c.actor.may(Permission::sysconsole_read_user_management_channels);
    /// Moderating channels.
    WriteModerations => c.actor.may(Permission::sysconsole_write_user_management_channels);
    /// Finding channels of all teams, as administrators do.
    FindChannels => c.actor.is_admin() || c.actor.may(Permission::sysconsole_read_user_management_channels);
}
