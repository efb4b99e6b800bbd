//! Logging in and out, and the sessions that come of it.

mod login;
mod make;

pub use login::{Credentials, LoggedIn};
pub use make::Origin;
