//! A shard: the task that brings events to the connections opened on one worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::attached::{Attached, Closing};
use super::connection::Connection;
use super::members::Members;
use super::queue::LAGGING;
use super::recent::Recent;
use super::registry::Registry;
use super::{Hub, Memberships, Opening, Session, Stale, Ticket};
use crate::events::delivery::{Body, Delivery, Effect, Step};
use crate::events::frame::{Frame, Personal};
use crate::model::{TimeMs, now};

/// How often connections without a socket are looked through (websocket.md §5).
const SWEEP: Duration = Duration::from_secs(5 * 60);
/// How long such a connection is kept after the last activity, in milliseconds.
const KEPT_MS: TimeMs = 5 * 60 * 1000;

/// A batch that reaches this many connections is followed by a pause, so that what is published meanwhile shares the
/// writes to their sockets: a write costs several times what its content does.
const MANY: usize = 256;
/// The pause. Nobody notices it: it comes after a batch, so what is said into silence is heard at once. Longer ones make
/// the buffers of all sockets grow.
const PAUSE: Duration = Duration::from_millis(12);

/// The way to a shard, for the sockets of its worker.
#[derive(Clone)]
pub struct Shard {
    pub(super) hub: Hub,
    pub(super) sender: UnboundedSender<Command>,
}

impl Shard {
    /// The hub it belongs to.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Opens a connection that says `hello` first and then hears everything from now on. Session and memberships must
    /// have been loaded after the ticket was taken.
    pub async fn attach(
        &self,
        ticket: Ticket,
        session: Session,
        memberships: Memberships,
        opening: Opening,
    ) -> Result<Attached, Stale> {
        let (answer, answered) = oneshot::channel();
        let attach = Attach { ticket, session, memberships, opening, answer };
        if self.sender.send(Command::Attach(Box::new(attach))).is_err() {
            return Err(Stale);
        }
        answered.await.unwrap_or(Err(Stale))
    }
}

/// What a shard is told.
pub(super) enum Command {
    /// Something happened.
    Publish(Arc<Batch>),
    /// A connection is to be opened.
    Attach(Box<Attach>),
    /// One of its connections is to be given to another socket.
    Resume(Box<Resume>),
    /// An answer to one of its connections.
    Reply(Arc<Connection>, Bytes),
}

/// Events published together.
pub(super) struct Batch {
    pub number: u64,
    pub steps: Vec<Step>,
}

pub(super) struct Attach {
    ticket: Ticket,
    session: Session,
    memberships: Memberships,
    opening: Opening,
    answer: oneshot::Sender<Result<Attached, Stale>>,
}

pub(super) struct Resume {
    pub ticket: Ticket,
    pub connection: Arc<Connection>,
    pub next: i64,
    pub session: Session,
    pub opening: Opening,
    pub answer: oneshot::Sender<Result<Option<Attached>, Stale>>,
}

/// The state of a shard's task.
pub(super) struct Worker {
    members: Members,
    recent: Recent,
    registry: Arc<Registry>,
    hides_strangers: Arc<AtomicBool>,
    sender: UnboundedSender<Command>,
}

impl Worker {
    pub(super) fn new(
        registry: Arc<Registry>,
        hides_strangers: Arc<AtomicBool>,
        sender: UnboundedSender<Command>,
    ) -> Worker {
        Worker { members: Members::default(), recent: Recent::default(), registry, hides_strangers, sender }
    }

