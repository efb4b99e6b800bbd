//! Channels: making them, changing them, and who is in them.

mod add;
mod archive;
mod convert;
mod create;
mod direct;
mod join;
mod leave;
mod members;
mod moderation;
mod read;
mod roles;
mod search;
mod unread;
mod update;
mod view;

pub use add::{AddInput, Added};
pub use convert::NewHome;
pub(in crate::app) use direct::open_direct;
pub(in crate::app) use join::{join_invited, join_standard, standard_names};
pub(in crate::app) use leave::remove_by_group;
pub use read::Listed;
pub(in crate::app) use roles::member_updated;
pub use search::{ChannelSearch, Slice};
pub(in crate::app) use update::updated;
pub use view::Viewed;
