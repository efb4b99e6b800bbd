//! Groups of people, and who is in them.

mod due;
mod find;
mod members;
mod mentions;
mod outside;
mod syncables;
mod tied;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::Tx;
use super::conn::Conn;
use super::schema::user_groups;
use crate::model::Id;
use crate::model::errors::{AppError, Result, groups as codes};
use crate::model::groups::Group;

pub use due::{
    Scope, admins_of, coming_to_channels, coming_to_teams, going_from_channels, going_from_teams, places,
    present_admins,
};
pub use find::{Archived, Wanted, find, of_user};
pub use members::{
    add_members, all_member_ids, counts_in_channel, has_member, member_counts, member_ids, members_among,
    remove_members,
};
pub use mentions::{Mentionable, MentionedGroup, mentioned};
pub use outside::{Outsider, members_outside};
pub use syncables::{channels_of, is_in_group_of_channel, save_tie, teams_of, tie, tied, untie_channels};
pub use tied::{of_channels, of_team};

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = user_groups, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: Id,
    name: Option<String>,
    display_name: String,
    description: String,
    source: String,
    remote_id: Option<String>,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    allow_reference: bool,
}

impl From<Row> for Group {
    fn from(row: Row) -> Group {
        Group {
            id: row.id,
            name: row.name,
            display_name: row.display_name,
            description: row.description,
            source: row.source,
            remote_id: row.remote_id,
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: row.delete_at,
            allow_reference: row.allow_reference,
            ..Group::default()
        }
    }
}

impl From<&Group> for Row {
    fn from(group: &Group) -> Row {
        let group = group.clone();
        Row {
            id: group.id,
            name: group.name,
            display_name: group.display_name,
            description: group.description,
            source: group.source,
            remote_id: group.remote_id,
            create_at: group.create_at,
            update_at: group.update_at,
            delete_at: group.delete_at,
            allow_reference: group.allow_reference,
        }
    }
}

/// The group of that id, also a deleted one.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Group>> {
    let of_id = user_groups::table.filter(user_groups::id.eq(id));
    let row: Option<Row> = of_id.select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Group::from))
}

/// The groups of these names, also deleted ones.
pub fn by_names(conn: &mut Conn, names: &[String]) -> Result<Vec<Group>> {
    let mut found = Vec::new();
    for chunk in names.chunks(500) {
        let named = user_groups::table.filter(user_groups::name.eq_any(chunk));
        let rows: Vec<Row> = named.select(Row::as_select()).order(user_groups::name).load(conn)?;
        found.extend(rows.into_iter().map(Group::from));
    }
    Ok(found)
}

/// The groups of a source that have an id there, also deleted ones.
pub fn of_source(conn: &mut Conn, source: &str) -> Result<Vec<Group>> {
    let found = user_groups::table.filter(user_groups::source.eq(source)).filter(user_groups::remote_id.is_not_null());
    let rows: Vec<Row> = found.select(Row::as_select()).order(user_groups::display_name).load(conn)?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// The group that has this id in its source, also a deleted one.
pub fn by_remote_id(conn: &mut Conn, source: &str, remote_id: &str) -> Result<Option<Group>> {
    let found = user_groups::table.filter(user_groups::source.eq(source).and(user_groups::remote_id.eq(remote_id)));
    let row: Option<Row> = found.select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Group::from))
}

/// How many living groups there are.
pub fn count(conn: &mut Conn) -> Result<i64> {
    Ok(user_groups::table.filter(user_groups::delete_at.eq(0)).count().get_result(conn)?)
}

/// Whether a group has that name, so that no person may.
pub fn has_name(conn: &mut Conn, name: &str) -> Result<bool> {
    let named = user_groups::table.filter(user_groups::name.eq(name).and(not(user_groups::delete_at.gt(0))));
    Ok(diesel::select(exists(named)).get_result(conn)?)
}

/// Adds a group; refuses a name that is taken.
pub fn insert(tx: &mut Tx<'_>, group: &Group) -> Result<()> {
    diesel::insert_into(user_groups::table).values(Row::from(group)).execute(tx.conn()).map_err(taken)?;
    Ok(())
}

/// Writes a group's whole row.
pub fn save(tx: &mut Tx<'_>, group: &Group) -> Result<()> {
    let of_id = user_groups::table.filter(user_groups::id.eq(group.id));
    diesel::update(of_id).set(Row::from(group)).execute(tx.conn()).map_err(taken)?;
    Ok(())
}

fn taken(error: Error) -> AppError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => codes::NAME_TAKEN.error(),
        other => other.into(),
    }
}
