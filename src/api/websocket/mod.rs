//! The WebSocket: events to clients, and the few actions that clients send over it (websocket.md).
//!
//! [`connect`] answers the upgrade. From then on a socket is two halves on the same worker: a task that reads requests
//! and keeps time ([`socket`]), and the response body that writes what waits in the connection ([`outlet`]). Both hold
//! the same [`Attached`](crate::events::hub::Attached) connection; the hub's shard of this worker feeds it.
//!
//! What a socket needs of the application is one trait, [`Backend`].

mod actions;
mod application;
mod backend;
mod inbound;
mod origin;
mod outlet;
mod reply;
mod request;
mod sign_in;
mod socket;
#[cfg(test)]
mod tests;

use std::rc::Rc;
use std::time::Duration;

use actix_http::body::{BodyStream, BoxBody};
use actix_http::ws::CloseCode;
use actix_web::dev::Payload;
use actix_web::{HttpRequest, HttpResponse};

pub use backend::{Backend, Caller, Origins};

use self::inbound::Inbound;
use self::outlet::{Outlet, OutletStream};
use self::sign_in::{Wish, sign_in};
use self::socket::Socket;
use crate::events::hub::Shard;
use crate::model::Code;
use crate::model::errors::{AppError, Result};

/// A request to this path that is no WebSocket handshake.
const NOT_AN_UPGRADE: Code = Code {
    id: "api.web_socket.connect.upgrade.app_error",
    status: 400,
    text: "This address only serves WebSockets: the request is not a valid WebSocket handshake.",
};

/// A handshake from a page of another site.
const FOREIGN_ORIGIN: Code = Code {
    id: "api.web_socket.connect.upgrade.app_error",
    status: 403,
    text: "Pages of this origin may not connect. The site URL or the allowed origins of the server do not name it.",
};

/// How long a socket waits for what (websocket.md §2, §3).
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// For an anonymous socket to sign in.
    pub sign_in: Duration,
    /// Between two pings.
    pub ping: Duration,
    /// For a pong; nothing else proves that the client is there.
    pub pong: Duration,
}

impl Default for Timing {
    fn default() -> Timing {
        Timing { sign_in: Duration::from_secs(5), ping: Duration::from_secs(60), pong: Duration::from_secs(100) }
    }
}

/// Answers `GET /api/v4/websocket`: 101 and an open socket, or a refusal.
///
/// `token` is what the request carries in its cookie, `Authorization` header or query, if anything; one that is nobody's
/// still opens a socket, an anonymous one.
pub async fn connect<B: Backend>(
    request: &HttpRequest,
    payload: Payload,
    token: Option<String>,
    backend: B,
    shard: Shard,
) -> Result<HttpResponse> {
    connect_timed(request, payload, token, backend, shard, Timing::default()).await
}

async fn connect_timed<B: Backend>(
    request: &HttpRequest,
    payload: Payload,
    token: Option<String>,
    backend: B,
    shard: Shard,
    timing: Timing,
) -> Result<HttpResponse> {
    if !origin::is_allowed(request.headers(), &backend.origins()) {
        return FOREIGN_ORIGIN.err();
    }
    let mut response = actix_http::ws::handshake(request.head()).map_err(|_| NOT_AN_UPGRADE.error())?;
    let wish = Wish::read(request.query_string());
    let attached = match token {
        Some(token) => sign_in(&backend, &shard, &token, &wish).await?,
        None => None,
    };
    let outlet = Rc::new(Outlet::new());
    if attached.is_some() && wish.is_malformed() {
        outlet.hang_up(Some(CloseCode::Policy));
    }
    let socket = Socket::new(backend, shard, wish, timing, outlet.clone(), attached);
    actix_web::rt::spawn(socket.run(Inbound::new(payload)));
    let body = BoxBody::new(BodyStream::new(OutletStream::new(outlet)));
    let response = response.message_body(body).map_err(AppError::internal)?;
    Ok(response.into())
}
