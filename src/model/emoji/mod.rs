//! Custom emoji, and the names of those that clients bring along (posts-and-limits.md §12, surprises.md "Files, search,
//! emoji").

mod system;

pub use system::is_system;
