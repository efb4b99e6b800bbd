//! Roles.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::roles;
use super::{Stale, Store, Tx};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::permissions::PermissionSet;
use crate::model::roles::{BUILT_IN, Role};

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

/// All roles by name, with what they allow.
#[derive(Debug, Default)]
pub struct RoleTable(HashMap<String, (Role, PermissionSet)>);

impl RoleTable {
    /// The role of that name.
    pub fn get(&self, name: &str) -> Option<&Role> {
        self.0.get(name).map(|(role, _)| role)
    }

    /// All roles.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        self.0.values().map(|(role, _)| role)
    }

    /// What these roles allow together. Deleted and unknown ones allow nothing.
    pub fn allow<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> PermissionSet {
        let sets = names.into_iter().filter_map(|name| self.0.get(name)).filter(|(role, _)| role.delete_at == 0);
        sets.fold(PermissionSet::EMPTY, |all, (_, set)| all.union(*set))
    }
}

/// All roles.
pub fn all(conn: &mut Conn) -> Result<Vec<Role>> {
    let rows: Vec<Row> = roles::table.select(Row::as_select()).order(roles::name).load(conn)?;
    Ok(rows.into_iter().map(Role::from).collect())
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
        let table = self.kept_or(
            |k| &k.roles,
            (),
            |conn, ()| {
                let with_sets = |role: Role| (role.name.clone(), (role.clone(), role.permission_set()));
                Ok(Some(Arc::new(RoleTable(all(conn)?.into_iter().map(with_sets).collect()))))
            },
        );
        Ok(table.await?.unwrap_or_default())
    }
}
