//! Attached files: uploading, reading, public links (posts-and-limits.md §13).

mod content;
mod links;
mod read;
mod upload;

pub use read::{Copy, Opened};
pub use upload::Receiving;
