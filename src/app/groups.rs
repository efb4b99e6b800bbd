//! Groups of people that can be mentioned together.

use std::collections::BTreeMap;

use super::App;
use crate::auth::channels::ReadChannel;
use crate::auth::groups::{
    CountGroup, CountGroupsIn, CreateGroup, DeleteGroup, EditGroup, GroupGrant, ManageGroup, ReadGroup,
    ReadGroupMembers, RestoreGroup, SeeGroupsOf, SeeGroupsOfChannel, SeeGroupsOfTeam, check_enabled,
};
use crate::auth::{Actor, ChannelGrant, SystemGrant, TeamGrant, UserGrant};
use crate::events::groups::GroupEvent;
use crate::events::{Change, Event, Json};
use crate::model::errors::{Result, groups as codes, invalid_body, teams as team_codes};
use crate::model::groups::{CUSTOM, ChannelCount, Group, GroupInput, GroupMember, GroupPatch, LDAP, TiedGroup};
use crate::model::users::{Sight, User};
use crate::model::{Id, now};
use crate::store::conn::Conn;
use crate::store::users::People;
use crate::store::{self, Tx};

pub use crate::store::groups::{Archived, Wanted};

/// What is to be answered of groups besides themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Details {
    /// How many members they have.
    pub member_count: bool,
    /// Who these are.
    pub member_ids: bool,
    /// How many members of this channel are in them.
    pub in_channel: Option<Id>,
    /// In how many time zones these are.
    pub timezones: bool,
}

