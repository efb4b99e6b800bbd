//! The table of mail domains, and who waits for a team. Nothing of it is kept in memory: it is small, and every node has
//! to go by it at once.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Tx;
use super::conn::{Conn, each};
use super::schema::{kollegium_awaited_teams as awaited, kollegium_domains as domains};
use super::types::Json;
use crate::model::Id;
use crate::model::domains::{DomainRole, DomainRule, DomainTable, Pattern};
use crate::model::errors::Result;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = domains)]
struct Row {
    pattern: String,
    teams: Json<Vec<Id>>,
    may_join: Json<Vec<Id>>,
    channels: Json<Vec<Id>>,
    role: String,
    enabled: bool,
    create_at: i64,
    update_at: i64,
}

impl Row {
    /// The entry; `None` for what a later version may have written.
    fn read(self) -> Option<DomainRule> {
        Some(DomainRule {
            domain: Pattern::parse(&self.pattern)?,
            teams: self.teams.0,
            may_join: self.may_join.0,
            channels: self.channels.0,
            role: DomainRole::parse(&self.role)?,
            enabled: self.enabled,
            create_at: self.create_at,
            update_at: self.update_at,
        })
    }
}

/// All entries, by their domains.
pub fn all(conn: &mut Conn) -> Result<DomainTable> {
    let rows: Vec<Row> = domains::table.select(Row::as_select()).order(domains::pattern).load(conn)?;
    Ok(DomainTable::new(rows.into_iter().filter_map(Row::read).collect()))
}

/// Writes an entry, new or in place of the one for the same domains, whose time of making stays.
pub fn save(tx: &mut Tx<'_>, rule: &DomainRule) -> Result<()> {
    let row = Row {
        pattern: rule.domain.to_string(),
        teams: Json(rule.teams.clone()),
        may_join: Json(rule.may_join.clone()),
        channels: Json(rule.channels.clone()),
        role: rule.role.name().to_owned(),
        enabled: rule.enabled,
        create_at: rule.create_at,
        update_at: rule.update_at,
    };
    each!(tx.conn(), c => diesel::insert_into(domains::table)
        .values(row)
        .on_conflict(domains::pattern)
        .do_update()
        .set((
            domains::teams.eq(excluded(domains::teams)),
            domains::may_join.eq(excluded(domains::may_join)),
            domains::channels.eq(excluded(domains::channels)),
            domains::role.eq(excluded(domains::role)),
            domains::enabled.eq(excluded(domains::enabled)),
            domains::update_at.eq(excluded(domains::update_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Removes an entry; whether there was one.
pub fn delete(tx: &mut Tx<'_>, domain: &Pattern) -> Result<bool> {
    let row = domains::table.filter(domains::pattern.eq(domain.to_string()));
    Ok(diesel::delete(row).execute(tx.conn())? > 0)
}

/// Notes that somebody is to join a team once their address is proven.
pub fn wait(tx: &mut Tx<'_>, user: Id, team: Id) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(awaited::table)
        .values((awaited::user_id.eq(user), awaited::team_id.eq(team)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// The teams that somebody waits for; they wait no more.
pub fn end_wait(tx: &mut Tx<'_>, user: Id) -> Result<Vec<Id>> {
    let waits = awaited::table.filter(awaited::user_id.eq(user));
    let teams = waits.select(awaited::team_id).order(awaited::team_id).load(tx.conn())?;
    if !teams.is_empty() {
        diesel::delete(waits).execute(tx.conn())?;
    }
    Ok(teams)
}
