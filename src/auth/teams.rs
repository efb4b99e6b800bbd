//! What one may do in a team (permissions.md §5 "Teams").

use super::actor::Actor;
use super::grants::actions;
use crate::config::Settings;
use crate::model::permissions::Permission;
use crate::model::teams::{OPEN, Team};

/// Whether the team is open to the actor who is not in it.
fn is_listed(actor: &Actor, team: &Team) -> bool {
    team.allow_open_invite && team.r#type == OPEN && actor.may(Permission::list_public_teams)
}

actions! { TeamAction(actor: &Actor, team: &Team, settings: &Settings):
    /// Reading the team itself.
    ReadTeam            => actor.may_in_team(team.id, Permission::view_team) || is_listed(actor, team);
    /// Reading what is in it: members, counts.
    ViewTeam   [None]   => actor.may_in_team(team.id, Permission::view_team);
    /// Changing it.
    ManageTeam [None]   => actor.may_in_team(team.id, Permission::manage_team);
    /// Listing and searching its channels.
    ListChannels [None] => actor.may_in_team(team.id, Permission::list_team_channels);
}
