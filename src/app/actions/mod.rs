//! Buttons and menus in messages, and the dialogs that programs open (posts-and-limits.md §15).

mod cookie;
mod dialog;
mod press;
mod secret;
mod trigger;

pub use press::Press;
pub use secret::Secret;
