//! The organisation's directory, against a real one: each test has a slapd and a server of its own. The server runs on the
//! embedded database, or on a PostgreSQL database beside the one that `KOLLEGIUM_TEST_POSTGRES` names.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod groups;
mod login;
mod server;
mod slapd;
mod staff;
mod switch;
mod sync;
