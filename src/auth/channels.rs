//! What one may do in a channel (permissions.md §5 "Channels").

use super::actor::{Actor, Place};
use super::grants::{ChannelCase, actions};
use crate::config::Settings;
use crate::model::channels::ChannelType;
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

actions! { ChannelAction(c: ChannelCase):
    /// Reading the channel itself; a public one is read by its team.
    GetChannel         => c.may(Permission::read_channel) || is_public_to(c);
    /// Reading what belongs to its members: members, counts.
    ReadChannel [None] => c.may(Permission::read_channel);
    /// Reading what is said there.
    ReadPosts   [None] => may_read_content(c.actor, c.place, c.settings);
    /// Saying something.
    CreatePost  [None] => may_post(c.actor, c.place);
}
