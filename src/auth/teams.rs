//! What one may do in a team (permissions.md §5 "Teams").

use super::actor::need;
use super::grants::{TeamCase, actions};
use crate::model::errors::{Result, teams as codes};
use crate::model::permissions::Permission;
use crate::model::teams::OPEN;

/// Whether the team is open to an actor who is not in it.
fn is_listed(c: &TeamCase<'_>) -> bool {
    c.team.allow_open_invite && c.team.r#type == OPEN && c.actor.may(Permission::list_public_teams)
}

/// Whether the actor may put themself into the team: that depends on its openness alone (surprises.md, Teams).
fn may_join(c: &TeamCase<'_>) -> bool {
    let wanted = if c.team.allow_open_invite { Permission::join_public_teams } else { Permission::join_private_teams };
    c.actor.may(wanted)
}

fn may_invite_guests(c: &TeamCase<'_>) -> Result<()> {
    if !c.settings.guest_accounts.enable {
        return codes::GUESTS_DISABLED.err();
    }
    need(c.may(Permission::invite_guest))
}

fn may_erase(c: &TeamCase<'_>) -> Result<()> {
    need(c.may(Permission::manage_team))?;
    match c.settings.service.enable_api_team_deletion {
        true => Ok(()),
        false if c.actor.is_admin() => codes::DELETE_OFF_FOR_ADMIN.err(),
        false => codes::DELETE_OFF.err(),
    }
}

actions! { TeamAction(c: TeamCase):
    /// Reading the team itself.
    ReadTeam            => c.may(Permission::view_team) || is_listed(c);
    /// Reading it by its name: an open one is read by everybody.
    ReadNamedTeam       => c.may(Permission::view_team) || (c.team.allow_open_invite && c.team.r#type == OPEN);
    /// Joining by oneself.
    JoinTeam            => may_join(c);
    /// Putting others into it.
    AddToTeam    [None] => c.may(Permission::add_user_to_team);
    /// Reading what is in it: members, counts.
    ViewTeam     [None] => c.may(Permission::view_team);
    /// Removing others from it.
    RemoveFromTeam [None] => c.may(Permission::remove_user_from_team);
    /// Leaving it.
    LeaveTeam    [None] => true;
    /// Changing the roles of its members.
    ManageRoles  [None] => c.may(Permission::manage_team_roles);
    /// Deciding who is invited into it, and how.
    ManageInvitations [None] => c.may(Permission::manage_team) && c.may(Permission::invite_user);
    /// Inviting people by mail.
    InviteByMail [None] => c.may(Permission::invite_user) && c.may(Permission::add_user_to_team);
    /// Inviting guests by mail, where there are guests.
    InviteGuests [None] => may_invite_guests(c);
    /// Bringing in what was written elsewhere.
    ImportIntoTeam [None] => c.may(Permission::import_team);
    /// Erasing it for good, where the settings allow that.
    EraseTeam    [None] => may_erase(c);
    /// Changing it.
    ManageTeam   [None] => c.may(Permission::manage_team);
    /// Listing and searching its channels.
    ListChannels [None] => c.may(Permission::list_team_channels);
    /// Making a public channel.
    CreatePublicChannel  [None] => c.may(Permission::create_public_channel);
    /// Making a private channel.
    CreatePrivateChannel [None] => c.may(Permission::create_private_channel);
    /// Listing its archived channels, private ones of one's own among them.
    ListArchived         [None] => c.may(Permission::list_team_channels) || c.actor.is_admin();
}
