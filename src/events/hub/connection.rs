//! A logical connection: a client's place in the stream of events, with or without a socket.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;

use super::attached::{Closing, Drained};
use super::queue::{CAPACITY, LAGGING, Message, PickUp, Queue};
use super::shard::Command;
use super::{Opening, Session};
use crate::events::broadcast::Broadcast;
use crate::events::data::Data;
use crate::events::delivery::Delivery;
use crate::events::frame::{Frame, Personal, TextParts};
use crate::model::{Id, TimeMs};

/// One logical connection. Its lock is held for the few instructions of putting in or taking out, never while waiting.
pub(super) struct Connection {
    user: Id,
    /// The shard that feeds it, on whatever worker its socket is.
    home: UnboundedSender<Command>,
    /// Whether a socket drains it; changed by the registry, under its lock.
    active: AtomicBool,
    posted_ack: AtomicBool,
    /// The session is over: it hears nothing more and cannot be resumed.
    silenced: AtomicBool,
    expires_at: AtomicI64,
    last_activity: AtomicI64,
    state: Mutex<State>,
}

struct State {
    id: Id,
    session: Id,
    queue: Queue,
    shown: Shown,
    waker: Option<Waker>,
    closing: Option<Closing>,
}

/// What a client says it has on screen (websocket.md §7 rule 9); `None` where it has not said anything, and
/// [`Id::NONE`] where it shows nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    channel: Option<Id>,
    side_thread: Option<Id>,
    thread_view: Option<Id>,
}

/// A part of the screen that shows a channel or a thread of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The channel itself.
    Channel,
    /// A thread beside the channel.
    SideThread,
    /// The view of all followed threads.
    ThreadView,
}

impl Shown {
    /// Whether typing and reactions in a channel can be seen; unless all three panes are known to show others, yes.
    fn may_show(&self, channel: Id) -> bool {
        [self.channel, self.side_thread, self.thread_view].iter().any(|pane| pane.is_none_or(|shown| shown == channel))
    }
}

