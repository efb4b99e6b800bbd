//! Who is in a team.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::model::Id;
use crate::model::errors::Result;
use crate::model::roles::{SchemeRoleNames, SchemeRoles};
use crate::model::teams::TeamMember;
use crate::model::users::Sight;
use crate::store::conn::{Conn, each};
use crate::store::schema::{channel_members, team_members, users};
use crate::store::users::sharing_channels_with;
use crate::store::{Stale, Tx, schemes};

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = team_members, treat_none_as_default_value = false)]
struct MemberRow {
    team_id: Id,
    user_id: Id,
    /// Roles given besides those of the flags.
    roles: String,
    delete_at: i64,
    scheme_user: Option<bool>,
    scheme_admin: Option<bool>,
    scheme_guest: Option<bool>,
    create_at: i64,
    /// What the flags stand for.
    #[diesel(skip_insertion, select_expression = schemes::names(schemes::TEAM_NAMES))]
    #[diesel(select_expression_type = schemes::Names)]
    names: Option<String>,
}

impl From<MemberRow> for TeamMember {
    fn from(row: MemberRow) -> TeamMember {
        let scheme = SchemeRoles {
            scheme_guest: row.scheme_guest.unwrap_or_default(),
            scheme_user: row.scheme_user.unwrap_or_default(),
            scheme_admin: row.scheme_admin.unwrap_or_default(),
        };
        let mut member = TeamMember {
            team_id: row.team_id,
            user_id: row.user_id,
            delete_at: row.delete_at,
            create_at: row.create_at,
            names: schemes::given(row.names, &SchemeRoleNames::TEAM),
            ..TeamMember::default()
        };
        member.set_roles(scheme, &row.roles);
        member
    }
}

impl From<&TeamMember> for MemberRow {
    fn from(member: &TeamMember) -> MemberRow {
        MemberRow {
            team_id: member.team_id,
            user_id: member.user_id,
            roles: member.explicit_roles.clone(),
            delete_at: member.delete_at,
            scheme_user: Some(member.scheme.scheme_user),
            scheme_admin: Some(member.scheme.scheme_admin),
            scheme_guest: Some(member.scheme.scheme_guest),
            create_at: member.create_at,
            names: None,
        }
    }
}

/// Writes a membership, new or changed.
pub fn save_member(tx: &mut Tx<'_>, member: &TeamMember) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(team_members::table)
        .values(MemberRow::from(member))
        .on_conflict((team_members::team_id, team_members::user_id))
        .do_update()
        .set((
            team_members::roles.eq(excluded(team_members::roles)),
            team_members::delete_at.eq(excluded(team_members::delete_at)),
            team_members::scheme_user.eq(excluded(team_members::scheme_user)),
            team_members::scheme_admin.eq(excluded(team_members::scheme_admin)),
            team_members::scheme_guest.eq(excluded(team_members::scheme_guest)),
        ))
        .execute(c))?;
    tx.stale(Stale::TeamsOf(member.user_id));
    Ok(())
}

/// The membership of a user in a team, also one that has ended.
pub fn member(conn: &mut Conn, team: Id, user: Id) -> Result<Option<TeamMember>> {
    let row: Option<MemberRow> = team_members::table
        .select(MemberRow::as_select())
        .filter(team_members::team_id.eq(team).and(team_members::user_id.eq(user)))
        .first(conn)
        .optional()?;
    Ok(row.map(TeamMember::from))
}

/// Those of these mail addresses whose people are in a team.
pub fn addresses_in(conn: &mut Conn, team: Id, emails: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for chunk in emails.chunks(500) {
        let members = team_members::table.filter(team_members::team_id.eq(team).and(team_members::delete_at.eq(0)));
        let people = users::table.filter(users::id.eq_any(members.select(team_members::user_id)));
        found.extend(people.filter(users::email.eq_any(chunk)).select(users::email).load::<String>(conn)?);
    }
    Ok(found)
}

/// The living memberships of a user in teams.
pub fn members_of_user(conn: &mut Conn, user: Id) -> Result<Vec<TeamMember>> {
    let rows: Vec<MemberRow> = team_members::table
        .select(MemberRow::as_select())
        .filter(team_members::user_id.eq(user).and(team_members::delete_at.eq(0)))
        .order(team_members::team_id)
        .load(conn)?;
    Ok(rows.into_iter().map(TeamMember::from).collect())
}

