//! Work that no request waits for: mail that is queued, and jobs that are ordered or have their time. The chat's part of
//! each stands in `app`; here stands when it is done.

use crate::app::App;

mod admission;
mod mail;
mod runner;
mod schedule;

/// Starts everything that works in the background, for as long as the process lives.
pub fn start(app: &App) {
    admission::start(app.clone());
    mail::start(app.clone());
    runner::start(app);
}
