//! The v4 protocol: the table of contents of its routes, one file a tag of the public description.

use super::routes::Route;

mod channel_posts;
mod config;
mod posts;
mod sessions;
mod system;
mod teams;
mod users;

/// Every route of `/api/v4`.
pub fn routes() -> Vec<Route> {
    [
        channel_posts::routes(),
        config::routes(),
        posts::routes(),
        sessions::routes(),
        system::routes(),
        teams::routes(),
        users::routes(),
    ]
    .concat()
}
