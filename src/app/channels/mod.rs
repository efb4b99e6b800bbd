//! Channels: making them, and who is in them.

mod join;

pub(in crate::app) use join::{join_standard, standard_names};
