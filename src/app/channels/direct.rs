//! Conversations outside teams: between two people, and among a few.

use std::collections::BTreeSet;

use crate::app::App;
use crate::auth::actor::need;
use crate::auth::system::{CreateDirect, CreateGroup};
use crate::auth::{Actor, SystemGrant};
use crate::config::Settings;
use crate::events::Change;
use crate::events::channels::ChannelEvent;
use crate::model::channels::{Channel, ChannelMember, ChannelType, GROUP_SIZE};
use crate::model::errors::{Code, Result, channels as codes, invalid_body};
use crate::model::roles::SchemeRoles;
use crate::model::users::User;
use crate::model::{Id, now};
use crate::store::{self, Tx};

impl App {
    /// The direct channel of two people, made if it is not there yet. One's own id alone, or twice, is the channel with
    /// oneself.
    pub async fn create_direct(&self, grant: SystemGrant<CreateDirect>, ids: &[String]) -> Result<Channel> {
        let actor = grant.actor();
        let (first, second) = pair(actor, ids)?;
        need(first == actor.id() || second == actor.id() || actor.is_admin())?;
        let seen = self.auth.seen_of(actor, vec![first, second]).await?;
        need(seen.len() == 2)?;
        let one = self.store.user(first).await?.ok_or(codes::DIRECT_INVALID_USER)?;
        let other = self.store.user(second).await?.ok_or(codes::DIRECT_INVALID_USER)?;
        self.check_restriction(&one, &other).await?;
        let name = crate::model::channels::direct_name(first, second);
        if let Some(channel) = self.store.read(move |conn| store::channels::by_name(conn, Id::NONE, &name)).await? {
            return Ok(channel);
        }
        self.store.write(move |tx| open_direct(tx, &one, &other)).await
    }

    /// The group message of these people and oneself, made if it is not there yet.
    pub async fn create_group(&self, grant: SystemGrant<CreateGroup>, ids: &[String]) -> Result<Channel> {
        let actor = grant.actor();
        let mut members: BTreeSet<Id> = ids
            .iter()
            .map(|id| Id::parse(id))
            .collect::<Option<_>>()
            .filter(|ids: &BTreeSet<Id>| !ids.is_empty())
            .ok_or_else(|| invalid_body("user_ids"))?;
        members.insert(actor.id());
        if !GROUP_SIZE.contains(&members.len()) {
            return codes::GROUP_BAD_SIZE.err();
        }
        let members: Vec<Id> = members.into_iter().collect();
        // A guest must not find people by their ids.
        need(self.auth.seen_of(actor, members.clone()).await?.len() == members.len())?;
        // Nor may two find each other because a third knows both.
        if self.config.snapshot().effective.kollegium.hides_strangers() && !self.share_a_team(&members).await? {
            return codes::DIRECT_TEAM_RESTRICTED.err();
        }
        self.store.write(move |tx| open_group(tx, &members)).await
    }

    /// With `RestrictDirectMessage` "team" two people write to each other only if they share a team.
    pub(in crate::app) async fn check_restriction(&self, one: &User, other: &User) -> Result<()> {
        let restricted = self.config.snapshot().effective.writes_within_teams();
        match !restricted || one.id == other.id || self.share_a_team(&[one.id, other.id]).await? {
            true => Ok(()),
            false => codes::DIRECT_TEAM_RESTRICTED.err(),
        }
    }

    /// The same for a conversation that they have, or a few have, where something is done in it.
    pub(in crate::app) async fn check_restricted_direct(
        &self,
        actor: &Actor,
        channel: &Channel,
        settings: &Settings,
        refusal: Code,
    ) -> Result<()> {
        if !settings.writes_within_teams() {
            return Ok(());
        }
        let members: Vec<Id> = match channel.r#type {
            ChannelType::Direct => channel.direct_partner(actor.id()).into_iter().chain([actor.id()]).collect(),
            ChannelType::Group => self.store.audience(channel.id).await?.members.keys().copied().collect(),
            ChannelType::Open | ChannelType::Private => return Ok(()),
        };
        if self.share_a_team(&members).await? { Ok(()) } else { refusal.err() }
    }

    /// Whether there is a team that all of these few are in. Bots do not count: they write to all, and all write to them.
    async fn share_a_team(&self, few: &[Id]) -> Result<bool> {
        let mut people: BTreeSet<Id> = few.iter().copied().collect();
        for id in few {
            if self.store.user(*id).await?.is_some_and(|user| user.is_bot) {
                people.remove(id);
            }
        }
        let mut shared: Option<Vec<Id>> = None;
        for person in &people {
            let theirs = self.store.teams_of(*person).await?;
            let is_theirs = |team: &Id| theirs.iter().any(|member| member.team_id == *team);
            shared = Some(match shared {
                Some(teams) => teams.into_iter().filter(is_theirs).collect(),
                None => theirs.iter().map(|member| member.team_id).collect(),
            });
        }
        Ok(people.len() < 2 || shared.is_some_and(|teams| !teams.is_empty()))
    }
}

fn pair(actor: &Actor, ids: &[String]) -> Result<(Id, Id)> {
    let parsed: Option<Vec<Id>> = ids.iter().map(|id| Id::parse(id)).collect();
    match parsed.as_deref() {
        Some([one]) if *one == actor.id() => Ok((*one, *one)),
        Some([one, other]) => Ok((*one, *other)),
        _ => Err(invalid_body("user_ids")),
    }
}

/// The direct channel of two people, made in the name of the first if it is not there yet.
pub(in crate::app) fn open_direct(tx: &mut Tx<'_>, one: &User, other: &User) -> Result<Change<Channel>> {
    let channel = Channel::direct(one.id, other.id);
    if let Some(present) = store::channels::by_name(tx.conn(), Id::NONE, &channel.name)? {
        return Ok(Change::silent(present, "somebody opened it at the same time"));
    }
    store::channels::insert(tx, &channel)?;
    let people = if one.id == other.id { vec![one] } else { vec![one, other] };
    seat(tx, &channel, &people)?;
    let added = ChannelEvent::DirectAdded { channel: channel.id, creator: one.id, teammate: other.id };
    Ok(Change::emit(channel, added))
}

fn open_group(tx: &mut Tx<'_>, members: &[Id]) -> Result<Change<Channel>> {
    let people = store::users::by_ids(tx.conn(), members)?;
    if people.len() < members.len() {
        return codes::GROUP_BAD_USER.err();
    }
    let names: Vec<&str> = people.iter().map(|user| user.username.as_str()).collect();
    let channel = Channel::group(members, &names);
    if let Some(present) = store::channels::by_name(tx.conn(), Id::NONE, &channel.name)? {
        return Ok(Change::silent(present, "the group is there already"));
    }
    store::channels::insert(tx, &channel)?;
    seat(tx, &channel, &people.iter().collect::<Vec<_>>())?;
    let added = ChannelEvent::GroupAdded { channel: channel.id, members: members.to_vec() };
    Ok(Change::emit(channel, added))
}

/// Makes people the members of their new conversation.
pub(super) fn seat(tx: &mut Tx<'_>, channel: &Channel, people: &[&User]) -> Result<()> {
    for user in people {
        let scheme = if user.is_guest() { SchemeRoles::GUEST } else { SchemeRoles::USER };
        store::channels::insert_member(tx, &ChannelMember::new(channel.id, user.id, scheme))?;
        store::channels::note_joined(tx, channel.id, user.id, now())?;
    }
    Ok(())
}
