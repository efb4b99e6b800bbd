//! Changing a team.

use crate::app::App;
use crate::app::groups::order_sync;
use crate::app::teams::read::seen_by;
use crate::auth::TeamGrant;
use crate::auth::actor::need;
use crate::auth::teams::{ManageInvitations, ManageTeam};
use crate::config::Settings;
use crate::events::Change;
use crate::events::teams::TeamEvent;
use crate::model::domains::domain_beyond;
use crate::model::errors::{Result, teams as codes};
use crate::model::groups::Syncable;
use crate::model::permissions::Permission;
use crate::model::teams::{INVITE, OPEN, Team, TeamInput, TeamPatch};
use crate::model::{Id, now};
use crate::store::{self, Tx};

impl App {
    /// Changes what is given.
    pub async fn patch_team(&self, grant: TeamGrant<ManageTeam>, patch: TeamPatch) -> Result<Team> {
        let touches_entry = patch.allow_open_invite.is_some() || patch.allowed_domains.is_some();
        may_decide_entry(&grant, touches_entry)?;
        let actor = grant.actor().clone();
        let team = self
            .change_team(grant.team().id, move |team, settings| {
                let mut changed = team.patched(&patch);
                changed.normalize();
                if team.allow_open_invite && patch.allow_open_invite == Some(false) {
                    changed.invite_id = Id::random().to_string();
                }
                check_domains(&changed, settings)?;
                Ok(changed)
            })
            .await?;
        Ok(seen_by(team, &actor))
    }

    /// Replaces what people may change; name, type, address and invitation stay.
    pub async fn replace_team(&self, grant: TeamGrant<ManageTeam>, input: TeamInput) -> Result<Team> {
        let team = grant.team();
        let touches_entry =
            input.allow_open_invite != team.allow_open_invite || input.allowed_domains != team.allowed_domains;
        may_decide_entry(&grant, touches_entry)?;
        let actor = grant.actor().clone();
        let team = self
            .change_team(grant.team().id, move |team, settings| {
                let mut changed = Team {
                    display_name: input.display_name,
                    description: input.description,
                    company_name: input.company_name,
                    allowed_domains: input.allowed_domains,
                    allow_open_invite: input.allow_open_invite,
                    group_constrained: input.group_constrained,
                    ..team.clone()
                };
                changed.normalize();
                check_domains(&changed, settings)?;
                Ok(changed)
            })
            .await?;
        Ok(seen_by(team, &actor))
    }

    /// Opens a team or closes it, type and open invitation alike. Closing ends the old invitation link.
    pub async fn set_team_privacy(&self, grant: TeamGrant<ManageInvitations>, open: bool) -> Result<Team> {
        let kind = if open { OPEN } else { INVITE };
        let actor = grant.actor().clone();
        let team = self
            .change_team(grant.team().id, move |team, _| {
                let mut changed = Team { r#type: kind.to_owned(), allow_open_invite: open, ..team.clone() };
                if !open && (team.allow_open_invite || team.r#type != INVITE) {
                    changed.invite_id = Id::random().to_string();
                }
                Ok(changed)
            })
            .await?;
        Ok(seen_by(team, &actor))
    }

    /// Makes a new invitation link; the old one is worth nothing from then on.
    pub async fn renew_invite_id(&self, grant: TeamGrant<ManageInvitations>) -> Result<Team> {
        let actor = grant.actor().clone();
        let renewed = |team: &Team, _: &Settings| Ok(Team { invite_id: Id::random().to_string(), ..team.clone() });
        let mut team = seen_by(self.change_team(grant.team().id, renewed).await?, &actor);
        if !self.shows_team_addresses(&actor) {
            team.email.clear();
        }
        Ok(team)
    }

    /// Writes a team anew, if it is there and still valid, and tells its members.
    async fn change_team(
        &self,
        id: Id,
        change: impl FnOnce(&Team, &Settings) -> Result<Team> + Send + 'static,
    ) -> Result<Team> {
        let snapshot = self.config.snapshot();
        self.store
            .write(move |tx| {
                let team = present(tx, id)?;
                let changed = Team { update_at: now(), ..change(&team, &snapshot.effective)? };
                changed.validate()?;
                store::teams::save(tx, &changed)?;
                if changed.group_constrained == Some(true) && team.group_constrained != Some(true) {
                    order_sync(tx, Some(Syncable::Team(id)))?;
                }
                let event = TeamEvent::Updated { team: id, value: super::told(&changed) };
                Ok(Change::emit(changed, event))
            })
            .await
    }
}

/// The team as it is in this transaction.
pub(super) fn present(tx: &mut Tx<'_>, id: Id) -> Result<Team> {
    store::teams::by_id(tx.conn(), id)?.ok_or_else(|| codes::NOT_FOUND.error())
}

/// Who is admitted is decided by those who may also invite (permissions.md §5 "Teams").
fn may_decide_entry(grant: &TeamGrant<ManageTeam>, touches_entry: bool) -> Result<()> {
    need(!touches_entry || grant.actor().may_in_team(grant.team().id, Permission::invite_user))
}

/// A team admits no domains that the server does not.
fn check_domains(team: &Team, settings: &Settings) -> Result<()> {
    match domain_beyond(&team.allowed_domains, &settings.team.restrict_creation_to_domains) {
        Some(domain) => Err(codes::DOMAINS_MISMATCH.with(&[&domain])),
        None => Ok(()),
    }
}
