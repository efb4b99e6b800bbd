//! What one may do to groups of people (permissions.md §5).

use std::marker::PhantomData;

use super::grants::{ChannelCase, actions};
use super::{Actor, Auth};
use crate::config::{Features, Settings};
use crate::model::channels::ChannelType;
use crate::model::errors::{Result, forbidden, groups as codes};
use crate::model::groups::Group;
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

/// Refuses groups of a kind that is not served, or is switched off.
fn check_source(group: &Group, settings: &Settings) -> Result<()> {
    match group.is_custom() {
        true => check_enabled(settings),
        false if Features::WORKING.ldap_groups => Ok(()),
        false => codes::NO_DIRECTORY.err(),
    }
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
        if let Some(refusal) = A::CUSTOM_ONLY.filter(|_| !group.is_custom()) {
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
    /// Counting the members of any group.
    CountGroup  => c.actor.may(Permission::sysconsole_read_user_management_groups);
}

actions! { UserAction(c: UserCase):
    /// Seeing which groups somebody is in.
    SeeGroupsOf [None] => c.actor.id() == c.user.id || c.actor.is_admin();
}

actions! { TeamAction(c: TeamCase):
    /// Seeing which groups a team and its channels take their members from.
    SeeGroupsOfTeam [None] => c.may(Permission::list_team_channels);
}

actions! { ChannelAction(c: ChannelCase):
    /// Seeing which groups a channel takes its members from.
    SeeGroupsOfChannel => may_read_of_channel(c);
    /// Seeing of groups how many of a channel's members are in them.
    CountGroupsIn      => may_count_in_channel(c);
}
