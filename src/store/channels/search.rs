//! Finding channels by words.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, Integer, Text};

use super::super::conn::Conn;
use super::super::patterns::lower;
use super::super::schema::{channel_members, channels, teams, users};
use super::super::types::EnumText;
use super::Row;
use crate::model::Id;
use crate::model::channels::{Channel, ChannelType, ChannelWithTeam, direct_members};
use crate::model::errors::Result;

/// The most channels that a search finds (posts-and-limits.md §1).
const MOST: i64 = 50;

/// The most words of a search that are looked at.
const MOST_WORDS: usize = 16;

/// Words too common to be looked for.
const COMMON: [&str; 14] = ["a", "an", "and", "are", "at", "be", "for", "in", "is", "it", "of", "on", "or", "the"];

/// A condition: the term stands in a channel's name, display name or purpose, or each of its words begins one there.
#[derive(Debug, Clone)]
struct Matches {
    whole: String,
    words: Vec<String>,
}

/// An order: channels whose display name begins with the term first.
#[derive(Debug, Clone)]
struct Beginning(String);

/// A `LIKE` pattern's text, in which nothing but itself is meant.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The term as it is looked for: in lower case, `*` stands for nothing.
fn cleaned(term: &str) -> String {
    term.to_lowercase().replace('*', "").trim().to_owned()
}

impl Matches {
    /// The condition for a term; `None` if it holds for all.
    fn of(term: &str) -> Option<Matches> {
        let term = cleaned(term);
        let words = term.split(|c: char| c.is_whitespace() || "<>+-()~:\"@,".contains(c));
        let words = words.filter(|w| !w.is_empty() && !COMMON.contains(w)).take(MOST_WORDS);
        let words = words.map(|w| format!("% {}%", escaped(w))).collect();
        (!term.is_empty()).then(|| Matches { whole: format!("%{}%", escaped(&term)), words })
    }
}

const WORDS: &str = "lower(' ' || replace(replace(channels.name, '-', ' '), '_', ' ') || ' ' || channels.displayname || ' ' || channels.purpose)";

impl<DB: Backend> QueryFragment<DB> for Matches
where
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for (i, column) in ["channels.name", "channels.displayname", "channels.purpose"].into_iter().enumerate() {
            out.push_sql(if i == 0 { "(lower(" } else { " OR lower(" });
            out.push_sql(column);
            out.push_sql(") LIKE ");
            out.push_bind_param::<Text, _>(&self.whole)?;
            out.push_sql(" ESCAPE '\\'");
        }
        for (i, word) in self.words.iter().enumerate() {
            out.push_sql(if i == 0 { " OR (" } else { " AND " });
            out.push_sql(WORDS);
            out.push_sql(" LIKE ");
            out.push_bind_param::<Text, _>(word)?;
            out.push_sql(" ESCAPE '\\'");
        }
        out.push_sql(if self.words.is_empty() { ")" } else { "))" });
        Ok(())
    }
}

impl<DB: Backend> QueryFragment<DB> for Beginning
where
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("CASE WHEN lower(channels.displayname) LIKE ");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(" ESCAPE '\\' THEN 0 ELSE 1 END");
        Ok(())
    }
}

/// Makes a hand-written fragment an expression that may stand in any query over channels.
macro_rules! expressions {
    ($($name:ident: $type:ty;)*) => { $(
        impl Expression for $name {
            type SqlType = $type;
        }
        impl QueryId for $name {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl<S> ValidGrouping<S> for $name {
            type IsAggregate = is_aggregate::No;
        }
        impl<S> AppearsOnTable<S> for $name {}
        impl<S> SelectableExpression<S> for $name {}
    )* };
}

expressions! {
    Matches: Bool;
    Beginning: Integer;
}

fn kinds(all: &[ChannelType]) -> Vec<EnumText> {
    all.iter().map(|kind| EnumText(kind.letter().to_owned())).collect()
}

fn kind(kind: ChannelType) -> EnumText {
    EnumText(kind.letter().to_owned())
}

mod aliases {
    use crate::store::schema::channel_members;

    diesel::alias!(channel_members as own: Own);
}
use aliases::own;

/// The ids of the channels that a user is in, to be asked in another query.
macro_rules! of_user {
    ($user:expr) => {
        own.filter(own.field(channel_members::user_id).eq($user)).select(own.field(channel_members::channel_id))
    };
}

/// Which channels of a team a search looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// The public ones.
    Public,
    /// The public ones, and the private ones of a user.
    PublicAndMine(Id),
    /// Those of a user.
    Mine(Id),
}