    pub(super) async fn run(mut self, mut commands: UnboundedReceiver<Command>) {
        let mut sweep = interval(SWEEP);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                command = commands.recv() => {
                    let Some(command) = command else { return };
                    if self.obey_all(command, &mut commands) >= MANY {
                        sleep(PAUSE).await;
                    }
                }
                _ = sweep.tick() => self.sweep(now()),
            }
        }
    }

    /// Does what it is told together with what waits behind it, but not more than every socket's queue has room for.
    fn obey_all(&mut self, first: Command, waiting: &mut UnboundedReceiver<Command>) -> usize {
        let behind = std::iter::from_fn(|| waiting.try_recv().ok()).take(LAGGING / 2);
        std::iter::once(first).chain(behind).map(|command| self.obey(command)).sum()
    }

    /// Does what it is told and says how many messages that put into queues.
    fn obey(&mut self, command: Command) -> usize {
        match command {
            Command::Publish(batch) => return self.publish(&batch),
            Command::Attach(attach) => self.attach(*attach),
            Command::Resume(resume) => self.resume(*resume),
            Command::Reply(connection, text) => {
                if !connection.reply(text) {
                    self.lose(&connection);
                }
            }
        }
        0
    }

    fn is_stale(&self, ticket: Ticket, session: &Session) -> bool {
        self.recent.touched_since(ticket.0, &[session.user_id, session.session_id])
    }

    fn attach(&mut self, attach: Attach) {
        let Attach { ticket, session, memberships, opening, answer } = attach;
        if self.is_stale(ticket, &session) {
            let _gone = answer.send(Err(Stale));
            return;
        }
        let connection = Connection::open(&session, &opening, self.sender.clone(), now());
        self.members.add(&session, memberships, connection.clone());
        // If the socket is gone by now, dropping what it would have held leaves the connection without one.
        let _gone = answer.send(Ok(self.registry.attach(&connection)));
    }

    fn resume(&mut self, resume: Resume) {
        let Resume { ticket, connection, next, session, opening, answer } = resume;
        let outcome = if self.is_stale(ticket, &session) {
            Err(Stale)
        } else {
            Ok(self.registry.resume(&connection, next, &session, &opening))
        };
        let _gone = answer.send(outcome);
    }

    fn publish(&mut self, batch: &Batch) -> usize {
        let (now, mut offered) = (now(), 0);
        for step in &batch.steps {
            if let Some(effect) = &step.effect {
                self.recent.note(batch.number, effect);
                self.apply(effect);
            }
            for delivery in &step.deliveries {
                let (reached, lost) = self.deliver(delivery, now);
                offered += reached;
                lost.iter().for_each(|connection| self.lose(connection));
            }
        }
        offered
    }

    fn apply(&mut self, effect: &Effect) {
        match effect {
            Effect::JoinChannel { channel, users } => {
                users.iter().for_each(|user| self.members.join_channel(*channel, *user));
            }
            Effect::LeaveChannel { channel, user } => self.members.leave_channel(*channel, *user),
            Effect::JoinTeam { team, user } => self.members.join_team(*team, *user),
            Effect::LeaveTeam { team, user, channels } => {
                self.members.leave_team(*team, *user);
                channels.iter().for_each(|channel| self.members.leave_channel(*channel, *user));
            }
            Effect::EndSession { session } => {
                let theirs = self.members.connections().filter(|connection| connection.session() == *session);
                self.silence(theirs.cloned().collect());
            }
            Effect::EndSessions { user, except } => {
                let theirs = self.members.connections_of(*user);
                let ended = theirs.filter(|connection| Some(connection.session()) != *except);
                self.silence(ended.cloned().collect());
            }
            Effect::ExtendSession { session, expires_at } => {
                let theirs = self.members.connections().filter(|connection| connection.session() == *session);
                theirs.for_each(|connection| connection.extend(*expires_at));
            }
            Effect::ChangeRoles { user, is_admin, is_guest } => {
                if let Some(member) = self.members.get_mut(*user) {
                    // Whoever oversees people by another role hears of all of them from their next connection on.
                    (member.is_admin, member.is_guest, member.oversees) = (*is_admin, *is_guest, *is_admin);
                }
            }
        }
    }

    /// Ends the hearing of some connections. Their sockets stay, to answer that they are no longer signed in.
    fn silence(&mut self, ended: Vec<Arc<Connection>>) {
        for connection in ended {
            connection.silence();
            self.forget(&connection);
        }
    }

    /// Puts a message into the queues of its audience; says how many, and which connections have no room for it.
    ///
    /// Each shard counts the references to a copy of its own: workers that count the same ones take turns at it.
    fn deliver(&self, delivery: &Delivery, now: TimeMs) -> (usize, Vec<Arc<Connection>>) {
        let (mut reached, mut lost) = (0, Vec::new());
        let hides_strangers = self.hides_strangers.load(Ordering::Relaxed);
        let mut own = None;
        self.members.for_audience(&delivery.broadcast, |member| {
            if !member.hears(&delivery.broadcast, hides_strangers) {
                return;
            }
            let frame = match &delivery.body {
                Body::Same(frame) => Arc::clone(own.get_or_insert_with(|| Arc::new(Frame::clone(frame)))),
                Body::Post(frames) => frames.for_reader(|hidden| member.may_read(hidden)),
            };
            for connection in member.connections.iter().filter(|connection| connection.is_authenticated(now)) {
                let personal = delivery
                    .notice
                    .as_ref()
                    .map_or_else(Personal::default, |notice| notice.personal(member.user, connection.posted_ack()));
                reached += 1;
                if !connection.offer(delivery, &frame, personal) {
                    lost.push(connection.clone());
                }
            }
        });
        (reached, lost)
    }

    /// A connection that takes nothing any more: its socket, if it has one, hangs up.
    fn lose(&mut self, connection: &Arc<Connection>) {
        connection.close(Closing::Lagging);
        self.forget(connection);
    }

    fn forget(&mut self, connection: &Arc<Connection>) {
        self.members.remove(connection);
        self.registry.remove(connection);
    }

    /// Forgets connections that have been without a socket for long, and those of sessions that ran out.
    fn sweep(&mut self, now: TimeMs) {
        let is_over = |connection: &Connection| {
            !connection.is_active() && (connection.last_activity() < now - KEPT_MS || !connection.is_authenticated(now))
        };
        let over: Vec<_> = self.members.connections().filter(|connection| is_over(connection)).cloned().collect();
        over.iter().for_each(|connection| self.forget(connection));
    }
}
