//! Finding teams by their openness and by words.

use diesel::prelude::*;

use super::Row;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::teams::{OPEN, Team};
use crate::store::conn::Conn;
use crate::store::patterns::{anywhere, lower};
use crate::store::schema::teams;
use crate::store::types::EnumText;

/// Which teams may be found at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listed {
    /// Every team.
    #[default]
    All,
    /// Those that anybody may join.
    Public,
    /// The others.
    Private,
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Which teams may be found at all.
    pub listed: Listed,
    /// Part of name or display name, in small letters; `""` for any.
    pub term: String,
    /// With an open invitation, or without.
    pub open: Option<bool>,
    /// Decided on by groups, or not.
    pub group_constrained: Option<bool>,
    /// How many to pass over, and how many at most.
    pub page: Option<(i64, i64)>,
}

/// Teams that fit, to be ordered or counted.
macro_rules! fitting {
    ($wanted:expr) => {{
        let wanted: &Wanted = $wanted;
        let mut query = teams::table.into_boxed();
        let is_open = || teams::allow_open_invite.eq(true).and(teams::kind.eq(EnumText(OPEN.to_owned())));
        match wanted.listed {
            Listed::All => {}
            Listed::Public => query = query.filter(is_open()),
            Listed::Private => query = query.filter(diesel::dsl::not(is_open())),
        }
        if !wanted.term.is_empty() {
            let pattern = anywhere(&wanted.term);
            let in_name = lower(teams::name).like(pattern.clone()).escape('\\');
            query = query.filter(lower(teams::display_name).like(pattern).escape('\\').or(in_name));
        }
        if let Some(open) = wanted.open {
            query = query.filter(teams::allow_open_invite.eq(open));
        }
        match wanted.group_constrained {
            Some(true) => query = query.filter(teams::group_constrained.eq(true)),
            Some(false) => {
                query = query.filter(teams::group_constrained.is_null().or(teams::group_constrained.eq(false)));
            }
            None => {}
        }
        query
    }};
}

/// The teams that fit, archived ones as well, by display name.
pub fn find(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<Team>> {
    let mut query = fitting!(wanted).select(Row::as_select()).order((teams::display_name, teams::id));
    if let Some((offset, limit)) = wanted.page {
        query = query.offset(offset).limit(limit);
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Team::from).collect())
}

/// The teams of these ids or names, archived ones as well.
pub fn among(conn: &mut Conn, ids: &[Id], names: &[String]) -> Result<Vec<Team>> {
    let wanted = teams::id.eq_any(ids).or(teams::name.eq_any(names));
    let rows: Vec<Row> = teams::table.select(Row::as_select()).filter(wanted).order(teams::name).load(conn)?;
    Ok(rows.into_iter().map(Team::from).collect())
}

/// How many teams fit, whatever the page.
pub fn count(conn: &mut Conn, wanted: &Wanted) -> Result<i64> {
    Ok(fitting!(wanted).count().get_result(conn)?)
}
