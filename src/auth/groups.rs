//! What one may do to groups of people (permissions.md §5).

use std::marker::PhantomData;

use super::channels::may_add;
use super::grants::{ChannelCase, actions};
use super::{Actor, Auth};
use crate::config::Settings;
use crate::model::channels::ChannelType;
use crate::model::errors::{Result, forbidden, groups as codes, teams as team_codes};
use crate::model::groups::{Group, Syncable};
use crate::model::permissions::Permission;
use crate::model::{Code, Id};
use crate::store;

/// The role of a group's members in it.
const MEMBER_ROLE: &str = "custom_group_user";

/// Something one can do to a group.
pub trait GroupAction: 'static {
    /// What it takes, of a member's role in the group or of a system role; `None` for what everybody may who may know of
    /// the group.
    const PERMISSION: Option<Permission>;

    /// What is answered where the group is not one that members made; `None` where that does not matter.
    const CUSTOM_ONLY: Option<Code>;

    /// What is answered where the group is not one of a directory; `None` where that does not matter.
    const DIRECTORY_ONLY: Option<Code> = None;

    /// Whether those may who cannot mention the group.
    const OF_ANY: bool = false;
}

/// Proof that the actor may do `A` to the group it carries.
pub struct GroupGrant<A> {
    actor: Actor,
    group: Group,
    action: PhantomData<A>,
}

impl<A> GroupGrant<A> {
    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The group it was given for, deleted or not.
    pub fn group(&self) -> &Group {
        &self.group
    }
}

/// Tying it to a team or channel, and letting it go.
pub struct TieGroup;

impl GroupAction for TieGroup {
    const PERMISSION: Option<Permission> = None;
    const CUSTOM_ONLY: Option<Code> = None;
    const DIRECTORY_ONLY: Option<Code> = Some(codes::DIRECTORY_ONLY);
}

