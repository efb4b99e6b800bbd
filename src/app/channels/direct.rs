//! Conversations outside teams: between two people, and among a few.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::App;
use crate::auth::actor::need;
use crate::auth::system::{CreateDirect, CreateGroup};
use crate::auth::{Actor, SystemGrant};
use crate::events::Change;
use crate::events::channels::ChannelEvent;
use crate::model::channels::{Channel, ChannelMember, GROUP_SIZE};
use crate::model::errors::{Result, channels as codes, invalid_body};
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
        self.store.write(move |tx| open_group(tx, &members)).await
    }

    /// With `RestrictDirectMessage: "team"` people write only to those with whom they share a team; bots write to all.
    pub(in crate::app) async fn check_restriction(&self, one: &Arc<User>, other: &Arc<User>) -> Result<()> {
        let restricted = self.config.snapshot().effective.team.restrict_direct_message == "team";
        if !restricted || one.id == other.id || one.is_bot || other.is_bot {
            return Ok(());
        }
        let (mine, theirs) = (self.store.teams_of(one.id).await?, self.store.teams_of(other.id).await?);
        match mine.iter().any(|m| theirs.iter().any(|t| t.team_id == m.team_id)) {
            true => Ok(()),
            false => codes::DIRECT_TEAM_RESTRICTED.err(),
        }
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
