//! What a socket needs of the application.

use crate::events::hub::{Attached, Memberships, Session};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::time::TimeMs;

/// Whose action it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub user_id: Id,
    /// Their session's id.
    pub session_id: Id,
    /// When the session ends; 0 for never.
    pub expires_at: TimeMs,
}

impl Caller {
    /// Whoever signed in over this socket.
    pub fn of(attached: &Attached) -> Caller {
        let (user_id, session_id) = (attached.user_id(), attached.session_id());
        Caller { user_id, session_id, expires_at: attached.expires_at() }
    }
}

/// Which pages may connect (websocket.md §1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// `ServiceSettings.SiteURL`; may be empty.
    pub site_url: String,
    /// `ServiceSettings.AllowCorsFrom`: origins separated by spaces, `*`, or empty.
    pub allow_cors_from: String,
}

/// The application, as sockets see it. Failures are answered to the client or, before it is signed in, end the socket.
pub trait Backend: Clone + 'static {
    /// Which pages may connect.
    fn origins(&self) -> Origins;

    /// The version of the protocol that `ping` answers, such as `11.6.0`.
    fn version(&self) -> String;

    /// The text of header `X-Version-Id`, for `hello`.
    fn server_version(&self) -> String;

    /// The machine's name for `hello`, if it is to be told.
    fn server_hostname(&self) -> Option<String>;

    /// The living session of a token of any kind, whose user is active and has done all that log-in demands (second
    /// factor). Must not be older than the call.
    fn session(&self, token: &str) -> impl Future<Output = Result<Option<Session>>>;

    /// Where somebody belongs. Must not be older than the call.
    fn memberships(&self, user: Id) -> impl Future<Output = Result<Memberships>>;

    /// Somebody types: tells the channel unless the server is busy, and counts as a use of the session. `false` if they
    /// may not post there.
    fn typing(&self, caller: Caller, channel: Id, parent: String) -> impl Future<Output = Result<bool>>;

    /// The client says whether its user is at the keyboard; `manual` if the user chose so.
    fn set_active(&self, caller: Caller, is_active: bool, manual: bool) -> impl Future<Output = Result<()>>;

    /// The status of everybody whom the caller sees and who is not offline.
    fn statuses(&self, caller: Caller) -> impl Future<Output = Result<Vec<(Id, String)>>>;

    /// The status of these, as far as known and seen; those left out are offline.
    fn statuses_of(&self, caller: Caller, users: Vec<Id>) -> impl Future<Output = Result<Vec<(Id, String)>>>;

    /// The client is still there: somebody who has long done nothing becomes away (websocket.md §3).
    fn pong(&self, caller: Caller) -> impl Future<Output = ()>;
}
