//! Groups that a text mentions.

use diesel::prelude::*;

use super::tied::{groups_of_channel, groups_of_team};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::groups::{CUSTOM, Syncable};
use crate::store::conn::Conn;
use crate::store::schema::{group_channels, group_members, group_teams, team_members, user_groups, users};
use crate::store::users::members_of_teams;

/// A group that a text mentions, and its active members: all, or those in a team.
#[derive(Debug)]
pub struct MentionedGroup {
    /// What was written after the `@`.
    pub name: String,
    /// Ids and user names.
    pub members: Vec<(Id, String)>,
}

/// Which groups may be mentioned somewhere, and who of them hears of it.
#[derive(Debug, Clone, Copy)]
pub struct Mentionable {
    /// Only members of this team.
    pub team: Option<Id>,
    /// Of the groups from a directory only those that this team or channel takes its members from.
    pub tied_to: Option<Syncable>,
    /// Groups that members made, too.
    pub custom: bool,
}

/// The living groups of these names that can be mentioned.
pub fn mentioned(conn: &mut Conn, names: &[String], which: Mentionable) -> Result<Vec<MentionedGroup>> {
    let Mentionable { team, tied_to, custom } = which;
    let mut named = user_groups::table
        .filter(user_groups::name.eq_any(names))
        .filter(user_groups::delete_at.eq(0).and(user_groups::allow_reference.eq(true)))
        .select((user_groups::id, user_groups::name))
        .into_boxed();
    if !custom {
        named = named.filter(user_groups::source.ne(CUSTOM));
    }
    let is_custom = user_groups::source.eq(CUSTOM);
    named = match tied_to {
        None => named,
        Some(Syncable::Team(team)) => named.filter(is_custom.or(user_groups::id.eq_any(groups_of_team!(team)))),
        Some(Syncable::Channel(channel)) => {
            named.filter(is_custom.or(user_groups::id.eq_any(groups_of_channel!(channel))))
        }
    };
    let known: Vec<(Id, Option<String>)> = named.load(conn)?;
    if known.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Id> = known.iter().map(|(id, _)| *id).collect();
    let mut query = group_members::table
        .inner_join(users::table.on(users::id.eq(group_members::user_id)))
        .filter(group_members::group_id.eq_any(ids))
        .filter(group_members::delete_at.eq(0).and(users::delete_at.eq(0)))
        .select((group_members::group_id, users::id, users::username))
        .order(users::username)
        .into_boxed();
    if let Some(team) = team {
        query = query.filter(users::id.eq_any(members_of_teams!([team])));
    }
    let rows: Vec<(Id, Id, String)> = query.load(conn)?;
    let of = |group: Id| rows.iter().filter(|row| row.0 == group).map(|row| (row.1, row.2.clone())).collect();
    Ok(known.into_iter().map(|(id, name)| MentionedGroup { name: name.unwrap_or_default(), members: of(id) }).collect())
}
