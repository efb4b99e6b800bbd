//! Finding groups by what is asked of them.

use diesel::prelude::*;

use super::Row;
use super::tied::{groups_of_channel, groups_of_team};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::groups::{CUSTOM, Group};
use crate::store::conn::Conn;
use crate::store::patterns::{anywhere, lower};
use crate::store::schema::{group_channels, group_members, group_teams, user_groups};

/// Which groups are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Part of a name.
    pub term: String,
    /// Of that source only, if not empty.
    pub source: String,
    /// None that members made; what `source` says comes first.
    pub from_directory: bool,
    /// Only such as can be mentioned.
    pub referenceable: bool,
    /// Only such as have this member.
    pub member: Option<Id>,
    /// Only such as this team does not take its members from.
    pub not_of_team: Option<Id>,
    /// Only such as this channel does not take its members from.
    pub not_of_channel: Option<Id>,
    /// Only such as this team takes its members from.
    pub of_team: Option<Id>,
    /// Changed after that; deleted ones as well. 0 for all.
    pub since: i64,
    /// Deleted ones.
    pub archived: Archived,
    /// How many to pass over.
    pub offset: i64,
    /// How many at most; 0 for all.
    pub limit: i64,
}

/// Whether deleted groups are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Archived {
    /// No.
    #[default]
    No,
    /// Also, after the others.
    Also,
    /// Only these.
    Only,
}

/// A page of the groups that are wanted, by their names for people.
pub fn find(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<Group>> {
    let mut query = user_groups::table.select(Row::as_select()).into_boxed();
    if !wanted.term.is_empty() {
        let pattern = anywhere(&wanted.term.to_lowercase());
        let named = lower(user_groups::name.assume_not_null()).like(pattern.clone()).escape('\\');
        let called = lower(user_groups::display_name).like(pattern).escape('\\');
        query = query.filter(user_groups::name.is_not_null().and(named).or(called));
    }
    if !wanted.source.is_empty() {
        query = query.filter(user_groups::source.eq(wanted.source.clone()));
    } else if wanted.from_directory {
        query = query.filter(user_groups::source.ne(CUSTOM));
    }
    if wanted.referenceable {
        query = query.filter(user_groups::allow_reference.eq(true));
    }
    if let Some(user) = wanted.member {
        let theirs = group_members::table.filter(group_members::user_id.eq(user).and(group_members::delete_at.eq(0)));
        query = query.filter(user_groups::id.eq_any(theirs.select(group_members::group_id)));
    }
    if let Some(team) = wanted.not_of_team {
        query = query.filter(user_groups::id.ne_all(groups_of_team!(team)));
    }
    if let Some(team) = wanted.of_team {
        query = query.filter(user_groups::id.eq_any(groups_of_team!(team)));
    }
    if let Some(channel) = wanted.not_of_channel {
        query = query.filter(user_groups::id.ne_all(groups_of_channel!(channel)));
    }
    if wanted.since > 0 {
        query = query.filter(user_groups::update_at.gt(wanted.since));
    }
    query = match wanted.archived {
        Archived::Only => query.filter(user_groups::delete_at.gt(0)),
        Archived::No if wanted.since <= 0 => query.filter(user_groups::delete_at.eq(0)),
        Archived::No | Archived::Also => query,
    };
    query = match wanted.archived {
        Archived::Also => {
            query.order((user_groups::delete_at.gt(0), lower(user_groups::display_name), user_groups::id))
        }
        _ => query.order((lower(user_groups::display_name), user_groups::id)),
    };
    if wanted.limit > 0 {
        query = query.offset(wanted.offset).limit(wanted.limit);
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// The groups that somebody is in, by name; deleted ones too.
pub fn of_user(conn: &mut Conn, user: Id, referenceable: bool) -> Result<Vec<Group>> {
    let archived = Archived::Also;
    find(conn, &Wanted { member: Some(user), referenceable, archived, ..Wanted::default() })
}
