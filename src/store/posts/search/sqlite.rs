//! Finding posts by the full-text table of the embedded database (`migrations/sqlite/0003_search.sql`).

use std::fmt::Write;

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};

use super::{COLUMNS, Found, MOST, Row, Scope, Sought, Statement, common_words};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::search::{Span, Term, is_unspaced};
use crate::model::posts::{Post, is_system};
use crate::store::conn::{Conn, stmt};

/// How many of the newest matches of the whole server are looked through for those that the reader may see, before only
/// the reader's channels are looked at.
const HASTY: i64 = 20_000;

/// The most channels that are named to the index.
const MOST_CHANNELS: i64 = 1_000;

/// The latest time that the number of a row can hold (the year 2096).
const LATEST: i64 = 4_000_000_000_000;

/// The posts in a scope that have what is sought.
pub(super) fn find(conn: &mut Conn, scope: &Scope, sought: &Sought) -> Result<Vec<Found>> {
    let Some(wanted) = matching(sought) else { return Ok(Vec::new()) };
    let by_author = scope.authors.as_deref().map(|authors| marks('u', authors));
    let narrowed = |channels: Option<String>| {
        let all: Vec<String> = [wanted.clone(), by_author.clone(), channels].into_iter().flatten().collect();
        all.join(" AND ")
    };
    if wanted.is_some() && scope.channels.is_none() {
        let matches = narrowed(None);
        let found = matched(conn, scope, matches.clone())?;
        if found.len() as i64 == MOST || !is_common(conn, &matches)? {
            return Ok(found);
        }
    }
    let mut channels = Statement::new(false);
    channels.channels(scope).sql(" ORDER BY c.lastpostat DESC LIMIT ").int(MOST_CHANNELS);
    let channels: Vec<Id> = Ids(channels).load(conn)?;
    if channels.is_empty() {
        return Ok(Vec::new());
    }
    matched(conn, scope, narrowed(Some(marks('c', &channels))))
}

/// The posts of a scope whose rows in the index match.
fn matched(conn: &mut Conn, scope: &Scope, matches: String) -> Result<Vec<Found>> {
    let mut statement = Statement::new(scope.is_usual());
    statement.sql("SELECT ").sql(COLUMNS).sql(" FROM (SELECT rowid AS number FROM kollegium_posts_fts");
    statement.sql(" WHERE kollegium_posts_fts MATCH ").text(matches);
    let Span { from, to } = scope.times.within;
    if from > i64::MIN || to < i64::MAX {
        statement.sql(" AND rowid >= ").int(from.clamp(0, LATEST) << 20);
        statement.sql(" AND rowid <= ").int(to.clamp(0, LATEST) << 20 | 0xF_FFFF);
    }
    // The inner query is read row by row, newest first, only as far as it is needed: an order outside would have all of
    // it read.
    statement.sql(" ORDER BY rowid DESC LIMIT ").int(HASTY);
    statement
        .sql(") CROSS JOIN posts p ON p.createat = number >> 20 AND (p.seq & 1048575) = (number & 1048575) WHERE ");
    statement.within(scope, "+p.channelid").sql(" LIMIT ").int(MOST);
    let rows: Vec<(Row, i64, bool)> = statement.load(conn)?;
    Ok(rows.into_iter().map(Found::from).collect())
}

stmt!(
    /// Counts the rows that match, as far as it matters.
    CountMatches(m: &String) {
        "SELECT count(*) FROM (SELECT 1 FROM kollegium_posts_fts WHERE kollegium_posts_fts MATCH " [*m => Text] " LIMIT 20001)"
    }
);

impl Query for CountMatches<'_> {
    type SqlType = BigInt;
}

stmt!(
    /// Answers whether there are more posts than that at all.
    HasMore(m: &i64) { "SELECT EXISTS (SELECT 1 FROM posts WHERE seq > " [*m => BigInt] ")" }
);

impl Query for HasMore<'_> {
    type SqlType = Bool;
}

/// Whether more rows match than are looked through.
fn is_common(conn: &mut Conn, matches: &String) -> Result<bool> {
    if !HasMore(&HASTY).get_result::<bool>(conn)? {
        return Ok(false);
    }
    let count: i64 = CountMatches(matches).get_result(conn)?;
    Ok(count > HASTY)
}

/// A statement that answers ids.
struct Ids(Statement);

