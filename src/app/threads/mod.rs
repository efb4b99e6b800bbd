//! Threads: who follows them, and what a reply means to each follower (posts-and-limits.md §4).

mod collapsed;
mod follow;
mod list;
mod reply;
mod unsay;
mod view;

pub(in crate::app) use collapsed::Collapsed;
pub(in crate::app) use follow::{follow_from_beginning, mark_unread};
pub use list::ThreadQuery;
pub(in crate::app) use reply::{Replied, Reply, reply};
pub(in crate::app) use unsay::unsay;
pub(in crate::app) use view::Profiles;
