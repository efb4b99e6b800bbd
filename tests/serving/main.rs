//! How the server is served: addresses, encryption, limits, other sites, the web client's files, its log and its end. A file a
//! subject; each test runs a server of its own, on the embedded database, on a free port and in a folder of its own.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod addresses;
mod base;
mod bodies;
mod client;
mod cors;
mod logs;
mod orders;
mod proxies;
mod rates;
mod shutdown;
mod tls;
mod world;
