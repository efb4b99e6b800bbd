//! The categories of the sidebar (posts-and-limits.md §9).

use std::collections::HashMap;

use crate::app::App;
use crate::app::channels::member_updated;
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{TeamGrant, UserGrant};
use crate::events::preferences::PreferenceEvent;
use crate::events::{Change, Event, Json};
use crate::model::channels::ChannelType;
use crate::model::errors::{Result, channels as codes, forbidden, invalid_body};
use crate::model::json::Written;
use crate::model::preferences::{Preference, categories};
use crate::model::sidebar::{
    CHANNELS, CUSTOM, Category, CategoryInput, DIRECT_MESSAGES, FAVORITES, ORDER_STEP, OrderedCategories,
    for_new_member,
};
use crate::model::{Id, now};
use crate::store::answers::{Of, Question};
use crate::store::{self, Tx};

/// Whose sidebar, in which team.
pub type Whose = (UserGrant<ActAs>, TeamGrant<ViewTeam>);

/// The same, as identifiers.
#[derive(Debug, Clone, Copy)]
struct Side {
    user: Id,
    team: Id,
}

impl From<&Whose> for Side {
    fn from(whose: &Whose) -> Side {
        Side { user: whose.0.user().id, team: whose.1.team().id }
    }
}

impl App {
    /// All categories with their channels; the first ones are made when they are first asked for.
    pub async fn categories(&self, whose: Whose) -> Result<Written> {
        let side @ Side { user, team } = Side::from(&whose);
        let make = async {
            let mut found = self.store.read(move |conn| store::sidebar::categories(conn, user, team)).await?;
            if found.is_empty() {
                found = self.first_categories(side).await?;
            }
            let of = vec![Of::Sidebar(user), Of::ChannelsOf(user), Of::Channels];
            Ok((Written::of(&OrderedCategories::of(found)), Some(of)))
        };
        self.store.answer(Question::Categories { user, team }, make).await
    }

    async fn first_categories(&self, side: Side) -> Result<Vec<Category>> {
        let why = "who asks first learns of them by the answer";
        self.store.write(move |tx| Ok(Change::silent(all(tx, side)?, why))).await
    }

    /// The ids of the categories in order.
    pub async fn category_order(&self, whose: Whose) -> Result<Vec<String>> {
        let side = Side::from(&whose);
        self.store
            .write(move |tx| {
                let all = OrderedCategories::of(all(tx, side)?);
                Ok(Change::silent(all.order, "who asks first learns of them by the answer"))
            })
            .await
    }

    /// One category.
    pub async fn category(&self, whose: Whose, id: String) -> Result<Category> {
        let side = Side::from(&whose);
        let all = self.store.read(move |conn| store::sidebar::categories(conn, side.user, side.team)).await?;
        all.into_iter().find(|category| category.id == id).ok_or_else(forbidden)
    }

