//! Teams: making them, and who is in them.

mod create;
pub(in crate::app) mod join;
mod read;
mod unread;

pub(in crate::app) use join::join;
