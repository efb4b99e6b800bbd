//! Urgent posts that are announced again and again, until one of those who are named answers: by a reply, a reaction or an
//! acknowledgement (`ServiceSettings.AllowPersistentNotifications…`). Whether one did is looked at when the next
//! announcement is due, so that answering costs nothing.

use super::add::show;
use super::edit::complete;
use super::emoji::add_emoji;
use super::mentions::title;
use crate::app::App;
use crate::app::jobs::Run;
use crate::config::Settings;
use crate::events::posts::{Nag, PostEvent};
use crate::events::{Change, Event, Json};
use crate::model::channels::{Channel, ChannelType};
use crate::model::errors::{Result, posts as codes};
use crate::model::posts::Post;
use crate::model::posts::mentions::{Keywords, Mentions};
use crate::model::statuses::{DND, OUT_OF_OFFICE};
use crate::model::users::User;
use crate::model::{Id, TimeMs, now};
use crate::store;
use crate::store::audiences::Audience;

/// How many posts are looked at together.
const BATCH: i64 = 50;

/// Whether a new post is to be announced again and again; refused if it names nobody, or too many.
pub(super) fn check_nagging(post: &Post, channel: &Channel, audience: &Audience, settings: &Settings) -> Result<bool> {
    let priority = post.metadata.as_ref().and_then(|metadata| metadata.priority.as_ref());
    if priority.and_then(|priority| priority.persistent_notifications) != Some(true) {
        return Ok(false);
    }
    let most = settings.service.persistent_notification_max_recipients;
    match recipients(post, channel, audience).len() as i64 {
        _ if channel.r#type == ChannelType::Direct => Ok(true),
        0 => codes::PRIORITY_NOBODY.err(),
        count if count > most => Err(codes::PRIORITY_TOO_MANY.with(&[&most])),
        _ => Ok(true),
    }
}

/// Those to whom a post is announced again: whoever it names, in a direct message the other.
fn recipients(post: &Post, channel: &Channel, audience: &Audience) -> Vec<Id> {
    if channel.r#type == ChannelType::Direct {
        return channel.direct_partner(post.user_id).filter(|other| audience.has(*other)).into_iter().collect();
    }
    let mut names = Keywords::default();
    for member in audience.members.values() {
        names.add_user(&User { id: member.id, username: member.username.clone(), ..User::default() });
    }
    let found = Mentions::find(post.texts(), &names).users;
    found.into_iter().filter(|user| *user != post.user_id).collect()
}

impl App {
    /// When the next post is to be announced again.
    pub async fn next_nag(&self) -> Result<Option<TimeMs>> {
        let snapshot = self.config.snapshot();
        let service = &snapshot.effective.service;
        if !service.allow_persistent_notifications || !service.post_priority {
            return Ok(None);
        }
        let last = self.store.read(store::nagging::longest_silent).await?;
        Ok(last.map(|at| at.saturating_add(pause(&snapshot.effective))))
    }

    /// Announces the posts that are due again, or no more. One that cannot be announced does not hold up the others.
    pub async fn nag(&self, run: &mut Run) -> Result<()> {
        let by = now() - pause(&self.config.snapshot().effective);
        let mut failed = 0;
        loop {
            let due = self.store.read(move |conn| store::nagging::due(conn, by, failed, BATCH)).await?;
            for (post, count) in &due {
                match self.announce_again(*post, *count).await {
                    Ok(true) => run.count("announced", 1),
                    Ok(false) => run.count("closed", 1),
                    Err(error) => {
                        tracing::error!(%error, %post, "a post was not announced again; it will be tried later");
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

    /// Announces a post that was announced again so many times; `false` if it is answered, gone, or was announced often
    /// enough.
    async fn announce_again(&self, post: Id, count: i64) -> Result<bool> {
        let snapshot = self.config.snapshot();
        let often_enough = count >= snapshot.effective.service.persistent_notification_max_count;
        let events = if often_enough { None } else { self.announcement(post, &snapshot.effective).await? };
        self.store
            .write(move |tx| {
                let Some(events) = events else {
                    store::nagging::close(tx, post, now())?;
                    return Ok(Change::silent(false, "nobody is told that there is no more"));
                };
                match store::nagging::note_sent(tx, post, count, now())? {
                    true => Ok(Change::silent(true, "each of them is told").and_all(events)),
                    false => Ok(Change::silent(true, "another node was faster")),
                }
            })
            .await
    }

    /// What is told to whom; `None` if there is no reason any more.
    async fn announcement(&self, id: Id, settings: &Settings) -> Result<Option<Vec<Event>>> {
        let Some(post) = self.store.post(id).await?.filter(|post| post.delete_at == 0) else { return Ok(None) };
        let channel = self.store.channel(post.channel_id).await?.filter(|channel| !channel.is_archived());
        let (Some(channel), author) = (channel, self.store.user(post.user_id).await?) else { return Ok(None) };
        let audience = self.store.audience(channel.id).await?;
        let named = recipients(&post, &channel, &audience);
        if named.is_empty() || self.is_answered(id, &named, settings).await? {
            return Ok(None);
        }
        let sender_name = format!("@{}", author.map(|user| user.username.clone()).unwrap_or_default());
        let statuses = self.statuses_of(&named);
        let disturbs = |user: &Id| {
            let loud = audience.members.get(user).is_some_and(|member| !member.silent);
            let left_alone = |status: &str| [DND, OUT_OF_OFFICE].contains(&status);
            loud && !statuses.iter().any(|status| status.user_id == *user && left_alone(status.status))
        };
        let users: Vec<Id> = named.into_iter().filter(disturbs).collect();
        let nag = Nag {
            has_files: !post.files().is_empty(),
            post: self.shown_json(post).await?,
            channel: channel.id,
            team: channel.team_id,
            channel_type: channel.r#type.letter(),
            channel_display_name: title(&channel, &audience, &sender_name),
            channel_name: channel.name.clone(),
            sender_name,
            mentions: users.clone(),
        };
        let told = users.into_iter().map(|user| PostEvent::Nagged { user, nag: Box::new(nag.clone()) }.into());
        Ok(Some(told.collect()))
    }

    /// Whether one of them has answered. Guests do not count unless they may announce posts so themselves.
    async fn is_answered(&self, post: Id, named: &[Id], settings: &Settings) -> Result<bool> {
        let mut users = Vec::with_capacity(named.len());
        for user in named {
            let guest = self.store.user(*user).await?.is_some_and(|user| user.is_guest());
            if !guest || settings.service.allow_persistent_notifications_for_guests {
                users.push(*user);
            }
        }
        self.store.read(move |conn| store::nagging::is_answered(conn, post, &users)).await
    }

    async fn shown_json(&self, mut post: Post) -> Result<Json> {
        let mut post = self
            .store
            .read(move |conn| {
                complete(conn, &mut post)?;
                Ok(post)
            })
            .await?;
        add_emoji(&mut post, &*self.store.emoji().await?, &self.config.snapshot().effective);
        show(&mut post);
        Ok(Json::of(&post))
    }
}

/// How long it is between two announcements.
fn pause(settings: &Settings) -> TimeMs {
    settings.service.persistent_notification_interval_minutes.saturating_mul(60_000)
}
