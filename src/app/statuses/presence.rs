//! The task that turns sockets that come and go into presence (websocket.md §10).

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{MissedTickBehavior, interval};

use super::App;
use super::rules::{self, Outcome};
use crate::events::hub::PresenceChange;
use crate::model::{Id, TimeMs, now};

/// Those who left are looked at this often together, so that a page reload is no going and coming.
const FAREWELLS: Duration = Duration::from_millis(500);

/// The most news that share one write.
const BATCH: usize = 256;

impl App {
    /// Keeps statuses until the hub is gone. To be spawned once.
    pub async fn keep_statuses(self, mut news: UnboundedReceiver<PresenceChange>) {
        let mut farewells = interval(FAREWELLS);
        farewells.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut left: HashSet<Id> = HashSet::new();
        loop {
            let mut batch = Vec::new();
            let outcomes = tokio::select! {
                count = news.recv_many(&mut batch, BATCH) => match count {
                    0 => return,
                    _ => self.take_news(batch, &mut left),
                },
                _ = farewells.tick(), if !left.is_empty() => self.say_farewell(&mut left),
            };
            if let Err(error) = self.store_statuses(outcomes).await {
                tracing::warn!(%error, "statuses were not stored");
            }
        }
    }

    fn take_news(&self, news: Vec<PresenceChange>, left: &mut HashSet<Id>) -> Vec<Outcome> {
        if !self.keeps_statuses() {
            return Vec::new();
        }
        let (at, timeout) = (now(), self.away_timeout());
        let mut outcomes = Vec::with_capacity(news.len());
        for change in news {
            outcomes.extend(match change {
                PresenceChange::Connected { user, .. } => {
                    left.remove(&user);
                    self.statuses.change(user, &move |user, known| rules::online(user, known, false, at))
                }
                PresenceChange::Disconnected { user, remaining: 0, .. } => {
                    left.insert(user);
                    None
                }
                PresenceChange::Disconnected { user, last_activity_at, .. } => {
                    self.check_remaining(user, last_activity_at, timeout, at)
                }
            });
        }
        outcomes
    }

    /// A socket less, others remain: what their user did last may be long ago.
    fn check_remaining(&self, user: Id, last_activity_at: TimeMs, timeout: TimeMs, at: TimeMs) -> Option<Outcome> {
        if at - last_activity_at < timeout {
            return None;
        }
        self.statuses.change(user, &move |user, known| {
            let known = known.map(|status| crate::model::statuses::Status { last_activity_at, ..status.clone() });
            rules::away_if_idle(user, known.as_ref(), timeout, at)
        })
    }

    fn say_farewell(&self, left: &mut HashSet<Id>) -> Vec<Outcome> {
        let at = now();
        let gone = left.drain().filter(|user| !self.hub.is_connected(*user));
        gone.filter_map(|user| self.statuses.change(user, &move |user, known| rules::offline(user, known, false, at)))
            .collect()
    }
}
