//! Who is connected to a shard, and where they belong.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::connection::Connection;
use super::{Memberships, Session};
use crate::events::broadcast::{Broadcast, Circle, Privilege};
use crate::events::readers::Hidden;
use crate::model::Id;

/// A person with connections.
pub(super) struct Member {
    pub user: Id,
    pub is_admin: bool,
    pub is_guest: bool,
    pub oversees: bool,
    channels: HashSet<Id>,
    teams: HashSet<Id>,
    pub connections: Vec<Arc<Connection>>,
}

impl Member {
    /// The rules that look at the person (websocket.md §7 rules 3, 7, 11). `hides_strangers` says whether people know only
    /// of those with whom they share something.
    pub(super) fn hears(&self, broadcast: &Broadcast, hides_strangers: bool) -> bool {
        let privileged = match broadcast.privilege {
            Privilege::Any => true,
            Privilege::Others => !self.is_admin,
            Privilege::Admins => self.is_admin,
        };
        let sees_all = !self.is_guest && (self.oversees || !hides_strangers);
        let known = || sees_all || broadcast.circle.as_ref().is_none_or(|circle| self.is_in(circle));
        privileged && self.user != broadcast.omit_user && known()
    }

    fn is_in(&self, circle: &Circle) -> bool {
        let in_team = || !self.is_guest && circle.teams.iter().any(|team| self.teams.contains(team));
        circle.user == self.user || circle.channels.iter().any(|channel| self.channels.contains(channel)) || in_team()
    }

    /// Whether they may read the channel that a part of a post comes from.
    pub(super) fn may_read(&self, hidden: &Hidden) -> bool {
        let open = || hidden.open_in.is_some_and(|team| !self.is_guest && self.teams.contains(&team));
        self.is_admin || self.channels.contains(&hidden.channel) || open()
    }
}

/// Where in [`Members::slots`] somebody is.
type Slot = usize;

/// Lists of members by channel or by team. Lists, because walking them is what happens most.
#[derive(Default)]
struct Index(HashMap<Id, Vec<Slot>>);

impl Index {
    fn add(&mut self, place: Id, slot: Slot) {
        self.0.entry(place).or_default().push(slot);
    }

    fn remove(&mut self, place: Id, slot: Slot) {
        let Some(slots) = self.0.get_mut(&place) else { return };
        if let Some(at) = slots.iter().position(|other| *other == slot) {
            slots.swap_remove(at);
        }
        if slots.is_empty() {
            self.0.remove(&place);
        }
    }
}

/// Everybody connected to a shard.
#[derive(Default)]
pub(super) struct Members {
    slots: Vec<Option<Member>>,
    free: Vec<Slot>,
    by_user: HashMap<Id, Slot>,
    channels: Index,
    teams: Index,
}

impl Members {
    /// A connection more, with fresh facts about its person.
    pub(super) fn add(&mut self, session: &Session, memberships: Memberships, connection: Arc<Connection>) {
        let mut connections = self.take(session.user_id).map(|member| member.connections).unwrap_or_default();
        connections.push(connection);
        let member = Member {
            user: session.user_id,
            is_admin: session.is_admin,
            is_guest: session.is_guest,
            oversees: session.oversees,
            channels: memberships.channels.into_iter().collect(),
            teams: memberships.teams.into_iter().collect(),
            connections,
        };
        let slot = self.free.pop().unwrap_or(self.slots.len());
        member.channels.iter().for_each(|channel| self.channels.add(*channel, slot));
        member.teams.iter().for_each(|team| self.teams.add(*team, slot));
        self.by_user.insert(member.user, slot);
        match self.slots.get_mut(slot) {
            Some(free) => *free = Some(member),
            None => self.slots.push(Some(member)),
        }
    }

    /// Takes a person out of everything.
    fn take(&mut self, user: Id) -> Option<Member> {
        let slot = self.by_user.remove(&user)?;
        let member = self.slots.get_mut(slot)?.take()?;
        member.channels.iter().for_each(|channel| self.channels.remove(*channel, slot));
        member.teams.iter().for_each(|team| self.teams.remove(*team, slot));
        self.free.push(slot);
        Some(member)
    }

    /// A connection less; with the last one the person is forgotten.
    pub(super) fn remove(&mut self, connection: &Arc<Connection>) {
        let Some(member) = self.get_mut(connection.user()) else { return };
        member.connections.retain(|other| !Arc::ptr_eq(other, connection));
        if member.connections.is_empty() {
            self.take(connection.user());
        }
    }

    /// A person, if connected here.
    pub(super) fn get_mut(&mut self, user: Id) -> Option<&mut Member> {
        self.slots.get_mut(*self.by_user.get(&user)?)?.as_mut()
    }

    fn at_mut(&mut self, user: Id) -> Option<(Slot, &mut Member)> {
        let slot = *self.by_user.get(&user)?;
        Some((slot, self.slots.get_mut(slot)?.as_mut()?))
    }

    pub(super) fn join_channel(&mut self, channel: Id, user: Id) {
        let Some((slot, member)) = self.at_mut(user) else { return };
        if member.channels.insert(channel) {
            self.channels.add(channel, slot);
        }
    }

    pub(super) fn leave_channel(&mut self, channel: Id, user: Id) {
        let Some((slot, member)) = self.at_mut(user) else { return };
        if member.channels.remove(&channel) {
            self.channels.remove(channel, slot);
        }
    }

    pub(super) fn join_team(&mut self, team: Id, user: Id) {
        let Some((slot, member)) = self.at_mut(user) else { return };
        if member.teams.insert(team) {
            self.teams.add(team, slot);
        }
    }

    pub(super) fn leave_team(&mut self, team: Id, user: Id) {
        let Some((slot, member)) = self.at_mut(user) else { return };
        if member.teams.remove(&team) {
            self.teams.remove(team, slot);
        }
    }

    /// All connections.
    pub(super) fn connections(&self) -> impl Iterator<Item = &Arc<Connection>> {
        self.slots.iter().flatten().flat_map(|member| &member.connections)
    }

    /// The connections of one person.
    pub(super) fn connections_of(&self, user: Id) -> impl Iterator<Item = &Arc<Connection>> {
        self.member(user).into_iter().flat_map(|member| &member.connections)
    }

    fn member(&self, user: Id) -> Option<&Member> {
        self.slots.get(*self.by_user.get(&user)?)?.as_ref()
    }

    /// Goes through the audience of a delivery (websocket.md §7 rules 4, 6, 8, 10).
    pub(super) fn for_audience(&self, broadcast: &Broadcast, mut tell: impl FnMut(&Member)) {
        let place = if broadcast.connection.is_some() {
            None
        } else if let Some(user) = broadcast.user.some() {
            return self.member(user).into_iter().for_each(tell);
        } else if let Some(channel) = broadcast.channel.some() {
            Some((&self.channels, channel))
        } else {
            broadcast.team.some().map(|team| (&self.teams, team))
        };
        match place {
            None => self.slots.iter().flatten().for_each(tell),
            Some((index, place)) => {
                let slots = index.0.get(&place).into_iter().flatten();
                slots.filter_map(|slot| self.slots.get(*slot)?.as_ref()).for_each(&mut tell);
            }
        }
    }
}
