//! Kollegium is a chat server that speaks the Mattermost v4 REST and WebSocket protocol. This page is its architecture
//! guide: read it once, and any file should be where you look for it.
//!
//! # Rooms
//!
//! One package, ten rooms. A domain (users, teams, channels, posts …) has a file of the same name in every room that has
//! something to say about it; one that outgrows some 400 lines becomes a folder with a file per verb.
//!
//! | room | what stands there |
//! | --- | --- |
//! | [`model`] | what crosses the wire: ids, people, teams, channels, posts; permissions; error tables; the rules one thing can check by itself |
//! | [`config`] | settings with the reference's sections and keys, the environment over them, what clients are told of them |
//! | [`store`] | every query, for the embedded database and PostgreSQL alike; what is kept in memory |
//! | [`filestore`] | pictures and attachments |
//! | [`outbound`] | everything we call: the directory, mail, other web servers, programs that people connected |
//! | [`events`] | what happened, who hears it, and the hub that brings it to open sockets |
//! | [`auth`] | who somebody is and what they may do: actors, actions, grants |
//! | [`app`] | the chat itself: every decision and every write |
//! | [`jobs`] | what runs by itself: the mail queue, and jobs by their schedule or by order: scheduled posts, reminders, what expires |
//! | [`api`] | the edge: routes, bodies, answers, sockets, the web client's files |
//! | [`server`] | the composition root: builds the rooms bottom-up, serves, shuts down |
//!
//! Imports go one way: `model ← config ← {store, filestore, outbound} ← auth ← app ← {jobs, api} ← server`; `events` knows only
//! `model`, and `api` never imports `store`. `diesel` appears only in `store`, `actix` only in `api` and `server`.
//! `tests/architecture.rs` reads the `use` lines and fails on a wrong arrow.
//!
//! # Four ideas that hold it together
//!
//! **A handler must prove what its caller may do.** Its second argument is always an [`api::call::Proof`]: a grant, an
//! [`auth::Actor`], or [`api::call::Anonymous`] where the world may call. Grants are made only in `auth`, carry what was
//! loaded to decide, and are what functions in `app` take instead of ids: there is no second id to mix up, and a route
//! without a check does not compile.
//!
//! **A write must say whom it tells.** Only [`store::Store::write`] makes a transaction; its closure returns a
//! [`events::Change`], which cannot be made without events or a reason for silence. Events go out after the commit, in
//! order.
//!
//! **A mutator names what it makes stale.** The store keeps sessions, people, channels and pages in memory; whoever
//! writes a row says so with `Tx::stale`, and a value read before that write is never kept after it. Whole answers are kept
//! too ([`store::answers`]), each with a list of what it shows. A debug build refuses a write that changes rows which are
//! kept and names nothing stale, so a forgotten name fails in the tests.
//!
//! **One router, one way out.** Requests are matched by one tree per method ([`api::routes`]); errors, common headers and
//! compression are written in one place ([`api::dispatch`]). Handlers return values, not responses. (actix's own
//! extractors and resources are not used: its list of resources is searched one by one, which costs more than many
//! of our answers.)
//!
//! # Walkthrough: logging in
//!
//! `POST /api/v4/users/login` → `api::v4::sessions::log_in` takes [`api::call::Anonymous`] (anyone may try) and the body
//! as texts → [`app::App`]`::log_in` finds the account, counts failures, has [`auth::passwords::Passwords`] check the
//! password on its own threads, and answers whatever would betray an account like a wrong password → `start_session`
//! writes a row of `sessions` → the handler answers the user, the `Token` header, and cookies to browsers.
//! The next request brings the token: `Actor::from_call` finds it in cookie or header, checks CSRF for cookies, and
//! [`auth::Auth`]`::actor` puts session, user, team memberships and roles together, from memory if nothing changed.
//!
//! # Walkthrough: posting a message
//!
//! `POST /api/v4/posts` → the handler asks `auth` for a `ChannelGrant<CreatePost>` on the body's channel →
//! `App::create_post` checks the message, finds who is mentioned, and in one write inserts the post, moves the channel's
//! and the members' counters (hand-written statements, prepared once) and returns `Change::emit(post, Posted …)` → the
//! writer thread commits it together with whatever else is queued, drops what became stale, publishes the event, and only
//! then answers. The hub serialises the event once, and each worker appends it to the queues of its own connections.
//!
//! # Walkthrough: a client reconnects
//!
//! `GET /api/v4/websocket?connection_id=…&sequence_number=…` → `api::websocket` authenticates and asks
//! [`events::Hub`]`::resume` → a logical connection outlives its socket: it kept collecting events in a bounded queue and
//! remembers the last 128 it sent, so the new socket continues where the old one ended, without `hello`. If something is
//! missing the client gets a new connection and `hello`, which tells it to load everything anew.

pub mod api;
pub mod app;
pub mod auth;
pub mod config;
pub mod events;
pub mod filestore;
pub mod jobs;
pub mod model;
pub mod outbound;

pub mod server;
pub mod store;
