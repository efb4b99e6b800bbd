//! People, their roles and statuses (websocket.md §8 "Teams, users, roles").

use super::broadcast::{Broadcast, Circle, Privilege};
use super::data::{Data, Json};
use super::delivery::{Delivery, Effect, Step};
use crate::model::Id;

/// What happens to people. Of guests only those hear of somebody who share a channel with them (websocket.md §7 rule 11);
/// where people know only of those with whom they share something, of all others only those who share a channel or a team.
/// They make the person's circle.
#[derive(Debug)]
pub enum UserEvent {
    /// An account was made: `new_user`, to everybody.
    Created {
        /// The new user, who is in no channel and no team yet.
        user: Id,
    },
    /// A profile changed: `user_updated` in three copies.
    Updated {
        /// Whose.
        user: Id,
        /// As they see themself.
        for_self: Json,
        /// As administrators see them.
        for_admins: Json,
        /// As everybody else sees them.
        for_others: Json,
        /// Where those are who may know.
        circle: Circle,
    },
    /// A picture changed: `user_updated`, one copy to everybody.
    PictureUpdated {
        /// The user as everybody sees them.
        value: Json,
        /// Where those are who may know.
        circle: Circle,
    },
    /// System roles changed: `user_role_updated`, to that person. What they may hear follows at once.
    RolesUpdated {
        /// Whose.
        user: Id,
        /// The roles, separated by spaces.
        roles: String,
        /// Whether these include `manage_system`.
        is_admin: bool,
        /// Whether these make a guest.
        is_guest: bool,
    },
    /// Somebody was activated or deactivated: `user_activation_status_change`, to everybody.
    ActivationChanged,
    /// All guests were deactivated: `guests_deactivated`, to everybody.
    GuestsDeactivated,
    /// `status_change`, to that person alone; others ask for statuses.
    StatusChanged {
        /// Whose.
        user: Id,
        /// `online`, `away`, `dnd`, `offline` or `ooo`.
        status: &'static str,
    },
}

impl UserEvent {
    pub(super) fn into_step(self) -> Step {
        use UserEvent::*;
        match self {
            Created { user } => {
                let broadcast = Broadcast::everyone().within(Circle::of(user, Vec::new(), Vec::new()));
                Delivery::new(broadcast, "new_user", &Data::new().id("user_id", user)).into()
            }
            Updated { user, for_self, for_admins, for_others, circle } => {
                let to_all = Broadcast::everyone().without(user);
                let to_others = to_all.clone().only_for(Privilege::Others).within(circle);
                vec![
                    updated(to_all.only_for(Privilege::Admins), &for_admins),
                    updated(to_others, &for_others),
                    updated(Broadcast::user(user), &for_self),
                ]
                .into()
            }
            PictureUpdated { value, circle } => updated(Broadcast::everyone().within(circle), &value).into(),
            RolesUpdated { user, roles, is_admin, is_guest } => {
                let data = Data::new().id("user_id", user).value("roles", &roles);
                let delivery = Delivery::new(Broadcast::user(user), "user_role_updated", &data);
                Step { effect: Some(Effect::ChangeRoles { user, is_admin, is_guest }), deliveries: vec![delivery] }
            }
            ActivationChanged => {
                Delivery::new(Broadcast::everyone(), "user_activation_status_change", &Data::new()).into()
            }
            GuestsDeactivated => Delivery::new(Broadcast::everyone(), "guests_deactivated", &Data::new()).into(),
            StatusChanged { user, status } => {
                let data = Data::new().value("status", status).id("user_id", user);
                Delivery::new(Broadcast::user(user), "status_change", &data).into()
            }
        }
    }
}

fn updated(broadcast: Broadcast, user: &Json) -> Delivery {
    Delivery::new(broadcast, "user_updated", &Data::new().object("user", user))
}
