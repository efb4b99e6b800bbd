//! Whether the counters that are kept agree with the posts they count.
//!
//! Some things can't be known afterwards: whom a text mentioned before it was edited, who was online when `@here` was
//! said, what a deleted post would have counted for. There a counter may be anything in between.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use super::App;
use crate::model::channels::{Channel, ChannelMember};
use crate::model::errors::Result;
use crate::model::posts::mentions::Mentions;
use crate::model::posts::{Post, Priority, is_countable};
use crate::model::{Id, TimeMs};
use crate::store;
use crate::store::audiences::{Audience, Listener};
use crate::store::verify::Counted;

/// Channels or threads that are read at once.
const STEP: i64 = 200;
/// Posts whose texts are read at once.
const POSTS: i64 = 2_000;

/// What was found.
#[derive(Debug, Default)]
pub struct Verified {
    /// How many channels were counted.
    pub channels: usize,
    /// How many threads were counted.
    pub threads: usize,
    /// The counters that are wrong.
    pub differences: Vec<Difference>,
}

/// A counter that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Of what: `channel <id>`, `member <user> of channel <id>`, `thread <id>`.
    pub of: String,
    /// Which, by its column.
    pub counter: &'static str,
    /// What is kept.
    pub kept: i64,
    /// What was counted: the least and the most it may be.
    pub counted: (i64, i64),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { of, counter, kept, counted: (least, most) } = self;
        match (least, most) {
            (_, &i64::MAX) => write!(f, "{of}: {counter} is {kept}, counted at least {least}"),
            _ if least == most => write!(f, "{of}: {counter} is {kept}, counted {least}"),
            _ => write!(f, "{of}: {counter} is {kept}, counted {least} to {most}"),
        }
    }
}

impl Verified {
    fn compare(&mut self, of: impl FnOnce() -> String, counter: &'static str, kept: i64, counted: (i64, i64)) {
        if kept < counted.0 || kept > counted.1 {
            self.differences.push(Difference { of: of(), counter, kept, counted });
        }
    }
}

impl App {
    /// Counts everything anew and compares; changes nothing. Takes as long as it takes to read all posts.
    pub async fn verify(&self) -> Result<Verified> {
        let mut verified = Verified::default();
        let mut last = Id::NONE;
        loop {
            let ids = self.store.read(move |conn| store::verify::channel_ids(conn, last, STEP)).await?;
            let Some(end) = ids.last() else { break };
            last = *end;
            for id in ids {
                self.verify_channel(id, &mut verified).await?;
            }
        }
        let mut last = Id::NONE;
        loop {
            let ids = self.store.read(move |conn| store::verify::thread_ids(conn, last, STEP)).await?;
            let Some(end) = ids.last() else { break };
            last = *end;
            self.verify_threads(ids, &mut verified).await?;
        }
        Ok(verified)
    }

    async fn verify_channel(&self, id: Id, verified: &mut Verified) -> Result<()> {
        let (channel, counted, members, joined) = self
            .store
            .read(move |conn| {
                let channel = store::channels::by_id(conn, id)?.unwrap_or_default();
                let members = store::channels::members(conn, id, 0, i64::MAX)?;
                let joined = store::verify::joined_at(conn, id)?;
                Ok((channel, store::verify::counted(conn, id)?, members, joined))
            })
            .await?;
        verified.channels += 1;
        verify_totals(&channel, &counted, verified);
        for member in &members {
            verify_read(&channel, member, &counted, verified);
        }
        let mut tallies: HashMap<Id, Tally> = members.iter().map(|m| (m.user_id, Tally::of(m, &joined))).collect();
        self.tally(&channel, &mut tallies).await?;
        for member in &members {
            let Some(tally) = tallies.get(&member.user_id) else { continue };
            let of = || name(member);
            verified.compare(of, "mentioncount", member.mention_count, tally.all);
            verified.compare(of, "mentioncountroot", member.mention_count_root, tally.roots);
            verified.compare(of, "urgentmentioncount", member.urgent_mention_count, tally.urgent);
        }
        Ok(())
    }

    /// Counts the mentions since each member last looked.
    async fn tally(&self, channel: &Channel, tallies: &mut HashMap<Id, Tally>) -> Result<()> {
        let (id, audience) = (channel.id, self.store.audience(channel.id).await?);
        tallies.retain(|user, _| audience.has(*user));
        let Some(first) = tallies.values().map(|tally| tally.viewed).min() else { return Ok(()) };
        let mut after = (first, Id::NONE);
        loop {
            let posts = self
                .store
                .read(move |conn| {
                    let mut posts = store::posts::next_after(conn, id, after, POSTS)?;
                    store::posts::fill(conn, &mut posts.iter_mut().collect::<Vec<_>>())?;
                    Ok(posts)
                })
                .await?;
            let Some(last) = posts.last() else { return Ok(()) };
            after = (last.create_at, last.id);
            add_up(&posts, channel, &audience, tallies);
        }
    }

    async fn verify_threads(&self, ids: Vec<Id>, verified: &mut Verified) -> Result<()> {
        let (threads, replies) = self
            .store
            .read(move |conn| Ok((store::threads::by_ids(conn, &ids)?, store::verify::replies(conn, &ids)?)))
            .await?;
        verified.threads += threads.len();
        for thread in threads.values() {
            let of = || format!("thread {}", thread.post_id);
            let own: Vec<_> = replies.iter().filter(|reply| reply.root == thread.post_id).collect();
            let count = own.len() as i64;
            verified.compare(of, "replycount", thread.reply_count, (count, count));
            let last = own.last().map_or(0, |reply| reply.at);
            if count > 0 {
                verified.compare(of, "lastreplyat", thread.last_reply_at, (last, last));
            }
            let authors: BTreeSet<Id> = own.iter().map(|reply| reply.author).collect();
            let known: BTreeSet<Id> = thread.participants.iter().copied().collect();
            // Those who are missing and those who are too many.
            let wrong = authors.symmetric_difference(&known).count() as i64;
            verified.compare(of, "participants (wrong ones)", wrong, (0, 0));
        }
        Ok(())
    }
}

