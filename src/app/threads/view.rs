//! Threads as their followers see them.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::app::App;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::threads::{Thread, ThreadView};
use crate::model::users::{Audience, Privacy, User};
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

/// How the participants of threads are shown.
pub(in crate::app) struct Profiles {
    /// As full profiles; else only their ids.
    pub extended: bool,
    /// Those who are kept in memory.
    pub known: Known,
    /// What is shown of them.
    pub privacy: Privacy,
}

impl Profiles {
    /// As the settings have it.
    pub(in crate::app) fn new(app: &App, extended: bool) -> Profiles {
        Profiles { extended, known: app.store.known_users(), privacy: app.privacy() }
    }

    /// These people as they are shown, each written once.
    pub(super) fn written(&self, conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Arc<RawValue>>> {
        let found = if self.extended { self.known.by_ids(conn, ids)? } else { HashMap::new() };
        let others = Audience::Other(self.privacy);
        let write = |id: &Id| match found.get(id) {
            Some(user) => user.view(others).to_raw(),
            None => User::stub(*id).view(others).to_raw(),
        };
        Ok(ids.iter().map(|id| (*id, write(id))).collect())
    }
}
