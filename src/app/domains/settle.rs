//! Joining and leaving teams as a proven address says.

use crate::app::access_log::of_server;
use crate::app::teams::{check_groups, join, leave};
use crate::config::Settings;
use crate::events::Event;
use crate::model::Id;
use crate::model::access_log::events;
use crate::model::domains::{DomainTable, TeamRight};
use crate::model::errors::Result;
use crate::model::posts::kinds;
use crate::model::teams::Team;
use crate::model::users::User;
use crate::store::{self, Tx};

/// Brings somebody's teams into the form that their address gives them now: they leave the teams that others alone may be
/// in, and join those that they join at once and those whose invitation they signed up with, once the address is proven.
/// What is done is entered into the access log. Answers what is to be told.
pub(in crate::app) fn settle(tx: &mut Tx<'_>, user: &User, settings: &Settings) -> Result<Vec<Event>> {
    let table = store::domains::all(tx.conn())?;
    if user.is_bot {
        return Ok(Vec::new());
    }
    let mut told = leave_others(tx, &table, user, settings)?;
    if user.email_verified && user.is_active() {
        let mut wanted = store::domains::end_wait(tx, user.id)?;
        // Guests are in the channels that they were invited to.
        if !user.is_guest() {
            wanted.extend(table.teams_at_once(&user.email));
        }
        told.extend(enter(tx, &wanted, user, settings)?);
    }
    Ok(told)
}

fn leave_others(tx: &mut Tx<'_>, table: &DomainTable, user: &User, settings: &Settings) -> Result<Vec<Event>> {
    let mut told = Vec::new();
    if !table.is_in_force() {
        return Ok(told);
    }
    for member in store::teams::members_of_user(tx.conn(), user.id)? {
        let team = member.team_id;
        let why = match table.right(team, &user.email, user.email_verified) {
            TeamRight::Free | TeamRight::Given(_) => continue,
            TeamRight::Unproven => "their address is not proven",
            TeamRight::Refused => "their address is of another domain",
        };
        let (_, left) = leave(tx, team, user, kinds::REMOVE_FROM_TEAM, settings)?.into_parts();
        told.extend(left);
        note(tx, user, events::TEAM_LEFT, team, why)?;
    }
    Ok(told)
}

fn enter(tx: &mut Tx<'_>, wanted: &[Id], user: &User, settings: &Settings) -> Result<Vec<Event>> {
    let mut told = Vec::new();
    for team in store::teams::among(tx.conn(), wanted, &[])?.iter().filter(|team| team.delete_at == 0) {
        let joined = check_groups(tx, team, user).and_then(|()| join(tx, team, user, settings));
        match joined {
            Ok(joined) => {
                let (_, joined) = joined.into_parts();
                if !joined.is_empty() {
                    note(tx, user, events::TEAM_JOINED, team.id, "by the domain of their address")?;
                }
                told.extend(joined);
            }
            Err(error) if error.status >= 500 => return Err(error),
            // A team that is full keeps nobody from having their address proven.
            Err(refused) => note_refusal(tx, user, team, &refused.message)?,
        }
    }
    Ok(told)
}

fn note_refusal(tx: &mut Tx<'_>, user: &User, team: &Team, why: &str) -> Result<()> {
    tracing::warn!(user = %user.id, team = %team.id, why, "somebody could not join the team of their domain");
    note(tx, user, events::TEAM_NOT_JOINED, team.id, why)
}

fn note(tx: &mut Tx<'_>, user: &User, event: &str, team: Id, why: &str) -> Result<()> {
    store::access_log::insert(tx, &of_server(event, user.id).with("team_id", team.as_str()).with("reason", why))
}
