//! Tying groups of the directory to teams and channels, and letting them go.

use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::groups::{InspectGroups, ReadTie, TieGrant};
use crate::events::groups::GroupEvent;
use crate::events::{Change, Event};
use crate::model::errors::{Result, groups as codes, teams as team_codes};
use crate::model::groups::{GroupSyncable, GroupSyncablePatch, Syncable};
use crate::model::jobs::{Job, kinds};
use crate::model::{Id, StringMap, now};
use crate::store::{self, Tx};

impl App {
    /// Ties a group to a team or channel, whose members are brought in line soon. A channel's team is tied with it.
    pub async fn tie_group(&self, grant: TieGrant, patch: GroupSyncablePatch) -> Result<GroupSyncable> {
        let (group, place, team) = (grant.group().id, grant.place(), grant.team());
        self.store
            .write(move |tx| {
                let mut events = Vec::<Event>::new();
                if matches!(place, Syncable::Channel(_)) {
                    events.extend(tie_team_of_channel(tx, group, team, patch)?);
                }
                let before = store::groups::tie(tx.conn(), group, place)?;
                let channel = if let Syncable::Channel(channel) = place { Some(channel) } else { None };
                let mut tie = GroupSyncable::new(group, team, channel);
                tie.create_at = before.map_or(tie.create_at, |before| before.create_at);
                set(&mut tie, patch);
                store::groups::save_tie(tx, &tie)?;
                order_sync(tx, Some(place))?;
                events.push(told(group, place, true));
                Ok(Change::silent(tie, "the events follow").and_all(events))
            })
            .await
    }

    /// Changes what a group means to a team or channel.
    pub async fn change_tie(&self, grant: TieGrant, patch: GroupSyncablePatch) -> Result<GroupSyncable> {
        let (group, place) = (grant.group().id, grant.place());
        self.store
            .write(move |tx| {
                let tie = store::groups::tie(tx.conn(), group, place)?.ok_or(codes::NOT_FOUND)?;
                let mut tie = GroupSyncable { update_at: now(), delete_at: 0, ..tie };
                set(&mut tie, patch);
                store::groups::save_tie(tx, &tie)?;
                order_sync(tx, Some(place))?;
                Ok(Change::silent(tie, "clients that manage groups ask for it"))
            })
            .await
    }

    /// Lets a group go; with a team go the team's channels. Whoever is there stays, unless groups decide on that.
    pub async fn untie_group(&self, grant: TieGrant) -> Result<()> {
        let (group, place, team) = (grant.group().id, grant.place(), grant.team());
        self.store
            .write(move |tx| {
                let tie = store::groups::tie(tx.conn(), group, place)?.ok_or(codes::NOT_FOUND)?;
                if tie.delete_at != 0 {
                    return codes::UNTIED_ALREADY.err();
                }
                let at = now();
                store::groups::save_tie(tx, &GroupSyncable { delete_at: at, update_at: at, ..tie })?;
                let mut places = vec![place];
                if matches!(place, Syncable::Team(_)) {
                    let channels = store::groups::untie_channels(tx, group, team, at)?;
                    places.extend(channels.into_iter().map(Syncable::Channel));
                }
                for place in &places {
                    order_sync(tx, Some(*place))?;
                }
                let events = places.into_iter().map(|place| told(group, place, false));
                Ok(Change::silent((), "the events follow").and_all(events))
            })
            .await
    }

    /// What ties a group to a team or channel, also if that has ended.
    pub async fn tie_of(&self, _: SystemGrant<ReadTie>, group: Id, place: Syncable) -> Result<GroupSyncable> {
        let found = self.store.read(move |conn| store::groups::tie(conn, group, place)).await?;
        found.ok_or_else(|| codes::NOT_FOUND.error())
    }

    /// The teams that take members from a group.
    pub async fn teams_of_group(&self, _: SystemGrant<InspectGroups>, group: Id) -> Result<Vec<GroupSyncable>> {
        self.store.read(move |conn| store::groups::teams_of(conn, group)).await
    }

    /// The channels that take members from a group.
    pub async fn channels_of_group(&self, _: SystemGrant<InspectGroups>, group: Id) -> Result<Vec<GroupSyncable>> {
        self.store.read(move |conn| store::groups::channels_of(conn, group)).await
    }
}

/// Where groups decide on the team, a channel takes only from those of the team; else the team is tied like the channel.
fn tie_team_of_channel(tx: &mut Tx<'_>, group: Id, team: Id, patch: GroupSyncablePatch) -> Result<Option<Event>> {
    let place = Syncable::Team(team);
    if store::groups::tie(tx.conn(), group, place)?.is_some_and(|tie| tie.delete_at == 0) {
        return Ok(None);
    }
    let of_channel = store::teams::by_id(tx.conn(), team)?.ok_or(team_codes::NOT_FOUND)?;
    if of_channel.group_constrained == Some(true) {
        return codes::NOT_OF_TEAM.err();
    }
    let mut tie = GroupSyncable::new(group, team, None);
    set(&mut tie, GroupSyncablePatch { scheme_admin: None, ..patch });
    store::groups::save_tie(tx, &tie)?;
    order_sync(tx, Some(place))?;
    Ok(Some(told(group, place, true)))
}

fn set(tie: &mut GroupSyncable, patch: GroupSyncablePatch) {
    tie.auto_add = patch.auto_add.unwrap_or(tie.auto_add);
    tie.scheme_admin = patch.scheme_admin.unwrap_or(tie.scheme_admin);
}

fn told(group: Id, place: Syncable, tied: bool) -> Event {
    match place {
        Syncable::Team(team) => GroupEvent::TeamTied { team, group, tied }.into(),
        Syncable::Channel(channel) => GroupEvent::ChannelTied { channel, group, tied }.into(),
    }
}

/// Orders that the members of a place, or of all, are brought in line with their groups.
pub(in crate::app) fn order_sync(tx: &mut Tx<'_>, place: Option<Syncable>) -> Result<()> {
    let which = place.map(|place| match place {
        Syncable::Team(team) => ("team_id".to_owned(), team.to_string()),
        Syncable::Channel(channel) => ("channel_id".to_owned(), channel.to_string()),
    });
    store::jobs::insert(tx, &Job::new(kinds::GROUP_SYNC, StringMap::from_iter(which)))
}
