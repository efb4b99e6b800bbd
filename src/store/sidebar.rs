//! Categories of the sidebar (posts-and-limits.md §9).

use std::collections::HashMap;

use diesel::prelude::*;

use super::conn::{Conn, each};
use super::patterns::lower;
use super::schema::{channel_members, channels, sidebar_categories, sidebar_channels};
use super::types::EnumText;
use super::{Stale, Tx};
use crate::model::Id;
use crate::model::channels::ChannelType;
use crate::model::errors::Result;
use crate::model::sidebar::{self, Category};

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = sidebar_categories, treat_none_as_default_value = false)]
struct Row {
    id: String,
    user_id: Id,
    team_id: Id,
    sort_order: i64,
    sorting: String,
    kind: String,
    display_name: String,
    muted: bool,
    collapsed: bool,
}

impl From<Row> for Category {
    fn from(row: Row) -> Category {
        Category {
            id: row.id,
            user_id: row.user_id,
            team_id: row.team_id,
            sort_order: row.sort_order,
            sorting: row.sorting,
            r#type: row.kind,
            display_name: row.display_name,
            muted: row.muted,
            collapsed: row.collapsed,
            channel_ids: Vec::new(),
        }
    }
}

impl From<&Category> for Row {
    fn from(category: &Category) -> Row {
        let category = category.clone();
        Row {
            id: category.id,
            user_id: category.user_id,
            team_id: category.team_id,
            sort_order: category.sort_order,
            sorting: category.sorting,
            kind: category.r#type,
            display_name: category.display_name,
            muted: category.muted,
            collapsed: category.collapsed,
        }
    }
}

/// The categories of a user in a team with their channels, in order; empty before the first are made.
pub fn categories(conn: &mut Conn, user: Id, team: Id) -> Result<Vec<Category>> {
    let rows: Vec<Row> = sidebar_categories::table
        .select(Row::as_select())
        .filter(sidebar_categories::user_id.eq(user).and(sidebar_categories::team_id.eq(team)))
        .order(sidebar_categories::sort_order)
        .load(conn)?;
    let mut found: Vec<Category> = rows.into_iter().map(Category::from).collect();
    if !found.is_empty() {
        fill(conn, user, team, &mut found)?;
    }
    Ok(found)
}

/// A living channel of the user: a team's or a conversation, in which category it was put.
#[derive(Queryable, Debug)]
struct Mine {
    channel: Id,
    kind: EnumText,
}

/// Puts the user's living channels where they belong: first those that were put somewhere, then all others by name into
/// the category of their kind.
fn fill(conn: &mut Conn, user: Id, team: Id, categories: &mut [Category]) -> Result<()> {
    let placed: Vec<(Id, String)> = sidebar_channels::table
        .inner_join(sidebar_categories::table.on(sidebar_categories::id.eq(sidebar_channels::category_id)))
        .filter(sidebar_categories::user_id.eq(user).and(sidebar_categories::team_id.eq(team)))
        .filter(sidebar_channels::user_id.eq(user))
        .order(sidebar_channels::sort_order)
        .select((sidebar_channels::channel_id, sidebar_channels::category_id))
        .load(conn)?;
    let mine: Vec<Mine> = channels::table
        .inner_join(channel_members::table.on(channel_members::channel_id.eq(channels::id)))
        .filter(channel_members::user_id.eq(user).and(channels::delete_at.eq(0)))
        .filter(channels::team_id.eq(team).or(channels::team_id.eq("")))
        .order(lower(channels::display_name))
        .select((channels::id, channels::kind))
        .load(conn)?;
    let mut open: HashMap<Id, bool> = mine.iter().map(|m| (m.channel, false)).collect();
    for (channel, id) in placed {
        let Some(category) = categories.iter_mut().find(|c| c.id == id) else { continue };
        if let Some(is_placed @ false) = open.get_mut(&channel) {
            category.channel_ids.push(channel);
            *is_placed = true;
        }
    }
    for one in mine.iter().filter(|m| open.get(&m.channel) == Some(&false)) {
        let is_conversation = ChannelType::parse(&one.kind.0).is_some_and(ChannelType::is_conversation);
        let kind = if is_conversation { sidebar::DIRECT_MESSAGES } else { sidebar::CHANNELS };
        if let Some(category) = categories.iter_mut().find(|c| c.r#type == kind) {
            category.channel_ids.push(one.channel);
        }
    }
    Ok(())
}

