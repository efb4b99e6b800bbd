//! What bots have beyond their rows in `users`.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::conn::Conn;
use super::schema::{bots, users};
use super::{Stale, Tx};
use crate::model::bots::Bot;
use crate::model::errors::{Result, bots as codes};
use crate::model::{Id, TimeMs};

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = bots, treat_none_as_default_value = false)]
struct Row {
    user_id: Id,
    description: String,
    owner_id: String,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    last_icon_update: Option<i64>,
}

impl From<&Bot> for Row {
    fn from(bot: &Bot) -> Row {
        Row {
            user_id: bot.user_id,
            description: bot.description.clone(),
            owner_id: bot.owner_id.clone(),
            create_at: bot.create_at,
            update_at: bot.update_at,
            delete_at: bot.delete_at,
            last_icon_update: Some(bot.last_icon_update),
        }
    }
}

/// A bot's row with the names of its user.
type Joined = (Row, String, String);

fn bot((row, username, display_name): Joined) -> Bot {
    Bot {
        user_id: row.user_id,
        username,
        display_name,
        description: row.description,
        owner_id: row.owner_id,
        last_icon_update: row.last_icon_update.unwrap_or_default(),
        create_at: row.create_at,
        update_at: row.update_at,
        delete_at: row.delete_at,
    }
}

/// All bots with the names of their users, to be filtered.
macro_rules! all {
    () => {
        bots::table.inner_join(users::table.on(users::id.eq(bots::user_id))).select((
            Row::as_select(),
            users::username,
            users::first_name,
        ))
    };
}

/// Which bots to list.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only those of this owner.
    pub owner: Option<Id>,
    /// Disabled ones too.
    pub disabled: bool,
    /// Only those whose owner's account is deactivated.
    pub orphaned: bool,
}

/// A page of bots, the oldest first.
pub fn list(conn: &mut Conn, wanted: &Wanted, offset: i64, limit: i64) -> Result<Vec<Bot>> {
    let mut query = all!().order((bots::create_at, users::username)).offset(offset).limit(limit).into_boxed();
    if let Some(owner) = wanted.owner {
        query = query.filter(bots::owner_id.eq(owner.to_string()));
    }
    if !wanted.disabled {
        query = query.filter(bots::delete_at.eq(0));
    }
    if wanted.orphaned {
        let owners = diesel::alias!(users as owners);
        let (id, delete_at) = (owners.field(users::id), owners.field(users::delete_at));
        let gone = owners.filter(delete_at.ne(0)).select(id);
        query = query.filter(bots::owner_id.eq_any(gone));
    }
    let rows: Vec<Joined> = query.load(conn)?;
    Ok(rows.into_iter().map(bot).collect())
}

/// The bot of that id, disabled or not.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Bot>> {
    let row: Option<Joined> = all!().filter(bots::user_id.eq(id)).first(conn).optional()?;
    Ok(row.map(bot))
}

/// Who owns a bot: a user's id, or a plugin's name.
pub fn owner(conn: &mut Conn, bot: Id) -> Result<Option<String>> {
    Ok(bots::table.filter(bots::user_id.eq(bot)).select(bots::owner_id).first(conn).optional()?)
}

/// Makes an account a bot's; refuses one that is a bot's already.
pub fn insert(tx: &mut Tx<'_>, bot: &Bot) -> Result<()> {
    diesel::insert_into(bots::table).values(Row::from(bot)).execute(tx.conn()).map_err(|error| match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => codes::CREATE_FAILED.error(),
        other => other.into(),
    })?;
    tx.stale(Stale::User(bot.user_id));
    Ok(())
}

/// Writes a bot's whole row; the names are its user's and are not written.
pub fn save(tx: &mut Tx<'_>, bot: &Bot) -> Result<()> {
    diesel::update(bots::table.filter(bots::user_id.eq(bot.user_id))).set(Row::from(bot)).execute(tx.conn())?;
    tx.stale(Stale::User(bot.user_id));
    Ok(())
}

/// Makes a bot's account a person's.
pub fn delete(tx: &mut Tx<'_>, bot: Id) -> Result<()> {
    diesel::delete(bots::table.filter(bots::user_id.eq(bot))).execute(tx.conn())?;
    tx.stale(Stale::User(bot));
    Ok(())
}

/// Disables all bots of an owner, and says which these were.
pub fn disable_of(tx: &mut Tx<'_>, owner: Id, at: TimeMs) -> Result<Vec<Id>> {
    let enabled = bots::table.filter(bots::owner_id.eq(owner.to_string())).filter(bots::delete_at.eq(0));
    let ids: Vec<Id> = enabled.select(bots::user_id).load(tx.conn())?;
    for chunk in ids.chunks(500) {
        diesel::update(bots::table.filter(bots::user_id.eq_any(chunk)))
            .set((bots::delete_at.eq(at), bots::update_at.eq(at)))
            .execute(tx.conn())?;
        diesel::update(users::table.filter(users::id.eq_any(chunk)))
            .set((users::delete_at.eq(at), users::update_at.eq(at)))
            .execute(tx.conn())?;
    }
    ids.iter().for_each(|id| tx.stale(Stale::User(*id)));
    Ok(ids)
}