/// Searches the public and private channels of a team, archived ones too. `by_beginning` puts those first whose display
/// name begins with the term.
pub fn search_in_team(
    conn: &mut Conn,
    team: Id,
    within: Within,
    term: &str,
    by_beginning: bool,
) -> Result<Vec<Channel>> {
    let mut query = channels::table.select(Row::as_select()).filter(channels::team_id.eq(team)).into_boxed();
    query = match within {
        Within::Public => query.filter(channels::kind.eq(kind(ChannelType::Open))),
        Within::PublicAndMine(user) => query.filter(
            channels::kind
                .eq(kind(ChannelType::Open))
                .or(channels::kind.eq(kind(ChannelType::Private)).and(channels::id.eq_any(of_user!(user)))),
        ),
        Within::Mine(user) => query.filter(channels::id.eq_any(of_user!(user))),
    };
    if let Some(matches) = Matches::of(term) {
        query = query.filter(matches);
    }
    if by_beginning {
        query = query.order(Beginning(format!("{}%", escaped(&cleaned(term)))));
    }
    let rows: Vec<Row> = query.then_order_by(lower(channels::display_name)).limit(MOST).load(conn)?;
    Ok(rows.into_iter().map(Channel::from).collect())
}

/// The direct channels of a user with somebody whose name has the term in it; their display name is that name.
pub fn search_direct(conn: &mut Conn, user: Id, term: &str) -> Result<Vec<Channel>> {
    let pattern = format!("%{}%", escaped(&cleaned(term)));
    let others = channel_members::table
        .inner_join(channels::table.on(channels::id.eq(channel_members::channel_id)))
        .inner_join(users::table.on(users::id.eq(channel_members::user_id)))
        .filter(channels::kind.eq(kind(ChannelType::Direct)))
        .filter(channels::id.eq_any(of_user!(user)))
        .filter(lower(users::username).like(pattern).escape('\\'));
    let rows: Vec<(Row, Id, String)> =
        others.order(users::username).limit(MOST).select((Row::as_select(), users::id, users::username)).load(conn)?;
    let partner = |(row, id, username): (Row, Id, String)| {
        let with_self = direct_members(&row.name).is_some_and(|(one, other)| one == other);
        (id != user || with_self).then(|| Channel { display_name: username, ..Channel::from(row) })
    };
    Ok(rows.into_iter().filter_map(partner).collect())
}

/// The public channels of teams that a user lists, and the ones they are in, by a term, with the teams.
pub fn search_for_user(conn: &mut Conn, user: Id, listed: &[Id], term: &str) -> Result<Vec<ChannelWithTeam>> {
    let public = channels::kind.eq(kind(ChannelType::Open)).and(channels::team_id.eq_any(listed));
    let mut query = channels::table
        .inner_join(teams::table.on(teams::id.eq(channels::team_id)))
        .filter(public.or(channels::id.eq_any(of_user!(user))))
        .select((Row::as_select(), (teams::display_name, teams::name, teams::update_at)))
        .into_boxed();
    if let Some(matches) = Matches::of(term) {
        query = query.filter(matches);
    }
    let rows: Vec<(Row, (String, String, i64))> = query.order(channels::name).limit(MOST).load(conn)?;
    Ok(rows.into_iter().map(with_team).collect())
}

fn with_team((row, team): (Row, (String, String, i64))) -> ChannelWithTeam {
    let (team_display_name, team_name, team_update_at) = team;
    ChannelWithTeam { channel: row.into(), team_display_name, team_name, team_update_at }
}