    /// Makes a category; it stands after the favourites.
    pub async fn create_category(&self, whose: Whose, input: CategoryInput) -> Result<Category> {
        let side = Side::from(&whose);
        check_owner(side, &input)?;
        self.store
            .write(move |tx| {
                let present = all(tx, side)?;
                let channels = own_channels(tx, side, &input.channel_ids)?;
                let place = usize::from(present.first().is_some_and(|first| first.r#type == FAVORITES));
                let category = Category {
                    id: Id::random().to_string(),
                    user_id: side.user,
                    team_id: side.team,
                    sort_order: i64::try_from(place).unwrap_or_default() * ORDER_STEP,
                    sorting: input.sorting,
                    r#type: CUSTOM.to_owned(),
                    display_name: input.display_name,
                    muted: input.muted,
                    // A new category is open, whatever was asked for.
                    collapsed: false,
                    channel_ids: channels,
                };
                let mut order: Vec<String> = present.iter().map(|c| c.id.clone()).collect();
                order.insert(place, category.id.clone());
                store::sidebar::insert(tx, std::slice::from_ref(&category))?;
                store::sidebar::take_out(tx, side.user, &order, &category.channel_ids)?;
                store::sidebar::fill_category(tx, side.user, &category.id, &category.channel_ids)?;
                store::sidebar::order(tx, side.user, &order)?;
                note_favorites(tx, side.user, &[], &favorites_among(&present, &category.channel_ids))?;
                let created = PreferenceEvent::CategoryCreated {
                    user: side.user,
                    team: side.team,
                    category: category.id.clone(),
                };
                Ok(Change::emit(category, created))
            })
            .await
    }

    /// Changes categories and what is in them; channels leave the categories they were in.
    pub async fn update_categories(&self, whose: Whose, inputs: Vec<CategoryInput>) -> Result<Vec<Category>> {
        let side = Side::from(&whose);
        for input in &inputs {
            check_owner(side, input)?;
        }
        self.store.write(move |tx| update(tx, side, inputs)).await
    }

    /// The change of one category, which has to be one's own there.
    pub async fn own_category(&self, whose: &Whose, id: String, input: CategoryInput) -> Result<CategoryInput> {
        let side = Side::from(whose);
        let wanted = id.clone();
        let present = self.store.read(move |conn| store::sidebar::category(conn, &wanted)).await?;
        match present {
            Some(c) if c.user_id == side.user && c.team_id == side.team => Ok(CategoryInput { id, ..input }),
            _ => Err(forbidden()),
        }
    }

    /// Puts the categories into an order; all of them have to be in it.
    pub async fn order_categories(&self, whose: Whose, wished: Vec<String>) -> Result<Vec<String>> {
        let side = Side::from(&whose);
        self.store
            .write(move |tx| {
                let present: Vec<String> = all(tx, side)?.into_iter().map(|c| c.id).collect();
                let mut order: Vec<String> = Vec::with_capacity(present.len());
                for id in wished {
                    if !present.contains(&id) {
                        return Err(invalid_body("category"));
                    }
                    if !order.contains(&id) {
                        order.push(id);
                    }
                }
                if order.len() != present.len() {
                    return codes::CATEGORIES.err();
                }
                store::sidebar::order(tx, side.user, &order)?;
                let told =
                    PreferenceEvent::CategoriesOrdered { user: side.user, team: side.team, order: order.clone() };
                Ok(Change::emit(order, told))
            })
            .await
    }

    /// Deletes a category that its user made.
    pub async fn delete_category(&self, whose: Whose, id: String) -> Result<()> {
        let side = Side::from(&whose);
        self.store
            .write(move |tx| {
                let category = store::sidebar::category(tx.conn(), &id)?;
                let category = category.filter(|c| c.user_id == side.user && c.team_id == side.team);
                if category.ok_or_else(forbidden)?.r#type != CUSTOM {
                    return codes::CATEGORIES.err();
                }
                store::sidebar::delete(tx, side.user, &id)?;
                let deleted = PreferenceEvent::CategoryDeleted { user: side.user, team: side.team, category: id };
                Ok(Change::emit((), deleted))
            })
            .await
    }
}

/// The categories with their channels, made now if there are none.
fn all(tx: &mut Tx<'_>, side: Side) -> Result<Vec<Category>> {
    let found = store::sidebar::categories(tx.conn(), side.user, side.team)?;
    if !found.is_empty() {
        return Ok(found);
    }
    store::sidebar::insert(tx, &for_new_member(side.user, side.team))?;
    store::sidebar::categories(tx.conn(), side.user, side.team)
}

fn check_owner(side: Side, input: &CategoryInput) -> Result<()> {
    if input.user_id != side.user || input.team_id != side.team {
        return Err(invalid_body("category"));
    }
    Ok(())
}

/// The channels among these that the user is in, each once, in order.
fn own_channels(tx: &mut Tx<'_>, side: Side, ids: &[String]) -> Result<Vec<Id>> {
    let mut wanted: Vec<Id> = Vec::with_capacity(ids.len());
    let mut seen = std::collections::HashSet::new();
    wanted.extend(ids.iter().filter_map(|id| Id::parse(id)).filter(|id| seen.insert(*id)));
    let own = store::sidebar::own_among(tx.conn(), side.user, side.team, &wanted)?;
    wanted.retain(|id| own.contains_key(id));
    Ok(wanted)
}

fn update(tx: &mut Tx<'_>, side: Side, inputs: Vec<CategoryInput>) -> Result<Change<Vec<Category>>> {
    let present = all(tx, side)?;
    let ids: Vec<String> = present.iter().map(|c| c.id.clone()).collect();
    let mut changed: Vec<Category> = Vec::with_capacity(inputs.len());
    for input in inputs {
        let old = present.iter().find(|c| c.id == input.id).ok_or_else(|| invalid_body("category"))?;
        let mut category = old.clone();
        category.channel_ids = own_channels(tx, side, &input.channel_ids)?;
        category.sorting = input.sorting;
        category.collapsed = input.collapsed;
        if old.r#type == CUSTOM {
            category.display_name = input.display_name;
        }
        // Conversations are not muted together.
        category.muted = input.muted && old.r#type != DIRECT_MESSAGES;
        store::sidebar::save(tx, &category)?;
        changed.push(category);
    }
    for category in &changed {
        move_channels(tx, side, &ids, &present, category)?;
    }
    let muted = mute(tx, side, &present, &changed)?;
    let told = PreferenceEvent::CategoriesUpdated { user: side.user, team: side.team, categories: Json::of(&changed) };
    Ok(Change::emit(changed, told).and_all(muted))
}

/// Writes which channels are in a category, and that they are favourites if it is theirs.
fn move_channels(tx: &mut Tx<'_>, side: Side, ids: &[String], present: &[Category], category: &Category) -> Result<()> {
    store::sidebar::take_out(tx, side.user, ids, &category.channel_ids)?;
    let stored = match category.r#type.as_str() {
        // Clients sort conversations by themselves.
        DIRECT_MESSAGES => &[],
        _ => category.channel_ids.as_slice(),
    };
    store::sidebar::fill_category(tx, side.user, &category.id, stored)?;
    if category.r#type != FAVORITES {
        return note_favorites(tx, side.user, &[], &favorites_among(present, &category.channel_ids));
    }
    let old = present.iter().find(|c| c.id == category.id).map_or(&[][..], |c| &c.channel_ids);
    let added: Vec<Id> = category.channel_ids.iter().copied().filter(|id| !old.contains(id)).collect();
    let gone: Vec<Id> = old.iter().copied().filter(|id| !category.channel_ids.contains(id)).collect();
    note_favorites(tx, side.user, &added, &gone)
}

