//! How fast people may write: a rate for each person, and slow mode in channels. Both are settings of ours, off unless
//! somebody sets them.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::create::Occasion;
use crate::app::App;
use crate::auth::{Actor, ChannelGrant};
use crate::config::settings::{KollegiumSettings, SlowRule};
use crate::model::errors::{Result, posts as codes};
use crate::model::permissions::Permission;
use crate::model::posts::Post;
use crate::model::{Id, TimeMs, now};
use crate::store::{self, Tx};

/// How many people are remembered before those who are idle are forgotten.
const REMEMBERED: usize = 10_000;

/// Counts what each person sends, on this node.
#[derive(Default)]
pub struct Paces(Mutex<Option<Arc<Pace>>>);

/// A rate, and who has used how much of it.
struct Pace {
    per_minute: i64,
    burst: i64,
    limiter: DefaultKeyedRateLimiter<Id>,
}

impl Pace {
    fn new(per_minute: i64, burst: i64) -> Pace {
        let number = |n: i64| u32::try_from(n).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(number(per_minute)).allow_burst(number(burst));
        Pace { per_minute, burst, limiter: RateLimiter::keyed(quota) }
    }
}

impl Paces {
    /// The rate of the settings. Whoever changes them gives everybody a fresh start.
    fn pace(&self, per_minute: i64, burst: i64) -> Arc<Pace> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some(pace) if (pace.per_minute, pace.burst) == (per_minute, burst) => Arc::clone(pace),
            _ => Arc::clone(known.insert(Arc::new(Pace::new(per_minute, burst)))),
        }
    }

    /// Counts a message; answers how many seconds to wait if it is one too many.
    fn take(&self, user: Id, settings: &KollegiumSettings) -> Option<u64> {
        let (per_minute, burst) = (settings.messages_per_minute, settings.message_burst);
        if per_minute == 0 {
            return None;
        }
        let pace = self.pace(per_minute, burst);
        if pace.limiter.len() > REMEMBERED {
            pace.limiter.retain_recent();
        }
        let refused = pace.limiter.check_key(&user).err()?;
        Some(refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }
}

impl App {
    /// Refuses people who send too much too quickly. What was scheduled was written long ago.
    pub(in crate::app) fn check_pace(&self, actor: &Actor, occasion: &Occasion) -> Result<()> {
        if actor.user().is_bot || occasion.scheduled.is_some() {
            return Ok(());
        }
        match self.paces.take(actor.id(), &self.config.snapshot().effective.kollegium) {
            Some(seconds) => Err(codes::MESSAGE_RATE.with(&[&seconds])),
            None => Ok(()),
        }
    }

    /// How long the actor waits between two messages in the channel, in milliseconds.
    pub(in crate::app) async fn slow_mode<A>(&self, grant: &ChannelGrant<A>, occasion: &Occasion) -> Result<TimeMs> {
        let (actor, channel) = (grant.actor(), grant.channel());
        let rules = self.config.snapshot().effective.kollegium.slow_rules().unwrap_or_default();
        let free = || actor.user().is_bot || actor.may_in(grant.place(), Permission::delete_others_posts);
        if rules.is_empty() || channel.is_conversation() || occasion.scheduled.is_some() || free() {
            return Ok(0);
        }
        let team = self.store.team(channel.team_id).await?;
        let address = team.map(|team| format!("{}/{}", team.name, channel.name)).unwrap_or_default();
        let fits = |rule: &&SlowRule| {
            let here = [channel.name.as_str(), address.as_str(), ""].contains(&rule.channel.as_str());
            here && (rule.role.is_empty() || has_role(grant, &rule.role))
        };
        Ok(rules.iter().filter(fits).map(|rule| rule.seconds * 1000).max().unwrap_or(0))
    }
}

fn has_role<A>(grant: &ChannelGrant<A>, role: &str) -> bool {
    let actor = grant.actor();
    let in_team = actor.team_member(grant.channel().team_id).map_or("", |member| member.roles.as_str());
    let in_channel = grant.member().as_ref().map_or("", |member| member.roles.as_str());
    actor.user().role_names().chain(in_team.split_whitespace()).chain(in_channel.split_whitespace()).any(|r| r == role)
}

/// Refuses a post whose author said something there less than `slow` milliseconds ago.
pub(super) fn keep_pause(tx: &mut Tx<'_>, post: &Post, slow: TimeMs) -> Result<()> {
    if slow == 0 {
        return Ok(());
    }
    store::locks::hold(tx, "slow mode", post.user_id.as_str())?;
    let at = now();
    let Some(last) = store::posts::last_said(tx.conn(), post.channel_id, post.user_id, at - slow)? else {
        return Ok(());
    };
    let wait = (last + slow - at + 999).max(1000) / 1000;
    Err(codes::SLOW_MODE.with(&[&wait]))
}
