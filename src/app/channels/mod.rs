//! Channels: making them, and who is in them.

mod add;
mod create;
mod direct;
mod join;
mod read;
mod view;

pub use add::{AddInput, Added};
pub(in crate::app) use direct::open_direct;
pub(in crate::app) use join::{join_invited, join_standard, standard_names};
pub use read::Listed;
pub use view::Viewed;