/// Those of these channels that have been favourites.
fn favorites_among(present: &[Category], channels: &[Id]) -> Vec<Id> {
    let favorites = present.iter().filter(|c| c.r#type == FAVORITES);
    favorites.flat_map(|c| c.channel_ids.iter().copied()).filter(|id| channels.contains(id)).collect()
}

/// Writes the preferences that say which channels are favourites.
fn note_favorites(tx: &mut Tx<'_>, user: Id, added: &[Id], gone: &[Id]) -> Result<()> {
    let preference = |channel: &Id| Preference::new(user, categories::FAVORITE_CHANNEL, channel.as_str(), "true");
    store::preferences::save(tx, &added.iter().map(preference).collect::<Vec<_>>())?;
    store::preferences::delete(tx, &gone.iter().map(preference).collect::<Vec<_>>())
}

/// Mutes the channels of categories that were muted, and those moved into muted ones; and the reverse.
fn mute(tx: &mut Tx<'_>, side: Side, before: &[Category], after: &[Category]) -> Result<Vec<Event>> {
    let was_in: HashMap<Id, bool> =
        before.iter().flat_map(|c| c.channel_ids.iter().map(|channel| (*channel, c.muted))).collect();
    let mut wanted: HashMap<Id, bool> = HashMap::new();
    for category in after {
        for channel in &category.channel_ids {
            let was = was_in.get(channel).copied().unwrap_or(false);
            if was != category.muted {
                wanted.insert(*channel, category.muted);
            }
        }
    }
    let channels: Vec<Id> = wanted.keys().copied().collect();
    let members = store::channels::memberships_among(tx.conn(), side.user, &channels)?;
    let mut events = Vec::new();
    for mut member in members {
        let muted = wanted.get(&member.channel_id).copied().unwrap_or(false);
        if member.is_muted() != muted {
            let level = if muted { "mention" } else { "all" };
            member.notify_props.insert("mark_unread".into(), level.into());
            member.last_update_at = now();
            store::channels::save_member(tx, &member)?;
            events.push(member_updated(&member).into());
        }
    }
    Ok(events)
}

/// Takes over into the sidebar what preferences say about favourites: in the channel's team, and for conversations in all.
pub(in crate::app) fn mirror_favorites(tx: &mut Tx<'_>, user: Id, changed: &[Preference], deleted: bool) -> Result<()> {
    let favorites = changed.iter().filter(|p| p.category == categories::FAVORITE_CHANNEL);
    let wished: Vec<(Id, bool)> =
        favorites.filter_map(|p| Some((Id::parse(&p.name)?, !deleted && p.value == "true"))).collect();
    if wished.is_empty() {
        return Ok(());
    }
    let ids: Vec<Id> = wished.iter().map(|(id, _)| *id).collect();
    let found: HashMap<Id, (Id, ChannelType)> =
        store::channels::by_ids(tx.conn(), &ids)?.into_iter().map(|c| (c.id, (c.team_id, c.r#type))).collect();
    for (category, team) in store::sidebar::ids_of_kind(tx.conn(), user, FAVORITES)? {
        let here = |id: &Id| found.get(id).is_some_and(|(of, kind)| *of == team || kind.is_conversation());
        let mine: Vec<(Id, bool)> = wished.iter().copied().filter(|(id, _)| here(id)).collect();
        if mine.is_empty() {
            continue;
        }
        let mut placed = store::sidebar::placed_in(tx.conn(), &category)?;
        placed.retain(|id| mine.iter().all(|(other, wanted)| other != id || *wanted));
        let added: Vec<Id> =
            mine.iter().filter(|(id, wanted)| *wanted && !placed.contains(id)).map(|(id, _)| *id).collect();
        let all = store::sidebar::ids_in_team(tx.conn(), user, team)?;
        store::sidebar::take_out(tx, user, &all, &added)?;
        placed.splice(0..0, added);
        store::sidebar::fill_category(tx, user, &category, &placed)?;
    }
    Ok(())
}

/// Whether that may be the id of a category: an identifier, or that of a built-in one.
pub fn is_category_id(text: &str) -> bool {
    if Id::parse(text).is_some() {
        return true;
    }
    [FAVORITES, CHANNELS, DIRECT_MESSAGES].iter().any(|kind| {
        let rest = text.strip_prefix(kind).and_then(|rest| rest.strip_prefix('_'));
        rest.and_then(|rest| rest.split_once('_'))
            .is_some_and(|(user, team)| Id::parse(user).is_some() && Id::parse(team).is_some())
    })
}