/// Declares what one can do to a group: `Name [what it takes] [what is answered of groups from a directory];`.
macro_rules! group_actions {
    ($($(#[$doc:meta])* $name:ident [$permission:expr] [$custom_only:expr] $(+ $any:ident)?;)*) => { $(
        $(#[$doc])*
        pub struct $name;

        impl GroupAction for $name {
            const PERMISSION: Option<Permission> = $permission;
            const CUSTOM_ONLY: Option<Code> = $custom_only;
            $(const OF_ANY: bool = stringify!($any).len() == "any".len();)?
        }
    )* };
}

group_actions! {
    /// Reading it.
    ReadGroup        [None] [None];
    /// Reading who is in it: of a group that members made, anybody.
    ReadGroupMembers [None] [None] + any;
    /// Changing its names.
    EditGroup        [Some(Permission::edit_custom_group)] [None];
    /// Deleting it.
    DeleteGroup      [Some(Permission::delete_custom_group)] [Some(codes::NOT_CUSTOM)];
    /// Taking it out of the archive.
    RestoreGroup     [Some(Permission::restore_custom_group)] [Some(codes::RESTORE_NOT_CUSTOM)];
    /// Putting people into it and taking them out.
    ManageGroup      [Some(Permission::manage_custom_group_members)] [Some(codes::NOT_CUSTOM)];
}

/// Refuses groups that members made where these are switched off.
fn check_source(group: &Group, settings: &Settings) -> Result<()> {
    if group.is_custom() { check_enabled(settings) } else { Ok(()) }
}

/// Refuses groups of one's own where they are switched off.
pub fn check_enabled(settings: &Settings) -> Result<()> {
    if settings.service.enable_custom_groups { Ok(()) } else { codes::DISABLED.err() }
}

impl Actor {
    /// Whether the actor sees groups that cannot be mentioned.
    pub fn sees_all_groups(&self) -> bool {
        self.may(Permission::sysconsole_read_user_management_groups)
    }
}

impl Auth {
    /// A grant to do `A` to a group.
    pub async fn group<A: GroupAction>(&self, actor: Actor, id: Id) -> Result<GroupGrant<A>> {
        let me = actor.id();
        let asks = A::PERMISSION.is_some();
        let found = self.store.read(move |conn| {
            let Some(group) = store::groups::by_id(conn, id)? else { return Ok(None) };
            let is_member = asks && store::groups::has_member(conn, id, me)?;
            Ok(Some((group, is_member)))
        });
        let (group, is_member) = found.await?.ok_or(codes::NOT_FOUND)?;
        let refusal = if group.is_custom() { A::DIRECTORY_ONLY } else { A::CUSTOM_ONLY };
        if let Some(refusal) = refusal {
            return refusal.err();
        }
        check_source(&group, &self.config.snapshot().effective)?;
        let allowed = match A::PERMISSION {
            None => group.allow_reference || (A::OF_ANY && group.is_custom()) || actor.sees_all_groups(),
            Some(permission) if group.is_custom() => {
                let as_member = is_member && actor.roles().allow([MEMBER_ROLE]).contains(permission);
                as_member || actor.may(permission)
            }
            Some(_) => actor.may(Permission::sysconsole_write_user_management_groups),
        };
        if allowed { Ok(GroupGrant { actor, group, action: PhantomData }) } else { Err(forbidden()) }
    }
}

/// Proof that the actor may tie a group to a team or channel, and let it go.
pub struct TieGrant {
    group: Group,
    place: Syncable,
    team: Id,
}

impl TieGrant {
    /// The group.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// The team or channel.
    pub fn place(&self) -> Syncable {
        self.place
    }

    /// The team, or that of the channel.
    pub fn team(&self) -> Id {
        self.team
    }
}

impl Auth {
    /// A grant to tie a group to a team, or to a channel: to a team's first one by those only who might tie the team.
    pub async fn tie(&self, actor: Actor, group: Id, place: Syncable) -> Result<TieGrant> {
        let group = self.group::<TieGroup>(actor.clone(), group).await?.group;
        let team = match place {
            Syncable::Team(team) => self.team::<TieToTeam>(actor, team).await?.team().id,
            Syncable::Channel(channel) => {
                let team = self.channel::<TieToChannel>(actor.clone(), channel).await?.channel().team_id;
                let id = group.id;
                let tie = self.store.read(move |conn| store::groups::tie(conn, id, Syncable::Team(team))).await?;
                if tie.is_none_or(|tie| tie.delete_at != 0) {
                    self.team::<TieToTeam>(actor, team).await?;
                }
                team
            }
        };
        Ok(TieGrant { group, place, team })
    }
}

/// Where groups are read with the channel that has them.
fn may_read_of_channel(c: &ChannelCase<'_>) -> bool {
    match c.place.channel.r#type {
        ChannelType::Private => c.may(Permission::read_private_channel_groups),
        _ => c.may(Permission::read_public_channel_groups),
    }
}

/// Who may put people into a channel may see which groups it has not.
fn may_count_in_channel(c: &ChannelCase<'_>) -> bool {
    match c.place.channel.r#type {
        ChannelType::Private => c.may(Permission::manage_private_channel_members),
        _ => c.may(Permission::manage_public_channel_members),
    }
}

actions! { SystemAction(c: SystemCase):
    /// Making a group.
    CreateGroup => c.actor.may(Permission::create_custom_group);
    /// Counting the members of any group, and seeing which teams and channels take theirs from it.
    InspectGroups =>  c.actor.may(Permission::sysconsole_read_user_management_groups);
}

actions! { SystemAction(c: SystemCase):
    /// Seeing what ties a group to a team or channel.
    ReadTie       => c.actor.is_admin();
    /// Bringing groups of the directory here, and letting them go.
    LinkGroups    => c.actor.may(Permission::sysconsole_write_user_management_groups);
    /// Putting somebody into the teams and channels of their groups.
    PutIntoPlaces => c.actor.may(Permission::sysconsole_write_user_management_groups);
}

actions! { UserAction(c: UserCase):
    /// Seeing which groups somebody is in.
    SeeGroupsOf [None] => c.actor.id() == c.user.id || c.actor.is_admin();
}

actions! { TeamAction(c: TeamCase):
    /// Having it take members from a group.
    TieToTeam       [Some(team_codes::NOT_FOUND)] =>
        c.may(Permission::invite_user) || c.actor.may(Permission::sysconsole_write_user_management_groups);
    /// Seeing which groups a team and its channels take their members from.
    SeeGroupsOfTeam [None] => c.may(Permission::list_team_channels);
}

actions! { ChannelAction(c: ChannelCase):
    /// Having it take members from a group.
    TieToChannel       => may_add(c.actor, c.place);
    /// Seeing which groups a channel takes its members from.
    SeeGroupsOfChannel => may_read_of_channel(c);
    /// Seeing of groups how many of a channel's members are in them.
    CountGroupsIn      => may_count_in_channel(c);
}
