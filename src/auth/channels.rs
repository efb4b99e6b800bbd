//! What one may do in a channel (permissions.md §5 "Channels").

use super::actor::{Actor, Place, need};
use super::grants::{ChannelCase, actions};
use crate::config::Settings;
use crate::model::channels::ChannelType;
use crate::model::errors::{Result, channels as codes};
use crate::model::permissions::Permission;

/// Whether the actor reads what is said there: as a member, or as a team member in a public channel.
pub(super) fn may_read_content(actor: &Actor, place: Place<'_>, settings: &Settings) -> bool {
    let public = place.channel.r#type == ChannelType::Open && !settings.compliance.enable;
    actor.may_in(place, Permission::read_channel_content)
        || (public && actor.may_in_team(place.channel.team_id, Permission::read_public_channel))
}

/// Whether the actor may say something there.
pub(super) fn may_post(actor: &Actor, place: Place<'_>) -> bool {
    let public = place.channel.r#type == ChannelType::Open;
    actor.may_in(place, Permission::create_post)
        || (public && actor.may_in_team(place.channel.team_id, Permission::create_post_public))
}

/// Whether it is a public channel of a team whose public channels the actor reads.
fn is_public_to(c: &ChannelCase<'_>) -> bool {
    let channel = c.place.channel;
    channel.r#type == ChannelType::Open && c.actor.may_in_team(channel.team_id, Permission::read_public_channel)
}

/// Whether the channel may be found by its name. Of a private one nobody outside learns that it is there, but for those
/// who manage its team.
fn may_find(c: &ChannelCase<'_>) -> Result<()> {
    let channel = c.place.channel;
    let reads = c.may(Permission::read_channel) || is_public_to(c);
    match channel.r#type {
        ChannelType::Open => need(reads),
        _ if reads || c.actor.may_in_team(channel.team_id, Permission::manage_team) => Ok(()),
        _ => codes::NAME_NOT_FOUND.err(),
    }
}

/// Whether the actor may put somebody else into the channel.
pub fn may_add(actor: &Actor, place: Place<'_>) -> bool {
    match place.channel.r#type {
        ChannelType::Open => actor.may_in(place, Permission::manage_public_channel_members),
        ChannelType::Private => actor.may_in(place, Permission::manage_private_channel_members),
        ChannelType::Direct | ChannelType::Group => false,
    }
}

/// Whether the actor may come in without being added.
pub fn may_join(actor: &Actor, place: Place<'_>) -> bool {
    let channel = place.channel;
    let open = channel.r#type == ChannelType::Open;
    may_add(actor, place) || (open && actor.may_in_team(channel.team_id, Permission::join_public_channels))
}

/// Whether the actor may bring in anybody at all.
fn may_bring_in(c: &ChannelCase<'_>) -> Result<()> {
    if c.place.channel.is_conversation() {
        return codes::ADD_TYPE.err();
    }
    need(may_join(c.actor, c.place))
}

/// One permission for public channels, another for private ones; in conversations the answer is given.
fn by_type(c: &ChannelCase<'_>, open: Permission, private: Permission, conversation: Result<()>) -> Result<()> {
    match c.place.channel.r#type {
        ChannelType::Open => need(c.may(open)),
        ChannelType::Private => need(c.may(private)),
        ChannelType::Direct | ChannelType::Group => conversation,
    }
}

/// Names, header and purpose; a conversation is its members' alone.
fn may_manage(c: &ChannelCase<'_>) -> Result<()> {
    let mine = if c.place.member.is_some() { Ok(()) } else { codes::PATCH_FORBIDDEN.err() };
    by_type(c, Permission::manage_public_channel_properties, Permission::manage_private_channel_properties, mine)
}

fn may_archive(c: &ChannelCase<'_>) -> Result<()> {
    by_type(c, Permission::delete_public_channel, Permission::delete_private_channel, codes::DELETE_TYPE.err())
}

fn may_restore(c: &ChannelCase<'_>) -> bool {
    c.actor.may_in_team(c.place.channel.team_id, Permission::manage_team)
        || c.actor.may(Permission::sysconsole_write_user_management_channels) && !c.place.channel.is_conversation()
}

fn may_remove(c: &ChannelCase<'_>) -> Result<()> {
    let open = Permission::manage_public_channel_members;
    by_type(c, open, Permission::manage_private_channel_members, codes::REMOVE_TYPE.err())
}

fn may_leave(c: &ChannelCase<'_>) -> Result<()> {
    if c.place.channel.is_conversation() { codes::REMOVE_TYPE.err() } else { Ok(()) }
}

/// What is asked of a group message is asked by its members.
fn is_member(c: &ChannelCase<'_>) -> Result<()> {
    if c.place.member.is_some() { Ok(()) } else { codes::MEMBER_NOT_FOUND.err() }
}

actions! { ChannelAction(c: ChannelCase):
    /// Reading the channel itself; a public one is read by its team.
    GetChannel         => c.may(Permission::read_channel) || is_public_to(c);
    /// Finding it by its name.
    FindChannel        => may_find(c);
    /// Putting somebody, or oneself, into it. Whom exactly is looked at for each of them.
    AddMembers         => may_bring_in(c);
    /// Naming it in an invitation into its team.
    InviteInto  [None] => may_add(c.actor, c.place);
    /// Taking somebody else out of it.
    RemoveMember       => may_remove(c);
    /// Going out of it.
    Leave              => may_leave(c);
    /// Changing names, header and purpose.
    ManageChannel      => may_manage(c);
    /// Archiving it.
    ArchiveChannel     => may_archive(c);
    /// Taking it out of the archive.
    RestoreChannel     => may_restore(c);
    /// Making it public.
    MakePublic         => c.may(Permission::convert_private_channel_to_public);
    /// Making it private.
    MakePrivate        => c.may(Permission::convert_public_channel_to_private);
    /// Taking it into another team.
    MoveChannel        => c.actor.is_admin();
    /// Making a private channel of a group message.
    ConvertGroup       => is_member(c);
    /// Giving and taking roles in it.
    ChangeMemberRoles [None] => c.may(Permission::manage_channel_roles);
    /// Reading what belongs to its members: members, counts.
    ReadChannel [None] => c.may(Permission::read_channel);
    /// Reading what is said there.
    ReadPosts          => may_read_content(c.actor, c.place, c.settings);
    /// Saying something.
    CreatePost  [None] => may_post(c.actor, c.place);
    /// Saying something by a webhook of the actor's: into public channels even of teams that they left, into others
    /// while they read them (surprises.md, Integrations).
    PostByHook  [None] => c.place.channel.r#type == ChannelType::Open || c.may(Permission::read_channel_content);
    /// Running a slash command there.
    RunCommand  [None] => c.may(Permission::create_post);
    /// Uploading files for it.
    UploadFile  [None] => c.may(Permission::upload_file);
}
