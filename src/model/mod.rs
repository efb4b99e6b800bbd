//! What crosses the wire: identifiers, the things of a chat as they are stored and as they are shown, the rules that one
//! of them can check by itself, permissions, error codes. This room depends on no other and does no input or output.
//!
//! A struct with `Serialize` has the wire's keys. Where something looks different to different people ([`users::User`],
//! [`teams::Team`], [`channels::ChannelMember`]) the stored struct is not serialisable itself or says which method makes
//! the view.

pub mod access_log;
pub mod audits;
pub mod bookmarks;
pub mod bots;
pub mod channels;
pub mod commands;
pub mod dialogs;
pub mod domains;
pub mod drafts;
pub mod emoji;
pub mod errors;
pub mod files;
pub mod groups;
pub mod id;
pub mod integrations;
pub mod jobs;
pub mod json;
pub mod oauth;
pub mod permissions;
pub mod posts;
pub mod preferences;
pub mod reactions;
pub mod roles;
pub mod sessions;
pub mod sidebar;
pub mod statuses;
pub mod system;
pub mod teams;
pub mod text;
pub mod threads;
pub mod time;
pub mod tokens;
pub mod users;

pub use errors::{AppError, Code, Result};
pub use id::Id;
pub use json::{Props, StringMap};
pub use time::{TimeMs, now};
