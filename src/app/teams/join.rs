//! How somebody comes to be in a team.

use std::sync::Arc;

use crate::app::App;
use crate::app::channels::{join_invited, join_standard};
use crate::app::teams::edit::present;
use crate::auth::teams::{AddToTeam, JoinTeam};
use crate::auth::{Actor, TeamGrant};
use crate::config::Settings;
use crate::events::teams::TeamEvent;
use crate::events::{Change, Event};
use crate::model::Id;
use crate::model::domains::{DomainRole, DomainTable, TeamRight, domain_allowed};
use crate::model::errors::{AppError, Code, Result, teams as codes, users as user_codes};
use crate::model::permissions::Permission;
use crate::model::roles::SchemeRoles;
use crate::model::teams::{Team, TeamMember};
use crate::model::users::User;
use crate::store::{self, Tx};

/// Puts somebody into a team and its standard channels. Whoever's address is the team's is its administrator
/// (auth.md §9). Somebody who is in it already stays as they are, and nobody is told.
///
/// Refuses addresses of other domains than those admitted, or that the table of domains keeps out of the team, and people
/// beyond `MaxUsersPerTeam`.
pub(in crate::app) fn join(
    tx: &mut Tx<'_>,
    team: &Team,
    user: &User,
    settings: &Settings,
) -> Result<Change<TeamMember>> {
    join_by(tx, team, user, None, settings)
}

/// The same, where the standard channels are told who added them, unless nobody did.
pub(super) fn join_by(
    tx: &mut Tx<'_>,
    team: &Team,
    user: &User,
    by: Option<&User>,
    settings: &Settings,
) -> Result<Change<TeamMember>> {
    let table = store::domains::all(tx.conn())?;
    let by_domain = check_domain(tx, &table, team, user, settings)?;
    let present = store::teams::member(tx.conn(), team.id, user.id)?;
    let returns = present.is_some();
    if let Some(member) = present.filter(|m| m.delete_at == 0) {
        return Ok(Change::silent(member, "is in the team already"));
    }
    store::locks::hold(tx, "members of a team", team.id.as_str())?;
    if store::teams::count_active_members(tx.conn(), team.id)? >= settings.team.max_users_per_team {
        return if returns { codes::FULL.err() } else { codes::FULL_ON_SAVE.err() };
    }
    let is_maker = !team.email.is_empty() && team.email == user.email;
    let is_admin = is_maker || by_domain == Some(DomainRole::TeamAdmin);
    let scheme = match (user.is_guest(), is_admin) {
        (true, _) => SchemeRoles::GUEST,
        (_, true) => SchemeRoles::ADMIN,
        _ => SchemeRoles::USER,
    };
    let mut member = TeamMember::new(team.id, user.id, scheme);
    if team.scheme_id.is_some() {
        member = member.named(store::schemes::names_in_team(tx.conn(), team.id)?);
    }
    store::teams::save_member(tx, &member)?;
    let mut joined = Vec::new();
    if !user.is_guest() {
        joined.extend(join_standard(tx, team.id, user, by, is_admin, settings)?);
        joined.extend(join_by_domain(tx, &table, team, user)?);
    }
    Ok(Change::emit(member, told_to_be_added(team.id, user.id)).and_all(joined))
}

/// `added_to_team`.
pub(super) fn told_to_be_added(team: Id, user: Id) -> Event {
    TeamEvent::MemberAdded { team, user }.into()
}

/// Refuses an address that the team, the server or the table of domains does not admit; what the table makes of its
/// people. Bots have no address of their own.
fn check_domain(
    tx: &mut Tx<'_>,
    table: &DomainTable,
    team: &Team,
    user: &User,
    settings: &Settings,
) -> Result<Option<DomainRole>> {
    if user.is_bot {
        return Ok(None);
    }
    if !admits(table, team, &user.email, user.is_guest(), settings) {
        return codes::ALLOWED_DOMAINS.err();
    }
    if table.right(team.id, &user.email, true) == TeamRight::Free {
        return Ok(None);
    }
    // The address may have changed since the person was read.
    let user = store::users::by_id(tx.conn(), user.id)?.ok_or(user_codes::NOT_FOUND)?;
    match table.right(team.id, &user.email, user.email_verified) {
        TeamRight::Free => Ok(None),
        TeamRight::Given(role) => Ok(Some(role)),
        TeamRight::Unproven => codes::UNPROVEN.err(),
        TeamRight::Refused => Err(kept_for_others(table, team, codes::OF_DOMAINS)),
    }
}

