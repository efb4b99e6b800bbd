//! Preferences: what each person's clients remember.

use bytes::Bytes;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::conn::{Conn, each};
use super::schema::{channel_members, preferences};
use super::{Stale, Store, Tx};
use crate::model::Id;
use crate::model::errors::{AppError, Result};
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

/// The preferences of a user in a category.
pub fn of_category(conn: &mut Conn, user: Id, category: &str) -> Result<Vec<Preference>> {
    let rows: Vec<Row> = preferences::table
        .select(Row::as_select())
        .filter(preferences::user_id.eq(user).and(preferences::category.eq(category)))
        .load(conn)?;
    Ok(rows.into_iter().map(Preference::from).collect())
}

/// Deletes preferences; values do not matter, and what is not there is fine.
pub fn delete(tx: &mut Tx<'_>, gone: &[Preference]) -> Result<()> {
    for preference in gone {
        let key = preferences::user_id
            .eq(preference.user_id)
            .and(preferences::category.eq(&preference.category))
            .and(preferences::name.eq(&preference.name));
        diesel::delete(preferences::table.filter(key)).execute(tx.conn())?;
        tx.stale(Stale::Preferences(preference.user_id));
    }
    Ok(())
}

impl Store {
    /// All preferences of a user as JSON, from memory if possible. `null` if there are none, as clients know it
    /// (surprises.md, Users).
    pub async fn preferences_json(&self, user: Id) -> Result<Bytes> {
        let json = self.kept_or(
            |k| &k.preferences,
            user,
            |conn, user| {
                let all = of_user(conn, *user)?;
                let json = if all.is_empty() { Ok(b"null".to_vec()) } else { serde_json::to_vec(&all) };
                json.map(|json| Some(Bytes::from(json))).map_err(AppError::internal)
            },
        );
        Ok(json.await?.unwrap_or_default())
    }
}

/// The value of one preference of each member of a channel who has it.
pub fn of_members(conn: &mut Conn, channel: Id, category: &str, name: &str) -> Result<Vec<(Id, String)>> {
    let members = channel_members::table.filter(channel_members::channel_id.eq(channel));
    Ok(preferences::table
        .filter(preferences::category.eq(category).and(preferences::name.eq(name)))
        .filter(preferences::user_id.eq_any(members.select(channel_members::user_id)))
        .select((preferences::user_id, preferences::value))
        .load(conn)?)
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
