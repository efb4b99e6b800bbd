//! Attached files: uploading, reading, public links (posts-and-limits.md §13).

mod content;
mod links;
mod read;
mod resumable;
mod search;
mod upload;

pub use read::{Copy, Opened};
pub use resumable::{Source, Uploads};
pub use upload::Receiving;