/// All memberships of a user in teams, ended ones as well.
pub fn all_members_of_user(conn: &mut Conn, user: Id) -> Result<Vec<TeamMember>> {
    let rows: Vec<MemberRow> = team_members::table
        .select(MemberRow::as_select())
        .filter(team_members::user_id.eq(user))
        .order(team_members::team_id)
        .load(conn)?;
    Ok(rows.into_iter().map(TeamMember::from).collect())
}

/// Those of these users who are in the team.
pub fn members_among(conn: &mut Conn, team: Id, users: &[Id]) -> Result<Vec<Id>> {
    let mut found = Vec::with_capacity(users.len());
    for chunk in users.chunks(500) {
        let living: Vec<Id> = team_members::table
            .filter(team_members::team_id.eq(team).and(team_members::delete_at.eq(0)))
            .filter(team_members::user_id.eq_any(chunk))
            .select(team_members::user_id)
            .load(conn)?;
        found.extend(living);
    }
    Ok(found)
}

/// How many active accounts are in a team.
pub fn count_active_members(conn: &mut Conn, team: Id) -> Result<i64> {
    Ok(team_members::table
        .inner_join(users::table.on(users::id.eq(team_members::user_id)))
        .filter(team_members::team_id.eq(team).and(team_members::delete_at.eq(0)).and(users::delete_at.eq(0)))
        .count()
        .get_result(conn)?)
}

/// The living memberships of a team that somebody sees: all, or those of people they share a channel with.
macro_rules! seen {
    ($team:expr, $sight:expr) => {{
        let mut query = team_members::table
            .inner_join(users::table.on(users::id.eq(team_members::user_id)))
            .filter(team_members::team_id.eq($team).and(team_members::delete_at.eq(0)))
            .into_boxed();
        if let Sight::Shared { teams, user, .. } = $sight
            && !teams.contains(&$team)
        {
            query = query.filter(users::id.eq_any(sharing_channels_with!(*user)).or(users::id.eq(*user)));
        }
        query
    }};
}

/// Which members are wanted, and in which order.
#[derive(Debug, Clone)]
pub struct MemberPage {
    /// Whom the asker sees.
    pub sight: Sight,
    /// By user name; else by user id.
    pub by_name: bool,
    /// Leave out deactivated accounts.
    pub active_only: bool,
    /// How many to pass over.
    pub offset: i64,
    /// How many at most.
    pub limit: i64,
}

/// A page of a team's members.
pub fn members(conn: &mut Conn, team: Id, page: &MemberPage) -> Result<Vec<TeamMember>> {
    let mut query = seen!(team, &page.sight).select(MemberRow::as_select());
    if page.active_only {
        query = query.filter(users::delete_at.eq(0));
    }
    query = if page.by_name { query.order(users::username) } else { query.order(team_members::user_id) };
    let rows: Vec<MemberRow> = query.offset(page.offset).limit(page.limit).load(conn)?;
    Ok(rows.into_iter().map(TeamMember::from).collect())
}

/// The living memberships of these users in a team.
pub fn members_of(conn: &mut Conn, team: Id, users: &[Id], sight: &Sight) -> Result<Vec<TeamMember>> {
    let mut found = Vec::with_capacity(users.len());
    for chunk in users.chunks(500) {
        let query = seen!(team, sight).select(MemberRow::as_select()).filter(team_members::user_id.eq_any(chunk));
        let rows: Vec<MemberRow> = query.load(conn)?;
        found.extend(rows.into_iter().map(TeamMember::from));
    }
    Ok(found)
}

/// How many accounts are in a team, and how many of these are active.
pub fn count_members(conn: &mut Conn, team: Id, sight: &Sight) -> Result<(i64, i64)> {
    let total = seen!(team, sight).count().get_result(conn)?;
    let active = seen!(team, sight).filter(users::delete_at.eq(0)).count().get_result(conn)?;
    Ok((total, active))
}

/// Makes somebody a guest, or a plain member, of all their teams, which are returned.
pub fn set_guest(tx: &mut Tx<'_>, user: Id, guest: bool) -> Result<Vec<Id>> {
    let living = team_members::user_id.eq(user).and(team_members::delete_at.eq(0));
    diesel::update(team_members::table.filter(living))
        .set((team_members::scheme_guest.eq(guest), team_members::scheme_user.eq(!guest)))
        .execute(tx.conn())?;
    if guest {
        diesel::update(team_members::table.filter(living))
            .set((team_members::scheme_admin.eq(false), team_members::roles.eq("")))
            .execute(tx.conn())?;
    }
    tx.stale(Stale::TeamsOf(user));
    Ok(team_members::table.filter(living).select(team_members::team_id).load(tx.conn())?)
}
