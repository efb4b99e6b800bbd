//! Joining a channel, and being added to one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::join::{enter, said_by_adding, said_by_joining};
use crate::app::App;
use crate::app::threads::{Profiles, follow_from_beginning};
use crate::auth::ChannelGrant;
use crate::auth::actor::{Place, need};
use crate::auth::channels::{AddMembers, may_add, may_join};
use crate::events::channels::ChannelEvent;
use crate::events::{Change, Event};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelMember};
use crate::model::errors::{Result, channels as codes, posts as post_codes, teams as team_codes, users as user_codes};
use crate::model::posts::{Post, kinds};
use crate::model::roles::{SchemeRoleNames, SchemeRoles};
use crate::model::users::User;
use crate::store::{self, Tx};

/// Who is to be put into a channel.
#[derive(Debug, Clone, Default)]
pub struct AddInput {
    /// Whom.
    pub users: Vec<Id>,
    /// The post under which somebody asked for it; it has to be in the channel.
    pub root: Option<Id>,
    /// Whether only one was asked for, who then is answered alone.
    pub single: bool,
}

/// Who is in the channel now.
#[derive(Debug)]
pub enum Added {
    /// The one who was asked for.
    One(Box<ChannelMember>),
    /// Those of several who could be added, or were there already; `None` if nobody was asked for.
    Several(Option<Vec<ChannelMember>>),
}

/// What is known of those who are to be added.
struct Candidates {
    users: HashMap<Id, User>,
    members: HashMap<Id, ChannelMember>,
    in_team: Vec<Id>,
    /// What the flags of the channel's members stand for.
    names: Option<Arc<SchemeRoleNames>>,
}

impl App {
    /// Puts people into a channel, or oneself. One who cannot be added does not keep the others out.
    pub async fn add_members(&self, grant: ChannelGrant<AddMembers>, input: AddInput) -> Result<Added> {
        let root = match input.root {
            Some(root) => Some(self.store.post(root).await?.ok_or(post_codes::NOT_FOUND)?),
            None => None,
        };
        if root.as_ref().is_some_and(|root| root.channel_id != grant.channel().id) {
            return Err(crate::model::errors::invalid_body("post_root_id"));
        }
        if input.users.is_empty() {
            return Ok(Added::Several(None));
        }
        let viewer = grant.actor().id();
        let single = input.single;
        let known: HashSet<Id> = match grant.actor().is_secluded() {
            true => self.auth.seen_of(grant.actor(), input.users.clone()).await?.into_iter().collect(),
            false => input.users.iter().copied().collect(),
        };
        let profiles = Profiles::for_members(self, grant.channel(), viewer);
        let members = self
            .store
            .write(move |tx| {
                let (members, mut events) = add_all(tx, &grant, &input.users, &known)?;
                if let Some(root) = &root {
                    let new = members.iter().filter(|(_, new)| *new).map(|(member, _)| member.user_id);
                    events.extend(follow_all(tx, grant.channel(), root, new.collect(), &profiles)?);
                }
                let members: Vec<ChannelMember> = members.into_iter().map(|(member, _)| member).collect();
                Ok(Change::silent(members, "each addition has its own events").and_all(events))
            })
            .await?;
        let mut seen = members.into_iter().map(|member| member.seen_by(viewer));
        Ok(match seen.next() {
            Some(one) if single => Added::One(Box::new(one)),
            first => Added::Several(Some(first.into_iter().chain(seen).collect())),
        })
    }
}

/// Has those who are new in a channel follow the thread because of which they were added.
fn follow_all(
    tx: &mut Tx<'_>,
    channel: &Channel,
    root: &Post,
    new: Vec<Id>,
    profiles: &Profiles,
) -> Result<Vec<Event>> {
    let audience = store::audiences::of_channel(tx.conn(), channel.id)?;
    let mut events = Vec::new();
    for user in new {
        events.extend(follow_from_beginning(tx, user, channel, root, &audience, profiles)?);
    }
    Ok(events)
}

