//! A person or bot with a living session, and the checks of permissions.md §3.

use std::sync::Arc;

use crate::model::Id;
use crate::model::channels::{Channel, ChannelMember};
use crate::model::errors::{Result, forbidden};
use crate::model::permissions::{Permission, PermissionSet};
use crate::model::roles::SYSTEM_USER;
use crate::model::sessions::Session;
use crate::model::teams::TeamMember;
use crate::model::users::{Audience, Privacy, User};
use crate::store::roles::RoleTable;

/// What those hold who manage the server's people, alone or in groups and teams.
const MANAGES_PEOPLE: [Permission; 3] = [
    Permission::sysconsole_read_user_management_users,
    Permission::sysconsole_read_user_management_groups,
    Permission::sysconsole_read_user_management_teams,
];

/// Who makes a request. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Actor(Arc<Facts>);

#[derive(Debug)]
struct Facts {
    session: Arc<Session>,
    user: Arc<User>,
    teams: Arc<[TeamMember]>,
    roles: Arc<RoleTable>,
    /// What the user's system roles allow.
    system: PermissionSet,
    /// Whether the server lets people know only of those with whom they share something.
    hides_strangers: bool,
}

/// What stands behind an actor's channel checks.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The channel.
    pub channel: &'a Channel,
    /// The actor's membership in it.
    pub member: Option<&'a ChannelMember>,
}

impl Actor {
    pub(super) fn new(
        session: Arc<Session>,
        user: Arc<User>,
        teams: Arc<[TeamMember]>,
        roles: Arc<RoleTable>,
        hides_strangers: bool,
    ) -> Actor {
        let system = roles.allow(user.role_names());
        Actor(Arc::new(Facts { session, user, teams, roles, system, hides_strangers }))
    }

    /// The user's id.
    pub fn id(&self) -> Id {
        self.0.user.id
    }

    /// The user.
    pub fn user(&self) -> &Arc<User> {
        &self.0.user
    }

    /// The session.
    pub fn session(&self) -> &Arc<Session> {
        &self.0.session
    }

    /// The user's memberships in teams, ended ones left out.
    pub fn teams(&self) -> &[TeamMember] {
        &self.0.teams
    }

    /// The membership in a team.
    pub fn team_member(&self, team: Id) -> Option<&TeamMember> {
        self.0.teams.iter().find(|m| m.team_id == team)
    }

    /// All roles of the server.
    pub fn roles(&self) -> &RoleTable {
        &self.0.roles
    }

    /// What the system roles allow.
    pub fn system(&self) -> PermissionSet {
        self.0.system
    }

    /// Whether a system role allows it.
    pub fn may(&self, permission: Permission) -> bool {
        self.0.system.contains(permission)
    }

    /// Whether this is somebody who may do everything.
    pub fn is_admin(&self) -> bool {
        self.may(Permission::manage_system)
    }

    /// Whether a role in the team, or a system role, allows it. Nothing is allowed in no team.
    pub fn may_in_team(&self, team: Id, permission: Permission) -> bool {
        if team.is_none() {
            return false;
        }
        let by_member =
            self.team_member(team).is_some_and(|m| self.0.roles.allow(m.roles.split_whitespace()).contains(permission));
        by_member || self.may(permission)
    }

    /// Whether a role in the channel, else in its team, else in the system, allows it.
    pub fn may_in(&self, place: Place<'_>, permission: Permission) -> bool {
        let by_member =
            place.member.is_some_and(|m| self.0.roles.allow(m.roles.split_whitespace()).contains(permission));
        by_member || self.is_admin() || self.may_around(place.channel, permission)
    }

    /// The check of a channel's surroundings: its team, or the system for direct and group channels.
    fn may_around(&self, channel: &Channel, permission: Permission) -> bool {
        match channel.team_id.some() {
            Some(team) => self.may_in_team(team, permission),
            None => self.may(permission),
        }
    }

    /// Whether the actor is that user, or may act for that user ("ToUser").
    pub fn may_act_for(&self, user: &User) -> bool {
        self.id() == user.id || self.is_admin() || (self.may(Permission::edit_other_users) && !user.is_system_admin())
    }

    /// Whether a role was given to the actor because of which they see everybody, even where people know only of those
    /// with whom they share something: they manage the server's people, or hold `view_members` by another role than the
    /// one that all have.
    pub fn oversees_people(&self) -> bool {
        let given = || self.0.roles.allow(self.user().role_names().filter(|role| *role != SYSTEM_USER));
        MANAGES_PEOPLE.iter().any(|permission| self.may(*permission)) || given().contains(Permission::view_members)
    }

    /// Whether those whom the actor does not see are nobody to them (`KollegiumSettings.PeopleVisibleTo`).
    pub fn is_secluded(&self) -> bool {
        self.0.hides_strangers && !self.oversees_people()
    }

    /// As whom the actor sees a user.
    pub fn audience_of(&self, user: Id, privacy: Privacy) -> Audience {
        match user {
            me if me == self.id() => Audience::Oneself,
            _ if self.sees_all() => Audience::Admin,
            _ => Audience::Other(privacy),
        }
    }

    /// Whether the actor sees everything about people.
    pub fn sees_all(&self) -> bool {
        self.is_admin()
    }

    /// Refuses unless a system role allows it.
    pub fn need(&self, permission: Permission) -> Result<()> {
        need(self.may(permission))
    }

    /// Refuses unless it is allowed in the team.
    pub fn need_in_team(&self, team: Id, permission: Permission) -> Result<()> {
        need(self.may_in_team(team, permission))
    }
}

/// The usual refusal, unless it is so.
pub fn need(allowed: bool) -> Result<()> {
    if allowed { Ok(()) } else { Err(forbidden()) }
}
