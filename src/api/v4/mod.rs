//! The v4 protocol: the table of contents of its routes, one file a tag of the public description.

use super::routes::Route;

mod access_tokens;
mod channel_members;
mod channel_posts;
mod channels;
mod config;
mod emoji;
mod passwords;
mod posts;
mod sessions;
mod sidebar;
mod system;
mod teams;
mod terms;
mod unread;
mod users;

/// Every route of `/api/v4`.
pub fn routes() -> Vec<Route> {
    [
        access_tokens::routes(),
        channel_members::routes(),
        channel_posts::routes(),
        channels::routes(),
        config::routes(),
        emoji::routes(),
        passwords::routes(),
        posts::routes(),
        sessions::routes(),
        sidebar::routes(),
        system::routes(),
        teams::routes(),
        terms::routes(),
        unread::routes(),
        users::routes(),
    ]
    .concat()
}
