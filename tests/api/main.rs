//! What people do with the server, over its own protocol: a file a part of the URL space. Each test has people, teams
//! and channels of its own on one server, which runs on the embedded database, or on PostgreSQL where
//! `KOLLEGIUM_TEST_POSTGRES` holds a connection string.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod access_log;
mod acknowledgements;
mod bad_input;
mod bookmarks;
mod caps;
mod channels;
mod commands;
mod counters;
mod domains;
mod files;
mod groups;
mod guests;
mod hooks;
mod hygiene;
mod inactive;
mod integrations;
mod invitations;
mod jobs;
mod kept;
mod leaks;
mod mailbox;
mod moderation;
mod naming;
mod notices;
mod oauth;
mod own;
mod posts;
mod program;
mod reminders;
mod scheduled_posts;
mod schemes;
mod search;
mod sessions;
mod sharing;
mod silence;
mod sso;
mod statuses;
mod system;
mod teams;
mod terms;
mod threads;
mod users;
mod visibility;
mod websocket;
mod world;
