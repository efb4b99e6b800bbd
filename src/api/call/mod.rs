//! One request on its way to its handler: what it carries, how a handler's arguments come from it, and how its answer
//! is written.
//!
//! A handler is `async fn(App, proof, …) -> Result<answer>`. Its second argument is always a [`Proof`] of what the
//! caller may do (a grant, an actor, or [`Anonymous`]); a route without one does not compile.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use bytes::Bytes;

use crate::app::App;
use crate::config::Settings;
use crate::events::hub::Shard;
use crate::model::Id;
use crate::model::access_log::Origin;
use crate::model::errors::{Result, context, invalid_url};

mod body;
mod form;
mod proofs;
mod query;
mod reply;

pub use body::{Body, Ids, Input, RawBody, StringMapBody, Unread};
pub use form::{BadForm, Form};
pub use proofs::{Anonymous, Judged, Proof, UserParam, Visitor, upgrade_token};
pub use query::{Flag, MAX_PER_PAGE, Page, Query};
pub use reply::{Created, Etagged, Json, Raw, Reply, StatusOk, written};

/// A request that has found its route.
pub struct Call {
    /// The application.
    pub app: App,
    /// This worker's share of the hub, for sockets.
    pub shard: Shard,
    /// The request as it came.
    pub request: HttpRequest,
    /// This request's id, told in `X-Request-Id`.
    pub id: Id,
    /// What stood in the path's places, in order.
    pub params: Vec<(&'static str, String)>,
    /// The body, already read within its limit; empty for routes that read it themselves.
    pub body: Bytes,
    /// Whether the route asks no CSRF proof of cookies.
    pub trusted: bool,
    /// Whether the route is refused while the server is busy.
    pub sheds: bool,
    /// The unread body of routes that read it themselves.
    pub stream: std::cell::RefCell<Option<actix_web::dev::Payload>>,
}

impl Call {
    /// What stood in a place of the path, percent-decoded; `""` if the route has no such place.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value)
    }

    /// The identifier in a place of the path.
    pub fn id_param(&self, name: &str) -> Result<Id> {
        Id::parse(self.param(name)).ok_or_else(|| invalid_url(name))
    }

    /// A request header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// All request headers.
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// The body of a route that reads it itself, at most `limit` bytes.
    pub async fn read(&self, limit: usize) -> Result<Bytes> {
        if super::dispatch::announced(&self.request) > limit as u64 {
            return context::BODY_TOO_LARGE.err();
        }
        let payload = self.stream.borrow_mut().take();
        super::dispatch::read(&mut payload.unwrap_or(Payload::None), limit).await
    }

    /// The address of the client: what a trusted proxy says (`TrustedProxyIPHeader`), else the peer's.
    pub fn ip_address(&self) -> String {
        client_address(&self.request, &self.app.config.snapshot().effective)
    }

    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        Origin {
            user_agent: self.header("user-agent").unwrap_or_default().to_owned(),
            ip_address: self.ip_address(),
            path: self.request.path().to_owned(),
        }
    }

    /// The first value of a query parameter, decoded; `""` if absent.
    pub fn query(&self, name: &str) -> String {
        query::first(self.request.query_string(), name).unwrap_or_default()
    }
}

/// The address of the client that sent a request; see [`Call::ip_address`].
pub fn client_address(request: &HttpRequest, settings: &Settings) -> String {
    let trusted = settings.service.trusted_proxy_ip_header.iter();
    let told = trusted.filter_map(|name| request.headers().get(name.as_str())?.to_str().ok()).find_map(|value| {
        let first = value.split(',').next().unwrap_or_default().trim();
        first.parse::<std::net::IpAddr>().ok()
    });
    let peer = request.peer_addr().map(|peer| peer.ip());
    told.or(peer).map(|address| address.to_string()).unwrap_or_default()
}

/// What can be an argument of a handler.
pub trait FromCall: Sized {
    /// Takes it from the request, or refuses the request.
    fn from_call(call: &Call) -> impl Future<Output = Result<Self>>;
}

impl FromCall for Origin {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(call.origin())
    }
}

impl FromCall for App {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(call.app.clone())
    }
}

/// The socket of the client that asks (`Connection-Id`), which need not be told (websocket.md §4).
pub struct ByConnection(pub Option<Arc<str>>);

impl FromCall for ByConnection {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(ByConnection(call.header("connection-id").map(Arc::from)))
    }
}

/// An identifier from the path, by the name of its place.
macro_rules! path_ids {
    ($($(#[$doc:meta])* $name:ident = $place:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name(pub Id);

        impl FromCall for $name {
            async fn from_call(call: &Call) -> Result<Self> {
                Ok($name(call.id_param($place)?))
            }
        }
    )* };
}

path_ids! {
    /// `{token_id}`
    TokenId = "token_id";
    /// `{job_id}`
    JobId = "job_id";
    /// `{role_id}`
    RoleId = "role_id";
    /// `{scheme_id}`
    SchemeId = "scheme_id";
    /// `{team_id}`
    TeamId = "team_id";
    /// `{user_id}`
    UserId = "user_id";
    /// `{group_id}`
    GroupId = "group_id";
    /// `{channel_id}`
    ChannelId = "channel_id";
}

/// The future of an answer, on the worker it began on.
pub type Answer = Pin<Box<dyn Future<Output = Result<Reply>>>>;

/// A function that answers requests.
pub trait Handler<Args>: Clone + Send + Sync + 'static {
    /// Takes the arguments from the request and answers.
    fn answer(self, call: Call) -> Answer;
}

macro_rules! handlers {
    ($(($($value:ident $arg:ident),*);)*) => { $(
        impl<F, Fut, R, P, $($arg),*> Handler<(P, $($arg,)*)> for F
        where
            F: Fn(App, P, $($arg),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Result<R>> + 'static,
            R: Into<Reply>,
            P: Proof + FromCall + 'static,
            $($arg: FromCall + 'static,)*
        {
            fn answer(self, call: Call) -> Answer {
                Box::pin(async move {
                    let proof = P::from_call(&call).await?;
                    $(let $value = $arg::from_call(&call).await?;)*
                    Ok(self(call.app, proof, $($value),*).await?.into())
                })
            }
        }
    )* };
}

handlers! {
    ();
    (a A);
    (a A, b B);
    (a A, b B, c C);
    (a A, b B, c C, d D);
}
