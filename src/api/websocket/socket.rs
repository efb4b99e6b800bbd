//! The reading half of a socket: requests, pongs and the passing of time.

use std::ops::ControlFlow;
use std::rc::Rc;

use actix_http::ws::{CloseCode, Message};
use bytes::Bytes;
use serde_json::Map;
use tokio::time::{Instant, sleep_until};

use super::Timing;
use super::actions::{self, CHALLENGE};
use super::backend::{Backend, Caller};
use super::inbound::{Inbound, Incoming};
use super::outlet::Outlet;
use super::reply;
use super::request::{Request, Unreadable};
use super::sign_in::{Wish, sign_in};
use crate::events::hub::{Attached, Shard};
use crate::model::Code;
use crate::model::errors::websocket;

/// Whether the socket goes on, or the code with which to hang up.
type Flow = ControlFlow<Option<CloseCode>>;

const GO_ON: Flow = ControlFlow::Continue(());
/// Nobody is there, or all is said.
const LEAVE: Flow = ControlFlow::Break(None);
/// Somebody has not signed in, or cannot.
const REFUSE: Flow = ControlFlow::Break(Some(CloseCode::Policy));
/// A message is no request.
const UNREADABLE: Flow = ControlFlow::Break(Some(CloseCode::Invalid));

/// A socket from its upgrade to its end.
pub(super) struct Socket<B> {
    backend: B,
    shard: Shard,
    wish: Wish,
    timing: Timing,
    outlet: Rc<Outlet>,
    ping_at: Instant,
    /// Without a sign of life by then the client is gone; an anonymous one has until then to sign in.
    deadline: Instant,
}

impl<B: Backend> Socket<B> {
    /// A socket that serves a connection, or waits for somebody to sign in.
    pub(super) fn new(
        backend: B,
        shard: Shard,
        wish: Wish,
        timing: Timing,
        outlet: Rc<Outlet>,
        attached: Option<Attached>,
    ) -> Socket<B> {
        let now = Instant::now();
        let deadline = now + if attached.is_some() { timing.pong } else { timing.sign_in };
        if let Some(attached) = attached {
            outlet.attach(attached);
        }
        Socket { backend, shard, wish: wish.afresh(), timing, outlet, ping_at: now + timing.ping, deadline }
    }

    /// Serves the socket until either side ends it.
    pub(super) async fn run(mut self, mut inbound: Inbound) {
        let outlet = self.outlet.clone();
        loop {
            let flow = tokio::select! {
                incoming = inbound.next() => match incoming {
                    Ok(incoming) => self.handle(incoming).await,
                    Err(lost) => ControlFlow::Break(lost.code()),
                },
                () = sleep_until(self.ping_at.min(self.deadline)) => self.keep_time(),
                () = outlet.ended() => LEAVE,
            };
            if let ControlFlow::Break(code) = flow {
                return outlet.hang_up(code);
            }
        }
    }

    fn keep_time(&mut self) -> Flow {
        let now = Instant::now();
        if now >= self.deadline {
            return if self.outlet.attached().is_some() { LEAVE } else { REFUSE };
        }
        if now >= self.ping_at {
            self.ping_at = now + self.timing.ping;
            self.outlet.control(Message::Ping(Bytes::new()));
        }
        GO_ON
    }

    async fn handle(&mut self, incoming: Incoming) -> Flow {
        let request = match incoming {
            Incoming::Text(text) => Request::from_text(&text),
            Incoming::Binary(bytes) => Request::from_binary(&bytes),
            Incoming::Ping(bytes) => {
                self.outlet.control(Message::Pong(bytes));
                return GO_ON;
            }
            Incoming::Pong => return self.pong().await,
            Incoming::Close(reason) => {
                self.outlet.control(Message::Close(reason));
                return LEAVE;
            }
        };
        match request {
            Ok(request) => self.obey(request).await,
            Err(Unreadable) => UNREADABLE,
        }
    }

    /// A pong, asked for or not, proves that a signed-in client is there. It does not give an anonymous one more time.
    async fn pong(&mut self) -> Flow {
        if let Some(attached) = self.outlet.attached() {
            self.deadline = Instant::now() + self.timing.pong;
            if attached.is_authenticated() {
                let caller = Caller::of(&attached);
                self.backend.pong(caller).await;
            }
        }
        GO_ON
    }

    /// Whoever is not signed in gets no answer.
    async fn obey(&mut self, request: Request) -> Flow {
        let attached = self.outlet.attached();
        let is_authenticated = attached.as_ref().is_some_and(|attached| attached.is_authenticated());
        if request.action == CHALLENGE && request.seq > 0 {
            return if is_authenticated { GO_ON } else { self.challenge(&request).await };
        }
        let Some(attached) = attached else { return GO_ON };
        let answer = match objection(&request, is_authenticated) {
            Some(code) => Some(reply::fail(request.seq, &code.error())),
            None => actions::answer(&self.backend, &attached, &request).await,
        };
        if let Some(answer) = answer {
            attached.reply(answer);
        }
        GO_ON
    }

    /// Somebody signs in, at first or again after their session has ended.
    async fn challenge(&mut self, request: &Request) -> Flow {
        let Some(token) = request.text("token") else { return REFUSE };
        match sign_in(&self.backend, &self.shard, token, &self.wish).await {
            Ok(Some(attached)) => {
                attached.reply(reply::ok(request.seq, Map::new()));
                self.outlet.attach(attached);
                self.deadline = Instant::now() + self.timing.pong;
                GO_ON
            }
            Ok(None) => REFUSE,
            Err(error) => {
                tracing::error!(%error, "a socket could not be signed in");
                ControlFlow::Break(Some(CloseCode::Error))
            }
        }
    }
}

/// Why a request is refused whatever its action, looked at in the order of the reference.
fn objection(request: &Request, is_authenticated: bool) -> Option<Code> {
    if request.action.is_empty() {
        return Some(websocket::NO_ACTION);
    }
    if request.seq <= 0 {
        return Some(websocket::BAD_SEQ);
    }
    (!is_authenticated).then_some(websocket::NOT_AUTHENTICATED)
}
