//! Categories of the sidebar (posts-and-limits.md §9).

use serde::{Deserialize, Serialize};

use super::id::Id;
use super::json::id_or_none;

/// `type` of the category of favourites.
pub const FAVORITES: &str = "favorites";
/// `type` of the category of a team's other channels.
pub const CHANNELS: &str = "channels";
/// `type` of the category of conversations.
pub const DIRECT_MESSAGES: &str = "direct_messages";
/// `type` of what people make themselves.
pub const CUSTOM: &str = "custom";

/// Distance between two neighbours in [`Category::sort_order`].
pub const ORDER_STEP: i64 = 10;

/// A category with its channels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Category {
    /// An identifier, or `<type>_<user>_<team>` for the built-in ones.
    pub id: String,
    /// Whose.
    pub user_id: Id,
    /// In which team.
    pub team_id: Id,
    /// Place among the others, in steps of [`ORDER_STEP`].
    pub sort_order: i64,
    /// `""`, `alpha`, `recent` or `manual`; other texts are kept as they are.
    pub sorting: String,
    /// One of the constants of this module.
    pub r#type: String,
    /// Name; clients translate those of the built-in ones by their type.
    pub display_name: String,
    /// Whether its channels are muted.
    pub muted: bool,
    /// Whether it is folded up.
    pub collapsed: bool,
    /// Its channels in order.
    pub channel_ids: Vec<Id>,
}

/// All categories of a user in a team.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OrderedCategories {
    /// In order.
    pub categories: Vec<Category>,
    /// Their ids in order.
    pub order: Vec<String>,
}

impl OrderedCategories {
    /// The categories in the order of their places.
    pub fn of(mut categories: Vec<Category>) -> OrderedCategories {
        categories.sort_by_key(|category| category.sort_order);
        let order = categories.iter().map(|category| category.id.clone()).collect();
        OrderedCategories { categories, order }
    }
}

/// What a client sends to make or change a category.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Category")]
pub struct CategoryInput {
    pub id: String,
    #[serde(deserialize_with = "id_or_none")]
    pub user_id: Id,
    #[serde(deserialize_with = "id_or_none")]
    pub team_id: Id,
    pub sorting: String,
    pub display_name: String,
    pub muted: bool,
    pub collapsed: bool,
    /// As sent: ids of channels one is not in, and what is no id at all, are dropped.
    pub channel_ids: Vec<String>,
}

/// Id of a built-in category.
pub fn built_in_id(kind: &str, user_id: Id, team_id: Id) -> String {
    format!("{kind}_{user_id}_{team_id}")
}

/// The built-in categories of a new member of a team.
pub fn for_new_member(user_id: Id, team_id: Id) -> [Category; 3] {
    let built_in = |place: i64, kind: &str, display_name: &str, sorting: &str| Category {
        id: built_in_id(kind, user_id, team_id),
        user_id,
        team_id,
        sort_order: place * ORDER_STEP,
        sorting: sorting.to_owned(),
        r#type: kind.to_owned(),
        display_name: display_name.to_owned(),
        ..Category::default()
    };
    [
        built_in(0, FAVORITES, "Favorites", ""),
        built_in(1, CHANNELS, "Channels", ""),
        built_in(2, DIRECT_MESSAGES, "Direct Messages", "recent"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_categories() {
        let (user, team) = (Id::random(), Id::random());
        let [favorites, channels, direct] = for_new_member(user, team);
        assert_eq!(favorites.id, format!("favorites_{user}_{team}"));
        assert_eq!((channels.sort_order, direct.sort_order, direct.sorting.as_str()), (10, 20, "recent"));
        let all = OrderedCategories::of(vec![direct, favorites, channels]);
        assert!(all.order[0].starts_with("favorites") && all.order[2].starts_with("direct_messages"));
    }
}
