//! What happened, and who is told: typed events, their audiences, and the hub that brings them to open WebSockets.
//!
//! An [`Event`] is a fact of the chat ("a post was made", "a session was revoked"), named by whoever makes the change and
//! published after the change is stored ([`Change`]). Each kind of event lives in the file of its domain, and one
//! exhaustive match there says what it looks like on the wire, who hears it, and what it does to the hub's knowledge of
//! who is where. Adding an event is adding a variant; the compiler then asks for the rest.
//!
//! The wire facts are those of websocket.md §3 and §7 to §9; [`hub`] explains how deliveries are made.

pub mod access;
pub mod bookmarks;
mod broadcast;
mod change;
pub mod channels;
mod data;
mod delivery;
pub mod drafts;
mod event;
mod frame;
pub mod groups;
pub mod hub;
pub mod posts;
pub mod preferences;
mod readers;
pub mod system;
pub mod teams;
pub mod threads;
pub mod users;
#[cfg(test)]
mod wire_tests;

pub use broadcast::Circle;
pub use change::Change;
pub use data::Json;
pub use event::Event;
pub use frame::TextParts;
pub use hub::Hub;
pub use readers::{Hidden, HiddenPart, PostCopy};
