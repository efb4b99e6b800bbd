//! What a reply that is deleted takes back from those whom it mentioned.

use super::view::{Profiles, views};
use crate::app::posts::{Setting, concerned};
use crate::events::threads::{ThreadEvent, Unread};
use crate::events::{Event, Json};
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::threads::ThreadMembership;
use crate::store::{self, Tx};

/// Counts one mention less in its thread for each member whom a deleted reply mentioned and who has not read it.
pub(in crate::app) fn unsay(
    tx: &mut Tx<'_>,
    at: &Setting<'_>,
    reply: &Post,
    profiles: &Profiles,
) -> Result<Vec<Event>> {
    let mentioned = concerned(reply, at).mentioned;
    let members = store::threads::members(tx.conn(), reply.root_id)?.into_values();
    let unread = |m: &ThreadMembership| m.last_viewed <= reply.create_at && m.unread_mentions > 0;
    let changed: Vec<ThreadMembership> = members
        .filter(|m| unread(m) && mentioned.contains(&m.user_id))
        .map(|m| ThreadMembership { unread_mentions: m.unread_mentions - 1, ..m })
        .collect();
    store::threads::save_members(tx, &changed)?;
    let Some(some) = changed.iter().find(|m| m.following).cloned() else { return Ok(Vec::new()) };
    let Some(thread) = store::threads::by_ids(tx.conn(), &[reply.root_id])?.remove(&reply.root_id) else {
        return Ok(Vec::new());
    };
    let counts = store::threads::unread_of_followers(tx.conn(), reply.root_id)?;
    let mut events = Vec::with_capacity(changed.len());
    for mut view in views(tx.conn(), vec![(thread, some, 0)], profiles)? {
        for member in changed.iter().filter(|m| m.following) {
            view.last_viewed_at = member.last_viewed;
            view.unread_replies = counts.get(&member.user_id).copied().unwrap_or_default();
            view.unread_mentions = member.unread_mentions;
            let (thread, previous) = (Json::of(&view), Some(Unread { mentions: 0, replies: 0 }));
            let team = at.channel.team_id;
            events.push(ThreadEvent::Updated { user: member.user_id, team, thread, previous }.into());
        }
    }
    Ok(events)
}
