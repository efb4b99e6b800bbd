//! Statuses that end by themselves: "do not disturb" until a time, custom statuses.

use super::App;
use super::custom::with_status;
use super::rules::{self, Outcome};
use crate::app::jobs::Run;
use crate::app::users::updated;
use crate::events::Change;
use crate::model::errors::Result;
use crate::model::statuses::{CustomStatus, DND};
use crate::model::users::CUSTOM_STATUS_PROP;
use crate::model::{Id, TimeMs, now};
use crate::store;

/// How many custom statuses end in one write.
const BATCH: usize = 20;

impl App {
    /// When the next "do not disturb" ends.
    pub fn next_end_of_dnd(&self) -> Option<TimeMs> {
        let known = self.statuses.known();
        let ends = known.values().filter(|status| status.status == DND && status.dnd_end_time > 0);
        ends.map(|status| status.dnd_end_time.saturating_mul(1000)).min()
    }

    /// Ends "do not disturb" for those whose time is over.
    pub async fn end_dnd(&self, run: &mut Run) -> Result<()> {
        let at = now();
        let over: Vec<Id> =
            self.statuses.known().values().filter(|s| rules::dnd_is_over(s, at)).map(|s| s.user_id).collect();
        let change = |user| self.statuses.change(user, &move |user, known| rules::after_dnd(user, known, at));
        let outcomes: Vec<Outcome> = over.into_iter().filter_map(change).collect();
        run.count("ended", outcomes.len());
        self.store_statuses(outcomes).await
    }

    /// Takes custom statuses away whose time is over. Clients hide them by themselves from then on; this is for those
    /// that do not, and for whoever reads the profile.
    pub async fn end_custom_statuses(&self, run: &mut Run) -> Result<()> {
        let at = now();
        let known = self.store.read(store::users::custom_statuses).await?;
        let is_over = |stored: &str| CustomStatus::parse(stored).is_some_and(|status| status.is_over(at));
        let over: Vec<Id> = known.iter().filter(|(_, stored)| is_over(stored)).map(|(user, _)| *user).collect();
        for users in over.chunks(BATCH) {
            let ended = self.end_some(users.to_vec(), at).await?;
            run.count("ended", ended);
            if !self.keep_run(run, 0).await? {
                break;
            }
        }
        Ok(())
    }

    async fn end_some(&self, users: Vec<Id>, at: TimeMs) -> Result<usize> {
        let privacy = self.privacy();
        self.store
            .write(move |tx| {
                let mut told = Vec::new();
                for user in store::users::by_ids(tx.conn(), &users)? {
                    // Another one may have been chosen since.
                    let stored = user.props.get(CUSTOM_STATUS_PROP).and_then(|stored| CustomStatus::parse(stored));
                    if stored.is_some_and(|status| status.is_over(at)) {
                        let user = with_status(tx, user.id, "")?;
                        told.push(updated(tx, &user, privacy)?);
                    }
                }
                Ok(Change::silent(told.len(), "the events follow").and_all(told))
            })
            .await
    }
}
