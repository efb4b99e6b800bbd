//! How many invitations a person may mail an hour: the reference's number, unless the settings say another.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::app::App;
use crate::model::Id;
use crate::model::errors::{Result, teams as codes};

/// How many people are remembered before those who are idle are forgotten.
const REMEMBERED: usize = 10_000;

/// Counts what each person mails, on this node.
#[derive(Default)]
pub struct InvitationPaces(Mutex<Option<Arc<Pace>>>);

/// A rate, and who has used how much of it.
struct Pace {
    per_hour: u32,
    limiter: DefaultKeyedRateLimiter<Id>,
}

impl InvitationPaces {
    /// The rate of the settings. Whoever changes it gives everybody a fresh start.
    fn pace(&self, per_hour: NonZeroU32) -> Arc<Pace> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some(pace) if pace.per_hour == per_hour.get() => Arc::clone(pace),
            _ => {
                let quota = Quota::per_hour(per_hour).allow_burst(per_hour.saturating_add(1));
                let pace = Pace { per_hour: per_hour.get(), limiter: RateLimiter::keyed(quota) };
                Arc::clone(known.insert(Arc::new(pace)))
            }
        }
    }

    /// Whether somebody may mail so many more now, which counts then.
    fn admits(&self, user: Id, count: usize, per_hour: i64) -> bool {
        let Some(per_hour) = u32::try_from(per_hour).ok().and_then(NonZeroU32::new) else { return true };
        let Some(count) = u32::try_from(count).ok().and_then(NonZeroU32::new) else { return count == 0 };
        let pace = self.pace(per_hour);
        if pace.limiter.len() > REMEMBERED {
            pace.limiter.retain_recent();
        }
        matches!(pace.limiter.check_key_n(&user, count), Ok(Ok(())))
    }
}

impl App {
    /// Refuses somebody who mails too many invitations; all of a request or none.
    pub(super) fn check_invitations(&self, inviter: Id, count: usize) -> Result<()> {
        let per_hour = self.config.snapshot().effective.kollegium.invitations_per_hour;
        match self.invitation_paces.admits(inviter, count, per_hour) {
            true => Ok(()),
            false => Err(codes::INVITE_RATE.with(&[&per_hour])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_an_hour_and_one_more_at_once() {
        let (paces, ann, bob) = (InvitationPaces::default(), Id::random(), Id::random());
        assert!(!paces.admits(ann, 22, 20) && paces.admits(ann, 21, 20));
        assert!(!paces.admits(ann, 1, 20) && paces.admits(ann, 0, 20) && paces.admits(bob, 21, 20));
        assert!(paces.admits(ann, 5, 0) && paces.admits(ann, 30, 50));
    }
}