/// The refusal of somebody whose domain the table keeps out of a team, in these words if there are others to be named.
pub(in crate::app) fn kept_for_others(table: &DomainTable, team: &Team, words: Code) -> AppError {
    match table.domains_of(team.id).as_str() {
        "" => AppError { status: words.status, ..codes::CLOSED_DOMAINS.error() },
        domains => words.with(&[&domains]),
    }
}

/// Whether the team is one that somebody may join as soon as their address is proven.
pub(in crate::app) fn has_to_prove(tx: &mut Tx<'_>, team: &Team, user: &User) -> Result<bool> {
    let table = store::domains::all(tx.conn())?;
    Ok(table.right(team.id, &user.email, user.email_verified) == TeamRight::Unproven)
}

/// Puts a new member into the channels that their domain joins with the team.
fn join_by_domain(tx: &mut Tx<'_>, table: &DomainTable, team: &Team, user: &User) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    let wanted = if user.is_bot { Vec::new() } else { table.channels_with(team.id, &user.email) };
    for channel in store::channels::by_ids(tx.conn(), &wanted)? {
        if channel.team_id == team.id && !channel.is_archived() {
            events.extend(join_invited(tx, &channel, user)?);
        }
    }
    Ok(events)
}

/// Whether an address may be invited to a team, for somebody who perhaps has no account yet.
pub(super) fn may_be_invited(
    table: &DomainTable,
    team: &Team,
    email: &str,
    as_guest: bool,
    settings: &Settings,
) -> bool {
    let may_sign_up = as_guest || table.admits(email, &settings.team.restrict_creation_to_domains);
    let may_join = table.right(team.id, email, true) != TeamRight::Refused;
    may_sign_up && may_join && admits(table, team, email, as_guest, settings)
}

/// Whether the lists of the team and the server admit an address; guests have a list of their own.
fn admits(table: &DomainTable, team: &Team, email: &str, as_guest: bool, settings: &Settings) -> bool {
    let of_server = &settings.team.restrict_creation_to_domains;
    match as_guest {
        true => domain_allowed(email, &settings.guest_accounts.restrict_creation_to_domains),
        false => {
            domain_allowed(email, &team.allowed_domains) && (domain_allowed(email, of_server) || table.lists(email))
        }
    }
}

/// Where groups decide who is in a team, only their members can be added.
pub(in crate::app) fn check_groups(tx: &mut Tx<'_>, team: &Team, user: &User) -> Result<()> {
    let free = team.group_constrained != Some(true) || user.is_bot;
    if free || store::teams::is_in_group_of(tx.conn(), team.id, user.id)? {
        Ok(())
    } else {
        codes::GROUP_CONSTRAINED.err()
    }
}

impl App {
    /// Puts somebody into a team: oneself where that is allowed, or others.
    pub async fn add_team_member(&self, actor: Actor, team: Id, user: Id) -> Result<TeamMember> {
        let (team, user) = if actor.id() == user {
            let grant: TeamGrant<JoinTeam> = self.auth.team(actor, team).await?;
            (grant.team().id, grant.actor().user().clone())
        } else {
            let grant: TeamGrant<AddToTeam> = self.auth.team(actor, team).await?;
            (grant.team().id, self.addable(&grant, user).await?)
        };
        let snapshot = self.config.snapshot();
        self.store
            .write(move |tx| {
                let team = present(tx, team)?;
                check_groups(tx, &team, &user)?;
                let joined = join(tx, &team, &user, &snapshot.effective)?;
                // Clients hear of being added twice this way (surprises.md, Teams).
                Ok(joined.and(told_to_be_added(team.id, user.id)))
            })
            .await
    }

    /// Somebody whom the actor may put into the team: guests only by those who may invite guests.
    pub(super) async fn addable(&self, grant: &TeamGrant<AddToTeam>, user: Id) -> Result<Arc<User>> {
        let guests_too = grant.actor().may_in_team(grant.team().id, Permission::invite_guest);
        let unknown = if guests_too { user_codes::NOT_FOUND } else { codes::USER_NOT_FOUND };
        let user = self.auth.known(grant.actor(), user).await?.ok_or(unknown)?;
        crate::auth::actor::need(guests_too || !user.is_guest())?;
        Ok(user)
    }
}
