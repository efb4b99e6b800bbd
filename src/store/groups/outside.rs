//! Who is in a team or channel, but in none of some groups.

use std::collections::HashMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::Row;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::groups::{Group, Syncable};
use crate::model::roles::SchemeRoles;
use crate::model::users::User;
use crate::store::conn::Conn;
use crate::store::schema::{bots, channel_members, group_members, team_members, user_groups, users};

/// Somebody in a place: what they are there, and the living groups they are in.
pub struct Outsider {
    /// Who.
    pub user: User,
    /// What they are in the place.
    pub scheme: SchemeRoles,
    /// Their groups, by name.
    pub groups: Vec<Group>,
}

/// The people in a place who are in none of these groups: a page by user name (how many to pass over, how many at most),
/// and how many there are. Bots and deactivated accounts are left out.
pub fn members_outside(
    conn: &mut Conn,
    place: Syncable,
    groups: &[Id],
    (offset, limit): (i64, i64),
) -> Result<(Vec<Outsider>, i64)> {
    type Flags = (Id, Option<bool>, Option<bool>, Option<bool>);
    macro_rules! outside {
        ($m:ident, $members:expr) => {{
            let all = || {
                $members
                    .inner_join(users::table.on(users::id.eq($m::user_id)))
                    .filter(users::delete_at.eq(0))
                    .filter(not(exists(bots::table.filter(bots::user_id.eq(users::id)))))
                    .filter(not(exists(
                        group_members::table
                            .filter(group_members::user_id.eq(users::id).and(group_members::delete_at.eq(0)))
                            .filter(group_members::group_id.eq_any(groups)),
                    )))
            };
            let flags = (users::id, $m::scheme_guest, $m::scheme_user, $m::scheme_admin);
            let page = all().select(flags).order(users::username).offset(offset).limit(limit);
            (all().count().get_result(conn)?, page.load::<Flags>(conn)?)
        }};
    }
    let (total, rows) = match place {
        Syncable::Team(team) => outside!(
            team_members,
            team_members::table.filter(team_members::team_id.eq(team).and(team_members::delete_at.eq(0)))
        ),
        Syncable::Channel(channel) => {
            outside!(channel_members, channel_members::table.filter(channel_members::channel_id.eq(channel)))
        }
    };
    let ids: Vec<Id> = rows.iter().map(|row| row.0).collect();
    let flags: HashMap<Id, SchemeRoles> =
        rows.into_iter().map(|(id, guest, user, admin)| (id, scheme(guest, user, admin))).collect();
    let mut theirs = groups_of(conn, &ids)?;
    let people = crate::store::users::by_ids(conn, &ids)?.into_iter().map(|user| Outsider {
        scheme: flags.get(&user.id).copied().unwrap_or_default(),
        groups: theirs.remove(&user.id).unwrap_or_default(),
        user,
    });
    Ok((people.collect(), total))
}

fn scheme(guest: Option<bool>, user: Option<bool>, admin: Option<bool>) -> SchemeRoles {
    SchemeRoles {
        scheme_guest: guest.unwrap_or_default(),
        scheme_user: user.unwrap_or_default(),
        scheme_admin: admin.unwrap_or_default(),
    }
}

fn groups_of(conn: &mut Conn, people: &[Id]) -> Result<HashMap<Id, Vec<Group>>> {
    let rows: Vec<(Id, Row)> = group_members::table
        .inner_join(user_groups::table.on(user_groups::id.eq(group_members::group_id)))
        .filter(group_members::user_id.eq_any(people))
        .filter(group_members::delete_at.eq(0).and(user_groups::delete_at.eq(0)))
        .select((group_members::user_id, Row::as_select()))
        .order(user_groups::display_name)
        .load(conn)?;
    let mut found: HashMap<Id, Vec<Group>> = HashMap::new();
    for (user, row) in rows {
        found.entry(user).or_default().push(row.into());
    }
    Ok(found)
}
