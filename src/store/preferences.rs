//! Preferences: what each person's clients remember.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::conn::{Conn, each};
use super::schema::preferences;
use super::{Stale, Tx};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::preferences::Preference;

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = preferences, treat_none_as_default_value = false)]
struct Row {
    user_id: Id,
    category: String,
    name: String,
    value: String,
}

impl From<Row> for Preference {
    fn from(row: Row) -> Preference {
        Preference { user_id: row.user_id, category: row.category, name: row.name, value: row.value }
    }
}

impl From<&Preference> for Row {
    fn from(p: &Preference) -> Row {
        Row { user_id: p.user_id, category: p.category.clone(), name: p.name.clone(), value: p.value.clone() }
    }
}

/// All preferences of a user.
pub fn of_user(conn: &mut Conn, user: Id) -> Result<Vec<Preference>> {
    let rows: Vec<Row> =
        preferences::table.select(Row::as_select()).filter(preferences::user_id.eq(user)).load(conn)?;
    Ok(rows.into_iter().map(Preference::from).collect())
}

/// The value of one preference of a user.
pub fn one(conn: &mut Conn, user: Id, category: &str, name: &str) -> Result<Option<String>> {
    let key = preferences::user_id.eq(user).and(preferences::category.eq(category)).and(preferences::name.eq(name));
    Ok(preferences::table.filter(key).select(preferences::value).first(conn).optional()?)
}

/// Writes preferences, new or changed.
pub fn save(tx: &mut Tx<'_>, changed: &[Preference]) -> Result<()> {
    for preference in changed {
        each!(tx.conn(), c => diesel::insert_into(preferences::table)
            .values(Row::from(preference))
            .on_conflict((preferences::user_id, preferences::category, preferences::name))
            .do_update()
            .set(preferences::value.eq(excluded(preferences::value)))
            .execute(c))?;
        tx.stale(Stale::Preferences(preference.user_id));
    }
    Ok(())
}