/// Who is in the channel now of those who are wanted, and whether they are new there; and what to tell of it.
type AllAdded = (Vec<(ChannelMember, bool)>, Vec<Event>);

/// Of those who are wanted the actor knows of some; the others are as if they were not there.
fn add_all(tx: &mut Tx<'_>, grant: &ChannelGrant<AddMembers>, wanted: &[Id], known: &HashSet<Id>) -> Result<AllAdded> {
    let channel = grant.channel();
    let users = store::users::by_ids(tx.conn(), wanted)?.into_iter().filter(|user| known.contains(&user.id));
    let candidates = Candidates {
        users: users.map(|user| (user.id, user)).collect(),
        members: store::channels::members_among(tx.conn(), channel.id, wanted)?
            .into_iter()
            .map(|m| (m.user_id, m))
            .collect(),
        in_team: store::teams::members_among(tx.conn(), channel.team_id, wanted)?,
        names: store::schemes::names_in_channel(tx.conn(), channel.id)?,
    };
    check_groups(tx, channel, &candidates)?;
    let (mut members, mut events, mut refused) = (Vec::new(), Vec::new(), None);
    for user in wanted {
        match add_one(tx, grant, &candidates, *user, &mut events) {
            Ok(member) => members.push((member, !candidates.members.contains_key(user))),
            Err(error) if error.status < 500 => refused = Some(error),
            Err(error) => return Err(error),
        }
    }
    match refused {
        Some(error) if members.is_empty() => Err(error),
        _ => Ok((members, events)),
    }
}

fn add_one(
    tx: &mut Tx<'_>,
    grant: &ChannelGrant<AddMembers>,
    candidates: &Candidates,
    user: Id,
    events: &mut Vec<Event>,
) -> Result<ChannelMember> {
    let (actor, channel) = (grant.actor(), &**grant.channel());
    let user = candidates.users.get(&user).ok_or(user_codes::NOT_FOUND)?;
    if let Some(member) = candidates.members.get(&user.id) {
        return Ok(member.clone());
    }
    let place = Place { channel, member: grant.member().as_deref() };
    let itself = user.id == actor.id();
    need(if itself { may_join(actor, place) } else { may_add(actor, place) })?;
    check_candidate(user, candidates)?;
    let scheme = if user.is_guest() { SchemeRoles::GUEST } else { SchemeRoles::USER };
    let member = enter(tx, channel, user, scheme)?.named(candidates.names.clone());
    events.push(ChannelEvent::MemberAdded { channel: channel.id, team: channel.team_id, user: user.id }.into());
    let said = match itself {
        true => said_by_joining(tx, channel, user, join_kind(user))?,
        false => said_by_adding(tx, channel, user, actor.user(), add_kind(user))?,
    };
    // Posts in archived channels are written, but nobody is told of them.
    events.extend((!channel.is_archived()).then_some(said));
    Ok(member)
}

/// Where groups decide who is in a channel, nobody is added if not all may be.
fn check_groups(tx: &mut Tx<'_>, channel: &Channel, candidates: &Candidates) -> Result<()> {
    if channel.group_constrained != Some(true) {
        return Ok(());
    }
    for user in candidates.users.values().filter(|user| !user.is_bot) {
        if !store::groups::is_in_group_of_channel(tx.conn(), channel.id, user.id)? {
            return codes::GROUP_CONSTRAINED.err();
        }
    }
    Ok(())
}

fn join_kind(user: &User) -> &'static str {
    if user.is_guest() { kinds::GUEST_JOIN_CHANNEL } else { kinds::JOIN_CHANNEL }
}

fn check_candidate(user: &User, candidates: &Candidates) -> Result<()> {
    if user.delete_at != 0 {
        return codes::ADD_DELETED_USER.err();
    }
    if !candidates.in_team.contains(&user.id) {
        return team_codes::MEMBER_NOT_FOUND.err();
    }
    Ok(())
}

fn add_kind(user: &User) -> &'static str {
    if user.is_guest() { kinds::ADD_GUEST_TO_CHANNEL } else { kinds::ADD_TO_CHANNEL }
}
