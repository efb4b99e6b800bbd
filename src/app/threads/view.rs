//! Threads as their followers see them.

use std::collections::HashMap;

use crate::app::users::privacy;
use crate::config::Settings;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::threads::{Thread, ThreadView};
use crate::model::users::{Audience, User};
use crate::store;
use crate::store::conn::Conn;
use crate::store::threads::Followed;

/// Shows followed threads, with everything that they all need in one query for each kind of thing. `extended` shows the
/// participants' profiles, else only their ids.
pub(super) fn views(
    conn: &mut Conn,
    followed: Vec<Followed>,
    extended: bool,
    settings: &Settings,
) -> Result<Vec<ThreadView>> {
    let ids: Vec<Id> = followed.iter().map(|(thread, ..)| thread.post_id).collect();
    let posts = store::posts::by_ids(conn, &ids)?;
    let mut posts: HashMap<Id, Post> = posts.into_iter().map(|post| (post.id, post)).collect();
    let urgent = store::threads::urgent_among(conn, &ids)?;
    let mut people: Vec<Id> = followed.iter().flat_map(|(thread, ..)| thread.participants.iter().copied()).collect();
    people.sort_unstable();
    people.dedup();
    let people = if extended { store::users::by_ids(conn, &people)? } else { Vec::new() };
    let people: HashMap<Id, User> = people.into_iter().map(|user| (user.id, user)).collect();
    let privacy = privacy(settings);
    let person = |id: &Id| match people.get(id) {
        Some(user) => user.view(Audience::Other(privacy)).to_raw(),
        None => User::stub(*id).view(Audience::Other(privacy)).to_raw(),
    };
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
            participants: thread.participants.iter().map(person).collect(),
            post,
            unread_replies: unread,
            unread_mentions: member.unread_mentions,
            is_urgent: urgent.contains(&post_id),
            delete_at,
        })
    };
    Ok(followed.into_iter().filter_map(view).collect())
}
