//! Following threads, and how far they are read.

use super::list::thread_of;
use super::view::Profiles;
use crate::app::App;
use crate::app::posts::mentions;
use crate::auth::posts::ReadThread;
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{PostGrant, TeamGrant, UserGrant};
use crate::events::threads::{ThreadEvent, Unread};
use crate::events::{Change, Event, Json};
use crate::model::channels::{Channel, ChannelType};
use crate::model::errors::{Result, posts as post_codes, threads as codes};
use crate::model::posts::Post;
use crate::model::threads::{ThreadMembership, ThreadView};
use crate::model::{Id, TimeMs, now};
use crate::store::audiences::Audience;
use crate::store::{self, Tx};

impl App {
    /// Follows a thread from now on, or no longer.
    pub async fn follow_thread(
        &self,
        of: &UserGrant<ActAs>,
        post: &PostGrant<ReadThread>,
        following: bool,
    ) -> Result<()> {
        let (user, thread, team) = (of.user().id, post.post().id, post.channel().team_id);
        self.store
            .write(move |tx| {
                let at = now();
                let mut member = membership(tx, user, thread)?.unwrap_or_else(|| blank(user, thread));
                // Whoever follows, once more too, has read so far.
                if following {
                    (member.last_viewed, member.unread_mentions) = (at, 0);
                }
                (member.following, member.last_updated) = (following, at);
                store::threads::save_members(tx, &[member])?;
                let known = store::threads::by_ids(tx.conn(), &[thread])?.remove(&thread);
                let reply_count = known.map_or(0, |thread| thread.reply_count);
                Ok(Change::emit((), ThreadEvent::FollowChanged { user, team, thread, following, reply_count }))
            })
            .await
    }

    /// Marks a thread as read up to a time. Answers it as it is then.
    pub async fn read_thread(
        &self,
        of: &UserGrant<ActAs>,
        post: &PostGrant<ReadThread>,
        upto: TimeMs,
    ) -> Result<ThreadView> {
        let (user, channel, root) = (of.user().id, post.channel().clone(), post.post().clone());
        let audience = self.store.audience(channel.id).await?;
        let profiles = Profiles::new(self, of.actor(), false);
        let mut view = self
            .store
            .write(move |tx| {
                let member = membership(tx, user, root.id)?.ok_or(codes::MEMBERSHIP_NOT_FOUND)?;
                let (view, event) = move_to(tx, member, upto, &channel, &audience, &profiles)?;
                Ok(Change::emit(view, event))
            })
            .await?;
        self.fit_threads(of.actor(), std::slice::from_mut(&mut view)).await?;
        Ok(view)
    }

    /// Marks a thread as unread from one of its posts on, which makes the user follow it.
    pub async fn set_thread_unread(
        &self,
        of: &UserGrant<ActAs>,
        post: &PostGrant<ReadThread>,
        from: Id,
    ) -> Result<ThreadView> {
        let (user, channel, root) = (of.user().id, post.channel().clone(), post.post().clone());
        let audience = self.store.audience(channel.id).await?;
        let profiles = Profiles::new(self, of.actor(), false);
        let mut view = self
            .store
            .write(move |tx| {
                let from = store::posts::by_id(tx.conn(), from)?.filter(|p| p.thread_id() == root.id);
                let from = from.ok_or(post_codes::NOT_FOUND)?;
                let (member, followed) = followed(tx, user, root.id, channel.team_id)?;
                let (view, read) = move_to(tx, member, from.create_at - 1, &channel, &audience, &profiles)?;
                Ok(Change::emit(view, followed).and(read))
            })
            .await?;
        self.fit_threads(of.actor(), std::slice::from_mut(&mut view)).await?;
        Ok(view)
    }

    /// Marks all threads of a team and of conversations as read.
    pub async fn read_all_threads(&self, of: &UserGrant<ActAs>, team: &TeamGrant<ViewTeam>) -> Result<()> {
        let (user, team) = (of.user().id, team.team().id);
        self.store
            .write(move |tx| {
                store::threads::read_all(tx, user, team, now())?;
                Ok(Change::emit((), ThreadEvent::AllRead { user, team }))
            })
            .await
    }
}

/// Marks the thread of a reply as unread from that reply on, for a client that knows no threads: the user follows it.
pub(in crate::app) fn mark_unread(
    tx: &mut Tx<'_>,
    user: Id,
    channel: &Channel,
    reply: &Post,
    audience: &Audience,
    profiles: &Profiles,
) -> Result<Vec<Event>> {
    let (mut member, _) = followed(tx, user, reply.root_id, channel.team_id)?;
    member.last_viewed = reply.create_at - 1;
    member.unread_mentions = mentions_since(tx, &member, channel, audience)?;
    member.last_updated = now();
    store::threads::save_members(tx, &[member])?;
    let view = thread_of(tx.conn(), user, reply.root_id, profiles)?;
    let thread = Json::of(&view);
    Ok(vec![ThreadEvent::Updated { user, team: channel.team_id, thread, previous: None }.into()])
}