/// What an administrator looks for among all channels.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Words.
    pub term: String,
    /// In these teams only, if any are named.
    pub teams: Vec<Id>,
    /// Only public, or only private ones; both or neither means all.
    pub public: bool,
    /// See `public`.
    pub private: bool,
    /// Archived ones alone.
    pub archived_only: bool,
    /// Archived ones too.
    pub with_archived: bool,
    /// Names that are left out.
    pub without: Vec<String>,
    /// Only those whose members are decided by groups.
    pub group_constrained: bool,
    /// None of those.
    pub not_group_constrained: bool,
}

/// Searches the channels of all teams; answers a page, and how many there are if that is wanted.
pub fn search_all(
    conn: &mut Conn,
    wanted: &Wanted,
    offset: i64,
    limit: i64,
    count: bool,
) -> Result<(Vec<ChannelWithTeam>, i64)> {
    let of_kinds = match (wanted.public, wanted.private) {
        (true, false) => kinds(&[ChannelType::Open]),
        (false, true) => kinds(&[ChannelType::Private]),
        _ => kinds(&[ChannelType::Open, ChannelType::Private]),
    };
    macro_rules! narrowed {
        ($query:expr) => {{
            let mut query = $query.filter(channels::kind.eq_any(of_kinds.clone())).into_boxed();
            if wanted.archived_only {
                query = query.filter(channels::delete_at.ne(0));
            } else if !wanted.with_archived {
                query = query.filter(channels::delete_at.eq(0));
            }
            if !wanted.teams.is_empty() {
                query = query.filter(channels::team_id.eq_any(wanted.teams.clone()));
            }
            if !wanted.without.is_empty() {
                query = query.filter(channels::name.ne_all(wanted.without.clone()));
            }
            if wanted.group_constrained {
                query = query.filter(channels::group_constrained.eq(true));
            } else if wanted.not_group_constrained {
                query = query.filter(channels::group_constrained.is_null().or(channels::group_constrained.eq(false)));
            }
            if let Some(matches) = Matches::of(&wanted.term) {
                query = query.filter(matches);
            }
            query
        }};
    }
    let joined = || channels::table.inner_join(teams::table.on(teams::id.eq(channels::team_id)));
    let total: i64 = if count { narrowed!(joined().count()).get_result(conn)? } else { 0 };
    let page = joined().select((Row::as_select(), (teams::display_name, teams::name, teams::update_at)));
    let rows: Vec<(Row, (String, String, i64))> = narrowed!(page)
        .order((lower(channels::display_name), lower(teams::display_name)))
        .offset(offset)
        .limit(limit)
        .load(conn)?;
    Ok((rows.into_iter().map(with_team).collect(), total))
}

/// The group messages of a user, each with the names of its members.
pub fn groups_of_user(conn: &mut Conn, user: Id) -> Result<Vec<(Channel, Vec<String>)>> {
    let rows: Vec<Row> = channels::table
        .select(Row::as_select())
        .filter(channels::kind.eq(kind(ChannelType::Group)).and(channels::id.eq_any(of_user!(user))))
        .order(lower(channels::display_name))
        .load(conn)?;
    let names: Vec<(Id, String)> = channel_members::table
        .inner_join(channels::table.on(channels::id.eq(channel_members::channel_id)))
        .inner_join(users::table.on(users::id.eq(channel_members::user_id)))
        .filter(channel_members::channel_id.eq_any(of_user!(user)))
        .filter(channels::kind.eq(kind(ChannelType::Group)))
        .select((channel_members::channel_id, users::username))
        .load(conn)?;
    let mut by_group: std::collections::HashMap<Id, Vec<String>> = std::collections::HashMap::new();
    for (channel, name) in names {
        by_group.entry(channel).or_default().push(name);
    }
    let with_names = |row: Row| {
        let names = by_group.remove(&row.id).unwrap_or_default();
        (Channel::from(row), names)
    };
    Ok(rows.into_iter().map(with_names).collect())
}
