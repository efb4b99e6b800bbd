//! What a reply does to its thread and to those who follow it.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Collapsed;
use super::view::sight_in;
use crate::app::posts::add_all;
use crate::app::users::privacy;
use crate::config::Settings;
use crate::events::threads::{ThreadEvent, Unread};
use crate::events::{Event, Json};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelType};
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::posts::mentions::Mentions;
use crate::model::threads::{Thread, ThreadMembership, ThreadView};
use crate::model::users::{Audience as Viewer, Sight, User};
use crate::store::audiences::Audience;
use crate::store::{self, Tx};

/// A reply that was just written.
pub(in crate::app) struct Reply<'a> {
    /// Where.
    pub channel: &'a Channel,
    /// Who is there.
    pub audience: &'a Audience,
    /// The post that started the thread.
    pub root: &'a Post,
    /// The reply.
    pub post: &'a Post,
    /// Who is mentioned so that they follow.
    pub named: &'a [Id],
    /// Whether it has `@all` or the like, whomever that reaches.
    pub broad: bool,
    /// Whether such words of its author reach anybody.
    pub reaches_all: bool,
    /// Who counts as present for `@here`.
    pub is_online: &'a dyn Fn(Id) -> bool,
    /// The settings in force.
    pub settings: &'a Settings,
}

/// What came of it.
pub(in crate::app) struct Replied {
    /// The thread as it is now.
    pub thread: Thread,
    /// Who reads threads on their own.
    pub collapsed: Collapsed,
    /// Followers whose clients notify them.
    pub notified: Vec<Id>,
    /// All who follow the thread, but for the author.
    pub followers: Vec<Id>,
    /// Members whom the reply concerns because they do not read threads on their own.
    pub commented: Vec<Id>,
    /// What to tell the followers.
    pub events: Vec<Event>,
}

/// Counts a reply, has people follow its thread, and finds out whom to tell what.
pub(in crate::app) fn reply(tx: &mut Tx<'_>, reply: &Reply<'_>) -> Result<Replied> {
    let (thread, mut members) = store::threads::add_reply(tx, reply.root, reply.post, reply.channel.team_id)?;
    let collapsed = Collapsed::of_channel(tx.conn(), reply.channel.id, reply.settings)?;
    let before = members.clone();
    let changed = follow(reply, &collapsed, &thread, &mut members);
    store::threads::save_members(tx, &changed)?;
    let followers: Vec<&ThreadMembership> = members
        .values()
        .filter(|m| m.following && reply.audience.has(m.user_id) && collapsed.is_on(m.user_id))
        .collect();
    let notified = followers.iter().map(|m| m.user_id).filter(|id| reply.notifies(*id)).collect();
    let others = followers.iter().map(|m| m.user_id).filter(|id| *id != reply.post.user_id).collect();
    let commented = reply.commented(&thread, &collapsed);
    let events = if followers.is_empty() { Vec::new() } else { updates(tx, reply, &thread, &followers, &before)? };
    Ok(Replied { collapsed, notified, followers: others, commented, events, thread })
}

/// Who follows from now on, and what they have not read. Answers the memberships that changed.
fn follow(
    reply: &Reply<'_>,
    collapsed: &Collapsed,
    thread: &Thread,
    members: &mut HashMap<Id, ThreadMembership>,
) -> Vec<ThreadMembership> {
    let (author, at) = (reply.post.user_id, reply.post.create_at);
    let mut changed: Vec<Id> = Vec::new();
    let blank = |user_id| ThreadMembership { post_id: thread.post_id, user_id, ..ThreadMembership::default() };
    if reply.settings.service.thread_auto_follow {
        for user in reply.followers_by_thread().into_iter().filter(|id| *id != author) {
            members.entry(user).or_insert_with(|| {
                changed.push(user);
                ThreadMembership { following: true, ..blank(user) }
            });
        }
        for user in reply.named.iter().copied().filter(|id| reply.audience.has(*id)) {
            members.entry(user).or_insert_with(|| blank(user)).following = true;
            changed.push(user);
        }
        for user in reply.named {
            if let Some(member) = members.get_mut(user).filter(|m| m.following) {
                member.unread_mentions += 1;
                changed.push(*user);
            }
        }
        members.entry(author).or_insert_with(|| blank(author)).following = true;
        changed.push(author);
    }
    // Who writes has read; not so somebody from outside, who does not see the channel's threads as its members do.
    let inside = reply.audience.has(author) || !collapsed.is_on(author);
    if let Some(own) = members.get_mut(&author).filter(|m| m.following && inside) {
        (own.last_viewed, own.unread_mentions) = (at, 0);
        changed.push(author);
    }
    changed.sort_unstable();
    changed.dedup();
    let mut written = Vec::with_capacity(changed.len());
    for user in changed {
        if let Some(member) = members.get_mut(&user) {
            member.last_updated = at;
            written.push(member.clone());
        }
    }
    written
}

