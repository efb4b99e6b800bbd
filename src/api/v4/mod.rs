//! The v4 protocol: the table of contents of its routes, one file a tag of the public description.

use super::routes::Route;

mod sessions;
mod users;

/// Every route of `/api/v4`.
pub fn routes() -> Vec<Route> {
    [sessions::routes(), users::routes()].concat()
}