impl QueryId for Ids {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Ids {
    type SqlType = Text;
}

impl<C> RunQueryDsl<C> for Ids {}

impl<DB: Backend> QueryFragment<DB> for Ids
where
    Statement: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

/// What is sought in the index's language, in which every word is quoted. `Some(None)` is anything, `None` nothing.
fn matching(sought: &Sought) -> Option<Option<String>> {
    let (column, words, any) = match sought {
        Sought::Anything => return Some(None),
        Sought::Words(words, any) => ("message", words, *any),
        Sought::Hashtags(words, any) => ("marks", words, *any),
    };
    let of = |terms: &[Term]| -> Vec<String> {
        match sought {
            Sought::Hashtags(..) => terms.iter().map(|term| format!("\"{}\"", tag_mark(&term.text))).collect(),
            _ => terms.iter().filter(|term| !common_words::only(&term.text)).map(phrase).collect(),
        }
    };
    let (wanted, without) = (of(&words.terms), of(&words.without));
    if wanted.is_empty() {
        return None;
    }
    let mut text = format!("{column} : (({})", wanted.join(if any { " OR " } else { " AND " }));
    if !without.is_empty() {
        let _ = write!(text, " NOT ({})", without.join(" OR "));
    }
    Some(Some(text + ")"))
}

fn phrase(term: &Term) -> String {
    let star = if term.prefix { " *" } else { "" };
    format!("\"{}\"{star}", spaced(&term.text).replace('"', " "))
}

/// That the marks of a row name one of these.
fn marks(kind: char, ids: &[Id]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("\"{kind}{id}\"")).collect();
    format!("marks : ({})", ids.join(" OR "))
}

/// A hashtag as one word of the index.
fn tag_mark(tag: &str) -> String {
    format!("t{}", data_encoding::HEXLOWER.encode(tag.to_lowercase().as_bytes()))
}

/// A text in which the characters of scripts without spaces stand apart, so that each is a word.
fn spaced(text: &str) -> String {
    if !text.contains(is_unspaced) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if is_unspaced(c) {
            out.extend([' ', c, ' ']);
        } else {
            out.push(c);
        }
    }
    out
}

/// A post as the index has it.
struct Indexed {
    create_at: i64,
    message: String,
    marks: String,
}

impl Indexed {
    fn new(create_at: i64, message: &str, hashtags: &str, channel: Id, author: Id) -> Indexed {
        let mut marks = format!("c{channel} u{author}");
        for tag in hashtags.split(' ').filter(|tag| !tag.is_empty()) {
            marks.push(' ');
            marks.push_str(&tag_mark(tag));
        }
        Indexed { create_at: create_at.clamp(0, LATEST), message: spaced(message), marks }
    }
}

stmt!(
    /// Adds the post that was just inserted to the index.
    Index(i: &Indexed) {
        "INSERT INTO kollegium_posts_fts (rowid, message, marks) VALUES ((" [i.create_at => BigInt] " << 20) | (last_insert_rowid() & 1048575), "
        [i.message => Text] ", " [i.marks => Text] ")"
    }
);

/// A post whose row in the index is to be written anew.
struct Changed {
    indexed: Indexed,
    id: Id,
}

stmt!(
    /// Writes the row of a post in the index anew.
    Reindex(c: &Changed) {
        "INSERT OR REPLACE INTO kollegium_posts_fts (rowid, message, marks) SELECT (" [c.indexed.create_at => BigInt] " << 20) | (seq & 1048575), "
        [c.indexed.message => Text] ", " [c.indexed.marks => Text] " FROM posts WHERE id = " [c.id => Text]
    }
);

