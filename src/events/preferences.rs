//! Preferences and the sidebar: told to the person whose they are (websocket.md §8 "Teams, users, roles").

use super::broadcast::Broadcast;
use super::data::{Data, Json};
use super::delivery::{Delivery, Step};
use crate::model::Id;

/// What happens to somebody's preferences and sidebar.
#[derive(Debug)]
pub enum PreferenceEvent {
    /// Preferences were stored: an empty `sidebar_category_updated`, then `preferences_changed`.
    Saved {
        /// Whose.
        user: Id,
        /// A list of preferences.
        preferences: Json,
    },
    /// Preferences were deleted: an empty `sidebar_category_updated`, then `preferences_deleted`.
    Deleted {
        /// Whose.
        user: Id,
        /// A list of preferences.
        preferences: Json,
    },
    /// One preference was changed by a slash command: `preference_changed`.
    Toggled {
        /// Whose.
        user: Id,
        /// The preference.
        preference: Json,
    },
    /// `sidebar_category_created`.
    CategoryCreated {
        /// Whose.
        user: Id,
        /// The team whose sidebar it is.
        team: Id,
        /// The category; standard ones have longer ids than others.
        category: String,
    },
    /// `sidebar_category_updated`.
    CategoriesUpdated {
        /// Whose.
        user: Id,
        /// The team whose sidebar it is.
        team: Id,
        /// A list of categories with their channels.
        categories: Json,
    },
    /// `sidebar_category_deleted`.
    CategoryDeleted {
        /// Whose.
        user: Id,
        /// The team whose sidebar it is.
        team: Id,
        /// The category.
        category: String,
    },
    /// `sidebar_category_order_updated`.
    CategoriesOrdered {
        /// Whose.
        user: Id,
        /// The team whose sidebar it is.
        team: Id,
        /// The categories from top to bottom.
        order: Vec<String>,
    },
}

impl PreferenceEvent {
    pub(super) fn into_step(self) -> Step {
        use PreferenceEvent::*;
        match self {
            Saved { user, preferences } => several(user, "preferences_changed", &preferences),
            Deleted { user, preferences } => several(user, "preferences_deleted", &preferences),
            Toggled { user, preference } => {
                let data = Data::new().nested("preference", &preference);
                Delivery::new(Broadcast::user(user), "preference_changed", &data).into()
            }
            CategoryCreated { user, team, category } => {
                sidebar(user, team, "sidebar_category_created", &Data::new().value("category_id", &category)).into()
            }
            CategoriesUpdated { user, team, categories } => {
                sidebar(user, team, "sidebar_category_updated", &Data::new().nested("updatedCategories", &categories))
                    .into()
            }
            CategoryDeleted { user, team, category } => {
                sidebar(user, team, "sidebar_category_deleted", &Data::new().value("category_id", &category)).into()
            }
            CategoriesOrdered { user, team, order } => {
                sidebar(user, team, "sidebar_category_order_updated", &Data::new().value("order", &order)).into()
            }
        }
    }
}

fn sidebar(user: Id, team: Id, name: &'static str, data: &Data) -> Delivery {
    Delivery::new(Broadcast::user(user).in_team(team), name, data)
}

fn several(user: Id, name: &'static str, preferences: &Json) -> Step {
    let first = sidebar(user, Id::NONE, "sidebar_category_updated", &Data::new());
    let then = Delivery::new(Broadcast::user(user), name, &Data::new().nested("preferences", preferences));
    vec![first, then].into()
}