impl Reply<'_> {
    /// Who follows a thread without being named in a reply: whoever started it or is named in its beginning, and those
    /// who follow all threads of the channel. Direct channels have names and settings for none of this.
    fn followers_by_thread(&self) -> Vec<Id> {
        let mut users = Vec::new();
        if !self.root.props.is_true("from_webhook") && self.audience.has(self.root.user_id) {
            users.push(self.root.user_id);
        }
        if self.channel.r#type == ChannelType::Direct {
            return users;
        }
        users.extend(self.audience.members.values().filter(|m| m.follows_threads).map(|m| m.id));
        let found = Mentions::find(self.root.texts(), &self.audience.keywords);
        users.extend(found.users.iter().copied().filter(|id| self.audience.has(*id)));
        if self.reaches_all {
            add_all(&mut users, &found, self.audience, self.is_online);
        }
        users
    }

    /// Whether a follower's clients notify them of the reply.
    fn notifies(&self, user: Id) -> bool {
        let level = self.audience.members.get(&user).map_or("none", |m| m.thread_level.as_str());
        let wanted = level == "all" || (level == "mention" && self.named.contains(&user));
        // What a webhook says in somebody's name is news to them, too.
        (user != self.post.user_id || self.post.props.is_true("from_webhook")) && wanted
    }

    /// The members whose settings make replies to what they wrote, or took part in, mentions.
    fn commented(&self, thread: &Thread, collapsed: &Collapsed) -> Vec<Id> {
        let started = |id: Id| id == self.root.user_id;
        let concerns = |id: Id, comments: &str| match comments {
            "any" => started(id) || thread.participants.contains(&id),
            "root" => started(id),
            _ => false,
        };
        let others = self.audience.members.values().filter(|m| m.id != self.post.user_id && !collapsed.is_on(m.id));
        others.filter(|m| concerns(m.id, &m.comments)).map(|m| m.id).collect()
    }
}

/// `thread_updated` to each of the followers, with what was unread before, so that clients add the difference.
fn updates(
    tx: &mut Tx<'_>,
    reply: &Reply<'_>,
    thread: &Thread,
    followers: &[&ThreadMembership],
    before: &HashMap<Id, ThreadMembership>,
) -> Result<Vec<Event>> {
    let author = reply.post.user_id;
    let earlier = before.get(&author).cloned().unwrap_or_default();
    let authors_unread = store::threads::unread_after(tx.conn(), thread, earlier.last_viewed)?;
    let privacy = privacy(reply.settings);
    let unread = store::threads::unread_of_followers(tx.conn(), thread.post_id)?;
    let people = store::users::by_ids(tx.conn(), &thread.participants)?;
    let priority = reply.root.metadata.as_ref().and_then(|m| m.priority.as_ref());
    let seen = match sight_in(reply.channel, author, reply.settings) {
        Sight::All => None,
        sight => Some(store::users::visible(tx.conn(), &thread.participants, &sight)?),
    };
    let view_of = |id: &Id| {
        let user = people.iter().find(|user| user.id == *id)?;
        let shown = seen.as_ref().is_none_or(|seen| seen.contains(id));
        let user = if shown { Cow::Borrowed(user) } else { Cow::Owned(User::stub(*id)) };
        Some(user.view(Viewer::Other(privacy)).to_raw())
    };
    let mut post = Post { metadata: None, ..reply.root.clone() };
    crate::app::posts::show(&mut post);
    let mut view = ThreadView {
        id: thread.post_id,
        reply_count: thread.reply_count,
        last_reply_at: thread.last_reply_at,
        last_viewed_at: 0,
        participants: thread.participants.iter().filter_map(view_of).collect(),
        post,
        unread_replies: 0,
        unread_mentions: 0,
        is_urgent: priority.is_some_and(|p| p.priority == crate::model::posts::Priority::URGENT),
        delete_at: 0,
    };
    let mut events = Vec::with_capacity(followers.len());
    for member in followers {
        let own = member.user_id == author;
        view.last_viewed_at = if own { earlier.last_viewed } else { member.last_viewed };
        view.unread_replies = unread.get(&member.user_id).copied().unwrap_or_default();
        view.unread_mentions = member.unread_mentions;
        // What is subtracted is one for each word for all, too, whomever it reached: clients are told so.
        let mentioned = i64::from(reply.broad || reply.named.contains(&member.user_id));
        let (mentions, replies) = match own {
            // The author's clients count on from how far they had read before.
            true => (earlier.unread_mentions, authors_unread),
            false => (view.unread_mentions, view.unread_replies),
        };
        let previous = match own || before.get(&member.user_id).is_some_and(|m| m.following) {
            true => Unread { mentions: (mentions - mentioned).max(0), replies: (replies - 1).max(0) },
            false => Unread { mentions: 0, replies: 0 },
        };
        let thread = Json::of(&view);
        let team = reply.channel.team_id;
        events.push(ThreadEvent::Updated { user: member.user_id, team, thread, previous: Some(previous) }.into());
    }
    Ok(events)
}