/// What `GET /groups` asks for.
#[derive(Debug, Clone, Default)]
pub struct GroupSearch {
    /// Which groups.
    pub wanted: Wanted,
    /// What of them.
    pub details: Details,
    /// Groups that the team of `wanted.not_of_channel` takes its members from, if it takes them from any.
    pub of_parent_team: bool,
}

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
    /// A page of groups, and how many living ones there are.
    pub async fn groups(&self, actor: Actor, search: GroupSearch) -> Result<(Vec<Group>, i64)> {
        let GroupSearch { mut wanted, details, of_parent_team } = search;
        let snapshot = self.config.snapshot();
        if wanted.source == CUSTOM {
            check_enabled(&snapshot.effective)?;
        } else if !snapshot.effective.service.enable_custom_groups {
            wanted.source = LDAP.to_owned();
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
    pub async fn count_group(&self, _: SystemGrant<CountGroup>, group: Id) -> Result<i64> {
        let counts = self.store.read(move |conn| store::groups::member_counts(conn, &[group], &Sight::All)).await?;
        Ok(counts.get(&group).copied().unwrap_or_default())
    }

    /// Makes a group; everybody is told.
    pub async fn create_group_of_people(&self, actor: Actor, input: GroupInput) -> Result<Group> {
        if input.source != CUSTOM {
            return codes::NOT_CUSTOM.err();
        }
        check_enabled(&self.config.snapshot().effective)?;
        self.auth.system::<CreateGroup>(actor)?;
        if !input.allow_reference {
            return codes::NOT_REFERENCEABLE.err();
        }
        if input.remote_id.as_deref().is_some_and(|id| !id.is_empty()) {
            return codes::REMOTE_ID.err();
        }
        if !input.id.is_empty() {
            return codes::ID.err();
        }
        let (group, people) = (Group::new(&input)?, parsed(&input.user_ids)?);
        self.store
            .write(move |tx| {
                check_free(tx, &group)?;
                check_people(tx, &people)?;
                store::groups::insert(tx, &group)?;
                let members = joined(group.id, &people);
                store::groups::add_members(tx, &members)?;
                told(tx, group)
            })
            .await
    }

    /// Changes the names of a group; everybody is told.
    pub async fn patch_group(&self, grant: GroupGrant<EditGroup>, patch: GroupPatch) -> Result<Group> {
        let old = grant.group().clone();
        if old.is_custom() && patch.allow_reference == Some(false) {
            return codes::NOT_REFERENCEABLE.err();
        }
        self.store
            .write(move |tx| {
                let group = old.patched(&patch);
                if let (Some(name), Some(true)) = (&patch.name, patch.allow_reference) {
                    check_mentionable(tx, &group, name)?;
                }
                check_free(tx, &group)?;
                group.validate()?;
                store::groups::save(tx, &group)?;
                told(tx, group)
            })
            .await
    }

    /// Deletes a group; everybody is told.
    pub async fn delete_group(&self, grant: GroupGrant<DeleteGroup>) -> Result<Group> {
        self.set_deleted(grant.group().id, true).await
    }

    /// Takes a group out of the archive; everybody is told.
    pub async fn restore_group(&self, grant: GroupGrant<RestoreGroup>) -> Result<Group> {
        self.set_deleted(grant.group().id, false).await
    }

    async fn set_deleted(&self, id: Id, deleted: bool) -> Result<Group> {
        self.store
            .write(move |tx| {
                let old = store::groups::by_id(tx.conn(), id)?.filter(|group| (group.delete_at == 0) == deleted);
                let at = now();
                let delete_at = if deleted { at } else { 0 };
                let group = Group { update_at: at, delete_at, ..old.ok_or(codes::NOT_FOUND)? };
                store::groups::save(tx, &group)?;
                told(tx, group)
            })
            .await
    }

    /// Puts people into a group; each of them is told.
    pub async fn add_group_members(
        &self,
        grant: GroupGrant<ManageGroup>,
        people: &[String],
    ) -> Result<Vec<GroupMember>> {
        let (group, people) = (grant.group().id, some_people(people)?);
        self.store
            .write(move |tx| {
                check_people(tx, &people)?;
                let members = joined(group, &people);
                store::groups::add_members(tx, &members)?;
                let told = |member: &GroupMember| {
                    GroupEvent::MemberAdded { user: member.user_id, member: Json::of(member) }.into()
                };
                let events: Vec<Event> = members.iter().map(told).collect();
                Ok(Change::silent(members, "each member has an event").and_all(events))
            })
            .await
    }

    /// Takes people out of a group; each of them is told.
    pub async fn remove_group_members(
        &self,
        grant: GroupGrant<ManageGroup>,
        people: &[String],
    ) -> Result<Vec<GroupMember>> {
        let (group, people) = (grant.group().id, some_people(people)?);
        self.store
            .write(move |tx| {
                let mut members = store::groups::members_among(tx.conn(), group, &people)?;
                if members.len() < people.len() {
                    return codes::NOT_MEMBERS.err();
                }
                let at = now();
                store::groups::remove_members(tx, group, &people, at)?;
                members.iter_mut().for_each(|member| member.delete_at = at);
                let told = |member: &GroupMember| {
                    GroupEvent::MemberDeleted { user: member.user_id, member: Json::of(member) }.into()
                };
                let events: Vec<Event> = members.iter().map(told).collect();
                Ok(Change::silent(members, "each member has an event").and_all(events))
            })
            .await
    }

    /// A group whose members the actor may see, for lists of people.
    pub(in crate::app) async fn group_to_read(&self, actor: &Actor, group: &str) -> Result<Id> {
        let group = Id::parse(group).ok_or(codes::NOT_FOUND)?;
        Ok(self.auth.group::<ReadGroupMembers>(actor.clone(), group).await?.group().id)
    }
}

/// `received_group`, with how many members the group has.
fn told(tx: &mut Tx<'_>, group: Group) -> Result<Change<Group>> {
    let mut groups = vec![group];
    fill(tx.conn(), &mut groups, Details { member_count: true, ..Details::default() }, &Sight::All)?;
    let group = groups.pop().ok_or(codes::NOT_FOUND)?;
    let event = GroupEvent::Changed { group: Json::of(&group) };
    Ok(Change::emit(group, event))
}

/// Fills in what is wanted of groups, each in one query.
fn fill(conn: &mut Conn, groups: &mut [Group], details: Details, sight: &Sight) -> Result<()> {
    if details.member_count {
        count_members(conn, groups.iter_mut().collect(), sight)?;
    }
    if details.member_ids {
        let ids: Vec<Id> = groups.iter().map(|group| group.id).collect();
        let mut members = store::groups::member_ids(conn, &ids)?;
        for group in groups.iter_mut() {
            group.member_ids = members.remove(&group.id);
        }
    }
    if let Some(channel) = details.in_channel {
        let counts = store::groups::counts_in_channel(conn, channel, details.timezones)?;
        for group in groups.iter_mut() {
            let count = counts.iter().find(|count| count.group_id == group.id);
            group.channel_member_count = Some(count.map_or(0, |count| count.channel_member_count));
            let zones = count.map_or(0, |count| count.channel_member_timezones_count);
            group.channel_member_timezones_count = details.timezones.then_some(zones);
        }
    }
    Ok(())
}

fn count_members(conn: &mut Conn, groups: Vec<&mut Group>, sight: &Sight) -> Result<()> {
    let ids: Vec<Id> = groups.iter().map(|group| group.id).collect();
    let counts = store::groups::member_counts(conn, &ids, sight)?;
    for group in groups {
        group.member_count = Some(counts.get(&group.id).copied().unwrap_or_default());
    }
    Ok(())
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

fn joined(group: Id, people: &[Id]) -> Vec<GroupMember> {
    let at = now();
    people.iter().map(|user| GroupMember { group_id: group, user_id: *user, create_at: at, delete_at: 0 }).collect()
}

/// Identifiers, each once.
fn parsed(texts: &[String]) -> Result<Vec<Id>> {
    let ids: Option<Vec<Id>> = texts.iter().map(|text| Id::parse(text)).collect();
    let mut ids = ids.ok_or_else(|| invalid_body("user_ids"))?;
    ids.sort();
    ids.dedup();
    Ok(ids)
}

fn some_people(texts: &[String]) -> Result<Vec<Id>> {
    let ids = parsed(texts)?;
    if ids.is_empty() { Err(invalid_body("user_ids")) } else { Ok(ids) }
}

/// Only active people are put into groups.
fn check_people(tx: &mut Tx<'_>, people: &[Id]) -> Result<()> {
    let found = store::users::by_ids(tx.conn(), people)?;
    let active = found.iter().filter(|user| user.delete_at == 0).count();
    if active == people.len() { Ok(()) } else { codes::MEMBERS_UNKNOWN.err() }
}

/// Nobody may have the name of a group.
fn check_free(tx: &mut Tx<'_>, group: &Group) -> Result<()> {
    let Some(name) = group.name.as_deref().filter(|name| !name.is_empty()) else { return Ok(()) };
    match store::users::by_username(tx.conn(), name)? {
        Some(_) => Err(codes::USERNAME_CONFLICT.with(&[&name])),
        None => Ok(()),
    }
}

/// What a group is to be mentioned by must be nobody else's.
fn check_mentionable(tx: &mut Tx<'_>, group: &Group, name: &str) -> Result<()> {
    if ["all", "channel", "here"].contains(&name) {
        return codes::PATCH_RESERVED.err();
    }
    if store::users::by_username(tx.conn(), name)?.is_some() {
        return codes::PATCH_USERNAME.err();
    }
    let others = store::groups::by_names(tx.conn(), &[name.to_owned()])?;
    match others.iter().any(|other| other.id != group.id && other.allow_reference) {
        true => codes::PATCH_NAME.err(),
        false => Ok(()),
    }
}
