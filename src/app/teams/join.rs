//! How somebody comes to be in a team.

use std::sync::Arc;

use crate::app::App;
use crate::app::channels::join_standard;
use crate::app::teams::edit::present;
use crate::auth::teams::{AddToTeam, JoinTeam};
use crate::auth::{Actor, TeamGrant};
use crate::config::Settings;
use crate::events::teams::TeamEvent;
use crate::events::{Change, Event};
use crate::model::Id;
use crate::model::errors::{Result, teams as codes, users as user_codes};
use crate::model::permissions::Permission;
use crate::model::roles::SchemeRoles;
use crate::model::teams::{Team, TeamMember};
use crate::model::text::domain_allowed;
use crate::model::users::User;
use crate::store::{self, Tx};

/// Puts somebody into a team and its standard channels. Whoever's address is the team's is its administrator
/// (auth.md §9). Somebody who is in it already stays as they are, and nobody is told.
///
/// Refuses addresses of other domains than those admitted, and people beyond `MaxUsersPerTeam`.
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
    check_domain(team, user, settings)?;
    let present = store::teams::member(tx.conn(), team.id, user.id)?;
    let returns = present.is_some();
    if let Some(member) = present.filter(|m| m.delete_at == 0) {
        return Ok(Change::silent(member, "is in the team already"));
    }
    store::locks::hold(tx, "members of a team", team.id.as_str())?;
    if store::teams::count_active_members(tx.conn(), team.id)? >= settings.team.max_users_per_team {
        return if returns { codes::FULL.err() } else { codes::FULL_ON_SAVE.err() };
    }
    let is_admin = !team.email.is_empty() && team.email == user.email;
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
    let joined = if user.is_guest() { Vec::new() } else { join_standard(tx, team.id, user, by, is_admin, settings)? };
    Ok(Change::emit(member, told_to_be_added(team.id, user.id)).and_all(joined))
}

/// `added_to_team`.
pub(super) fn told_to_be_added(team: Id, user: Id) -> Event {
    TeamEvent::MemberAdded { team, user }.into()
}

/// Refuses an address that the team or the server does not admit. Bots have none.
fn check_domain(team: &Team, user: &User, settings: &Settings) -> Result<()> {
    let fits = user.is_bot || admits(team, &user.email, user.is_guest(), settings);
    if fits { Ok(()) } else { codes::ALLOWED_DOMAINS.err() }
}

/// Whether an address is of the domains that the team and the server admit; guests have a list of their own.
pub(super) fn admits(team: &Team, email: &str, as_guest: bool, settings: &Settings) -> bool {
    let of_server = &settings.team.restrict_creation_to_domains;
    match as_guest {
        true => domain_allowed(email, &settings.guest_accounts.restrict_creation_to_domains),
        false => domain_allowed(email, &team.allowed_domains) && domain_allowed(email, of_server),
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
        let user = self.store.user(user).await?.ok_or(unknown)?;
        crate::auth::actor::need(guests_too || !user.is_guest())?;
        Ok(user)
    }
}
