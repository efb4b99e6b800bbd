//! Putting several people into a team at once.

use std::collections::HashMap;

use serde::Serialize;

use crate::app::App;
use crate::app::teams::edit::present;
use crate::app::teams::join::{check_groups, join_by, told_to_be_added};
use crate::auth::TeamGrant;
use crate::auth::actor::need;
use crate::auth::teams::AddToTeam;
use crate::events::Change;
use crate::model::Id;
use crate::model::errors::{AppError, Result, teams as codes, users as user_codes};
use crate::model::permissions::Permission;
use crate::model::teams::TeamMember;
use crate::model::users::User;
use crate::store;

/// What became of one of them.
#[derive(Debug, Serialize)]
pub struct BatchResult {
    /// Who.
    pub user_id: Id,
    /// The membership, unless it was refused.
    pub member: Option<TeamMember>,
    /// Why it was refused.
    pub error: Option<AppError>,
}

impl BatchResult {
    fn of(user_id: Id, result: Result<TeamMember>) -> BatchResult {
        match result {
            Ok(member) => BatchResult { user_id, member: Some(member), error: None },
            Err(error) => BatchResult { user_id, member: None, error: Some(error) },
        }
    }
}

impl App {
    /// Puts them into the team one after the other, and says of each what became of it.
    pub async fn add_team_members(&self, grant: TeamGrant<AddToTeam>, users: Vec<Id>) -> Result<Vec<BatchResult>> {
        self.add_in_turn(grant, users, false).await
    }

    /// The same, but the first refusal ends it; those before it are in the team all the same.
    pub async fn add_team_members_strictly(
        &self,
        grant: TeamGrant<AddToTeam>,
        users: Vec<Id>,
    ) -> Result<Vec<TeamMember>> {
        let results = self.add_in_turn(grant, users, true).await?;
        let members = results.into_iter().map(|result| match (result.member, result.error) {
            (Some(member), _) => Ok(member),
            (None, Some(error)) => Err(error),
            (None, None) => Err(AppError::internal("neither a member nor a refusal")),
        });
        members.collect()
    }

    async fn add_in_turn(&self, grant: TeamGrant<AddToTeam>, ids: Vec<Id>, strict: bool) -> Result<Vec<BatchResult>> {
        let wanted = ids.clone();
        let users = self.store.read(move |conn| store::users::by_ids(conn, &wanted)).await?;
        let users = self.auth.known_among(grant.actor(), users).await?;
        let users: HashMap<Id, User> = users.into_iter().map(|user| (user.id, user)).collect();
        check_guests(&grant, &ids, &users)?;
        let (team, by, snapshot) = (grant.team().id, grant.actor().user().clone(), self.config.snapshot());
        self.store
            .write(move |tx| {
                let team = present(tx, team)?;
                let (mut results, mut events) = (Vec::with_capacity(ids.len()), Vec::new());
                for id in ids {
                    let joined = match users.get(&id) {
                        Some(user) => check_groups(tx, &team, user)
                            .and_then(|()| join_by(tx, &team, user, Some(&by), &snapshot.effective)),
                        None => user_codes::NOT_FOUND.err(),
                    };
                    let joined = joined.map(|change| change.and(told_to_be_added(team.id, id)).into_parts());
                    let stop = strict && joined.is_err();
                    let result = match joined {
                        Ok((member, told)) => {
                            events.extend(told);
                            Ok(member)
                        }
                        // What is no refusal undoes everything.
                        Err(error) if error.status >= 500 => return Err(error),
                        Err(refused) => Err(refused),
                    };
                    results.push(BatchResult::of(id, result));
                    if stop {
                        break;
                    }
                }
                Ok(Change::silent(results, "each joining has told of itself").and_all(events))
            })
            .await
    }
}

/// Who may not invite guests is refused as a whole when there is one among them, or somebody unknown.
fn check_guests(grant: &TeamGrant<AddToTeam>, ids: &[Id], users: &HashMap<Id, User>) -> Result<()> {
    if grant.actor().may_in_team(grant.team().id, Permission::invite_guest) {
        return Ok(());
    }
    for id in ids {
        need(!users.get(id).ok_or(codes::USER_NOT_FOUND)?.is_guest())?;
    }
    Ok(())
}
