//! Reading groups.

use super::{Details, GroupSearch, fill};
use crate::app::App;
use crate::auth::groups::{
    CountGroupsIn, GroupGrant, InspectGroups, ReadGroup, ReadGroupMembers, SeeGroupsOf, check_enabled,
};
use crate::auth::{Actor, SystemGrant, UserGrant};
use crate::model::Id;
use crate::model::errors::{Result, groups as codes, teams as team_codes};
use crate::model::groups::{CUSTOM, Group};
use crate::model::users::{Sight, User};
use crate::store;
use crate::store::users::People;

impl App {
    /// A page of groups, and how many living ones there are.
    pub async fn groups(&self, actor: Actor, search: GroupSearch) -> Result<(Vec<Group>, i64)> {
        let GroupSearch { mut wanted, details, of_parent_team } = search;
        let snapshot = self.config.snapshot();
        if wanted.source == CUSTOM {
            check_enabled(&snapshot.effective)?;
        } else {
            wanted.from_directory |= !snapshot.effective.service.enable_custom_groups;
        }
        wanted.referenceable |= !actor.sees_all_groups();
        if let Some(team) = wanted.not_of_team {
            self.store.team(team).await?.ok_or(team_codes::NOT_FOUND)?;
        }
        if let Some(channel) = wanted.not_of_channel {
            let grant = self.auth.channel::<CountGroupsIn>(actor.clone(), channel).await?;
            let team = self.store.team(grant.channel().team_id).await?;
            wanted.of_team = team.filter(|team| of_parent_team && team.group_constrained == Some(true)).map(|t| t.id);
        }
        if let Some(channel) = details.in_channel {
            self.auth.channel::<CountGroupsIn>(actor.clone(), channel).await?;
        }
        let hidden = match wanted.member {
            Some(member) => !self.auth.sees(&actor, member).await?,
            None => false,
        };
        let sight = actor.sight();
        self.store
            .read(move |conn| {
                let mut found = if hidden { Vec::new() } else { store::groups::find(conn, &wanted)? };
                fill(conn, &mut found, details, &sight)?;
                Ok((found, store::groups::count(conn)?))
            })
            .await
    }

    /// One group.
    pub async fn group(&self, grant: GroupGrant<ReadGroup>, details: Details) -> Result<Group> {
        let (mut groups, sight) = (vec![grant.group().clone()], grant.actor().sight());
        self.store
            .read(move |conn| {
                fill(conn, &mut groups, details, &sight)?;
                groups.pop().ok_or_else(|| codes::NOT_FOUND.error())
            })
            .await
    }

    /// The living groups of these names that can be mentioned.
    pub async fn groups_by_names(&self, actor: &Actor, names: Vec<String>) -> Result<Vec<Group>> {
        let (sight, all) = (actor.sight(), actor.sees_all_groups());
        let custom_too = self.config.snapshot().effective.service.enable_custom_groups;
        self.store
            .read(move |conn| {
                let mut found = store::groups::by_names(conn, &names)?;
                found.retain(|g| g.delete_at == 0 && (all || g.allow_reference) && (custom_too || !g.is_custom()));
                fill(conn, &mut found, Details { member_count: true, ..Details::default() }, &sight)?;
                Ok(found)
            })
            .await
    }

    /// The groups that somebody is in.
    pub async fn groups_of(&self, grant: UserGrant<SeeGroupsOf>) -> Result<Vec<Group>> {
        let (user, all) = (grant.user().id, grant.actor().sees_all_groups());
        let custom_too = self.config.snapshot().effective.service.enable_custom_groups;
        let mut found = self.store.read(move |conn| store::groups::of_user(conn, user, !all)).await?;
        found.retain(|group| custom_too || !group.is_custom());
        Ok(found)
    }

    /// A page of a group's active members whom the actor sees, by user name, and how many these are.
    pub async fn group_members(
        &self,
        grant: GroupGrant<ReadGroupMembers>,
        (offset, limit): (i64, i64),
    ) -> Result<(Vec<User>, i64)> {
        let people = People {
            in_group: Some(grant.group().id),
            active: Some(true),
            sight: grant.actor().sight(),
            ..People::default()
        };
        self.store
            .read(move |conn| {
                Ok((store::users::list(conn, &people, offset, limit)?, store::users::count(conn, &people)?))
            })
            .await
    }

    /// How many active members a group has.
    pub async fn count_group(&self, _: SystemGrant<InspectGroups>, group: Id) -> Result<i64> {
        let counts = self.store.read(move |conn| store::groups::member_counts(conn, &[group], &Sight::All)).await?;
        Ok(counts.get(&group).copied().unwrap_or_default())
    }

    /// A group whose members the actor may see, for lists of people.
    pub(in crate::app) async fn group_to_read(&self, actor: &Actor, group: &str) -> Result<Id> {
        let group = Id::parse(group).ok_or(codes::NOT_FOUND)?;
        Ok(self.auth.group::<ReadGroupMembers>(actor.clone(), group).await?.group().id)
    }
}
