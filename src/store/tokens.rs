//! Mailed tokens.

use diesel::prelude::*;

use super::Tx;
use super::conn::Conn;
use super::schema::tokens;
use crate::model::errors::Result;
use crate::model::tokens::{Token, TokenKind};
use crate::model::{Id, TimeMs};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
struct Row {
    token: String,
    create_at: i64,
    kind: String,
    extra: String,
}

impl From<Row> for Token {
    fn from(row: Row) -> Token {
        Token { token: row.token, create_at: row.create_at, kind: row.kind, extra: row.extra }
    }
}

/// The token of that text.
pub fn by_token(conn: &mut Conn, token: &str) -> Result<Option<Token>> {
    let row: Option<Row> =
        tokens::table.select(Row::as_select()).filter(tokens::token.eq(token)).first(conn).optional()?;
    Ok(row.map(Token::from))
}

/// Adds a token.
pub fn insert(tx: &mut Tx<'_>, token: &Token) -> Result<()> {
    let row = Row {
        token: token.token.clone(),
        create_at: token.create_at,
        kind: token.kind.clone(),
        extra: token.extra.clone(),
    };
    diesel::insert_into(tokens::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Uses a token up; `false` if somebody did before.
pub fn consume(tx: &mut Tx<'_>, token: &str) -> Result<bool> {
    Ok(diesel::delete(tokens::table.filter(tokens::token.eq(token))).execute(tx.conn())? == 1)
}

/// Makes the tokens of that kind void that stand for an account ([`crate::model::tokens::AccountClaim`]).
pub fn delete_of_account(tx: &mut Tx<'_>, kind: TokenKind, user: Id) -> Result<()> {
    let claims_user = format!("%\"UserId\":\"{user}\"%");
    let rows = tokens::table.filter(tokens::kind.eq(kind.name()).and(tokens::extra.like(claims_user)));
    diesel::delete(rows).execute(tx.conn())?;
    Ok(())
}

/// Forgets the tokens that have expired at that time. Kinds that are not ours are left alone.
pub fn delete_expired(tx: &mut Tx<'_>, at: TimeMs) -> Result<usize> {
    let mut deleted = 0;
    for kind in TokenKind::ALL {
        let made_before = tokens::create_at.lt(at - kind.lifetime());
        let rows = tokens::table.filter(tokens::kind.eq(kind.name()).and(made_before));
        deleted += diesel::delete(rows).execute(tx.conn())?;
    }
    Ok(deleted)
}

/// Makes all tokens of these kinds void.
pub fn delete_kinds(tx: &mut Tx<'_>, kinds: &[TokenKind]) -> Result<()> {
    let names = kinds.iter().map(|kind| kind.name());
    diesel::delete(tokens::table.filter(tokens::kind.eq_any(names))).execute(tx.conn())?;
    Ok(())
}
