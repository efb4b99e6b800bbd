//! Groups of people that can be mentioned together (websocket.md §8 "Teams, users, roles").

use super::broadcast::Broadcast;
use super::data::{Data, Json};
use super::delivery::{Delivery, Step};
use crate::model::Id;

/// What happens to groups.
#[derive(Debug)]
pub enum GroupEvent {
    /// A group was made, changed, deleted or restored: `received_group`, to everybody.
    Changed {
        /// The group as it is now.
        group: Json,
    },
    /// `group_member_add`, to the new member.
    MemberAdded {
        /// The new member.
        user: Id,
        /// `{group_id, user_id, create_at, delete_at}`.
        member: Json,
    },
    /// `group_member_deleted`, to the former member.
    MemberDeleted {
        /// The former member.
        user: Id,
        /// `{group_id, user_id, create_at, delete_at}`.
        member: Json,
    },
    /// A group was tied to a team or let go: `received_group_associated_to_team` or `…_not_associated_…`, to the team.
    TeamTied {
        /// The team.
        team: Id,
        /// The group.
        group: Id,
        /// Whether it is tied now.
        tied: bool,
    },
    /// The same for a channel, to the channel.
    ChannelTied {
        /// The channel.
        channel: Id,
        /// The group.
        group: Id,
        /// Whether it is tied now.
        tied: bool,
    },
}

impl GroupEvent {
    pub(super) fn into_step(self) -> Step {
        use GroupEvent::*;
        let (broadcast, name, data) = match self {
            Changed { group } => (Broadcast::everyone(), "received_group", Data::new().nested("group", &group)),
            MemberAdded { user, member } => {
                (Broadcast::user(user), "group_member_add", Data::new().nested("group_member", &member))
            }
            MemberDeleted { user, member } => {
                (Broadcast::user(user), "group_member_deleted", Data::new().nested("group_member", &member))
            }
            TeamTied { team, group, tied } => {
                let name =
                    if tied { "received_group_associated_to_team" } else { "received_group_not_associated_to_team" };
                (Broadcast::team(team), name, Data::new().id("group_id", group))
            }
            ChannelTied { channel, group, tied } => {
                let name = if tied {
                    "received_group_associated_to_channel"
                } else {
                    "received_group_not_associated_to_channel"
                };
                (Broadcast::channel(channel), name, Data::new().id("group_id", group))
            }
        };
        Delivery::new(broadcast, name, &data).into()
    }
}
