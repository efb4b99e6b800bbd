//! Threads as their followers see them.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::app::App;
use crate::auth::Actor;
use crate::config::Settings;
use crate::model::Id;
use crate::model::channels::Channel;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::threads::{Thread, ThreadView};
use crate::model::users::{Audience, Privacy, Sight, User};
use crate::store;
use crate::store::conn::Conn;
use crate::store::threads::Followed;
use crate::store::users::Known;

/// Shows followed threads, with everything that they all need in one query for each kind of thing. `extended` shows the
/// participants' profiles, else only their ids.
pub(super) fn views(conn: &mut Conn, followed: Vec<Followed>, profiles: &Profiles) -> Result<Vec<ThreadView>> {
    let ids: Vec<Id> = followed.iter().map(|(thread, ..)| thread.post_id).collect();
    let posts = store::posts::by_ids(conn, &ids)?;
    let mut posts: HashMap<Id, Post> = posts.into_iter().map(|post| (post.id, post)).collect();
    let urgent = store::threads::urgent_among(conn, &ids)?;
    let mut people: Vec<Id> = followed.iter().flat_map(|(thread, ..)| thread.participants.iter().copied()).collect();
    people.sort_unstable();
    people.dedup();
    let people = profiles.written(conn, &people)?;
    let view = |(thread, member, unread): Followed| {
        let Thread { post_id, reply_count, last_reply_at, delete_at, .. } = thread;
        let mut post = posts.remove(&post_id)?;
        post.metadata = None;
        crate::app::posts::show(&mut post);
        Some(ThreadView {
            id: post_id,
            reply_count,
            last_reply_at,
            last_viewed_at: member.last_viewed,
            participants: thread.participants.iter().filter_map(|id| people.get(id).cloned()).collect(),
            post,
            unread_replies: unread,
            unread_mentions: member.unread_mentions,
            is_urgent: urgent.contains(&post_id),
            delete_at,
        })
    };
    Ok(followed.into_iter().filter_map(view).collect())
}

/// Whom all who are in a channel see, one of them being this user: where people know only of those with whom they share
/// something, those in its team, and those in a conversation.
pub(super) fn sight_in(channel: &Channel, member: Id, settings: &Settings) -> Sight {
    match settings.kollegium.hides_strangers() {
        true => Sight::Shared { teams: channel.team_id.some().into_iter().collect(), user: member, bots: true },
        false => Sight::All,
    }
}

/// How the participants of threads are shown.
pub(in crate::app) struct Profiles {
    /// As full profiles; else only their ids.
    pub extended: bool,
    /// Those who are kept in memory.
    pub known: Known,
    /// What is shown of them.
    pub privacy: Privacy,
    /// Whose profiles are shown; of others only their ids.
    pub sight: Sight,
}

impl Profiles {
    /// As the settings have it, for one reader.
    pub(in crate::app) fn new(app: &App, reader: &Actor, extended: bool) -> Profiles {
        let sight = if reader.is_secluded() { reader.sight() } else { Sight::All };
        Profiles { extended, known: app.store.known_users(), privacy: app.privacy(), sight }
    }

    /// Full profiles, for all who are in a channel, the actor among them.
    pub(in crate::app) fn for_members(app: &App, channel: &Channel, actor: Id) -> Profiles {
        let sight = sight_in(channel, actor, &app.config.snapshot().effective);
        Profiles { extended: true, known: app.store.known_users(), privacy: app.privacy(), sight }
    }

    /// These people as they are shown, each written once.
    pub(super) fn written(&self, conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Arc<RawValue>>> {
        let mut found = if self.extended { self.known.by_ids(conn, ids)? } else { HashMap::new() };
        if self.sight != Sight::All && !found.is_empty() {
            let seen = store::users::visible(conn, ids, &self.sight)?;
            found.retain(|id, _| seen.contains(id));
        }
        let others = Audience::Other(self.privacy);
        let write = |id: &Id| match found.get(id) {
            Some(user) => user.view(others).to_raw(),
            None => User::stub(*id).view(others).to_raw(),
        };
        Ok(ids.iter().map(|id| (*id, write(id))).collect())
    }
}
