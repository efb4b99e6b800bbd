//! Finding posts by what they say: the one thing that the two databases do each in its own way.
//!
//! PostgreSQL has the reference's full-text indexes. The embedded database has `kollegium_posts_fts`, which is written
//! with every post; see `migrations/sqlite/0003_search.sql`.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, Nullable, Text};

use super::Row;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::posts::search::{Times, Words};
use crate::store::conn::Conn;
use crate::store::types::JsonB;

mod common_words;
mod postgres;
pub(in crate::store) mod sqlite;

/// The most posts that one search finds (posts-and-limits.md §3).
const MOST: i64 = 100;

/// Where somebody looks for posts.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Only in channels that this user is in.
    pub reader: Id,
    /// Only in this team and in conversations; everywhere if none.
    pub team: Option<Id>,
    /// In archived channels, too.
    pub with_archived: bool,
    /// Only in these channels, if any are named.
    pub channels: Option<Vec<Id>>,
    /// Not in these channels.
    pub not_channels: Vec<Id>,
    /// Only by these people, if any are named.
    pub authors: Option<Vec<Id>>,
    /// Not by these people.
    pub not_authors: Vec<Id>,
    /// Only made then.
    pub times: Times,
}

/// What somebody looks for.
#[derive(Debug, Clone)]
pub enum Sought {
    /// Words in messages: all of them, or (`true`) any.
    Words(Words, bool),
    /// Hashtags, likewise.
    Hashtags(Words, bool),
    /// Anything that is in the scope.
    Anything,
}

/// A post that was found, with how many replies its thread has; [`super::fill`] need be asked only for what comes with
/// the post where it says so.
#[derive(Debug)]
pub struct Found {
    /// The post.
    pub post: Post,
    /// Whether anybody reacted to it, or it has files or a priority.
    pub with_more: bool,
}

impl From<(Row, i64, bool)> for Found {
    fn from((row, reply_count, with_more): (Row, i64, bool)) -> Found {
        Found { post: Post { reply_count, ..row.into() }, with_more }
    }
}

/// The newest posts in a scope that have what is sought, newest first.
pub fn find(conn: &mut Conn, scope: &Scope, sought: &Sought) -> Result<Vec<Found>> {
    let names_none = |list: &Option<Vec<Id>>| list.as_ref().is_some_and(Vec::is_empty);
    if names_none(&scope.channels) || names_none(&scope.authors) {
        return Ok(Vec::new());
    }
    let mut found = match conn {
        Conn::Pg(_) => postgres::find(conn, scope, sought)?,
        Conn::Sqlite(_) => sqlite::find(conn, scope, sought)?,
    };
    found.sort_by_key(|found| std::cmp::Reverse(found.post.create_at));
    Ok(found)
}

/// The columns of [`Row`], in its order, of `posts p`; then how many replies the post's thread has, and whether anything
/// comes with the post.
const COLUMNS: &str = "p.id, p.createat, p.updateat, p.deleteat, p.userid, p.channelid, p.rootid, p.originalid, p.message, \
     p.type, p.props, p.hashtags, p.fileids, p.hasreactions, p.editat, p.ispinned, p.remoteid, \
     COALESCE((SELECT t.replycount FROM threads t WHERE t.postid = CASE WHEN p.rootid = '' THEN p.id ELSE p.rootid END), 0), \
     p.hasreactions OR p.fileids NOT IN ('[]', '') OR EXISTS (SELECT 1 FROM postspriority y WHERE y.postid = p.id)";

type Columns = (RowColumns, BigInt, Bool);

type RowColumns = (
    Text,
    BigInt,
    BigInt,
    BigInt,
    Text,
    Text,
    Text,
    Text,
    Text,
    Text,
    JsonB,
    Text,
    Text,
    Bool,
    BigInt,
    Bool,
    Nullable<Text>,
);

/// A piece of a statement.
enum Piece {
    Sql(&'static str),
    Text(String),
    Id(Id),
    Int(i64),
}

/// A statement that is put together by what is asked for; every value is bound.
struct Statement {
    pieces: Vec<Piece>,
    /// Whether it has only what every search has, so that it is worth to be kept prepared.
    usual: bool,
}

impl Statement {
    fn new(usual: bool) -> Statement {
        Statement { pieces: Vec::with_capacity(24), usual }
    }