/// Has somebody who was put into a channel because of a post follow its thread, all of it unread.
pub(in crate::app) fn follow_from_beginning(
    tx: &mut Tx<'_>,
    user: Id,
    channel: &Channel,
    root: &Post,
    audience: &Audience,
    profiles: &Profiles,
) -> Result<Option<Event>> {
    let mut member = membership(tx, user, root.id)?.unwrap_or_else(|| blank(user, root.id));
    (member.following, member.last_viewed, member.last_updated) = (true, root.create_at - 1, now());
    member.unread_mentions = mentions_since(tx, &member, channel, audience)?;
    store::threads::save_members(tx, &[member])?;
    if store::threads::by_ids(tx.conn(), &[root.id])?.is_empty() {
        return Ok(None);
    }
    let thread = Json::of(&thread_of(tx.conn(), user, root.id, profiles)?);
    let previous = Some(Unread { mentions: 0, replies: 0 });
    Ok(Some(ThreadEvent::Updated { user, team: channel.team_id, thread, previous }.into()))
}

fn blank(user_id: Id, post_id: Id) -> ThreadMembership {
    ThreadMembership { post_id, user_id, ..ThreadMembership::default() }
}

fn membership(tx: &mut Tx<'_>, user: Id, thread: Id) -> Result<Option<ThreadMembership>> {
    Ok(store::threads::memberships(tx.conn(), user, &[thread])?.remove(&thread))
}

/// The user's membership, which follows the thread from now on and has read it so far.
fn followed(tx: &mut Tx<'_>, user: Id, thread: Id, team: Id) -> Result<(ThreadMembership, ThreadEvent)> {
    let mut member = membership(tx, user, thread)?.unwrap_or_else(|| blank(user, thread));
    (member.following, member.last_viewed, member.unread_mentions) = (true, now(), 0);
    store::threads::save_members(tx, std::slice::from_ref(&member))?;
    let known = store::threads::by_ids(tx.conn(), &[thread])?.remove(&thread);
    let reply_count = known.map_or(0, |thread| thread.reply_count);
    Ok((member, ThreadEvent::FollowChanged { user, team, thread, following: true, reply_count }))
}

/// Moves how far a follower has read, and counts anew what mentions them after that.
fn move_to(
    tx: &mut Tx<'_>,
    mut member: ThreadMembership,
    upto: TimeMs,
    channel: &Channel,
    audience: &Audience,
    profiles: &Profiles,
) -> Result<(ThreadView, ThreadEvent)> {
    let (user, thread) = (member.user_id, member.post_id);
    let before = thread_of(tx.conn(), user, thread, profiles)?;
    member.last_viewed = upto;
    member.unread_mentions = mentions_since(tx, &member, channel, audience)?;
    member.last_updated = now();
    store::threads::save_members(tx, std::slice::from_ref(&member))?;
    let view = thread_of(tx.conn(), user, thread, profiles)?;
    let unread = |view: &ThreadView| Unread { mentions: view.unread_mentions, replies: view.unread_replies };
    let event = ThreadEvent::Read {
        user,
        team: channel.team_id,
        thread,
        channel: channel.id,
        timestamp: upto,
        unread: unread(&view),
        previous: unread(&before),
    };
    Ok((view, event))
}

/// How many replies are read at once.
const PAGE: i64 = 1_000;

/// How many replies from that moment on mention a follower: in direct channels those of the other, in group channels
/// none, elsewhere those that name them, their own too.
fn mentions_since(tx: &mut Tx<'_>, member: &ThreadMembership, channel: &Channel, audience: &Audience) -> Result<i64> {
    let user = member.user_id;
    let hears = audience.members.get(&user).is_some_and(|m| m.hears_by_default);
    let counts = |post: &Post| match channel.r#type {
        ChannelType::Direct => post.user_id != user,
        ChannelType::Group => false,
        _ => mentions(post, user, audience, hears),
    };
    let (mut from, mut count) = ((member.last_viewed, Id::NONE), 0);
    loop {
        let page = store::posts::replies_after(tx.conn(), member.post_id, from, PAGE)?;
        count += page.iter().filter(|post| counts(post)).count() as i64;
        match page.last() {
            Some(last) if page.len() == PAGE as usize => from = (last.create_at, last.id),
            _ => return Ok(count),
        }
    }
}