/// Whether a post is ever found: earlier versions and what the server says are not.
fn is_found(post: &Post) -> bool {
    post.original_id.is_none() && !is_system(&post.r#type)
}

/// Adds a post to the index, which was the last row to be inserted through this connection.
pub(in crate::store) fn index(conn: &mut Conn, post: &Post) -> Result<()> {
    if matches!(conn, Conn::Sqlite(_)) && is_found(post) {
        Index(&indexed(post)).execute(conn)?;
    }
    Ok(())
}

/// Notes that a post says something else now.
pub(in crate::store) fn reindex(conn: &mut Conn, post: &Post) -> Result<()> {
    if matches!(conn, Conn::Sqlite(_)) && is_found(post) {
        Reindex(&Changed { indexed: indexed(post), id: post.id }).execute(conn)?;
    }
    Ok(())
}

fn indexed(post: &Post) -> Indexed {
    Indexed::new(post.create_at, &post.message, &post.hashtags, post.channel_id, post.user_id)
}

#[derive(QueryableByName)]
struct Old {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    id: Id,
    #[diesel(sql_type = BigInt)]
    createat: i64,
    #[diesel(sql_type = Text)]
    message: String,
    #[diesel(sql_type = Text)]
    hashtags: String,
    #[diesel(sql_type = Text)]
    channelid: Id,
    #[diesel(sql_type = Text)]
    userid: Id,
}

/// Indexes the posts of a database that had no index.
pub(in crate::store) fn index_all(conn: &mut Conn) -> QueryResult<()> {
    let mut seen = i64::MIN;
    loop {
        let old: Vec<Old> = sql_query(
            "SELECT seq, id, createat, message, hashtags, channelid, userid FROM posts WHERE seq > $1 AND deleteat = 0 \
             AND originalid = '' AND type NOT LIKE 'system@_%' ESCAPE '@' ORDER BY seq LIMIT 1000",
        )
        .bind::<BigInt, _>(seen)
        .load(conn)?;
        let Some(last) = old.last() else { return Ok(()) };
        seen = last.seq;
        for post in &old {
            let indexed = Indexed::new(post.createat, &post.message, &post.hashtags, post.channelid, post.userid);
            Reindex(&Changed { indexed, id: post.id }).execute(conn)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::model::posts::search::{Times, Words};
    use crate::store::migrate::migrate;

    #[test]
    fn nothing_typed_becomes_an_operator() {
        let term = |text: &str, prefix| Term { text: text.into(), prefix };
        let words = Words {
            terms: vec![term("a\" OR \"b", false), term("the", false), term("x", true)],
            without: vec![term("日本", false)],
        };
        let text = matching(&Sought::Words(words, false)).unwrap().unwrap();
        assert_eq!(text, "message : ((\"a  OR  b\" AND \"x\" *) NOT (\" 日  本 \"))");
        let tags = Words { terms: vec![term("#Ab", false)], without: Vec::new() };
        assert_eq!(matching(&Sought::Hashtags(tags, true)).unwrap().unwrap(), "marks : ((\"t236162\"))");
        let common = Words { terms: vec![term("the", false)], without: Vec::new() };
        assert_eq!(matching(&Sought::Words(common, false)), None);
    }

    #[test]
    fn what_was_said_before_there_was_an_index_is_found() {
        let mut conn = Conn::sqlite(":memory:").unwrap();
        migrate(&mut conn).unwrap();
        let [a, b, c, u] = ['a', 'b', 'c', 'u'].map(|letter| letter.to_string().repeat(26));
        let post = |id: &str, kind: &str| {
            format!(
                "('{id}', 1600000000000, 0, 0, '{u}', '{c}', '', '', 'old words #tag', '{kind}', '{{}}', '#tag', '[]', '[]', false, 0, false, '')"
            )
        };
        conn.batch_execute(&format!(
            "INSERT INTO posts (id, createat, updateat, deleteat, userid, channelid, rootid, originalid, message, type, props, hashtags, filenames, fileids, hasreactions, editat, ispinned, remoteid)
             VALUES {}, {};
             INSERT INTO channels (id, teamid, deleteat, lastpostat) VALUES ('{c}', '', 0, 0);
             INSERT INTO channelmembers (channelid, userid) VALUES ('{c}', '{u}');",
            post(&a, ""),
            post(&b, "system_generic")
        ))
        .unwrap();
        let reader = Id::parse(&u).unwrap();
        let scope = Scope {
            reader,
            team: None,
            with_archived: false,
            channels: None,
            not_channels: Vec::new(),
            authors: None,
            not_authors: Vec::new(),
            times: Times::ALL,
        };
        let terms = |text: &str| Words { terms: vec![Term { text: text.into(), prefix: false }], without: Vec::new() };
        let found = |conn: &mut Conn, sought: &Sought| -> Vec<String> {
            find(conn, &scope, sought).unwrap().iter().map(|found| found.post.id.to_string()).collect()
        };
        assert!(found(&mut conn, &Sought::Words(terms("old"), false)).is_empty());
        index_all(&mut conn).unwrap();
        for sought in [Sought::Words(terms("word"), false), Sought::Hashtags(terms("#TAG"), false), Sought::Anything] {
            assert_eq!(found(&mut conn, &sought), [a.as_str()]);
        }
        conn.batch_execute("DELETE FROM posts").unwrap();
        assert!(!is_common(&mut conn, &"message : \"old\"".to_owned()).unwrap());
        assert!(found(&mut conn, &Sought::Words(terms("old"), false)).is_empty());
    }
}