    fn sql(&mut self, text: &'static str) -> &mut Self {
        self.pieces.push(Piece::Sql(text));
        self
    }

    fn text(&mut self, value: String) -> &mut Self {
        self.pieces.push(Piece::Text(value));
        self
    }

    fn id(&mut self, value: Id) -> &mut Self {
        self.pieces.push(Piece::Id(value));
        self
    }

    fn int(&mut self, value: i64) -> &mut Self {
        self.pieces.push(Piece::Int(value));
        self
    }

    /// A list in parentheses, which must not be empty.
    fn ids(&mut self, values: &[Id]) -> &mut Self {
        for (i, value) in values.iter().enumerate() {
            self.sql(if i == 0 { "(" } else { ", " }).id(*value);
        }
        self.sql(")")
    }

    /// The channels of a scope, as a query for their ids. A plus keeps an index from being used.
    fn channels(&mut self, scope: &Scope) -> &mut Self {
        self.sql("SELECT c.id FROM channelmembers m JOIN channels c ON c.id = m.channelid WHERE m.userid = ");
        self.id(scope.reader);
        if let Some(team) = scope.team {
            self.sql(" AND (c.teamid = ").id(team).sql(" OR c.teamid = '')");
        }
        if !scope.with_archived {
            self.sql(" AND +c.deleteat = 0");
        }
        if let Some(channels) = &scope.channels {
            self.sql(" AND c.id IN ").ids(channels);
        }
        if !scope.not_channels.is_empty() {
            self.sql(" AND c.id NOT IN ").ids(&scope.not_channels);
        }
        self
    }

    /// That `posts p` is in a scope. `channel` is the column by which its channel is compared.
    fn within(&mut self, scope: &Scope, channel: &'static str) -> &mut Self {
        self.sql("+p.deleteat = 0 AND p.type NOT LIKE 'system@_%' ESCAPE '@' AND ").sql(channel).sql(" IN (");
        self.channels(scope).sql(")");
        // People are found by what they write in the teams that they are in.
        if scope.authors.is_some() || !scope.not_authors.is_empty() {
            self.sql(" AND EXISTS (SELECT 1 FROM teammembers t WHERE t.userid = p.userid");
            if let Some(team) = scope.team {
                self.sql(" AND t.teamid = ").id(team);
            }
            self.sql(")");
        }
        if let Some(authors) = &scope.authors {
            self.sql(" AND p.userid IN ").ids(authors);
        }
        if !scope.not_authors.is_empty() {
            self.sql(" AND p.userid NOT IN ").ids(&scope.not_authors);
        }
        let Times { within, not } = scope.times;
        if within.from > i64::MIN {
            self.sql(" AND p.createat >= ").int(within.from);
        }
        if within.to < i64::MAX {
            self.sql(" AND p.createat <= ").int(within.to);
        }
        if let Some(not) = not {
            self.sql(" AND NOT p.createat BETWEEN ").int(not.from).sql(" AND ").int(not.to);
        }
        self
    }
}

impl Scope {
    /// Whether it has nothing but what every search has.
    fn is_usual(&self) -> bool {
        self.channels.is_none()
            && self.not_channels.is_empty()
            && self.authors.is_none()
            && self.not_authors.is_empty()
            && self.times == Times::ALL
    }
}

impl QueryId for Statement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = Columns;
}

impl<C> RunQueryDsl<C> for Statement {}

impl<DB> QueryFragment<DB> for Statement
where
    DB: Backend + HasSqlType<JsonB>,
    String: ToSql<Text, DB>,
    Id: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.usual {
            out.unsafe_to_cache_prepared();
        }
        for piece in &self.pieces {
            match piece {
                Piece::Sql(text) => out.push_sql(text),
                Piece::Text(value) => out.push_bind_param::<Text, _>(value)?,
                Piece::Id(value) => out.push_bind_param::<Text, _>(value)?,
                Piece::Int(value) => out.push_bind_param::<BigInt, _>(value)?,
            }
        }
        Ok(())
    }
}
