//! Reading teams, as far as somebody may.

use crate::app::App;
use crate::auth::actor::need;
use crate::auth::teams::{ReadNamedTeam, ReadTeam, ViewTeam};
use crate::auth::{Actor, TeamGrant};
use crate::model::Id;
use crate::model::errors::{Result, context, teams as codes};
use crate::model::json::Written;
use crate::model::permissions::Permission;
use crate::model::teams::{Team, TeamMember, TeamSight};
use crate::store;
use crate::store::answers::{Of, Question};

/// The team as the actor sees it (permissions.md §5 "Teams").
pub(in crate::app) fn seen_by(team: Team, actor: &Actor) -> Team {
    let sight = TeamSight {
        email: actor.may_in_team(team.id, Permission::manage_team),
        invite_id: actor.may_in_team(team.id, Permission::invite_user),
    };
    team.seen(sight)
}

impl App {
    /// Refuses a team that is not there.
    pub async fn need_team(&self, id: Id) -> Result<()> {
        self.store.team(id).await?.map(|_| ()).ok_or_else(|| codes::NOT_FOUND.error())
    }

    /// The team of a grant.
    pub fn shown_team(&self, grant: &TeamGrant<ReadTeam>) -> Team {
        seen_by(Team::clone(grant.team()), grant.actor())
    }

    /// The team of that name, in small letters.
    pub async fn team_by_name(&self, actor: Actor, name: String) -> Result<Team> {
        let team = self.store.read(move |conn| store::teams::by_name(conn, &name)).await?;
        let grant: TeamGrant<ReadNamedTeam> = self.auth.team(actor, team.ok_or(codes::NAME_NOT_FOUND)?.id).await?;
        Ok(seen_by(Team::clone(grant.team()), grant.actor()))
    }

    /// The teams that a user is in, by display name; archived ones left out.
    pub async fn teams_of(&self, actor: Actor, user: Id) -> Result<Written> {
        need(actor.id() == user || actor.may(Permission::sysconsole_read_user_management_users))?;
        let (asker, addresses) = (actor.id(), self.shows_team_addresses(&actor));
        let make = async {
            let teams = self.store.read(move |conn| store::teams::of_user(conn, user)).await?;
            // What the asker may see must not be older than the teams are.
            let actor = self.auth.actor_for(asker).await?.ok_or(context::SESSION_EXPIRED)?;
            let mut teams: Vec<Team> = teams.into_iter().map(|team| seen_by(team, &actor)).collect();
            if !addresses {
                teams.iter_mut().for_each(|team| team.email.clear());
            }
            let of = vec![Of::Teams, Of::TeamsOf(user), Of::Roles, Of::Profile(asker), Of::TeamsOf(asker)];
            Ok((Written::of(&teams), Some(of)))
        };
        self.store.answer(Question::Teams { asker, user, addresses }, make).await
    }

    /// Whether lists of teams, and new invitation links, show the addresses of teams to the actor.
    pub(super) fn shows_team_addresses(&self, actor: &Actor) -> bool {
        actor.is_admin() || self.privacy().show_email
    }

    /// The memberships of a user in teams, ended ones as well.
    pub async fn team_members_of(&self, actor: Actor, user: Id) -> Result<Written> {
        let others = actor.may(Permission::edit_other_users) || actor.may(Permission::read_other_users_teams);
        need(actor.id() == user || others)?;
        let make = async {
            let members = self.store.read(move |conn| store::teams::all_members_of_user(conn, user)).await?;
            Ok((Written::of(&members), Some(vec![Of::TeamsOf(user)])))
        };
        self.store.answer(Question::TeamMembers { user }, make).await
    }

    /// The membership of a user in a team, also one that has ended.
    pub async fn team_member(&self, grant: TeamGrant<ViewTeam>, user: Id) -> Result<TeamMember> {
        let team = grant.team().id;
        need(self.auth.sees(grant.actor(), user).await?)?;
        let member = self.store.read(move |conn| store::teams::member(conn, team, user)).await?;
        member.ok_or_else(|| codes::MEMBER_NOT_FOUND.error())
    }
}
