//! Posts: saying something, and what becomes of it.

mod add;
mod channel_mentions;
mod create;
mod direct;
mod get;
mod list;
mod mentions;
mod pending;

pub use crate::store::posts::Anchor;
pub(in crate::app) use add::system_post;
pub(in crate::app) use direct::say_directly;
pub use list::{ListOptions, Part};
pub use pending::Pending;