/// Adds what posts mean to those who have not seen them.
pub(in crate::app) fn add_up(posts: &[Post], channel: &Channel, audience: &Audience, tallies: &mut HashMap<Id, Tally>) {
    for post in posts {
        let told = Told::of(post, channel, audience);
        for (user, tally) in tallies.iter_mut().filter(|(_, tally)| tally.viewed < post.create_at) {
            if let Some(listener) = audience.members.get(user) {
                tally.add(post, told.reaches(listener));
            }
        }
    }
}

fn name(member: &ChannelMember) -> String {
    format!("member {} of channel {}", member.user_id, member.channel_id)
}

/// Erased posts stay counted, as in the reference; so there may be fewer posts than are counted, never more.
fn verify_totals(channel: &Channel, counted: &[Counted], verified: &mut Verified) {
    let of = || format!("channel {}", channel.id);
    let all = counted.len() as i64;
    let roots = counted.iter().filter(|post| post.root).count() as i64;
    verified.compare(of, "totalmsgcount", channel.total_msg_count, (all, i64::MAX));
    verified.compare(of, "totalmsgcountroot", channel.total_msg_count_root, (roots, i64::MAX));
    let last = counted.last().map_or(0, |post| post.at);
    verified.compare(of, "lastpostat", channel.last_post_at, (last, i64::MAX));
}

/// What a member has not read is what came after they last looked.
fn verify_read(channel: &Channel, member: &ChannelMember, counted: &[Counted], verified: &mut Verified) {
    let (all, roots) = unread_bounds(member, counted);
    let unread = channel.total_msg_count - member.msg_count;
    let unread_roots = channel.total_msg_count_root - member.msg_count_root;
    // Whoever never looked has everything unread, erased posts too.
    if member.last_viewed_at > 0 {
        verified.compare(|| name(member), "msgcount (unread)", unread, all);
        verified.compare(|| name(member), "msgcountroot (unread)", unread_roots, roots);
    }
}

/// How many posts came after a member last looked: the least and the most, of all and of those that start threads.
pub(in crate::app) fn unread_bounds(member: &ChannelMember, counted: &[Counted]) -> ((i64, i64), (i64, i64)) {
    let from = counted.partition_point(|post| post.at <= member.last_viewed_at);
    let after = counted.get(from..).unwrap_or_default();
    let bounds = |wanted: &dyn Fn(&Counted) -> bool| {
        let living = after.iter().filter(|post| wanted(post) && post.living).count() as i64;
        (living, after.iter().filter(|post| wanted(post)).count() as i64)
    };
    (bounds(&|_| true), bounds(&|post| post.root))
}

/// The mentions that a member has not read: the least and the most it can be.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::app) struct Tally {
    /// When the member last looked.
    pub viewed: TimeMs,
    joined: TimeMs,
    /// All mentions.
    pub all: (i64, i64),
    /// Those in posts that start threads.
    pub roots: (i64, i64),
    /// Those in urgent posts.
    pub urgent: (i64, i64),
}

impl Tally {
    /// Nothing yet, for a member; `joined` says when members came.
    pub fn of(member: &ChannelMember, joined: &HashMap<Id, i64>) -> Tally {
        let joined = joined.get(&member.user_id).copied().unwrap_or_default();
        Tally { viewed: member.last_viewed_at, joined, ..Tally::default() }
    }

    fn add(&mut self, post: &Post, (surely, perhaps): (bool, bool)) {
        let surely = i64::from(surely && post.create_at > self.joined);
        let perhaps = i64::from(perhaps);
        let add = |to: &mut (i64, i64)| *to = (to.0 + surely, to.1 + perhaps);
        add(&mut self.all);
        if post.is_root() {
            add(&mut self.roots);
        }
        let priority = post.metadata.as_ref().and_then(|m| m.priority.as_ref());
        if post.is_root() && priority.is_some_and(|p| p.priority == Priority::URGENT) {
            add(&mut self.urgent);
        }
    }
}

/// Whom a post concerns.
struct Told<'a> {
    post: &'a Post,
    mentions: Mentions,
    everybody: bool,
    /// Nobody knows any more what it said, or whether it counted.
    vague: bool,
}

impl<'a> Told<'a> {
    fn of(post: &'a Post, channel: &Channel, audience: &Audience) -> Told<'a> {
        Told {
            mentions: Mentions::find(post.texts(), &audience.keywords),
            everybody: channel.is_conversation() && is_countable(&post.r#type),
            vague: post.edit_at > 0,
            post,
        }
    }

    /// Whether it surely, and whether it perhaps counted as a mention of that member.
    fn reaches(&self, listener: &Listener) -> (bool, bool) {
        let (post, found) = (self.post, &self.mentions);
        if post.user_id == listener.id && !post.props.is_true("from_webhook") {
            return (false, false);
        }
        let broad = (found.all || found.channel) && listener.hears_channel;
        let refused = post.props.get("mentionHighlightDisabled").is_some();
        let named = self.everybody || found.users.contains(&listener.id);
        let system = post.r#type.starts_with("system_");
        let surely = (named || (broad && !refused)) && !self.vague && post.delete_at == 0 && !system;
        let comments = !post.is_root() && listener.comments != "never";
        let perhaps = named || broad || found.here || comments || self.vague || system || !found.unknown.is_empty();
        (surely, perhaps)
    }
}
