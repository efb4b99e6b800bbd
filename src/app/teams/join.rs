//! How somebody comes to be in a team.

use crate::app::channels::join_standard;
use crate::config::Settings;
use crate::events::Change;
use crate::events::teams::TeamEvent;
use crate::model::errors::Result;
use crate::model::roles::SchemeRoles;
use crate::model::teams::{Team, TeamMember};
use crate::model::users::User;
use crate::store::{self, Tx};

/// Puts somebody into a team and its standard channels. Whoever's address is the team's is its administrator
/// (auth.md §9). Somebody who is in it already stays as they are, and nobody is told.
pub(in crate::app) fn join(
    tx: &mut Tx<'_>,
    team: &Team,
    user: &User,
    settings: &Settings,
) -> Result<Change<TeamMember>> {
    let present = store::teams::member(tx.conn(), team.id, user.id)?;
    if let Some(member) = present.filter(|m| m.delete_at == 0) {
        return Ok(Change::silent(member, "is in the team already"));
    }
    let is_admin = !team.email.is_empty() && team.email == user.email;
    let scheme = match (user.is_guest(), is_admin) {
        (true, _) => SchemeRoles::GUEST,
        (_, true) => SchemeRoles::ADMIN,
        _ => SchemeRoles::USER,
    };
    let member = TeamMember::new(team.id, user.id, scheme);
    store::teams::save_member(tx, &member)?;
    let joined = if user.is_guest() { Vec::new() } else { join_standard(tx, team.id, user, is_admin, settings)? };
    Ok(Change::emit(member, TeamEvent::MemberAdded { team: team.id, user: user.id }).and_all(joined))
}
