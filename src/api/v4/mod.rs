//! The v4 protocol: the table of contents of its routes, one file a tag of the public description.

use super::routes::Route;

pub(in crate::api) mod access_log;
mod access_tokens;
mod acknowledgements;
mod actions;
mod admission;
mod agents;
mod analytics;
mod bookmarks;
mod bots;
mod brand;
mod channel_members;
mod channel_posts;
mod channel_search;
mod channels;
mod commands;
mod config;
mod direct;
mod domains;
mod drafts;
mod emoji;
mod file_search;
mod file_upload;
mod files;
mod groups;
mod jobs;
mod ldap;
mod login_switch;
mod logs;
mod maintenance;
mod metrics;
mod moderation;
mod oauth;
mod oauth_provider;
mod passwords;
mod plugins;
mod post_search;
mod posts;
mod preferences;
mod reactions;
mod roles;
mod scheduled_posts;
mod schemes;
mod sessions;
mod sidebar;
mod sso_login;
mod statuses;
mod system;
mod teams;
mod terms;
mod threads;
mod unread;
mod uploads;
mod users;
mod webhooks;
mod websocket;

/// Searches and the like: refused while the server is busy (permissions-routes.tsv, "busy-503").
const SHED: &[&str] = &[
    "/api/v4/channels/group/search",
    "/api/v4/channels/search",
    "/api/v4/files/search",
    "/api/v4/posts/search",
    "/api/v4/teams/search",
    "/api/v4/teams/{team_id}/channels/search",
    "/api/v4/teams/{team_id}/files/search",
    "/api/v4/teams/{team_id}/posts/search",
    "/api/v4/users/search",
    "/api/v4/users/{user_id}/typing",
];

/// A route, entered into the access log if it is one of its acts.
fn in_access_log(route: Route) -> Route {
    match access_log::of(&route) {
        Some(act) => route.in_access_log(act),
        None => route,
    }
}

/// Every route of `/api/v4`.
pub fn routes() -> Vec<Route> {
    let all = [
        access_log::routes(),
        access_tokens::routes(),
        acknowledgements::routes(),
        actions::routes(),
        admission::routes(),
        agents::routes(),
        analytics::routes(),
        bookmarks::routes(),
        bots::routes(),
        brand::routes(),
        channel_members::routes(),
        channel_posts::routes(),
        channel_search::routes(),
        channels::routes(),
        commands::routes(),
        config::routes(),
        direct::routes(),
        domains::routes(),
        drafts::routes(),
        emoji::routes(),
        file_search::routes(),
        file_upload::routes(),
        files::routes(),
        groups::routes(),
        jobs::routes(),
        ldap::routes(),
        login_switch::routes(),
        logs::routes(),
        maintenance::routes(),
        metrics::routes(),
        moderation::routes(),
        oauth::routes(),
        oauth_provider::routes(),
        passwords::routes(),
        plugins::routes(),
        post_search::routes(),
        posts::routes(),
        reactions::routes(),
        preferences::routes(),
        roles::routes(),
        scheduled_posts::routes(),
        schemes::routes(),
        sessions::routes(),
        sidebar::routes(),
        sso_login::routes(),
        statuses::routes(),
        system::routes(),
        teams::routes(),
        threads::routes(),
        terms::routes(),
        unread::routes(),
        uploads::routes(),
        users::routes(),
        webhooks::routes(),
        websocket::routes(),
    ]
    .concat();
    let all = all.into_iter().map(in_access_log);
    all.map(|route| if SHED.contains(&route.path) { route.sheds() } else { route }).collect()
}
