//! Channels and who is in them (websocket.md §8 "Channels").

use std::collections::BTreeMap;

use super::broadcast::Broadcast;
use super::data::{Data, Json};
use super::delivery::{Delivery, Effect, Step};
use crate::model::{Id, TimeMs};

/// What happens to channels.
#[derive(Debug)]
pub enum ChannelEvent {
    /// Somebody made a channel and is its first member: `channel_created`, to them alone.
    Created {
        /// Who made it.
        creator: Id,
        /// The channel.
        channel: Id,
        /// Its team.
        team: Id,
    },
    /// `channel_updated`, to the channel.
    Updated {
        /// The channel.
        channel: Id,
        /// The channel as it is now.
        value: Json,
    },
    /// Public became private or private public: `channel_converted`, to the team.
    Converted {
        /// The channel.
        channel: Id,
        /// Its team.
        team: Id,
    },
    /// Archived: `channel_deleted`, to the team, or to the channel if it is private.
    Archived {
        /// The channel.
        channel: Id,
        /// Who hears of it.
        audience: Audience,
        /// When.
        delete_at: TimeMs,
    },
    /// Taken out of the archive: `channel_restored`, to the team, or to the channel if it is private.
    Restored {
        /// The channel.
        channel: Id,
        /// Who hears of it.
        audience: Audience,
    },
    /// Settings or roles of a member changed: `channel_member_updated`, to that member.
    MemberUpdated {
        /// The member.
        user: Id,
        /// The membership as it is now.
        member: Json,
    },
    /// The channel's moderation changed: `channel_scheme_updated`, to the channel.
    SchemeUpdated {
        /// The channel.
        channel: Id,
    },
    /// A direct channel was opened for the first time: `direct_added`, to both.
    DirectAdded {
        /// The channel.
        channel: Id,
        /// Who opened it.
        creator: Id,
        /// The other one; the same for notes to oneself.
        teammate: Id,
    },
    /// A group channel was opened: `group_added`, to each of its members.
    GroupAdded {
        /// The channel.
        channel: Id,
        /// Its members, the creator among them.
        members: Vec<Id>,
    },
    /// Somebody joined or was added: `user_added`, to the others and to them.
    MemberAdded {
        /// The channel.
        channel: Id,
        /// Its team, absent for group channels.
        team: Id,
        /// The new member.
        user: Id,
    },
    /// Somebody came into a standard channel by joining its team: one `user_added`, to the channel.
    JoinedByDefault {
        /// The channel.
        channel: Id,
        /// Its team.
        team: Id,
        /// The new member.
        user: Id,
    },
    /// Somebody left or was removed: `user_removed`, to those who stay and, in another form, to them.
    MemberRemoved {
        /// The channel.
        channel: Id,
        /// Who is gone.
        user: Id,
        /// Who did it; the same person when they left.
        remover: Id,
    },
    /// Somebody read channels that had something unread: `multiple_channels_viewed`, to them.
    Viewed {
        /// Who did.
        user: Id,
        /// The channels and when they were viewed.
        times: BTreeMap<Id, TimeMs>,
    },
    /// `typing`, to the channel but for the typist.
    Typing {
        /// The channel.
        channel: Id,
        /// The typist.
        user: Id,
        /// The thread they write in, as the client named it; `""` for none.
        parent: String,
    },
}

/// Who hears of a channel being archived or restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A public channel: everybody in this team, of guests those who are in the channel.
    Team(Id),
    /// A private channel: its members.
    Members,
}

impl Audience {
    fn of(self, channel: Id) -> Broadcast {
        match self {
            Audience::Team(team) => Broadcast::team(team).for_guests_of(channel),
            Audience::Members => Broadcast::channel(channel),
        }
    }
}

