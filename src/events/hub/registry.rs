//! All connections by id and by person, whatever shard they belong to.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use super::attached::{Attached, Closing};
use super::connection::Connection;
use super::{Opening, Session};
use crate::events::delivery::Effect;
use crate::model::{Id, TimeMs};

/// News of a socket that was opened or closed (websocket.md §10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresenceChange {
    /// An authenticated socket was opened: the person is online unless they chose otherwise.
    Connected {
        /// Who.
        user: Id,
        /// How many sockets they have now, this one among them.
        connections: usize,
    },
    /// An authenticated socket was closed: with none left the person is offline, otherwise perhaps away.
    Disconnected {
        /// Who.
        user: Id,
        /// How many sockets they have left.
        remaining: usize,
        /// The last activity on any of these; 0 if there are none.
        last_activity_at: TimeMs,
    },
}

/// The connections. Its lock is taken when sockets come and go, never for an event.
pub(super) struct Registry {
    tables: Mutex<Tables>,
    presence: UnboundedSender<PresenceChange>,
    /// The server shuts down: nothing is opened any more.
    closing: AtomicBool,
}

#[derive(Default)]
struct Tables {
    by_id: HashMap<Id, Arc<Connection>>,
    by_user: HashMap<Id, Vec<Arc<Connection>>>,
}

impl Tables {
    fn of(&self, user: Id) -> impl Iterator<Item = &Arc<Connection>> {
        self.by_user.get(&user).into_iter().flatten()
    }

    fn active_of(&self, user: Id) -> usize {
        self.of(user).filter(|connection| connection.is_active()).count()
    }
}

impl Registry {
    pub(super) fn new(presence: UnboundedSender<PresenceChange>) -> Registry {
        Registry { tables: Mutex::default(), presence, closing: AtomicBool::new(false) }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up a new connection for its first socket.
    pub(super) fn attach(self: &Arc<Registry>, connection: &Arc<Connection>) -> Attached {
        let mut tables = self.tables();
        tables.by_id.insert(connection.id(), connection.clone());
        tables.by_user.entry(connection.user()).or_default().push(connection.clone());
        self.activate(tables, connection)
    }

    /// Gives a connection to a returning client, if it is known and has no socket.
    pub(super) fn resume(
        self: &Arc<Registry>,
        connection: &Arc<Connection>,
        next: i64,
        session: &Session,
        opening: &Opening,
    ) -> Option<Attached> {
        let mut tables = self.tables();
        let id = connection.id();
        if connection.is_active() || !tables.by_id.contains_key(&id) {
            return None;
        }
        connection.pick_up(next, session, opening);
        tables.by_id.remove(&id);
        tables.by_id.insert(connection.id(), connection.clone());
        Some(self.activate(tables, connection))
    }

    fn activate(self: &Arc<Registry>, tables: MutexGuard<'_, Tables>, connection: &Arc<Connection>) -> Attached {
        connection.set_active(true);
        let connections = tables.active_of(connection.user());
        self.tell(PresenceChange::Connected { user: connection.user(), connections });
        drop(tables);
        if self.closing.load(Ordering::SeqCst) {
            connection.close(Closing::Shutdown);
        }
        Attached::new(connection.clone(), self.clone())
    }

    /// A socket is gone.
    pub(super) fn detach(&self, connection: &Arc<Connection>, now: TimeMs) {
        let tables = self.tables();
        connection.lose_socket(now);
        connection.set_active(false);
        let left = tables.of(connection.user()).filter(|other| other.is_active());
        let (remaining, last_activity_at) =
            left.fold((0, 0), |(count, latest), other| (count + 1, other.last_activity().max(latest)));
        self.tell(PresenceChange::Disconnected { user: connection.user(), remaining, last_activity_at });
    }

    /// Told under the lock, so that the news come in the order of the facts.
    fn tell(&self, change: PresenceChange) {
        // Nobody listens in tests and while shutting down.
        let _unheard = self.presence.send(change);
    }

    /// Forgets a connection: it cannot be resumed.
    pub(super) fn remove(&self, connection: &Arc<Connection>) {
        let mut tables = self.tables();
        tables.by_id.remove(&connection.id());
        if let Some(theirs) = tables.by_user.get_mut(&connection.user()) {
            theirs.retain(|other| !Arc::ptr_eq(other, connection));
            if theirs.is_empty() {
                tables.by_user.remove(&connection.user());
            }
        }
    }

    /// The connection of that id, if it is that person's.
    pub(super) fn find(&self, id: Id, user: Id) -> Option<Arc<Connection>> {
        self.tables().by_id.get(&id).filter(|connection| connection.user() == user).cloned()
    }

    pub(super) fn active_of(&self, user: Id) -> usize {
        self.tables().active_of(user)
    }

    pub(super) fn active(&self) -> usize {
        self.tables().by_id.values().filter(|connection| connection.is_active()).count()
    }

    pub(super) fn active_users(&self) -> Vec<Id> {
        let tables = self.tables();
        tables
            .by_user
            .iter()
            .filter(|(_, theirs)| theirs.iter().any(|one| one.is_active()))
            .map(|(user, _)| *user)
            .collect()
    }

    pub(super) fn note_activity(&self, user: Id, session: Id, now: TimeMs) {
        self.tables()
            .of(user)
            .filter(|connection| connection.session() == session)
            .for_each(|one| one.note_activity(now));
    }

    /// Takes their rights from the connections of sessions that an event ends.
    pub(super) fn end_sessions(&self, effect: &Effect) {
        let tables = self.tables();
        match effect {
            Effect::EndSession { session } => {
                tables.by_id.values().filter(|one| one.session() == *session).for_each(|one| one.silence());
            }
            Effect::EndSessions { user, except } => {
                tables.of(*user).filter(|one| Some(one.session()) != *except).for_each(|one| one.silence());
            }
            _ => {}
        }
    }

    pub(super) fn close_all(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.tables().by_id.values().for_each(|connection| connection.close(Closing::Shutdown));
    }
}
