//! The groups that teams and channels take their members from.

use std::collections::BTreeMap;

use super::count_members;
use crate::app::App;
use crate::auth::channels::ReadChannel;
use crate::auth::groups::{SeeGroupsOfChannel, SeeGroupsOfTeam};
use crate::auth::{ChannelGrant, TeamGrant};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::groups::{ChannelCount, Group, TiedGroup};
use crate::model::users::Sight;
use crate::store;
use crate::store::conn::Conn;

/// A page of the groups that a team or a channel takes its members from.
#[derive(Debug, Clone, Default)]
pub struct TiedSearch {
    /// Part of a name.
    pub term: String,
    /// Only such as can be mentioned.
    pub referenceable: bool,
    /// Whether their members are counted.
    pub member_count: bool,
    /// How many to pass over, and how many at most; all without.
    pub page: Option<(usize, usize)>,
}

impl App {
    /// The groups that a team takes its members from: a page, and how many there are.
    pub async fn groups_of_team(
        &self,
        grant: TeamGrant<SeeGroupsOfTeam>,
        search: TiedSearch,
    ) -> Result<(Vec<TiedGroup>, usize)> {
        let (team, sight, all) = (grant.team().id, grant.actor().sight(), grant.actor().sees_all_groups());
        self.store
            .read(move |conn| {
                let found = store::groups::of_team(conn, team)?;
                shown(conn, found, &search, &sight, all)
            })
            .await
    }

    /// The groups that a channel takes its members from: a page, and how many there are.
    pub async fn groups_of_channel(
        &self,
        grant: ChannelGrant<SeeGroupsOfChannel>,
        search: TiedSearch,
    ) -> Result<(Vec<TiedGroup>, usize)> {
        let (channel, sight, all) = (grant.channel().id, grant.actor().sight(), grant.actor().sees_all_groups());
        self.store
            .read(move |conn| {
                let found = store::groups::of_channels(conn, &[channel])?.remove(&channel).unwrap_or_default();
                shown(conn, found, &search, &sight, all)
            })
            .await
    }

    /// The groups that the channels of a team take their members from, by channel.
    pub async fn groups_by_channels(
        &self,
        grant: TeamGrant<SeeGroupsOfTeam>,
        search: TiedSearch,
    ) -> Result<BTreeMap<Id, Vec<TiedGroup>>> {
        let (team, sight, all) = (grant.team().id, grant.actor().sight(), grant.actor().sees_all_groups());
        self.store
            .read(move |conn| {
                let channels: Vec<Id> = store::teams::channels(conn, team)?.into_iter().map(|(id, _)| id).collect();
                let mut by_channel = BTreeMap::new();
                for (channel, found) in store::groups::of_channels(conn, &channels)? {
                    let search = TiedSearch { page: None, member_count: false, ..search.clone() };
                    by_channel.insert(channel, shown(conn, found, &search, &sight, all)?.0);
                }
                if search.member_count {
                    let tied = by_channel.values_mut().flatten();
                    count_members(conn, tied.map(|tied| &mut tied.group).collect(), &sight)?;
                }
                Ok(by_channel)
            })
            .await
    }

    /// How many members of a channel are in each group.
    pub async fn group_counts_in(
        &self,
        grant: ChannelGrant<ReadChannel>,
        timezones: bool,
    ) -> Result<Vec<ChannelCount>> {
        let channel = grant.channel().id;
        self.store.read(move |conn| store::groups::counts_in_channel(conn, channel, timezones)).await
    }
}

/// Of the groups of a team or channel those that are wanted, and how many these are on all pages.
fn shown(
    conn: &mut Conn,
    mut found: Vec<TiedGroup>,
    search: &TiedSearch,
    sight: &Sight,
    all: bool,
) -> Result<(Vec<TiedGroup>, usize)> {
    let term = search.term.to_lowercase();
    let fits = |group: &Group| {
        let name = group.name.as_deref().unwrap_or_default();
        name.contains(&term) || group.display_name.to_lowercase().contains(&term)
    };
    found.retain(|tied| fits(&tied.group) && (tied.group.allow_reference || (all && !search.referenceable)));
    let total = found.len();
    if let Some((offset, limit)) = search.page {
        found = found.into_iter().skip(offset).take(limit).collect();
    }
    if search.member_count {
        count_members(conn, found.iter_mut().map(|tied| &mut tied.group).collect(), sight)?;
    }
    Ok((found, total))
}
