//! Logging in and out, and the sessions that come of it.

mod attempts;
mod directory;
mod end;
mod guesses;
mod keep;
mod login;
mod make;
mod provider;

pub(in crate::app) use directory::refusal;
pub(crate) use guesses::Guesses;
pub use keep::DeviceFacts;
pub use login::{Credentials, LoggedIn};
pub use make::Origin;
pub(in crate::app) use make::{lengths, start_session};
