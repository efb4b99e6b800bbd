//! Reminders of posts (posts-and-limits.md §14): set by people, sent by the server's bot when they are due.

use serde_json::Value;

use crate::app::App;
use crate::app::channels::open_direct;
use crate::app::jobs::Run;
use crate::app::posts::{Words, ephemeral, say_directly};
use crate::auth::PostGrant;
use crate::auth::posts::{ReadPost, ReadPostOf};
use crate::events::posts::PostEvent;
use crate::events::{Change, Json};
use crate::model::channels::Channel;
use crate::model::drafts::Reminder;
use crate::model::errors::Result;
use crate::model::posts::{Post, kinds};
use crate::model::users::User;
use crate::model::{Props, TimeMs, now};
use crate::store;

/// How many reminders are read at a time.
const BATCH: i64 = 20;

/// Where links lead that belong to no team: the web client finds the team by itself.
const ANY_TEAM: &str = "_redirect";

/// What a reminder says of its post.
struct Subject {
    author: String,
    team: String,
}

impl Subject {
    /// The props by which clients write the sentence in their own language.
    fn props(&self, post: &Post) -> Props {
        let texts = [("team_name", self.team.as_str()), ("post_id", post.id.as_str()), ("username", &self.author)];
        texts.into_iter().collect()
    }
}

impl App {
    /// Remembers to remind a user of a post, and tells them so.
    pub async fn remind(&self, user: &User, grant: &PostGrant<ReadPostOf>, target_time: i64) -> Result<()> {
        let (post, channel) = (grant.post().clone(), grant.channel().clone());
        let (user_id, subject) = (user.id, self.subject(&post, &channel).await?);
        let mut props = subject.props(&post);
        props.set("target_time", Value::from(target_time));
        props.set("type", kinds::REMINDER);
        let message = format!("You will be reminded of a message by @{}.", subject.author);
        let mut shown = ephemeral(user_id, channel.id, message, props);
        shown.root_id = post.thread_id();
        self.embed_linked(grant.actor(), &mut shown, post.id).await?;
        let json = Json::of(&shown);
        self.store
            .write(move |tx| {
                store::reminders::save(tx, Reminder { post_id: post.id, user_id, target_time })?;
                let event = PostEvent::EphemeralShown { user: user_id, channel: channel.id, post: json };
                Ok(Change::emit((), event))
            })
            .await
    }

    async fn subject(&self, post: &Post, channel: &Channel) -> Result<Subject> {
        let author = self.store.user(post.user_id).await?;
        let team = match channel.team_id.some() {
            Some(team) => self.store.team(team).await?,
            None => None,
        };
        Ok(Subject {
            author: author.map_or_else(String::new, |user| user.username.clone()),
            team: team.map_or_else(String::new, |team| team.name.clone()),
        })
    }

    /// When the next reminder is due.
    pub async fn next_reminder(&self) -> Result<Option<TimeMs>> {
        let seconds = self.store.read(store::reminders::next_due).await?;
        Ok(seconds.map(|at| at.saturating_mul(1000)))
    }

    /// Sends the reminders that are due. One that cannot be sent now does not keep the others from being sent.
    pub async fn send_reminders(&self, run: &mut Run) -> Result<()> {
        let at = now() / 1000;
        let mut failed = 0;
        loop {
            let due = self.store.read(move |conn| store::reminders::due(conn, at, failed, BATCH)).await?;
            for reminder in &due {
                match self.send_reminder(*reminder).await {
                    Ok(true) => run.count("sent", 1),
                    Ok(false) => run.count("dropped", 1),
                    Err(error) => {
                        tracing::error!(%error, post = %reminder.post_id, "a reminder was not sent; it will be tried again");
                        run.count("failed", 1);
                        failed += 1;
                    }
                }
            }
            if due.is_empty() || !self.keep_run(run, 0).await? {
                return Ok(());
            }
        }
    }

    /// Sends a reminder and forgets it, in one transaction. `false` if there is nothing to send: the user is gone, or
    /// reads the post no more.
    async fn send_reminder(&self, reminder: Reminder) -> Result<bool> {
        let Some((user, words)) = self.reminding_words(reminder).await? else {
            return self
                .store
                .write(move |tx| {
                    store::reminders::delete(tx, reminder)?;
                    Ok(Change::silent(false, "nobody is there to be reminded"))
                })
                .await;
        };
        let bot = self.system_bot().await?;
        let words = Words { post: Post { user_id: bot.id, ..words.post }, ..words };
        self.store
            .write(move |tx| {
                if !store::reminders::delete(tx, reminder)? {
                    return Ok(Change::silent(false, "it was sent, or moved, meanwhile"));
                }
                let (change, channel) = Change::silent(true, "the events follow").absorb(open_direct(tx, &bot, &user)?);
                let said = say_directly(tx, &channel, &bot, &user, words)?;
                Ok(change.and_all(said))
            })
            .await
    }

    /// Who is reminded, and in what words.
    async fn reminding_words(&self, reminder: Reminder) -> Result<Option<(std::sync::Arc<User>, Words)>> {
        let Some(actor) = self.auth.actor_for(reminder.user_id).await? else { return Ok(None) };
        let user = actor.user().clone();
        let grant = match self.auth.post::<ReadPost>(actor, reminder.post_id).await {
            Ok(grant) => grant,
            Err(error) if error.status < 500 => return Ok(None),
            Err(error) => return Err(error),
        };
        let subject = self.subject(grant.post(), grant.channel()).await?;
        let team = if subject.team.is_empty() { ANY_TEAM } else { &subject.team };
        let site = self.config.snapshot().effective.service.site_url.clone();
        let sentence = format!(
            "Here is your reminder of this message by @{}: {site}/{team}/pl/{}",
            subject.author,
            grant.post().id
        );
        let mut words = Words::new(kinds::REMINDER, &user, sentence, subject.props(grant.post()));
        words.hidden = self.prepare(grant.actor(), grant.channel(), &mut words.post).await?;
        Ok(Some((user, words)))
    }
}
