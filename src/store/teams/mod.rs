//! Teams and who is in them.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::conn::Conn;
use super::schema::{channel_members, team_members, teams};
use super::types::EnumText;
use super::{Stale, Store, Tx};
use crate::model::Id;
use crate::model::errors::{AppError, Result, teams as codes};
use crate::model::teams::{Team, TeamMember};

mod erase;
mod find;
mod groups;
mod leave;
mod members;
mod unread;

pub use erase::{channels, erase};
pub use find::{Listed, Wanted, among, count, find};
pub use groups::is_in_group_of;
pub use leave::{forget_sidebar, leave_channels};
pub use members::{
    MemberPage, addresses_in, all_members_of_user, count_active_members, count_members, member, members, members_among,
    members_of, members_of_user, save_member, set_guest,
};
pub use unread::{unread_in_team, unread_of_user, unread_threads_of_user};

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

/// The team of that id.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Team>> {
    let row: Option<Row> = teams::table.select(Row::as_select()).filter(teams::id.eq(id)).first(conn).optional()?;
    Ok(row.map(Team::from))
}

/// The team of that name, archived or not.
pub fn by_name(conn: &mut Conn, name: &str) -> Result<Option<Team>> {
    let row: Option<Row> = teams::table.select(Row::as_select()).filter(teams::name.eq(name)).first(conn).optional()?;
    Ok(row.map(Team::from))
}

/// The team of that invitation link, archived or not.
pub fn by_invite_id(conn: &mut Conn, invite_id: &str) -> Result<Option<Team>> {
    let of_link = teams::invite_id.eq(invite_id);
    let row: Option<Row> = teams::table.select(Row::as_select()).filter(of_link).first(conn).optional()?;
    Ok(row.map(Team::from))
}

/// The living teams that every member of a channel is in, by display name.
pub fn common_of_channel(conn: &mut Conn, channel: Id) -> Result<Vec<Team>> {
    let people = channel_members::table.filter(channel_members::channel_id.eq(channel));
    let count: i64 = people.count().get_result(conn)?;
    let shared: Vec<Id> = people
        .inner_join(team_members::table.on(team_members::user_id.eq(channel_members::user_id)))
        .filter(team_members::delete_at.eq(0))
        .group_by(team_members::team_id)
        .having(diesel::dsl::count_star().eq(count))
        .select(team_members::team_id)
        .load(conn)?;
    let rows: Vec<Row> = teams::table
        .select(Row::as_select())
        .filter(teams::id.eq_any(shared).and(teams::delete_at.eq(0)))
        .order(teams::display_name)
        .load(conn)?;
    Ok(rows.into_iter().map(Team::from).collect())
}

/// The living teams that a user is in, by display name.
pub fn of_user(conn: &mut Conn, user: Id) -> Result<Vec<Team>> {
    let rows: Vec<Row> = teams::table
        .inner_join(team_members::table.on(team_members::team_id.eq(teams::id)))
        .select(Row::as_select())
        .filter(team_members::user_id.eq(user).and(team_members::delete_at.eq(0)).and(teams::delete_at.eq(0)))
        .order(teams::display_name)
        .load(conn)?;
    Ok(rows.into_iter().map(Team::from).collect())
}

/// A page of the teams that have a scheme, by display name.
pub fn of_scheme(conn: &mut Conn, scheme: Id, offset: i64, limit: i64) -> Result<Vec<Team>> {
    let rows: Vec<Row> = teams::table
        .select(Row::as_select())
        .filter(teams::scheme_id.eq(scheme.as_str()))
        .order((teams::display_name, teams::id))
        .offset(offset)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(Team::from).collect())
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
