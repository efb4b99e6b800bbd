//! Roles.

use std::sync::Arc;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::roles;
use super::{Stale, Store, Tx};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::roles::{BUILT_IN, Role};

pub use crate::model::roles::RoleTable;

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = roles, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: Id,
    name: String,
    display_name: String,
    description: String,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    /// Separated by spaces.
    permissions: String,
    scheme_managed: bool,
    built_in: bool,
    scheme_id: Option<String>,
}

impl From<Row> for Role {
    fn from(row: Row) -> Role {
        Role {
            id: row.id,
            name: row.name,
            display_name: row.display_name,
            description: row.description,
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: row.delete_at,
            permissions: row.permissions.split_whitespace().map(str::to_owned).collect(),
            scheme_managed: row.scheme_managed,
            built_in: row.built_in,
            scheme_id: row.scheme_id.and_then(|id| Id::parse(&id)),
        }
    }
}

impl From<&Role> for Row {
    fn from(role: &Role) -> Row {
        let role = role.clone();
        Row {
            id: role.id,
            name: role.name,
            display_name: role.display_name,
            description: role.description,
            create_at: role.create_at,
            update_at: role.update_at,
            delete_at: role.delete_at,
            permissions: role.permissions.join(" "),
            scheme_managed: role.scheme_managed,
            built_in: role.built_in,
            scheme_id: role.scheme_id.map(|id| id.to_string()),
        }
    }
}

/// All roles.
pub fn all(conn: &mut Conn) -> Result<Vec<Role>> {
    let rows: Vec<Row> = roles::table.select(Row::as_select()).order(roles::name).load(conn)?;
    Ok(rows.into_iter().map(Role::from).collect())
}

/// All roles as they are in force.
pub fn table(conn: &mut Conn) -> Result<RoleTable> {
    let (all, schemes) = (all(conn)?, super::schemes::living(conn)?);
    let uses = if schemes.is_empty() { Vec::new() } else { super::schemes::uses(conn)? };
    Ok(RoleTable::new(all, schemes, &uses))
}

/// Adds the built-in roles that are not there yet, as on a first start.
pub fn add_built_in(tx: &mut Tx<'_>, at: i64) -> Result<usize> {
    let known: Vec<String> = roles::table.select(roles::name).load(tx.conn())?;
    let missing: Vec<Role> =
        BUILT_IN.iter().filter(|r| !known.iter().any(|k| k == r.name)).map(|r| r.new_role(at)).collect();
    for role in &missing {
        diesel::insert_into(roles::table).values(Row::from(role)).execute(tx.conn())?;
    }
    tx.stale(Stale::Roles);
    Ok(missing.len())
}

/// Adds a role.
pub fn insert(tx: &mut Tx<'_>, role: &Role) -> Result<()> {
    diesel::insert_into(roles::table).values(Row::from(role)).execute(tx.conn())?;
    tx.stale(Stale::Roles);
    Ok(())
}

/// Deletes roles by their names: they allow nothing from then on.
pub fn delete_named(tx: &mut Tx<'_>, names: &[String], at: i64) -> Result<()> {
    diesel::update(roles::table.filter(roles::name.eq_any(names)))
        .set((roles::update_at.eq(at), roles::delete_at.eq(at)))
        .execute(tx.conn())?;
    tx.stale(Stale::Roles);
    Ok(())
}

/// Writes a role's whole row.
pub fn save(tx: &mut Tx<'_>, role: &Role) -> Result<()> {
    let row = Row::from(role);
    diesel::update(roles::table.filter(roles::id.eq(role.id))).set(&row).execute(tx.conn())?;
    tx.stale(Stale::Roles);
    Ok(())
}

impl Store {
    /// All roles, from memory if possible.
    pub async fn roles(&self) -> Result<Arc<RoleTable>> {
        let table = self.kept_or(|k| &k.roles, (), |conn, ()| Ok(Some(Arc::new(table(conn)?))));
        Ok(table.await?.unwrap_or_default())
    }
}
