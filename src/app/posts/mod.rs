//! Posts: saying something, and what becomes of it.

mod add;
mod around;
mod channel_mentions;
mod create;
mod delete;
mod direct;
mod edit;
mod embeds;
mod emoji;
mod ephemeral;
mod flagged;
mod get;
mod list;
mod mentions;
mod pending;
mod previews;
mod search;
mod thread;
mod unheard;
mod unread;

pub use crate::store::posts::Anchor;
pub(in crate::app) use add::{show, system_post};
pub use around::Around;
pub(in crate::app) use channel_mentions::names_channels;
pub use create::Occasion;
pub(in crate::app) use create::{check_files, check_input};
pub(in crate::app) use direct::{Words, say_directly};
pub(in crate::app) use ephemeral::ephemeral;
pub use flagged::FlaggedPart;
pub use list::{ListOptions, Part};
pub use pending::Pending;
pub use search::PostSearch;
pub(in crate::app) use search::scope;
pub use thread::{By, ThreadPart};
pub(in crate::app) use unread::mentions;
