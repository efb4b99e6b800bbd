//! A socket's hold on a connection.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::connection::Connection;
pub use super::connection::Pane;
use super::registry::Registry;
use super::shard::Command;
use crate::events::frame::TextParts;
use crate::model::time::TimeMs;
use crate::model::{Id, now};

/// What a socket holds while it serves a connection. Dropping it leaves the connection without a socket, to be resumed.
pub struct Attached {
    connection: Arc<Connection>,
    registry: Arc<Registry>,
}

/// What came of draining a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Something was written.
    Some,
    /// The connection is over: send a close frame and hang up.
    Closed(Closing),
}

/// Why a connection is ended by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The client does not take its messages; the close frame is empty (websocket.md §3).
    Lagging,
    /// The server shuts down.
    Shutdown,
}

impl Attached {
    /// Takes hold; the registry has marked the connection active.
    pub(super) fn new(connection: Arc<Connection>, registry: Arc<Registry>) -> Attached {
        Attached { connection, registry }
    }

    /// Whose connection it is.
    pub fn user_id(&self) -> Id {
        self.connection.user()
    }

    /// The session it was opened or resumed with.
    pub fn session_id(&self) -> Id {
        self.connection.session()
    }

    /// When that session ends; 0 for never.
    pub fn expires_at(&self) -> TimeMs {
        self.connection.expires_at()
    }

    /// The connection's id, which `hello` told.
    pub fn connection_id(&self) -> Id {
        self.connection.id()
    }

    /// Whether the session still holds. If not, nothing is heard and no action is allowed.
    pub fn is_authenticated(&self) -> bool {
        self.connection.is_authenticated(now())
    }

    /// Writes what waits, each message as the parts of its JSON text; otherwise arranges to be woken.
    pub fn poll_drain(&self, cx: &mut Context<'_>, write: &mut dyn FnMut(&TextParts<'_>)) -> Poll<Drained> {
        self.connection.poll_drain(cx, write)
    }

    /// Sends an answer, after all events published so far: an action's own events come before its answer.
    pub fn reply(&self, text: Bytes) {
        let command = Command::Reply(self.connection.clone(), text);
        // A shard that is gone is one whose worker has stopped; there is nobody left to answer to.
        let _stopped = self.connection.home().send(command);
    }

    /// Says which channel a pane of the client shows; [`Id::NONE`] for none or for an unknown one.
    pub fn show(&self, pane: Pane, channel: Id) {
        self.connection.show(pane, channel);
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.registry.detach(&self.connection, now());
    }
}
