//! Bookmarks of channels.

use diesel::dsl::max;
use diesel::prelude::*;

use super::Tx;
use super::conn::{Conn, MultiBackend};
use super::files;
use super::schema::channel_bookmarks;
use super::types::EnumText;
use crate::model::Id;
use crate::model::bookmarks::{Bookmark, MAX_PER_CHANNEL};
use crate::model::errors::Result;

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = channel_bookmarks, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    owner_id: Id,
    channel_id: Id,
    file_info_id: Id,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    display_name: String,
    sort_order: i32,
    link_url: String,
    image_url: String,
    emoji: String,
    kind: EnumText,
    original_id: Option<String>,
    parent_id: Option<String>,
}

impl From<Row> for Bookmark {
    fn from(row: Row) -> Bookmark {
        let id = |text: Option<String>| text.and_then(|id| Id::parse(&id)).unwrap_or_default();
        Bookmark {
            id: row.id,
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: row.delete_at,
            channel_id: row.channel_id,
            owner_id: row.owner_id,
            file_id: row.file_info_id,
            display_name: row.display_name,
            sort_order: row.sort_order.into(),
            link_url: row.link_url,
            image_url: row.image_url,
            emoji: row.emoji,
            r#type: row.kind.0,
            original_id: id(row.original_id),
            parent_id: id(row.parent_id),
            file: None,
        }
    }
}

impl From<&Bookmark> for Row {
    fn from(bookmark: &Bookmark) -> Row {
        Row {
            id: bookmark.id,
            owner_id: bookmark.owner_id,
            channel_id: bookmark.channel_id,
            file_info_id: bookmark.file_id,
            create_at: bookmark.create_at,
            update_at: bookmark.update_at,
            delete_at: bookmark.delete_at,
            display_name: bookmark.display_name.clone(),
            sort_order: column(bookmark.sort_order),
            link_url: bookmark.link_url.clone(),
            image_url: bookmark.image_url.clone(),
            emoji: bookmark.emoji.clone(),
            kind: EnumText(bookmark.r#type.clone()),
            original_id: bookmark.original_id.some().map(|id| id.as_str().to_owned()),
            parent_id: bookmark.parent_id.some().map(|id| id.as_str().to_owned()),
        }
    }
}

/// A place as the column holds it.
fn column(place: i64) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

/// The living bookmarks of a channel in their order; from a time on, those that changed or were deleted since.
pub fn of_channel(conn: &mut Conn, channel: Id, since: i64) -> Result<Vec<Bookmark>> {
    let query = channel_bookmarks::table
        .select(Row::as_select())
        .filter(channel_bookmarks::channel_id.eq(channel))
        .order((channel_bookmarks::sort_order.asc(), channel_bookmarks::delete_at.asc(), channel_bookmarks::id.asc()))
        .limit(2 * MAX_PER_CHANNEL)
        .into_boxed::<MultiBackend>();
    let query = match since {
        1.. => query.filter(channel_bookmarks::update_at.ge(since).or(channel_bookmarks::delete_at.ge(since))),
        _ => query.filter(channel_bookmarks::delete_at.eq(0)),
    };
    let rows: Vec<Row> = query.load(conn)?;
    let mut found: Vec<Bookmark> = rows.into_iter().map(Bookmark::from).collect();
    fill(conn, &mut found)?;
    Ok(found)
}

/// The living bookmark of that id in a channel.
pub fn one(conn: &mut Conn, channel: Id, id: Id) -> Result<Option<Bookmark>> {
    let living = channel_bookmarks::id.eq(id).and(channel_bookmarks::delete_at.eq(0));
    let row: Option<Row> = channel_bookmarks::table
        .select(Row::as_select())
        .filter(living.and(channel_bookmarks::channel_id.eq(channel)))
        .first(conn)
        .optional()?;
    let mut found: Vec<Bookmark> = row.into_iter().map(Bookmark::from).collect();
    fill(conn, &mut found)?;
    Ok(found.pop())
}

/// What is known of the files that bookmarks stand for.
fn fill(conn: &mut Conn, bookmarks: &mut [Bookmark]) -> Result<()> {
    let ids: Vec<Id> = bookmarks.iter().filter_map(|bookmark| bookmark.file_id.some()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let infos = files::by_ids(conn, &ids)?;
    for bookmark in bookmarks {
        bookmark.file = infos.iter().find(|info| info.id == bookmark.file_id).cloned();
    }
    Ok(())
}

/// Whether a living bookmark has that file.
pub fn is_file_taken(conn: &mut Conn, file: Id) -> Result<bool> {
    let living = channel_bookmarks::file_info_id.eq(file).and(channel_bookmarks::delete_at.eq(0));
    Ok(diesel::select(diesel::dsl::exists(channel_bookmarks::table.filter(living))).get_result(conn)?)
}

/// How many living bookmarks a channel has, and the last place that is taken.
pub fn count(conn: &mut Conn, channel: Id) -> Result<(i64, Option<i64>)> {
    let living = channel_bookmarks::channel_id.eq(channel).and(channel_bookmarks::delete_at.eq(0));
    let (count, last): (i64, Option<i32>) = channel_bookmarks::table
        .filter(living)
        .select((diesel::dsl::count_star(), max(channel_bookmarks::sort_order)))
        .first(conn)?;
    Ok((count, last.map(i64::from)))
}

/// Adds a bookmark.
pub fn insert(tx: &mut Tx<'_>, bookmark: &Bookmark) -> Result<()> {
    diesel::insert_into(channel_bookmarks::table).values(Row::from(bookmark)).execute(tx.conn())?;
    Ok(())
}

/// Writes what of a bookmark can change.
pub fn update(tx: &mut Tx<'_>, bookmark: &Bookmark) -> Result<()> {
    diesel::update(channel_bookmarks::table.filter(channel_bookmarks::id.eq(bookmark.id)))
        .set((
            channel_bookmarks::display_name.eq(&bookmark.display_name),
            channel_bookmarks::sort_order.eq(column(bookmark.sort_order)),
            channel_bookmarks::link_url.eq(&bookmark.link_url),
            channel_bookmarks::image_url.eq(&bookmark.image_url),
            channel_bookmarks::emoji.eq(&bookmark.emoji),
            channel_bookmarks::file_info_id.eq(bookmark.file_id),
            channel_bookmarks::update_at.eq(bookmark.update_at),
            channel_bookmarks::delete_at.eq(bookmark.delete_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}