impl ChannelEvent {
    pub(super) fn into_step(self) -> Step {
        use ChannelEvent::*;
        match self {
            Created { creator, channel, team } => created(creator, channel, team),
            DirectAdded { channel, creator, teammate } => direct_added(channel, creator, teammate),
            GroupAdded { channel, members } => group_added(channel, members),
            MemberAdded { channel, team, user } => member_added(channel, team, user),
            JoinedByDefault { channel, team, user } => {
                let data = Data::new().id("user_id", user).id("team_id", team);
                joined(channel, vec![user], vec![Delivery::new(Broadcast::channel(channel), "user_added", &data)])
            }
            MemberRemoved { channel, user, remover } => member_removed(channel, user, remover),
            Updated { channel, value } => {
                Delivery::new(Broadcast::channel(channel), "channel_updated", &Data::new().nested("channel", &value))
                    .into()
            }
            Converted { channel, team } => {
                to(Broadcast::team(team).for_guests_of(channel), "channel_converted", channel)
            }
            Archived { channel, audience, delete_at } => {
                let data = Data::new().id("channel_id", channel).value("delete_at", &delete_at);
                Delivery::new(audience.of(channel), "channel_deleted", &data).into()
            }
            Restored { channel, audience } => to(audience.of(channel), "channel_restored", channel),
            MemberUpdated { user, member } => {
                let data = Data::new().nested("channelMember", &member);
                Delivery::new(Broadcast::user(user), "channel_member_updated", &data).into()
            }
            SchemeUpdated { channel } => {
                Delivery::new(Broadcast::channel(channel), "channel_scheme_updated", &Data::new()).into()
            }
            Viewed { user, times } => {
                let data = Data::new().value("channel_times", &times);
                Delivery::new(Broadcast::user(user), "multiple_channels_viewed", &data).into()
            }
            Typing { channel, user, parent } => {
                let data = Data::new().value("parent_id", &parent).id("user_id", user);
                Delivery::new(Broadcast::channel(channel).without(user), "typing", &data).into()
            }
        }
    }
}

fn to(broadcast: Broadcast, name: &'static str, channel: Id) -> Step {
    Delivery::new(broadcast, name, &Data::new().id("channel_id", channel)).into()
}

fn joined(channel: Id, users: Vec<Id>, deliveries: Vec<Delivery>) -> Step {
    Step { effect: Some(Effect::JoinChannel { channel, users }), deliveries }
}

fn created(creator: Id, channel: Id, team: Id) -> Step {
    let data = Data::new().id("channel_id", channel).id("team_id", team);
    joined(channel, vec![creator], vec![Delivery::new(Broadcast::user(creator), "channel_created", &data)])
}

fn direct_added(channel: Id, creator: Id, teammate: Id) -> Step {
    let data = Data::new().id("creator_id", creator).id("teammate_id", teammate);
    let delivery = Delivery::new(Broadcast::channel(channel), "direct_added", &data);
    joined(channel, vec![creator, teammate], vec![delivery])
}

fn group_added(channel: Id, members: Vec<Id>) -> Step {
    let data = Data::new().nested("teammate_ids", &Json::of(&members));
    let to_member = |user: &Id| Delivery::new(Broadcast::user(*user).in_channel(channel), "group_added", &data);
    let deliveries = members.iter().map(to_member).collect();
    joined(channel, members, deliveries)
}

fn member_added(channel: Id, team: Id, user: Id) -> Step {
    let data = Data::new().id("user_id", user).id("team_id", team);
    let to_others = Delivery::new(Broadcast::channel(channel).without(user), "user_added", &data);
    let to_them = Delivery::new(Broadcast::user(user).in_channel(channel), "user_added", &data);
    joined(channel, vec![user], vec![to_others, to_them])
}

fn member_removed(channel: Id, user: Id, remover: Id) -> Step {
    let data = Data::new().id("user_id", user).id("remover_id", remover);
    let to_others = Delivery::new(Broadcast::channel(channel), "user_removed", &data);
    let data = Data::new().id("channel_id", channel).id("remover_id", remover);
    let to_them = Delivery::new(Broadcast::user(user), "user_removed", &data);
    Step { effect: Some(Effect::LeaveChannel { channel, user }), deliveries: vec![to_others, to_them] }
}
