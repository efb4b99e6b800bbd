//! Teams and who is in them.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::upsert::excluded;

use super::conn::{Conn, each};
use super::schema::{team_members, teams};
use super::types::EnumText;
use super::{Stale, Store, Tx};
use crate::model::Id;
use crate::model::errors::{AppError, Result, teams as codes};
use crate::model::roles::SchemeRoles;
use crate::model::teams::{Team, TeamMember};

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = teams, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: Id,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    display_name: String,
    name: String,
    description: String,
    email: String,
    kind: EnumText,
    company_name: String,
    allowed_domains: String,
    invite_id: String,
    scheme_id: Option<String>,
    allow_open_invite: bool,
    last_team_icon_update: i64,
    group_constrained: Option<bool>,
    cloud_limits_archived: bool,
}

impl From<Row> for Team {
    fn from(row: Row) -> Team {
        Team {
            id: row.id,
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: row.delete_at,
            display_name: row.display_name,
            name: row.name,
            description: row.description,
            email: row.email,
            r#type: row.kind.0,
            company_name: row.company_name,
            allowed_domains: row.allowed_domains,
            invite_id: row.invite_id,
            allow_open_invite: row.allow_open_invite,
            last_team_icon_update: row.last_team_icon_update,
            scheme_id: row.scheme_id.and_then(|id| Id::parse(&id)),
            group_constrained: row.group_constrained,
            policy_id: None,
            cloud_limits_archived: row.cloud_limits_archived,
        }
    }
}

impl From<&Team> for Row {
    fn from(team: &Team) -> Row {
        let team = team.clone();
        Row {
            id: team.id,
            create_at: team.create_at,
            update_at: team.update_at,
            delete_at: team.delete_at,
            display_name: team.display_name,
            name: team.name,
            description: team.description,
            email: team.email,
            kind: EnumText(team.r#type),
            company_name: team.company_name,
            allowed_domains: team.allowed_domains,
            invite_id: team.invite_id,
            scheme_id: Some(team.scheme_id.map(|id| id.to_string()).unwrap_or_default()),
            allow_open_invite: team.allow_open_invite,
            last_team_icon_update: team.last_team_icon_update,
            group_constrained: team.group_constrained,
            cloud_limits_archived: team.cloud_limits_archived,
        }
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = team_members, treat_none_as_default_value = false, treat_none_as_null = true)]
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
        }
    }
}

/// The team of that id.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Team>> {
    let row: Option<Row> = teams::table.select(Row::as_select()).filter(teams::id.eq(id)).first(conn).optional()?;
    Ok(row.map(Team::from))
}

/// Adds a team; refuses a name that is taken.
pub fn insert(tx: &mut Tx<'_>, team: &Team) -> Result<()> {
    diesel::insert_into(teams::table).values(Row::from(team)).execute(tx.conn()).map_err(taken)?;
    tx.stale(Stale::Team(team.id));
    Ok(())
}

/// Writes a team's whole row.
pub fn save(tx: &mut Tx<'_>, team: &Team) -> Result<()> {
    let row = Row::from(team);
    diesel::update(teams::table.filter(teams::id.eq(team.id))).set(&row).execute(tx.conn()).map_err(taken)?;
    tx.stale(Stale::Team(team.id));
    Ok(())
}

fn taken(error: Error) -> AppError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => codes::SAVE_EXISTING.error(),
        other => other.into(),
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

/// The living memberships of a user in teams.
pub fn members_of_user(conn: &mut Conn, user: Id) -> Result<Vec<TeamMember>> {
    let rows: Vec<MemberRow> = team_members::table
        .select(MemberRow::as_select())
        .filter(team_members::user_id.eq(user).and(team_members::delete_at.eq(0)))
        .order(team_members::team_id)
        .load(conn)?;
    Ok(rows.into_iter().map(TeamMember::from).collect())
}

impl Store {
    /// The team of that id, from memory if possible.
    pub async fn team(&self, id: Id) -> Result<Option<Arc<Team>>> {
        self.kept_or(|k| &k.teams, id, |conn, id| Ok(by_id(conn, *id)?.map(Arc::new))).await
    }

    /// The living memberships of a user in teams, from memory if possible.
    pub async fn teams_of(&self, user: Id) -> Result<Arc<[TeamMember]>> {
        let members = self.kept_or(|k| &k.teams_of, user, |conn, user| Ok(Some(members_of_user(conn, *user)?.into())));
        Ok(members.await?.unwrap_or_default())
    }
}
