//! Teams whose members come from groups.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::model::Id;
use crate::model::errors::Result;
use crate::store::conn::Conn;
use crate::store::schema::{group_members, group_teams};

/// Whether somebody is in a group that a team takes its members from.
pub fn is_in_group_of(conn: &mut Conn, team: Id, user: Id) -> Result<bool> {
    let groups = group_teams::table
        .filter(group_teams::team_id.eq(team).and(group_teams::delete_at.eq(0)))
        .select(group_teams::group_id);
    let membership = group_members::user_id.eq(user).and(group_members::delete_at.eq(0));
    let found = group_members::table.filter(membership).filter(group_members::group_id.eq_any(groups));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}
