//! Who is in a channel, as far as a new post concerns them: kept in memory, so that posting reads no member.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use super::Store;
use super::conn::Conn;
use super::schema::{channel_members, users};
use super::types::Json;
use crate::model::channels::is_muted;
use crate::model::errors::Result;
use crate::model::posts::mentions::Keywords;
use crate::model::users::User;
use crate::model::{Id, StringMap};

/// A member of a channel, as a new post sees them.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Who.
    pub id: Id,
    /// The name after the `@`.
    pub username: String,
    /// Whether `@channel` and the like reach them.
    pub hears_channel: bool,
    /// Whether they would, by their own settings, whatever they set for the channel.
    pub hears_by_default: bool,
    /// Whether they follow every thread of the channel.
    pub follows_threads: bool,
    /// Whether their clients notify them of every post: the desktop level is `all`.
    pub eager: bool,
    /// Of which replies in threads they follow their clients notify them: `all`, `mention` or `none`.
    pub thread_level: String,
    /// Which replies count as mentions without threads of their own: `any`, `root` or `never`.
    pub comments: String,
    /// Whether their clients notify them of nothing at all.
    pub silent: bool,
    /// Whether they want mail when they are mentioned while they are away.
    pub mails: bool,
    /// Whether they want mail of every reply in threads that they follow.
    pub mails_threads: bool,
}

/// The active members of a channel.
#[derive(Debug, Default)]
pub struct Audience {
    /// By id.
    pub members: HashMap<Id, Listener>,
    /// The words that mention them.
    pub keywords: Keywords,
    /// Deactivated members, whom no post concerns.
    inactive: Vec<Id>,
}

impl Audience {
    /// Whether that user is an active member.
    pub fn has(&self, user: Id) -> bool {
        self.members.contains_key(&user)
    }

    /// The usernames in order, as group messages are titled.
    pub fn usernames(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.members.values().map(|m| m.username.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// Whether a change of that user changes this.
    pub(super) fn knows(&self, user: Id) -> bool {
        self.has(user) || self.inactive.contains(&user)
    }

    fn add(&mut self, user: &User, channel_props: &StringMap) {
        self.keywords.add_user(user);
        self.members.insert(user.id, Listener::of(user, channel_props));
    }
}

impl Listener {
    fn of(user: &User, channel_props: &StringMap) -> Listener {
        let own = |key: &str| user.notify_props.get(key).map_or("", String::as_str);
        let here = |key: &str| channel_props.get(key).map_or("default", String::as_str);
        let ignores = match here("ignore_channel_mentions") {
            "on" => true,
            "off" => false,
            _ => is_muted(channel_props),
        };
        let desktop = if matches!(here("desktop"), "default" | "") { own("desktop") } else { here("desktop") };
        let threads = match here("desktop_threads") {
            "default" | "" => own("desktop_threads"),
            chosen => chosen,
        };
        let mails = match here("email") {
            "default" | "" => own("email"),
            chosen => chosen,
        };
        let thread_level = if desktop == "none" || is_muted(channel_props) { "none" } else { threads };
        Listener {
            id: user.id,
            username: user.username.clone(),
            hears_channel: own("channel") == "true" && !ignores,
            hears_by_default: own("channel") == "true",
            follows_threads: here("channel_auto_follow_threads") == "on",
            eager: desktop == "all",
            thread_level: if thread_level.is_empty() { "all".into() } else { thread_level.to_owned() },
            comments: own("comments").to_owned(),
            silent: own("desktop") == "none",
            mails: mails != "false" && !is_muted(channel_props),
            mails_threads: matches!(own("email_threads"), "all" | ""),
        }
    }
}

/// The active members of a channel, in one query.
pub fn of_channel(conn: &mut Conn, channel: Id) -> Result<Audience> {
    type Row = (Id, i64, String, String, Json<Option<StringMap>>, Json<Option<StringMap>>);
    let rows: Vec<Row> = channel_members::table
        .inner_join(users::table.on(users::id.eq(channel_members::user_id)))
        .filter(channel_members::channel_id.eq(channel))
        .select((
            users::id,
            users::delete_at,
            users::username,
            users::first_name,
            users::notify_props,
            channel_members::notify_props,
        ))
        .load(conn)?;
    let mut audience = Audience::default();
    for (id, delete_at, username, first_name, notify_props, channel_props) in rows {
        if delete_at != 0 {
            audience.inactive.push(id);
            continue;
        }
        let notify_props = notify_props.0.unwrap_or_default();
        let user = User { id, username, first_name, notify_props, ..User::default() };
        audience.add(&user, &channel_props.0.unwrap_or_default());
    }
    Ok(audience)
}

impl Store {
    /// The active members of a channel, from memory if possible.
    pub async fn audience(&self, channel: Id) -> Result<Arc<Audience>> {
        let load = async { self.read(move |conn| Ok(Some(Arc::new(of_channel(conn, channel)?)))).await };
        Ok(self.kept_or_make(|k| &k.audiences, channel, load).await?.unwrap_or_default())
    }
}
