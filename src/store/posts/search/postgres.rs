//! Finding posts by the reference's full-text indexes.

use diesel::connection::Connection;
use diesel::prelude::*;
use diesel::sql_query;

use super::{COLUMNS, Found, MOST, Row, Scope, Sought, Statement};
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::posts::search::{Term, Words, is_unspaced};
use crate::store::conn::Conn;
use crate::store::patterns::anywhere;

/// How long a search may take that no index helps, in milliseconds.
const PATIENCE: &str = "SET LOCAL statement_timeout = 5000";

const IN_MESSAGE: &str = "to_tsvector('english', p.message) @@ to_tsquery('english', ";
const IN_HASHTAGS: &str = "to_tsvector('english', p.hashtags) @@ to_tsquery('english', ";

/// The posts in a scope that have what is sought.
pub(super) fn find(conn: &mut Conn, scope: &Scope, sought: &Sought) -> Result<Vec<Found>> {
    let (words, any) = match sought {
        Sought::Words(words, any) | Sought::Hashtags(words, any) => (words, *any),
        Sought::Anything => return Ok(posts(statement(scope, |_| {}).load(conn)?)),
    };
    if words.terms.is_empty() {
        return Ok(Vec::new());
    }
    if let Sought::Hashtags(..) = sought {
        let tagged = statement(scope, |s| {
            s.sql(" AND ").sql(IN_HASHTAGS).text(query(words, any)).sql(")");
        });
        let found = posts(tagged.load(conn)?);
        return Ok(found.into_iter().filter(|post| has_tags(&post.post, words, any)).collect());
    }
    if words.terms.iter().chain(&words.without).any(is_part) {
        return by_parts(conn, scope, words, any);
    }
    let said = statement(scope, |s| {
        s.sql(" AND ").sql(IN_MESSAGE).text(query(words, any)).sql(")");
    });
    Ok(posts(said.load(conn)?))
}

fn statement(scope: &Scope, condition: impl FnOnce(&mut Statement)) -> Statement {
    let mut statement = Statement::new(scope.is_usual());
    statement.sql("SELECT ").sql(COLUMNS).sql(" FROM posts p WHERE ").within(scope, "p.channelid");
    condition(&mut statement);
    statement.sql(" ORDER BY p.createat DESC LIMIT ").int(MOST);
    statement
}

fn posts(rows: Vec<(Row, i64, bool)>) -> Vec<Found> {
    rows.into_iter().map(Found::from).collect()
}

/// Whether a term may stand inside of what PostgreSQL takes for a word.
fn is_part(term: &Term) -> bool {
    term.text.contains(is_unspaced)
}

/// Posts of which some are found by their characters alone. No index helps with those, so the search is given up after
/// a while, and then finds nothing.
fn by_parts(conn: &mut Conn, scope: &Scope, words: &Words, any: bool) -> Result<Vec<Found>> {
    let mut statement = statement(scope, |s| parts(s, words, any));
    statement.usual = false;
    let found = conn.transaction(|conn| {
        sql_query(PATIENCE).execute(conn)?;
        statement.load(conn)
    });
    Ok(posts(found.unwrap_or_else(|e: diesel::result::Error| {
        tracing::warn!("a search was given up: {e}");
        Vec::new()
    })))
}

fn parts(statement: &mut Statement, words: &Words, any: bool) {
    let one = |statement: &mut Statement, term: &Term| {
        if is_part(term) {
            statement.sql("p.message ILIKE ").text(anywhere(&term.text));
        } else {
            let words = Words { terms: vec![term.clone()], without: Vec::new() };
            statement.sql(IN_MESSAGE).text(query(&words, any)).sql(")");
        }
    };
    for (i, term) in words.terms.iter().enumerate() {
        statement.sql(match (i, any) {
            (0, _) => " AND (",
            (_, true) => " OR ",
            (_, false) => " AND ",
        });
        one(statement, term);
    }
    statement.sql(")");
    for term in &words.without {
        statement.sql(" AND NOT ");
        one(statement, term);
    }
}

/// What is looked for in the language of `to_tsquery`; every word is quoted.
fn query(words: &Words, any: bool) -> String {
    let join = |terms: &[Term], with: &str| terms.iter().map(operand).collect::<Vec<_>>().join(with);
    let wanted = format!("({})", join(&words.terms, if any { " | " } else { " & " }));
    match words.without.is_empty() {
        true => wanted,
        false => format!("{wanted} & !({})", join(&words.without, " | ")),
    }
}

fn operand(term: &Term) -> String {
    let quoted = |word: &str| format!("'{}'", word.replace('\\', r"\\").replace('\'', "''"));
    let words: Vec<String> = term.text.split_whitespace().map(quoted).collect();
    let prefix = if term.prefix { ":*" } else { "" };
    if words.len() == 1 { words.concat() + prefix } else { format!("({})", words.join(" <-> ")) }
}

/// Whether a post has all of these hashtags, or any; the index knows only the words in them.
fn has_tags(post: &Post, words: &Words, any: bool) -> bool {
    let tags: Vec<String> = post.hashtags.split(' ').map(str::to_lowercase).collect();
    let mut has = words.terms.iter().map(|term| tags.contains(&term.text.to_lowercase()));
    if any { has.any(|has| has) } else { has.all(|has| has) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_becomes_an_operator() {
        let term = |text: &str, prefix| Term { text: text.into(), prefix };
        let words = Words {
            terms: vec![term("it's", false), term("a | b", false), term("x", true)],
            without: vec![term(r"y')\", false)],
        };
        assert_eq!(query(&words, false), r"('it''s' & ('a' <-> '|' <-> 'b') & 'x':*) & !('y'')\\')");
        assert_eq!(anywhere(r"a%_\"), r"%a\%\_\\%");
    }
}
