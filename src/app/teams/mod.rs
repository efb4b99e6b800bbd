//! Teams: making them, and who is in them.

mod create;
mod join;
