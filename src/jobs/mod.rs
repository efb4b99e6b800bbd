//! Work that no request waits for.

use crate::app::App;

mod expired;
mod mail;

/// Starts everything that works in the background, for as long as the process lives.
pub fn start(app: &App) {
    expired::start(app.clone());
    mail::start(app.clone());
}
