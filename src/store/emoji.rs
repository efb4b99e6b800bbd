//! Custom emoji. All living ones are kept in memory: every client asks for them at its start, and every reaction and
//! message may name one.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::conn::Conn;
use super::schema::emoji;
use super::{Stale, Store, Tx};
use crate::model::Id;
use crate::model::emoji::Emoji;
use crate::model::errors::{AppError, Result, emoji as codes};

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = emoji)]
struct Row {
    id: Id,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    creator_id: Id,
    name: String,
}

impl From<Row> for Emoji {
    fn from(row: Row) -> Emoji {
        let Row { id, create_at, update_at, delete_at, creator_id, name } = row;
        Emoji { id, create_at, update_at, delete_at, creator_id, name }
    }
}

impl From<&Emoji> for Row {
    fn from(emoji: &Emoji) -> Row {
        let Emoji { id, create_at, update_at, delete_at, creator_id, name } = emoji.clone();
        Row { id, create_at, update_at, delete_at, creator_id, name }
    }
}

/// All living custom emoji, in the order in which they were made.
#[derive(Debug, Default)]
pub struct EmojiTable {
    all: Vec<Emoji>,
    by_id: HashMap<Id, usize>,
    by_name: HashMap<String, usize>,
    /// Their places in `all`, by name.
    named: Vec<usize>,
}

impl EmojiTable {
    fn new(all: Vec<Emoji>) -> EmojiTable {
        let by_id = all.iter().enumerate().map(|(place, emoji)| (emoji.id, place)).collect();
        let by_name = all.iter().enumerate().map(|(place, emoji)| (emoji.name.clone(), place)).collect();
        let mut named: Vec<(usize, &Emoji)> = all.iter().enumerate().collect();
        named.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
        let named = named.into_iter().map(|(place, _)| place).collect();
        EmojiTable { by_id, by_name, named, all }
    }

    /// The emoji of that id.
    pub fn by_id(&self, id: Id) -> Option<&Emoji> {
        self.all.get(*self.by_id.get(&id)?)
    }

    /// The emoji of that name, without colons.
    pub fn by_name(&self, name: &str) -> Option<&Emoji> {
        self.all.get(*self.by_name.get(name)?)
    }

    /// All of them, the oldest first.
    pub fn oldest_first(&self) -> impl Iterator<Item = &Emoji> {
        self.all.iter()
    }

    /// All of them by name.
    pub fn sorted_by_name(&self) -> impl Iterator<Item = &Emoji> {
        self.named.iter().filter_map(|place| self.all.get(*place))
    }
}

fn living(conn: &mut Conn) -> Result<Vec<Emoji>> {
    let rows: Vec<Row> = emoji::table
        .select(Row::as_select())
        .filter(emoji::delete_at.eq(0))
        .order((emoji::create_at, emoji::id))
        .load(conn)?;
    Ok(rows.into_iter().map(Emoji::from).collect())
}

/// Adds an emoji; refuses a name that another one has.
pub fn insert(tx: &mut Tx<'_>, new: &Emoji) -> Result<()> {
    diesel::insert_into(emoji::table).values(Row::from(new)).execute(tx.conn()).map_err(taken)?;
    tx.stale(Stale::Emoji);
    Ok(())
}

/// Marks an emoji as deleted; `false` if it was already.
pub fn delete(tx: &mut Tx<'_>, id: Id, at: i64) -> Result<bool> {
    let row = emoji::table.filter(emoji::id.eq(id)).filter(emoji::delete_at.eq(0));
    let changed = diesel::update(row).set((emoji::delete_at.eq(at), emoji::update_at.eq(at))).execute(tx.conn())?;
    tx.stale(Stale::Emoji);
    Ok(changed > 0)
}

fn taken(error: Error) -> AppError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => codes::DUPLICATE.error(),
        other => other.into(),
    }
}

impl Store {
    /// All custom emoji, from memory if possible.
    pub async fn emoji(&self) -> Result<Arc<EmojiTable>> {
        let table = self.kept_or(|k| &k.emoji, (), |conn, ()| Ok(Some(Arc::new(EmojiTable::new(living(conn)?)))));
        Ok(table.await?.unwrap_or_default())
    }
}
