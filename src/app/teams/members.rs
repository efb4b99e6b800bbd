//! Reading who is in a team.

use crate::app::App;
use crate::auth::TeamGrant;
use crate::auth::teams::ViewTeam;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::teams::{TeamMember, TeamStats};
use crate::store;
use crate::store::teams::MemberPage;

/// Which members are wanted, and in which order.
#[derive(Debug, Clone, Copy)]
pub struct MemberQuery {
    /// By user name; else by user id.
    pub by_name: bool,
    /// Leave out deactivated accounts.
    pub active_only: bool,
    /// How many to pass over.
    pub offset: i64,
    /// How many at most.
    pub limit: i64,
}

impl App {
    /// A page of a team's members.
    pub async fn team_members(&self, grant: TeamGrant<ViewTeam>, query: MemberQuery) -> Result<Vec<TeamMember>> {
        let MemberQuery { by_name, active_only, offset, limit } = query;
        let page = MemberPage { sight: grant.actor().sight(), by_name, active_only, offset, limit };
        let team = grant.team().id;
        self.store.read(move |conn| store::teams::members(conn, team, &page)).await
    }

    /// Those of these users who are in the team; what is no id is passed over.
    pub async fn team_members_among(&self, grant: TeamGrant<ViewTeam>, users: Vec<String>) -> Result<Vec<TeamMember>> {
        let (team, sight) = (grant.team().id, grant.actor().sight());
        let users: Vec<Id> = users.iter().filter_map(|text| Id::parse(text)).collect();
        self.store.read(move |conn| store::teams::members_of(conn, team, &users, &sight)).await
    }

    /// How many are in a team.
    pub async fn team_stats(&self, grant: TeamGrant<ViewTeam>) -> Result<TeamStats> {
        let (team, sight) = (grant.team().id, grant.actor().sight());
        let (total, active) = self.store.read(move |conn| store::teams::count_members(conn, team, &sight)).await?;
        Ok(TeamStats { team_id: team, total_member_count: total, active_member_count: active })
    }
}
