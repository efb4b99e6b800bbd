//! Sending what is due, or saying why it cannot be sent.

use std::collections::BTreeMap;

use super::event;
use crate::app::App;
use crate::app::channels::open_direct;
use crate::app::jobs::Run;
use crate::app::posts::{Occasion, Words, say_directly};
use crate::auth::channels::CreatePost;
use crate::auth::{Actor, ChannelGrant};
use crate::events::Change;
use crate::events::drafts::DraftChange;
use crate::model::channels::{Channel, ChannelType};
use crate::model::drafts::{ScheduledPost, failures};
use crate::model::errors::{Result, posts as post_codes, scheduled_posts as codes};
use crate::model::posts::kinds;
use crate::model::{Id, Props, TimeMs, now};
use crate::store;

/// How many posts are read at a time.
const BATCH: i64 = 20;

/// What was not sent for so long, in milliseconds, would surprise its readers.
const TOO_LATE: TimeMs = 24 * 60 * 60 * 1000;

/// What became of a post that was due.
enum Outcome {
    Sent,
    /// Somebody changed or removed it, or another node sent it.
    Overtaken,
    /// It cannot be sent, for a reason of [`failures`].
    Failed(&'static str),
}

/// How many posts of a user failed, by where they were to go and why.
type Failures = BTreeMap<Id, BTreeMap<(Id, &'static str), usize>>;

impl App {
    /// When the next post is to be sent.
    pub async fn next_scheduled_post(&self) -> Result<Option<TimeMs>> {
        match self.check_scheduling() {
            Ok(()) => self.store.read(store::scheduled_posts::next_due).await,
            Err(_) => Ok(None),
        }
    }

    /// Sends the posts that are due. One that cannot be sent does not keep the others from being sent.
    pub async fn send_scheduled_posts(&self, run: &mut Run) -> Result<()> {
        self.check_scheduling()?;
        let (at, mut skipped, mut failed) = (now(), 0, Failures::new());
        loop {
            let due = self.store.read(move |conn| store::scheduled_posts::due(conn, at, skipped, BATCH)).await?;
            for post in &due {
                match self.send_due(post).await {
                    Ok(Outcome::Sent) => run.count("sent", 1),
                    Ok(Outcome::Overtaken) => {}
                    Ok(Outcome::Failed(why)) => {
                        run.count("failed", 1);
                        self.note_failure(post, why).await?;
                        *failed
                            .entry(post.draft.user_id)
                            .or_default()
                            .entry((post.draft.channel_id, why))
                            .or_default() += 1;
                    }
                    Err(error) => {
                        tracing::error!(%error, post = %post.id, "a scheduled post was not sent; it will be tried again");
                        run.count("errors", 1);
                        skipped += 1;
                    }
                }
            }
            if due.is_empty() || !self.keep_run(run, 0).await? {
                break;
            }
        }
        for (user, failures) in failed {
            self.tell_failures(user, failures).await?;
        }
        Ok(())
    }

    async fn send_due(&self, post: &ScheduledPost) -> Result<Outcome> {
        let grant = match self.sender(post).await? {
            Ok(grant) => grant,
            Err(why) => return Ok(Outcome::Failed(why)),
        };
        let occasion = Occasion { scheduled: Some(post.clone()), ..Occasion::default() };
        match self.create_post(grant, post.to_input(), occasion).await {
            Ok(_) => Ok(Outcome::Sent),
            Err(error) if error.is(codes::UPDATE_NOT_FOUND) => Ok(Outcome::Overtaken),
            Err(error) if error.is(post_codes::RESTRICTED_DM) => Ok(Outcome::Failed(failures::RESTRICTED_DM)),
            Err(error) if error.status < 500 || error.status == 501 => Ok(Outcome::Failed(failures::INVALID_POST)),
            Err(error) => Err(error),
        }
    }

    /// Who sends a post, and where; or why it cannot be sent.
    async fn sender(&self, post: &ScheduledPost) -> Result<Result<ChannelGrant<CreatePost>, &'static str>> {
        let draft = &post.draft;
        if post.scheduled_at < now() - TOO_LATE {
            return Ok(Err(failures::UNABLE_TO_SEND));
        }
        if self.store.user(draft.user_id).await?.is_none() {
            return Ok(Err(failures::USER_MISSING));
        }
        let Some(actor) = self.auth.actor_for(draft.user_id).await? else { return Ok(Err(failures::USER_DELETED)) };
        let Some(channel) = self.store.channel(draft.channel_id).await? else {
            return Ok(Err(failures::CHANNEL_NOT_FOUND));
        };
        if channel.is_archived() {
            return Ok(Err(failures::CHANNEL_ARCHIVED));
        }
        if let Some(root) = draft.root_id.some()
            && self.store.post(root).await?.is_none()
        {
            return Ok(Err(failures::THREAD_DELETED));
        }
        self.may_send(actor, channel.id).await
    }

    async fn may_send(&self, actor: Actor, channel: Id) -> Result<Result<ChannelGrant<CreatePost>, &'static str>> {
        let is_member = self.store.channel_member(channel, actor.id()).await?.is_some();
        match self.auth.channel::<CreatePost>(actor, channel).await {
            _ if !is_member => Ok(Err(failures::NO_CHANNEL_MEMBER)),
            Ok(grant) => Ok(Ok(grant)),
            Err(error) if error.status < 500 => Ok(Err(failures::NO_CHANNEL_PERMISSION)),
            Err(error) => Err(error),
        }
    }

    /// Keeps with a post why it was not sent, and tells its author's clients.
    async fn note_failure(&self, post: &ScheduledPost, why: &'static str) -> Result<()> {
        let tried = ScheduledPost { processed_at: now(), error_code: why.to_owned(), ..post.clone() };
        self.store
            .write(move |tx| {
                let present = store::scheduled_posts::by_id(tx.conn(), tried.id)?;
                if present.is_none_or(|present| present.draft.update_at != tried.draft.update_at) {
                    return Ok(Change::silent((), "somebody changed or removed it"));
                }
                store::scheduled_posts::save(tx, &tried)?;
                Ok(Change::emit((), event(DraftChange::ScheduleUpdated, &tried, None)))
            })
            .await
    }

    /// Has the server's bot tell somebody what was not sent, and why.
    async fn tell_failures(&self, user: Id, failures: BTreeMap<(Id, &'static str), usize>) -> Result<()> {
        let Some(user) = self.store.user(user).await?.filter(|user| user.is_active()) else { return Ok(()) };
        let mut lines = vec!["Some of your scheduled messages were not sent:".to_owned()];
        for ((channel, why), count) in failures {
            let place = place_name(self.store.channel(channel).await?.as_deref());
            lines.push(format!("- {count} to {place}, because {}.", failures::in_words(why)));
        }
        let bot = self.system_bot().await?;
        let words = Words::new(kinds::NORMAL, &bot, lines.join("\n"), Props::default());
        self.store
            .write(move |tx| {
                let (change, channel) = Change::silent((), "the events follow").absorb(open_direct(tx, &bot, &user)?);
                let said = say_directly(tx, &channel, &bot, &user, words)?;
                Ok(change.and_all(said))
            })
            .await
    }
}

/// What a channel is called to somebody who may not be in it any more: private ones are not named.
fn place_name(channel: Option<&Channel>) -> String {
    match channel.map(|channel| (channel.r#type, &channel.display_name)) {
        Some((ChannelType::Open, name)) => format!("the channel {name}"),
        Some((ChannelType::Private, _)) => "a private channel".to_owned(),
        Some(_) => "a conversation".to_owned(),
        None => "a channel that is gone".to_owned(),
    }
}
