//! The hub: brings events to open WebSockets, in order and cheaply.
//!
//! Each server worker runs one *shard* ([`Hub::open_shard`]): a task that knows the people whose sockets were opened on
//! that worker and the channels and teams they belong to. [`Hub::publish`] turns events into text once, gives the batch
//! its place in one order for all, and hands it to every shard. A shard walks the members of the audience and puts a
//! pointer to the shared text into each connection's queue; the socket, on the same worker, empties the queue in one go
//! and numbers the events as it does.
//!
//! A [`connection`] outlives its socket: it goes on collecting events, so that a client which comes back soon enough
//! misses nothing (websocket.md §5). A session that ends takes its connections out of the shard at once.
//!
//! What is known about memberships is loaded once, when a connection is opened, and kept right by the events themselves.
//! [`Hub::prepare`] closes the gap between loading and opening: an opening whose facts were overtaken by an event is
//! [`Stale`] and must be loaded again.

mod attached;
mod connection;
mod members;
mod queue;
mod recent;
mod registry;
mod shard;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

pub use self::attached::{Attached, Closing, Drained, Pane};
pub use self::registry::PresenceChange;
pub use self::shard::Shard;

use self::registry::Registry;
use self::shard::{Batch, Command, Resume, Worker};
use super::Event;
use crate::model::{Id, TimeMs, now};

/// The way to all open connections; cheap to clone, usable from any thread.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    order: Mutex<Order>,
    registry: Arc<Registry>,
    hides_strangers: Arc<AtomicBool>,
}

/// The place of the last batch, and whom batches are sent to.
#[derive(Default)]
struct Order {
    number: u64,
    shards: Vec<UnboundedSender<Command>>,
}

/// The moment from which on facts are being loaded for an opening.
#[derive(Debug, Clone, Copy)]
pub struct Ticket(u64);

/// An event has overtaken the facts given for an opening: take a new [`Ticket`] and load them again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale;

/// Whose connection it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The person.
    pub user_id: Id,
    /// The session's id, not its token.
    pub session_id: Id,
    /// When the session ends; 0 for never.
    pub expires_at: TimeMs,
    /// Whether they hold `manage_system`.
    pub is_admin: bool,
    /// Whether they are a guest.
    pub is_guest: bool,
    /// Whether they hear of everybody even where people know only of those with whom they share something.
    pub oversees: bool,
}

/// Where somebody belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memberships {
    /// All channels they are in, archived ones too.
    pub channels: Vec<Id>,
    /// All teams they are in.
    pub teams: Vec<Id>,
}

/// How a connection is opened: the client's wish and what `hello` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opening {
    /// The client wants to be asked to acknowledge posts (`posted_ack=true`).
    pub posted_ack: bool,
    /// The text of header `X-Version-Id`.
    pub server_version: String,
    /// The machine's name, if it is to be told.
    pub server_hostname: Option<String>,
}

impl Hub {
    /// A hub without connections, and the news of who connects and disconnects, for keeping statuses.
    pub fn new() -> (Hub, UnboundedReceiver<PresenceChange>) {
        let (presence, changes) = unbounded_channel();
        let registry = Arc::new(Registry::new(presence));
        (Hub(Arc::new(Inner { order: Mutex::default(), registry, hides_strangers: Arc::default() })), changes)
    }

    /// Says whether people hear only of those with whom they share a channel or a team, from the next event on.
    pub fn hide_strangers(&self, hides: bool) {
        self.0.hides_strangers.store(hides, Ordering::Relaxed);
    }

    fn order(&self) -> MutexGuard<'_, Order> {
        self.0.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings events to all who are to hear them, in this order and after all that were published before. Never waits for
    /// a client.
    pub fn publish(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let steps: Vec<_> = events.into_iter().map(Event::into_step).collect();
        // Ended sessions may do nothing more from this moment; what they hear the shards see to.
        steps.iter().filter_map(|step| step.effect.as_ref()).for_each(|effect| self.0.registry.end_sessions(effect));
        let mut order = self.order();
        order.number += 1;
        let batch = Arc::new(Batch { number: order.number, steps });
        // A shard that is gone belonged to a worker that stopped.
        order.shards.retain(|shard| shard.send(Command::Publish(batch.clone())).is_ok());
    }

    /// A new shard and the task that runs it, to be spawned on the worker whose sockets it serves. The task never ends
    /// by itself.
    pub fn open_shard(&self) -> (Shard, impl Future<Output = ()> + use<>) {
        let (sender, receiver) = unbounded_channel();
        self.order().shards.push(sender.clone());
        let worker = Worker::new(self.0.registry.clone(), self.0.hides_strangers.clone(), sender.clone());
        (Shard { hub: self.clone(), sender }, worker.run(receiver))
    }

    /// Says that facts for an opening are about to be loaded; to be called *before* the session is looked up.
    pub fn prepare(&self) -> Ticket {
        Ticket(self.order().number)
    }

    /// Gives a known connection without a socket to a new one: its id, and the number of the event the client expects
    /// next (websocket.md §5). `None` means that it must be opened afresh.
    pub async fn resume(
        &self,
        ticket: Ticket,
        connection: Id,
        next: i64,
        session: Session,
        opening: Opening,
    ) -> Result<Option<Attached>, Stale> {
        let Some(connection) = self.0.registry.find(connection, session.user_id) else { return Ok(None) };
        let (answer, answered) = oneshot::channel();
        let home = connection.home().clone();
        let resume = Resume { ticket, connection, next, session, opening, answer };
        if home.send(Command::Resume(Box::new(resume))).is_err() {
            return Ok(None);
        }
        answered.await.unwrap_or(Ok(None))
    }

    /// Whether somebody has a socket open.
    pub fn is_connected(&self, user: Id) -> bool {
        self.connections_of(user) > 0
    }

    /// How many sockets of somebody are open.
    pub fn connections_of(&self, user: Id) -> usize {
        self.0.registry.active_of(user)
    }

    /// How many sockets are open and authenticated.
    pub fn connection_count(&self) -> usize {
        self.0.registry.active()
    }

    /// Everybody who has a socket open.
    pub fn connected_users(&self) -> Vec<Id> {
        self.0.registry.active_users()
    }

    /// Notes that a session was used, so that its connections are kept longer when their sockets are gone.
    pub fn note_activity(&self, user: Id, session: Id) {
        self.0.registry.note_activity(user, session, now());
    }

    /// Closes every connection, and every one that is opened from now on, so that clients go to look for another
    /// server; for shutting down.
    pub fn close_all(&self) {
        self.0.registry.close_all();
    }
}