impl Connection {
    /// A connection with its `hello` waiting.
    pub(super) fn open(
        session: &Session,
        opening: &Opening,
        home: UnboundedSender<Command>,
        now: TimeMs,
    ) -> Arc<Connection> {
        let id = Id::random();
        let mut queue = Queue::default();
        queue.begin_with(hello(session.user_id, id, opening));
        Arc::new(Connection {
            user: session.user_id,
            home,
            active: AtomicBool::new(false),
            posted_ack: AtomicBool::new(opening.posted_ack),
            silenced: AtomicBool::new(false),
            expires_at: AtomicI64::new(session.expires_at),
            last_activity: AtomicI64::new(now),
            state: Mutex::new(State {
                id,
                session: session.session_id,
                queue,
                shown: Shown::default(),
                waker: None,
                closing: None,
            }),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn user(&self) -> Id {
        self.user
    }

    pub(super) fn home(&self) -> &UnboundedSender<Command> {
        &self.home
    }

    pub(super) fn id(&self) -> Id {
        self.state().id
    }

    pub(super) fn session(&self) -> Id {
        self.state().session
    }

    pub(super) fn is_active(&self) -> bool {
        self.active.load(Ordering::Relaxed)
    }

    pub(super) fn set_active(&self, active: bool) {
        self.active.store(active, Ordering::Relaxed);
    }

    pub(super) fn posted_ack(&self) -> bool {
        self.posted_ack.load(Ordering::Relaxed)
    }

    pub(super) fn last_activity(&self) -> TimeMs {
        self.last_activity.load(Ordering::Relaxed)
    }

    pub(super) fn note_activity(&self, now: TimeMs) {
        self.last_activity.fetch_max(now, Ordering::Relaxed);
    }

    /// When the session ends; 0 for never.
    pub(super) fn expires_at(&self) -> TimeMs {
        self.expires_at.load(Ordering::Relaxed)
    }

    /// The session goes on until then; 0 for ever.
    pub(super) fn extend(&self, expires_at: TimeMs) {
        self.expires_at.store(expires_at, Ordering::Relaxed);
    }

    /// The session is over.
    pub(super) fn silence(&self) {
        self.silenced.store(true, Ordering::Relaxed);
    }

    /// Whether the session still holds.
    pub(super) fn is_authenticated(&self, now: TimeMs) -> bool {
        let expires_at = self.expires_at.load(Ordering::Relaxed);
        !self.silenced.load(Ordering::Relaxed) && (expires_at == 0 || expires_at > now)
    }

    /// Puts an event into the queue if this connection is to have it; `false` if the queue is full and the connection
    /// with it lost.
    pub(super) fn offer(&self, delivery: &Delivery, frame: &Arc<Frame>, personal: Personal) -> bool {
        let mut state = self.state();
        if !state.wants(delivery) {
            return true;
        }
        let waiting = state.queue.len();
        if waiting >= LAGGING && delivery.droppable {
            return true;
        }
        if waiting >= CAPACITY {
            return false;
        }
        state.queue.push(Message::Event(frame.clone(), personal));
        wake(state);
        true
    }

    /// Puts an answer into the queue, whether or not the session holds; one that finds it full is lost with the
    /// connection.
    pub(super) fn reply(&self, text: Bytes) -> bool {
        let mut state = self.state();
        if state.queue.len() >= CAPACITY {
            return false;
        }
        state.queue.push(Message::Reply(text));
        wake(state);
        true
    }

    /// Says what a pane shows.
    pub(super) fn show(&self, pane: Pane, channel: Id) {
        let shown = &mut self.state().shown;
        match pane {
            Pane::Channel => shown.channel = Some(channel),
            Pane::SideThread => shown.side_thread = Some(channel),
            Pane::ThreadView => shown.thread_view = Some(channel),
        }
    }

    /// Ends the connection: its socket sends a close frame after what it has begun.
    pub(super) fn close(&self, closing: Closing) {
        let mut state = self.state();
        state.closing.get_or_insert(closing);
        wake(state);
    }

    /// Gives the socket what waits, or wakes it when there is something.
    pub(super) fn poll_drain(&self, cx: &mut Context<'_>, write: &mut dyn FnMut(&TextParts<'_>)) -> Poll<Drained> {
        let mut state = self.state();
        if let Some(closing) = state.closing {
            return Poll::Ready(Drained::Closed(closing));
        }
        if state.queue.is_empty() {
            if !state.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                state.waker = Some(cx.waker().clone());
            }
            return Poll::Pending;
        }
        state.queue.drain(self.user, write);
        Poll::Ready(Drained::Some)
    }

    /// The socket is gone; what is sent to the connection waits.
    pub(super) fn lose_socket(&self, now: TimeMs) {
        self.note_activity(now);
        let mut state = self.state();
        state.queue.lose_socket();
        state.waker = None;
    }

    /// A client returns: another session of the same person may, and the connection may get another id.
    pub(super) fn pick_up(&self, next: i64, session: &Session, opening: &Opening) {
        self.extend(session.expires_at);
        self.posted_ack.store(opening.posted_ack, Ordering::Relaxed);
        let mut state = self.state();
        state.session = session.session_id;
        state.shown = Shown::default();
        if state.queue.pick_up(next) == PickUp::Lost {
            state.id = Id::random();
            let hello = hello(self.user, state.id, opening);
            state.queue.begin_with(hello);
        }
    }
}

impl State {
    /// The rules that look at the connection rather than at the person (websocket.md §7 rules 4, 5, 9).
    fn wants(&self, delivery: &Delivery) -> bool {
        let Broadcast { connection, omit_connection, channel, .. } = &delivery.broadcast;
        if connection.as_deref().is_some_and(|id| id != self.id.as_str()) {
            return false;
        }
        if omit_connection.as_deref().is_some_and(|id| id == self.id.as_str()) {
            return false;
        }
        !delivery.scoped || self.shown.may_show(*channel)
    }
}

/// Wakes the socket, after letting go of the lock that it will want.
fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// The first event of a connection (websocket.md §4).
fn hello(user: Id, connection: Id, opening: &Opening) -> Arc<Frame> {
    let mut data = Data::new().value("server_version", &opening.server_version).id("connection_id", connection);
    if let Some(hostname) = &opening.server_hostname {
        data = data.value("server_hostname", hostname);
    }
    Arc::new(Frame::new("hello", &data, &Broadcast::user(user)))
}
