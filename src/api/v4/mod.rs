//! The v4 protocol: the table of contents of its routes, one file a tag of the public description.

use super::routes::Route;

mod config;
mod sessions;
mod system;
mod teams;
mod users;

/// Every route of `/api/v4`.
pub fn routes() -> Vec<Route> {
    [
        config::routes(),
        sessions::routes(),
        system::routes(),
        teams::routes(),
        users::routes(),
    ]
    .concat()
}
