//! Finding files by their names and by what stands in them.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::conn::{Conn, by_backend, each};
use super::files;
use super::posts::search::Scope;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::files::FileInfo;
use crate::model::posts::search::{Flag, Term};

/// The most files that one search finds.
const MOST: i64 = 100;

/// The most words that are looked for.
const MOST_WORDS: usize = 16;

/// What somebody looks for in files.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// In the name or in the text: all of it, or any.
    pub terms: Vec<Term>,
    /// None of which may be there.
    pub without: Vec<Term>,
    /// Whether any of the words is enough.
    pub any: bool,
    /// Extensions.
    pub extensions: Flag,
}

enum Bound {
    Text(String),
    Int(i64),
}

/// A statement with numbered places; every value is bound.
struct Statement {
    sql: String,
    bound: Vec<Bound>,
}

impl Statement {
    fn sql(&mut self, text: &str) -> &mut Self {
        self.sql.push_str(text);
        self
    }

    fn bind(&mut self, value: Bound) -> &mut Self {
        self.bound.push(value);
        let place = format!("${}", self.bound.len());
        self.sql(&place)
    }

    fn text(&mut self, value: impl Into<String>) -> &mut Self {
        self.bind(Bound::Text(value.into()))
    }

    fn int(&mut self, value: i64) -> &mut Self {
        self.bind(Bound::Int(value))
    }

    fn list(&mut self, values: impl IntoIterator<Item = String>) -> &mut Self {
        self.sql("(");
        for (i, value) in values.into_iter().enumerate() {
            self.sql(if i > 0 { ", " } else { "" }).text(value);
        }
        self.sql(")")
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    id: Id,
}

/// The newest files in a scope that have what is wanted, newest first. Only what is attached to a message is found, and
/// only in channels that the reader is in.
pub fn find(conn: &mut Conn, scope: &Scope, wanted: &Wanted) -> Result<Vec<FileInfo>> {
    let names_none = |list: &Option<Vec<Id>>| list.as_ref().is_some_and(Vec::is_empty);
    if names_none(&scope.channels) || names_none(&scope.authors) {
        return Ok(Vec::new());
    }
    let like = by_backend!(conn, pg: " ILIKE ", sqlite: " LIKE ");
    let Statement { sql, bound } = statement(scope, wanted, like);
    let found: Vec<Found> = each!(conn, c => {
        let mut query = sql_query(sql).into_boxed();
        for value in bound {
            query = match value {
                Bound::Text(text) => query.bind::<Text, _>(text),
                Bound::Int(int) => query.bind::<BigInt, _>(int),
            };
        }
        query.load(c)?
    });
    let ids: Vec<Id> = found.into_iter().map(|found| found.id).collect();
    let mut files = files::by_ids(conn, &ids)?;
    files.sort_by_key(|file| ids.iter().position(|id| *id == file.id));
    Ok(files)
}

fn statement(scope: &Scope, wanted: &Wanted, like: &str) -> Statement {
    let mut s = Statement { sql: String::with_capacity(512), bound: Vec::new() };
    s.sql(
        "SELECT f.id FROM fileinfo f JOIN channelmembers m ON m.channelid = f.channelid \
         JOIN channels c ON c.id = f.channelid WHERE f.deleteat = 0 AND f.postid <> '' AND m.userid = ",
    );
    s.text(scope.reader.as_str());
    if let Some(team) = scope.team {
        s.sql(" AND (c.teamid = '' OR c.teamid = ").text(team.as_str()).sql(")");
    }
    if !scope.with_archived {
        s.sql(" AND c.deleteat = 0");
    }
    let texts = |ids: &[Id]| ids.iter().map(Id::to_string).collect::<Vec<_>>();
    for (column, only, not) in
        [("f.channelid", &scope.channels, &scope.not_channels), ("f.creatorid", &scope.authors, &scope.not_authors)]
    {
        if let Some(only) = only {
            s.sql(" AND ").sql(column).sql(" IN ").list(texts(only));
        }
        if !not.is_empty() {
            s.sql(" AND ").sql(column).sql(" NOT IN ").list(texts(not));
        }
    }
    s.sql(" AND f.createat >= ").int(scope.times.within.from).sql(" AND f.createat <= ").int(scope.times.within.to);
    if let Some(not) = scope.times.not {
        s.sql(" AND NOT (f.createat >= ").int(not.from).sql(" AND f.createat <= ").int(not.to).sql(")");
    }
    let extensions = |values: &[String]| -> Vec<String> {
        values.iter().map(|value| value.trim_start_matches('.').to_lowercase()).collect()
    };
    if !wanted.extensions.wanted.is_empty() {
        s.sql(" AND f.extension IN ").list(extensions(&wanted.extensions.wanted));
    }
    if !wanted.extensions.unwanted.is_empty() {
        s.sql(" AND f.extension NOT IN ").list(extensions(&wanted.extensions.unwanted));
    }
    words(&mut s, &wanted.terms, if wanted.any { " OR " } else { " AND " }, like);
    for term in wanted.without.iter().take(MOST_WORDS) {
        s.sql(" AND NOT ");
        word(&mut s, term, like);
    }
    s.sql(" ORDER BY f.createat DESC, f.id LIMIT ").int(MOST);
    s
}

fn words(s: &mut Statement, terms: &[Term], between: &str, like: &str) {
    for (i, term) in terms.iter().take(MOST_WORDS).enumerate() {
        s.sql(if i == 0 { " AND (" } else { between });
        word(s, term, like);
    }
    if !terms.is_empty() {
        s.sql(")");
    }
}

fn word(s: &mut Statement, term: &Term, like: &str) {
    let pattern = format!("%{}%", escaped(&term.text));
    s.sql("(f.name").sql(like).text(pattern.clone()).sql(" ESCAPE '!' OR COALESCE(f.content, '')");
    s.sql(like).text(pattern).sql(" ESCAPE '!')");
}

/// What stands for itself in a pattern.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c])).collect()
}
