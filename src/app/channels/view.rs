//! Looking at channels, which makes them read (posts-and-limits.md §5).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::App;
use crate::auth::UserGrant;
use crate::auth::users::ActAs;
use crate::events::channels::ChannelEvent;
use crate::events::threads::ThreadEvent;
use crate::events::{Change, Event};
use crate::model::errors::Result;
use crate::model::preferences::categories;
use crate::model::{Id, TimeMs, now};
use crate::store;

/// When channels were viewed, by channel; those that one is not in are left out.
pub type Viewed = BTreeMap<Id, TimeMs>;

impl App {
    /// Looks at a channel, which is a sign of life, and marks it and the one left behind as read.
    pub async fn view_channel(&self, grant: UserGrant<ActAs>, wanted: Vec<Id>, threads: bool) -> Result<Viewed> {
        self.note_active(grant.user().id);
        self.view_channels(grant, wanted, threads).await
    }

    /// Marks channels as read. Where nothing is unread nothing is written and nobody is told; what is known to be read
    /// is answered from memory.
    pub async fn view_channels(&self, grant: UserGrant<ActAs>, wanted: Vec<Id>, threads: bool) -> Result<Viewed> {
        let user = grant.user().id;
        let viewers: Vec<_> = wanted.iter().map(|channel| self.store.viewers(*channel)).collect();
        let known: Option<Viewed> = wanted
            .iter()
            .zip(&viewers)
            .map(|(channel, viewers)| Some((*channel, store::channels::viewed_all(viewers, user)?)))
            .collect();
        if let Some(times) = known {
            return Ok(times);
        }
        let snapshot = self.config.snapshot();
        let tell = snapshot.effective.service.enable_channel_viewed_messages;
        let with_threads = threads && self.reads_threads(user).await?;
        let asked: Arc<[Id]> = wanted.into();
        let channels = asked.clone();
        let times = self
            .store
            .write(move |tx| {
                let viewed = store::channels::view(tx, user, &channels)?;
                if viewed.were_unread.is_empty() {
                    return Ok(Change::silent(viewed.times, "nothing was unread"));
                }
                let mut events: Vec<Event> = Vec::new();
                if tell {
                    let times = viewed.were_unread.iter().filter_map(|c| Some((*c, *viewed.times.get(c)?))).collect();
                    events.push(ChannelEvent::Viewed { user, times }.into());
                }
                if !with_threads {
                    let at = now();
                    store::channels::read_threads(tx, user, &viewed.were_unread, at)?;
                    let read =
                        |channel: &Id| ThreadEvent::ChannelRead { user, channel: *channel, timestamp: at }.into();
                    events.extend(viewed.were_unread.iter().map(read));
                }
                Ok(Change::silent(viewed.times, "the events follow").and_all(events))
            })
            .await?;
        for (channel, viewers) in asked.iter().zip(&viewers) {
            if let Some(at) = times.get(channel) {
                store::channels::note_viewed_all(viewers, user, *at)?;
            }
        }
        Ok(times)
    }
}

impl App {
    /// Whether somebody reads threads on their own: by the settings, and where these let people choose, by preference.
    pub(in crate::app) async fn reads_threads(&self, user: Id) -> Result<bool> {
        let snapshot = self.config.snapshot();
        let by_default = match snapshot.effective.service.collapsed_threads.as_str() {
            "disabled" => return Ok(false),
            "always_on" => return Ok(true),
            other => other == "default_on",
        };
        let chosen = self
            .store
            .read(move |conn| {
                store::preferences::one(conn, user, categories::DISPLAY_SETTINGS, "collapsed_reply_threads")
            })
            .await?;
        Ok(chosen.map_or(by_default, |value| value == "on"))
    }
}
