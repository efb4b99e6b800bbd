//! No more posts than are to be kept (`KollegiumSettings.MaxPostsPerChannel` and `MaxPostsPerTeam`): the oldest go first,
//! with files, reactions and all that hangs on them. A post that started a thread goes after the last reply to it.

use std::collections::{BTreeSet, HashMap};

use crate::app::App;
use crate::app::jobs::Run;
use crate::app::verify::{Tally, add_up, unread_bounds};
use crate::events::Change;
use crate::model::channels::{Channel, ChannelMember};
use crate::model::errors::Result;
use crate::model::{Id, TimeMs, now};
use crate::store::audiences::Audience;
use crate::store::channels::Adjustment;
use crate::store::posts::Erasable;
use crate::store::{self, Tx};

/// Posts that are looked at, and at most erased, in one transaction.
const BATCH: i64 = 200;
/// Channels whose posts are counted at once.
const CHANNELS: i64 = 200;
/// Posts whose texts are read at once.
const TEXTS: i64 = 2_000;

/// What one step did.
struct Step {
    erased: i64,
    paths: Vec<String>,
    /// Where the next one goes on; `None` at the end.
    next: Option<(TimeMs, Id)>,
    channels: BTreeSet<Id>,
    until: TimeMs,
}

impl App {
    /// Erases the posts that are too many.
    pub async fn trim_posts(&self, run: &mut Run) -> Result<()> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective.kollegium;
        let (by_channel, by_team) = (settings.max_posts_per_channel, settings.max_posts_per_team);
        if by_channel > 0 && !self.trim_channels(run, by_channel).await? {
            return Ok(());
        }
        if by_team > 0 {
            self.trim_teams(run, by_team).await?;
        }
        Ok(())
    }

    /// `false` if the run is to stop.
    async fn trim_channels(&self, run: &mut Run, most: i64) -> Result<bool> {
        let mut last = Id::NONE;
        loop {
            let counts = self
                .store
                .read(move |conn| {
                    let ids = store::verify::channel_ids(conn, last, CHANNELS)?;
                    let counts = store::posts::living_in(conn, &ids)?;
                    Ok((ids.last().copied(), counts))
                })
                .await?;
            let (Some(end), counts) = counts else { return Ok(true) };
            last = end;
            for (channel, count) in counts.into_iter().filter(|(_, count)| *count > most) {
                if !self.trim(run, vec![channel], count - most).await? {
                    return Ok(false);
                }
            }
        }
    }

    async fn trim_teams(&self, run: &mut Run, most: i64) -> Result<bool> {
        for channels in self.store.read(store::posts::channels_by_team).await?.into_values() {
            let ids = channels.clone();
            let counts = self.store.read(move |conn| store::posts::living_in(conn, &ids)).await?;
            let count: i64 = counts.values().sum();
            if count > most && !self.trim(run, channels, count - most).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Erases that many of the oldest posts of these channels, step by step, then puts the counters right.
    async fn trim(&self, run: &mut Run, channels: Vec<Id>, mut excess: i64) -> Result<bool> {
        let start = (0, Id::NONE);
        let (mut after, mut progress, mut alive) = (start, false, true);
        let mut touched: HashMap<Id, TimeMs> = HashMap::new();
        while excess > 0 && alive {
            let among = channels.clone();
            let step = self.store.write(move |tx| step(tx, &among, after, excess)).await?;
            self.remove_erased(step.paths).await;
            for channel in step.channels {
                let until = touched.entry(channel).or_default();
                *until = step.until.max(*until);
            }
            excess -= step.erased;
            progress |= step.erased > 0;
            run.count("erased", usize::try_from(step.erased).unwrap_or(0));
            after = match step.next {
                Some(next) => next,
                // What had replies the last time may have none any more.
                None if progress => {
                    progress = false;
                    start
                }
                None => break,
            };
            alive = self.keep_run(run, 0).await?;
        }
        for (channel, until) in touched {
            let audience = self.store.audience(channel).await?;
            self.store
                .write(move |tx| {
                    settle(tx, channel, until, &audience)?;
                    Ok(Change::silent((), "clients count anew when they load the channel"))
                })
                .await?;
        }
        Ok(alive)
    }
}

/// Erases the oldest posts, at most so many, and what was deleted before them.
fn step(tx: &mut Tx<'_>, among: &[Id], after: (TimeMs, Id), excess: i64) -> Result<Change<Step>> {
    let batch = store::posts::oldest(tx.conn(), among, after, BATCH)?;
    let next = batch.last().map(|post| (post.at, post.id));
    let most = usize::try_from(excess).unwrap_or(usize::MAX);
    let going: Vec<Erasable> = batch.into_iter().filter(|post| !post.answered).take(most).collect();
    let until = going.last().map_or(0, |post| post.at);
    let at = now();
    let mut paths = store::posts::erase_oldest(tx, &going, at)?;
    let deleted = store::posts::deleted_by(tx.conn(), among, until, BATCH)?;
    paths.extend(store::posts::erase_oldest(tx, &deleted, at)?);
    let channels = going.iter().chain(&deleted).map(|post| post.channel).collect();
    let step = Step { erased: going.len() as i64, paths, next, channels, until };
    Ok(Change::silent(step, "clients forget old posts by themselves"))
}

/// Takes out of the members' counters what was erased before they saw it.
fn settle(tx: &mut Tx<'_>, id: Id, until: TimeMs, audience: &Audience) -> Result<()> {
    store::locks::hold_channel(tx, id)?;
    let Some(channel) = store::channels::by_id(tx.conn(), id)? else { return Ok(()) };
    let counted = store::verify::counted(tx.conn(), id)?;
    let mut members = store::channels::members(tx.conn(), id, 0, i64::MAX)?;
    members.retain(|member| member.last_viewed_at < until);
    let tallies = tallies(tx, &channel, &members, audience)?;
    let mut moved: HashMap<(TimeMs, Adjustment), Vec<Id>> = HashMap::new();
    for member in &members {
        let (all, roots) = unread_bounds(member, &counted);
        let read = |total: i64, read: i64, most: i64| (total - read - most).max(0);
        let less = |kept: i64, (_, most): (i64, i64)| (most - kept).min(0);
        let tally = tallies.get(&member.user_id);
        let by = Adjustment {
            read: read(channel.total_msg_count, member.msg_count, all.1),
            read_roots: read(channel.total_msg_count_root, member.msg_count_root, roots.1),
            mentions: tally.map_or(0, |tally| less(member.mention_count, tally.all)),
            mention_roots: tally.map_or(0, |tally| less(member.mention_count_root, tally.roots)),
            urgent: tally.map_or(0, |tally| less(member.urgent_mention_count, tally.urgent)),
        };
        if by != Adjustment::default() {
            moved.entry((member.last_viewed_at, by)).or_default().push(member.user_id);
        }
    }
    for ((viewed, by), users) in moved {
        store::channels::adjust(tx, id, &users, viewed, by)?;
    }
    Ok(())
}

/// The mentions that are left for those members who have some.
fn tallies(
    tx: &mut Tx<'_>,
    channel: &Channel,
    members: &[ChannelMember],
    audience: &Audience,
) -> Result<HashMap<Id, Tally>> {
    let joined = store::verify::joined_at(tx.conn(), channel.id)?;
    let mentioned = members.iter().filter(|member| member.mention_count > 0 && audience.has(member.user_id));
    let mut tallies: HashMap<Id, Tally> = mentioned.map(|m| (m.user_id, Tally::of(m, &joined))).collect();
    let Some(first) = tallies.values().map(|tally| tally.viewed).min() else { return Ok(tallies) };
    let mut after = (first, Id::NONE);
    loop {
        let mut posts = store::posts::next_after(tx.conn(), channel.id, after, TEXTS)?;
        store::posts::fill(tx.conn(), &mut posts.iter_mut().collect::<Vec<_>>())?;
        let Some(last) = posts.last() else { return Ok(tallies) };
        after = (last.create_at, last.id);
        add_up(&posts, channel, audience, &mut tallies);
    }
}
