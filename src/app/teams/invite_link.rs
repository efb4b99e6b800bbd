//! Invitations by link: an id that lets whoever has it into a team.

use crate::app::App;
use crate::app::teams::join::join;
use crate::auth::Actor;
use crate::model::errors::{Result, teams as codes};
use crate::model::teams::{OPEN, Team, TeamMember};
use crate::store;

impl App {
    /// The team that an invitation link leads to, for whoever has the link.
    pub async fn invited_team(&self, invite_id: String) -> Result<Team> {
        let team = self.store.read(move |conn| store::teams::by_invite_id(conn, &invite_id)).await?;
        let team = team.ok_or(codes::INVITE_NOT_FOUND)?;
        if team.r#type != OPEN {
            return codes::INVITE_NOT_OPEN.err();
        }
        Ok(team)
    }

    /// Joins the team that an invitation link leads to, whatever its type.
    pub async fn join_by_link(&self, actor: Actor, invite_id: String) -> Result<TeamMember> {
        if actor.user().is_guest() {
            return codes::GUEST_BY_INVITE.err();
        }
        let (user, snapshot) = (actor.user().clone(), self.config.snapshot());
        self.store
            .write(move |tx| {
                let team = store::teams::by_invite_id(tx.conn(), &invite_id)?.ok_or(codes::INVITE_NOT_FOUND)?;
                if team.group_constrained == Some(true) {
                    return codes::INVITE_GROUP_CONSTRAINED.err();
                }
                join(tx, &team, &user, &snapshot.effective)
            })
            .await
    }
}
