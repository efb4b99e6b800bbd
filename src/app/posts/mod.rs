//! Posts: saying something, and what becomes of it.

mod add;

pub(in crate::app) use add::system_post;
