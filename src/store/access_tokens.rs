//! Personal access tokens, of people and bots.

use diesel::prelude::*;

use super::conn::{Conn, each};
use super::schema::{bots, kollegium_token_ages as ages, user_access_tokens as tokens, users};
use super::{Tx, sessions};
use crate::model::errors::Result;
use crate::model::sessions::UserAccessToken;
use crate::model::{Id, TimeMs};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    token: String,
    user_id: Id,
    description: String,
    is_active: bool,
}

impl From<Row> for UserAccessToken {
    fn from(row: Row) -> UserAccessToken {
        UserAccessToken {
            id: row.id,
            token: row.token,
            user_id: row.user_id,
            description: row.description,
            is_active: row.is_active,
        }
    }
}

fn many(rows: Vec<Row>) -> Vec<UserAccessToken> {
    rows.into_iter().map(UserAccessToken::from).collect()
}

/// The token of that id.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<UserAccessToken>> {
    let row: Option<Row> = tokens::table.select(Row::as_select()).filter(tokens::id.eq(id)).first(conn).optional()?;
    Ok(row.map(UserAccessToken::from))
}

/// The token with that secret.
pub fn by_token(conn: &mut Conn, token: &str) -> Result<Option<UserAccessToken>> {
    let row: Option<Row> =
        tokens::table.select(Row::as_select()).filter(tokens::token.eq(token)).first(conn).optional()?;
    Ok(row.map(UserAccessToken::from))
}

/// A page of a user's tokens.
pub fn of_user(conn: &mut Conn, user: Id, offset: i64, limit: i64) -> Result<Vec<UserAccessToken>> {
    let page = tokens::table.select(Row::as_select()).filter(tokens::user_id.eq(user)).order(tokens::id);
    Ok(many(page.offset(offset).limit(limit).load(conn)?))
}

/// A page of all tokens.
pub fn all(conn: &mut Conn, offset: i64, limit: i64) -> Result<Vec<UserAccessToken>> {
    let page = tokens::table.select(Row::as_select()).order(tokens::id);
    Ok(many(page.offset(offset).limit(limit).load(conn)?))
}

/// The tokens whose id or user id begins with a text, or whose user's name does; the text has `%` and `_` escaped by a
/// backslash.
pub fn search(conn: &mut Conn, escaped: &str, limit: i64) -> Result<Vec<UserAccessToken>> {
    let start = format!("{escaped}%");
    let found = tokens::table
        .inner_join(users::table.on(users::id.eq(tokens::user_id)))
        .select(Row::as_select())
        .filter(
            tokens::id
                .like(&start)
                .escape('\\')
                .or(tokens::user_id.like(&start).escape('\\'))
                .or(users::username.like(&start).escape('\\')),
        )
        .order(tokens::id)
        .limit(limit);
    Ok(many(found.load(conn)?))
}

/// Adds a token.
pub fn insert(tx: &mut Tx<'_>, token: &UserAccessToken) -> Result<()> {
    let token = token.clone();
    let row = Row {
        id: token.id,
        token: token.token,
        user_id: token.user_id,
        description: token.description,
        is_active: token.is_active,
    };
    diesel::insert_into(tokens::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Notes of tokens whose age is not known that they are as old as now, and forgets the ages of those that are gone.
pub fn note_ages(tx: &mut Tx<'_>, at: TimeMs) -> Result<()> {
    let known = ages::table.select(ages::token_id);
    let unknown: Vec<Id> = tokens::table.filter(tokens::id.ne_all(known)).select(tokens::id).load(tx.conn())?;
    for chunk in unknown.chunks(500) {
        let rows: Vec<_> = chunk.iter().map(|id| (ages::token_id.eq(*id), ages::create_at.eq(at))).collect();
        each!(tx.conn(), c => diesel::insert_into(ages::table).values(&rows).execute(c))?;
    }
    let gone = ages::table.filter(ages::token_id.ne_all(tokens::table.select(tokens::id)));
    diesel::delete(gone).execute(tx.conn())?;
    Ok(())
}

/// People's working tokens from before then, at most so many.
pub fn older(conn: &mut Conn, before: TimeMs, limit: i64) -> Result<Vec<UserAccessToken>> {
    let old = ages::table.filter(ages::create_at.lt(before)).select(ages::token_id);
    let of_people = tokens::user_id.ne_all(bots::table.select(bots::user_id));
    let found = tokens::table.filter(tokens::id.eq_any(old).and(tokens::is_active.eq(true)).and(of_people));
    Ok(many(found.select(Row::as_select()).order(tokens::id).limit(limit).load(conn)?))
}

/// Switches a token on or off; the sessions made from it end either way.
pub fn set_active(tx: &mut Tx<'_>, token: &UserAccessToken, is_active: bool) -> Result<()> {
    let row = tokens::table.filter(tokens::id.eq(token.id));
    diesel::update(row).set(tokens::is_active.eq(is_active)).execute(tx.conn())?;
    sessions::delete_of_token(tx, &token.token)
}

/// Deletes a token and ends the sessions made from it.
pub fn delete(tx: &mut Tx<'_>, token: &UserAccessToken) -> Result<()> {
    diesel::delete(tokens::table.filter(tokens::id.eq(token.id))).execute(tx.conn())?;
    sessions::delete_of_token(tx, &token.token)
}
