//! Marking a channel as unread from a post on (posts-and-limits.md §5).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::app::App;
use crate::app::threads::{Profiles, mark_unread};
use crate::auth::posts::ReadPostOf;
use crate::auth::users::ActAs;
use crate::auth::{PostGrant, UserGrant};
use crate::events::posts::{PostEvent, UnreadCounts};
use crate::events::{Change, Event};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelUnreadAt};
use crate::model::errors::{Result, channels as channel_codes};
use crate::model::posts::mentions::Mentions;
use crate::model::posts::{Post, kinds};
use crate::store::audiences::Audience;
use crate::store::conn::Conn;
use crate::store::posts::Mentioned;
use crate::store::{self, Tx};

impl App {
    /// Marks a channel as unread for a member from a post on. A client that does not know threads also gets the thread
    /// of a reply marked.
    pub async fn set_unread(
        &self,
        of: &UserGrant<ActAs>,
        grant: &PostGrant<ReadPostOf>,
        threads_supported: bool,
    ) -> Result<ChannelUnreadAt> {
        let (user, post, channel) = (of.user().id, grant.post().clone(), grant.channel().clone());
        let audience = self.store.audience(channel.id).await?;
        let profiles = Profiles::new(self, of.actor(), true);
        self.store
            .write(move |tx| {
                let unread = unread_from(tx, user, &channel, &post, &audience)?;
                store::posts::set_unread(tx, &unread)?;
                let counts = UnreadCounts {
                    msg_count: unread.msg_count,
                    msg_count_root: unread.msg_count_root,
                    mention_count: unread.mention_count,
                    mention_count_root: unread.mention_count_root,
                    urgent_mention_count: unread.urgent_mention_count,
                    last_viewed_at: unread.last_viewed_at,
                };
                let (team, channel_id, id) = (channel.team_id, channel.id, post.id);
                let mut events: Vec<Event> =
                    vec![PostEvent::MarkedUnread { user, team, channel: channel_id, post: id, counts }.into()];
                if !threads_supported && !post.is_root() {
                    events.extend(mark_unread(tx, user, &channel, &post, &audience, &profiles)?);
                }
                Ok(Change::silent(unread, "the events follow").and_all(events))
            })
            .await
    }
}

/// How far the member has read if everything from the post on is unread.
fn unread_from(
    tx: &mut Tx<'_>,
    user: Id,
    channel: &Arc<Channel>,
    post: &Post,
    audience: &Audience,
) -> Result<ChannelUnreadAt> {
    let member = store::channels::member(tx.conn(), channel.id, user)?.ok_or(channel_codes::MEMBER_NOT_FOUND)?;
    let now = store::channels::by_id(tx.conn(), channel.id)?.unwrap_or_default();
    let (all, roots) = store::posts::count_since(tx.conn(), channel.id, post.create_at)?;
    let mentions = match channel.is_conversation() {
        true => store::posts::count_of_others_since(tx.conn(), channel.id, user, post.create_at)?,
        false => Walk::of(user, audience).count(tx.conn(), channel.id, post)?,
    };
    Ok(ChannelUnreadAt {
        team_id: channel.team_id,
        user_id: user,
        channel_id: channel.id,
        msg_count: (now.total_msg_count - all).max(0),
        msg_count_root: if post.is_root() { (now.total_msg_count_root - roots).max(0) } else { member.msg_count_root },
        mention_count: mentions.all,
        mention_count_root: mentions.roots,
        urgent_mention_count: mentions.urgent,
        last_viewed_at: post.create_at - 1,
    })
}

/// How many posts are read at once.
const PAGE: i64 = 1_000;

/// Going through a channel to find what mentions a member.
struct Walk<'a> {
    user: Id,
    audience: &'a Audience,
    /// Whether words for all reach them there.
    hears: bool,
    /// Which replies mention them without naming them: `any`, `root` or `never`.
    comments: &'a str,
    /// Whether the replies in a thread do, as far as it was looked at.
    threads: HashMap<Id, bool>,
}

impl<'a> Walk<'a> {
    fn of(user: Id, audience: &'a Audience) -> Walk<'a> {
        let listener = audience.members.get(&user);
        let (hears, comments) = listener.map_or((false, "never"), |m| (m.hears_channel, m.comments.as_str()));
        Walk { user, audience, hears, comments, threads: HashMap::new() }
    }

    /// Counts the mentions from a post on.
    fn count(mut self, conn: &mut Conn, channel: Id, first: &Post) -> Result<Mentioned> {
        let mut counts = Mentioned::default();
        self.look_at(conn, std::slice::from_ref(first), &mut counts)?;
        let mut from = (first.create_at, Id::NONE);
        loop {
            let mut page = store::posts::living_after(conn, channel, from, PAGE)?;
            let is_last = page.len() < PAGE as usize;
            let Some(last) = page.last() else { return Ok(counts) };
            from = (last.create_at, last.id);
            page.retain(|post| post.id != first.id);
            page.reverse();
            self.look_at(conn, &page, &mut counts)?;
            if is_last {
                return Ok(counts);
            }
        }
    }

    fn look_at(&mut self, conn: &mut Conn, posts: &[Post], counts: &mut Mentioned) -> Result<()> {
        self.learn_threads(conn, posts)?;
        let found: Vec<&Post> = posts.iter().filter(|post| self.mentions(post)).collect();
        let roots: Vec<Id> = found.iter().filter(|post| post.is_root()).map(|post| post.id).collect();
        counts.all += found.len() as i64;
        counts.roots += roots.len() as i64;
        counts.urgent += store::threads::urgent_among(conn, &roots)?.len() as i64;
        Ok(())
    }

    fn mentions(&self, post: &Post) -> bool {
        if post.user_id == self.user && !post.props.is_true("from_webhook") {
            return false;
        }
        let added = post.r#type == kinds::ADD_TO_CHANNEL && post.props.text("addedUserId") == self.user.as_str();
        added
            || mentions(post, self.user, self.audience, self.hears)
            || self.threads.get(&post.root_id).copied().unwrap_or_default()
    }

    /// Finds out in which threads replies mention the member because of who began them, or replied before. The first
    /// reply that is looked at decides for its whole thread.
    fn learn_threads(&mut self, conn: &mut Conn, posts: &[Post]) -> Result<()> {
        if !matches!(self.comments, "any" | "root") {
            return Ok(());
        }
        let mut firsts: HashMap<Id, i64> = HashMap::new();
        for reply in posts.iter().filter(|p| p.user_id != self.user && !p.is_root()) {
            if !self.threads.contains_key(&reply.root_id) {
                firsts.entry(reply.root_id).or_insert(reply.create_at);
            }
        }
        let ids: Vec<Id> = firsts.keys().copied().collect();
        let begun: HashSet<Id> =
            store::posts::by_ids(conn, &ids)?.iter().filter(|p| p.user_id == self.user).map(|p| p.id).collect();
        let replied = match self.comments {
            "any" => store::posts::first_replies(conn, &ids, self.user)?,
            _ => HashMap::new(),
        };
        self.threads.extend(firsts.into_iter().map(|(root, at)| {
            (root, begun.contains(&root) || replied.get(&root).is_some_and(|earlier| *earlier < at))
        }));
        Ok(())
    }
}

/// Whether a post mentions a member, by name or, if that reaches them, with everybody. Who asks is there, so `@here`
/// means them.
pub(in crate::app) fn mentions(post: &Post, user: Id, audience: &Audience, hears: bool) -> bool {
    let found = Mentions::find(post.texts(), &audience.keywords);
    found.users.contains(&user) || (hears && found.is_broad())
}
