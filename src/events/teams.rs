//! Teams and who is in them (websocket.md §8 "Teams, users, roles").

use super::broadcast::{Broadcast, Circle};
use super::data::{Data, Json};
use super::delivery::{Delivery, Effect, Step};
use crate::model::Id;

/// What happens to teams. The `value` of a team has its address and invitation id emptied.
#[derive(Debug)]
pub enum TeamEvent {
    /// `update_team`, to the team.
    Updated {
        /// The team.
        team: Id,
        /// The team as it is now.
        value: Json,
    },
    /// Archived: `delete_team`, to the team.
    Archived {
        /// The team.
        team: Id,
        /// The team as it is now.
        value: Json,
    },
    /// Taken out of the archive: `restore_team`, to the team.
    Restored {
        /// The team.
        team: Id,
        /// The team as it is now.
        value: Json,
    },
    /// Its permission scheme changed: `update_team_scheme`, to the team.
    SchemeUpdated {
        /// The team.
        team: Id,
        /// The team as it is now.
        value: Json,
    },
    /// Somebody joined or was added: `added_to_team`, to them. Some ways of joining tell it twice (surprises.md, Teams).
    MemberAdded {
        /// The team.
        team: Id,
        /// The new member.
        user: Id,
    },
    /// Somebody left or was removed: `leave_team`, to those who stay (of guests, those who knew them) and to them.
    MemberRemoved {
        /// The team.
        team: Id,
        /// Who is gone.
        user: Id,
        /// The team's channels that they were in and are no longer.
        channels: Vec<Id>,
    },
    /// A member's roles in the team changed: `memberrole_updated`, to that member.
    MemberRolesUpdated {
        /// The member.
        user: Id,
        /// The membership as it is now.
        member: Json,
    },
}

impl TeamEvent {
    pub(super) fn into_step(self) -> Step {
        use TeamEvent::*;
        match self {
            Updated { team, value } => changed(team, "update_team", &value),
            Archived { team, value } => changed(team, "delete_team", &value),
            Restored { team, value } => changed(team, "restore_team", &value),
            SchemeUpdated { team, value } => changed(team, "update_team_scheme", &value),
            MemberAdded { team, user } => {
                let data = Data::new().id("team_id", team).id("user_id", user);
                let delivery = Delivery::new(Broadcast::user(user), "added_to_team", &data);
                Step { effect: Some(Effect::JoinTeam { team, user }), deliveries: vec![delivery] }
            }
            MemberRemoved { team, user, channels } => {
                let data = Data::new().id("user_id", user).id("team_id", team);
                let known = Circle::of(user, channels.clone(), vec![team]);
                let audience = Broadcast::team(team).without(user).within(known);
                let to_others = Delivery::new(audience, "leave_team", &data);
                let to_them = Delivery::new(Broadcast::user(user), "leave_team", &data);
                Step { effect: Some(Effect::LeaveTeam { team, user, channels }), deliveries: vec![to_others, to_them] }
            }
            MemberRolesUpdated { user, member } => {
                Delivery::new(Broadcast::user(user), "memberrole_updated", &Data::new().nested("member", &member))
                    .into()
            }
        }
    }
}

fn changed(team: Id, name: &'static str, value: &Json) -> Step {
    Delivery::new(Broadcast::team(team), name, &Data::new().nested("team", value)).into()
}