/// Adds categories; those that are there stay.
pub fn insert(tx: &mut Tx<'_>, categories: &[Category]) -> Result<()> {
    for category in categories {
        tx.stale(Stale::Sidebar(category.user_id));
        each!(tx.conn(), c => diesel::insert_into(sidebar_categories::table)
            .values(Row::from(category))
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Takes a channel out of a user's categories, in all teams.
pub fn forget_channel(tx: &mut Tx<'_>, channel: Id, user: Id) -> Result<()> {
    tx.stale(Stale::Sidebar(user));
    let placed = sidebar_channels::channel_id.eq(channel).and(sidebar_channels::user_id.eq(user));
    diesel::delete(sidebar_channels::table.filter(placed)).execute(tx.conn())?;
    Ok(())
}

/// Takes a channel out of everybody's categories.
pub fn forget_channel_of_all(tx: &mut Tx<'_>, channel: Id) -> Result<()> {
    tx.stale(Stale::Sidebars);
    diesel::delete(sidebar_channels::table.filter(sidebar_channels::channel_id.eq(channel))).execute(tx.conn())?;
    Ok(())
}

/// The category of that id, without its channels.
pub fn category(conn: &mut Conn, id: &str) -> Result<Option<Category>> {
    let row: Option<Row> = sidebar_categories::table
        .select(Row::as_select())
        .filter(sidebar_categories::id.eq(id))
        .first(conn)
        .optional()?;
    Ok(row.map(Category::from))
}

/// Writes the row of a category.
pub fn save(tx: &mut Tx<'_>, category: &Category) -> Result<()> {
    tx.stale(Stale::Sidebar(category.user_id));
    let row = Row::from(category);
    let of_id = sidebar_categories::table.filter(sidebar_categories::id.eq(&category.id));
    diesel::update(of_id).set(&row).execute(tx.conn())?;
    Ok(())
}

/// Gives the categories of a user their places.
pub fn order(tx: &mut Tx<'_>, user: Id, ids: &[String]) -> Result<()> {
    tx.stale(Stale::Sidebar(user));
    for (place, id) in (0..).step_by(sidebar::ORDER_STEP as usize).zip(ids) {
        diesel::update(sidebar_categories::table.filter(sidebar_categories::id.eq(id)))
            .set(sidebar_categories::sort_order.eq(place))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Deletes a category of a user; its channels fall back to where they belong by themselves.
pub fn delete(tx: &mut Tx<'_>, user: Id, id: &str) -> Result<()> {
    tx.stale(Stale::Sidebar(user));
    diesel::delete(sidebar_channels::table.filter(sidebar_channels::category_id.eq(id))).execute(tx.conn())?;
    diesel::delete(sidebar_categories::table.filter(sidebar_categories::id.eq(id))).execute(tx.conn())?;
    Ok(())
}

/// Takes these channels out of all of these categories.
pub fn take_out(tx: &mut Tx<'_>, user: Id, categories: &[String], of: &[Id]) -> Result<()> {
    tx.stale(Stale::Sidebar(user));
    for chunk in of.chunks(500) {
        let placed = sidebar_channels::table
            .filter(sidebar_channels::user_id.eq(user).and(sidebar_channels::category_id.eq_any(categories)))
            .filter(sidebar_channels::channel_id.eq_any(chunk));
        diesel::delete(placed).execute(tx.conn())?;
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = sidebar_channels)]
struct Placed<'a> {
    channel_id: Id,
    user_id: Id,
    category_id: &'a str,
    sort_order: i64,
}

/// Makes these channels, in this order, all that is in a category.
pub fn fill_category(tx: &mut Tx<'_>, user: Id, category: &str, with: &[Id]) -> Result<()> {
    tx.stale(Stale::Sidebar(user));
    diesel::delete(sidebar_channels::table.filter(sidebar_channels::category_id.eq(category))).execute(tx.conn())?;
    let places = (0..).step_by(sidebar::ORDER_STEP as usize);
    let rows: Vec<Placed<'_>> = places
        .zip(with)
        .map(|(sort_order, channel)| Placed { channel_id: *channel, user_id: user, category_id: category, sort_order })
        .collect();
    for chunk in rows.chunks(500) {
        each!(tx.conn(), c => diesel::insert_into(sidebar_channels::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// The ids of a user's categories of that kind, each with its team.
pub fn ids_of_kind(conn: &mut Conn, user: Id, kind: &str) -> Result<Vec<(String, Id)>> {
    let of_kind = sidebar_categories::user_id.eq(user).and(sidebar_categories::kind.eq(kind));
    let found = sidebar_categories::table.filter(of_kind);
    Ok(found.select((sidebar_categories::id, sidebar_categories::team_id)).load(conn)?)
}

/// The ids of all of a user's categories in a team.
pub fn ids_in_team(conn: &mut Conn, user: Id, team: Id) -> Result<Vec<String>> {
    let in_team = sidebar_categories::user_id.eq(user).and(sidebar_categories::team_id.eq(team));
    let found = sidebar_categories::table.filter(in_team).order(sidebar_categories::sort_order);
    Ok(found.select(sidebar_categories::id).load(conn)?)
}

/// The channels that stand in a category, in order.
pub fn placed_in(conn: &mut Conn, category: &str) -> Result<Vec<Id>> {
    let placed = sidebar_channels::table.filter(sidebar_channels::category_id.eq(category));
    Ok(placed.order(sidebar_channels::sort_order).select(sidebar_channels::channel_id).load(conn)?)
}

/// Those of these channels that a user is in and that may stand in a team's sidebar.
pub fn own_among(conn: &mut Conn, user: Id, team: Id, of: &[Id]) -> Result<HashMap<Id, ChannelType>> {
    let mut found = HashMap::new();
    for chunk in of.chunks(500) {
        let rows: Vec<(Id, EnumText)> = channels::table
            .inner_join(channel_members::table.on(channel_members::channel_id.eq(channels::id)))
            .filter(channel_members::user_id.eq(user).and(channels::id.eq_any(chunk)))
            .filter(channels::team_id.eq(team).or(channels::team_id.eq("")))
            .select((channels::id, channels::kind))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(id, kind)| Some((id, ChannelType::parse(&kind.0)?))));
    }
    Ok(found)
}
