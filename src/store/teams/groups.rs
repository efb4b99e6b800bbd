//! Teams whose members come from groups.

use std::collections::HashMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::model::Id;
use crate::model::errors::Result;
use crate::model::roles::SchemeRoles;
use crate::model::users::User;
use crate::store::conn::Conn;
use crate::store::schema::{bots, group_members, group_teams, team_members, users};

/// Whether somebody is in a group that a team takes its members from.
pub fn is_in_group_of(conn: &mut Conn, team: Id, user: Id) -> Result<bool> {
    let groups = group_teams::table
        .filter(group_teams::team_id.eq(team).and(group_teams::delete_at.eq(0)))
        .select(group_teams::group_id);
    let membership = group_members::user_id.eq(user).and(group_members::delete_at.eq(0));
    let found = group_members::table.filter(membership).filter(group_members::group_id.eq_any(groups));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The people in a team who are in none of these groups: a page by user name (how many to pass over, how many at most)
/// with what they are in the team, and how many there are. Bots and deactivated accounts are left out.
pub fn members_outside(
    conn: &mut Conn,
    team: Id,
    groups: &[Id],
    (offset, limit): (i64, i64),
) -> Result<(Vec<(User, SchemeRoles)>, i64)> {
    macro_rules! outside {
        () => {
            team_members::table
                .inner_join(users::table.on(users::id.eq(team_members::user_id)))
                .filter(team_members::team_id.eq(team).and(team_members::delete_at.eq(0)))
                .filter(users::delete_at.eq(0))
                .filter(not(exists(bots::table.filter(bots::user_id.eq(users::id)))))
                .filter(not(exists(
                    group_members::table
                        .filter(group_members::user_id.eq(users::id).and(group_members::delete_at.eq(0)))
                        .filter(group_members::group_id.eq_any(groups)),
                )))
        };
    }
    let total = outside!().count().get_result(conn)?;
    type Flags = (Id, Option<bool>, Option<bool>, Option<bool>);
    let flags = (users::id, team_members::scheme_guest, team_members::scheme_user, team_members::scheme_admin);
    let rows: Vec<Flags> = outside!().select(flags).order(users::username).offset(offset).limit(limit).load(conn)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.0).collect();
    let schemes: HashMap<Id, SchemeRoles> = rows
        .into_iter()
        .map(|(id, guest, user, admin)| {
            let scheme = SchemeRoles {
                scheme_guest: guest.unwrap_or_default(),
                scheme_user: user.unwrap_or_default(),
                scheme_admin: admin.unwrap_or_default(),
            };
            (id, scheme)
        })
        .collect();
    let found = crate::store::users::by_ids(conn, &ids)?;
    let found = found.into_iter().map(|user| (schemes.get(&user.id).copied().unwrap_or_default(), user));
    Ok((found.map(|(scheme, user)| (user, scheme)).collect(), total))
}
