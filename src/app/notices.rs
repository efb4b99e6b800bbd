//! Messages that people are told of by mail: what mentions them, direct messages, and replies in threads that they follow,
//! while they are away or offline (posts-and-limits.md §7; `EmailSettings`). Where batching is on, what comes within a
//! while is told in one mail.

use crate::app::App;
use crate::app::channels::open_direct;
use crate::app::jobs::Run;
use crate::app::mail::{Outgoing, queue};
use crate::app::posts::{Words, say_directly};
use crate::auth::posts::ReadPost;
use crate::auth::{Actor, PostGrant};
use crate::config::Settings;
use crate::events::Change;
use crate::model::channels::ChannelType;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::statuses::{DND, ONLINE, OUT_OF_OFFICE};
use crate::model::text::cut_bytes;
use crate::model::users::User;
use crate::model::{Id, Props, TimeMs, now};
use crate::outbound::mail::{Letter, Message};
use crate::store::notices::Notice;
use crate::store::{self, Tx};

/// For how many seconds messages are collected for somebody who has not chosen, where batching is on.
const USUAL_INTERVAL: i64 = 900;

/// The interval by which people choose not to wait at all, in seconds.
const AT_ONCE: i64 = 30;

/// How many people are read at a time.
const BATCH: i64 = 20;

/// How many messages one mail tells of at most.
const MOST: i64 = 50;

/// Bytes of a message that a mail quotes.
const QUOTED: usize = 4_000;

/// Those who are neither there nor want to be left alone.
pub(in crate::app) fn away(app: &App, mut users: Vec<Id>) -> Vec<Id> {
    if users.is_empty() || !app.config.snapshot().effective.email.send_email_notifications {
        return Vec::new();
    }
    let statuses = app.statuses_of(&users);
    let not_now = |user: &Id| {
        let own = statuses.iter().find(|status| status.user_id == *user);
        own.is_some_and(|status| [ONLINE, DND, OUT_OF_OFFICE].contains(&status.status))
    };
    users.retain(|user| !not_now(user));
    users
}

/// Notes in the transaction of a post who is to be told of it, and when.
pub(in crate::app) fn note_notices(tx: &mut Tx<'_>, post: Id, users: &[Id], settings: &Settings) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let at = now();
    let mut notices: Vec<Notice> =
        users.iter().map(|user| Notice { user_id: *user, post_id: post, create_at: at, due_at: at }).collect();
    if settings.email.enable_email_batching {
        let (pending, chosen) =
            (store::notices::pending(tx.conn(), users)?, store::notices::intervals(tx.conn(), users)?);
        for notice in &mut notices {
            let interval = chosen.get(&notice.user_id).copied().unwrap_or(USUAL_INTERVAL);
            if interval != AT_ONCE {
                let wait = interval.max(settings.email.email_batching_interval).saturating_mul(1000);
                notice.due_at = pending.get(&notice.user_id).copied().unwrap_or(at.saturating_add(wait));
            }
        }
    }
    store::notices::insert(tx, &notices)
}

/// A message that somebody is told of.
struct Told {
    author: String,
    place: String,
    text: String,
    team: String,
    post: Id,
}

impl App {
    /// Has the server's bot write to the actor, so that they see whether they are notified of it: clients notify of this
    /// message whatever else is set.
    pub async fn try_notification(&self, actor: &Actor) -> Result<()> {
        let (bot, user) = (self.system_bot().await?, actor.user().clone());
        let mut props = Props::default();
        props.set("force_notification", Id::random().as_str());
        let sentence = "This is the test you asked for. If you were notified of it, notifications work.";
        let words = Words::new("", &bot, sentence, props);
        self.store
            .write(move |tx| {
                let (change, channel) = Change::silent((), "the events follow").absorb(open_direct(tx, &bot, &user)?);
                let said = say_directly(tx, &channel, &bot, &user, words)?;
                Ok(change.and_all(said))
            })
            .await
    }

    /// When the next person is to be told something.
    pub async fn next_notice(&self) -> Result<Option<TimeMs>> {
        self.store.read(store::notices::next_due).await
    }

    /// Writes the mails that are due. One that cannot be written now does not keep the others from being written.
    pub async fn send_notices(&self, run: &mut Run) -> Result<()> {
        let (at, mut failed) = (now(), 0);
        loop {
            let people = self.store.read(move |conn| store::notices::people_due(conn, at, failed, BATCH)).await?;
            for user in &people {
                match self.tell_by_mail(*user, at).await {
                    Ok(told) => run.count("messages", told),
                    Err(error) => {
                        tracing::error!(%error, %user, "somebody was not told of messages; it will be tried again");
                        run.count("failed", 1);
                        failed += 1;
                    }
                }
            }
            if people.is_empty() || !self.keep_run(run, 0).await? {
                return Ok(());
            }
        }
    }

    /// Queues the mail to one person, and forgets what it tells, in one transaction. Answers how many messages it tells.
    async fn tell_by_mail(&self, user: Id, at: TimeMs) -> Result<usize> {
        let notices = self.store.read(move |conn| store::notices::of_user(conn, user, at, MOST)).await?;
        let posts: Vec<Id> = notices.iter().map(|notice| notice.post_id).collect();
        let told = self.worth_telling(user, &posts).await?;
        let (count, letter) = match &told {
            Some((user, told)) if !told.is_empty() => (told.len(), self.message_letter(user, told)),
            _ => (0, None),
        };
        self.store
            .write(move |tx| {
                // Where another node was faster, that one has told it.
                if store::notices::delete(tx, user, &posts)? {
                    queue(tx, letter)?;
                }
                Ok(Change::silent(count, "mail is told by mail"))
            })
            .await
    }

    /// The messages of those that the person may and still has to read, if they get mail at all.
    async fn worth_telling(&self, user: Id, posts: &[Id]) -> Result<Option<(User, Vec<Told>)>> {
        let snapshot = self.config.snapshot();
        let Some(actor) = self.auth.actor_for(user).await? else { return Ok(None) };
        if !takes_mail(actor.user(), &snapshot.effective) {
            return Ok(None);
        }
        let mut told = Vec::with_capacity(posts.len());
        for post in posts {
            told.extend(self.still_new(&actor, *post, &snapshot.effective).await?);
        }
        Ok(Some(((**actor.user()).clone(), told)))
    }

    /// One of the messages, unless it is gone, read, or not the person's to read any more.
    async fn still_new(&self, actor: &Actor, post: Id, settings: &Settings) -> Result<Option<Told>> {
        let grant: PostGrant<ReadPost> = match self.auth.post(actor.clone(), post).await {
            Ok(grant) => grant,
            Err(error) if error.status < 500 => return Ok(None),
            Err(error) => return Err(error),
        };
        let (post, channel, user) = (grant.post().clone(), grant.channel().clone(), actor.id());
        let (id, root) = (channel.id, post.root_id);
        let (member, thread) = self
            .store
            .read(move |conn| {
                let member = store::channels::member(conn, id, user)?;
                let thread = match root.some() {
                    Some(root) => store::threads::memberships(conn, user, &[root])?.remove(&root),
                    None => None,
                };
                Ok((member, thread))
            })
            .await?;
        let Some(member) = member else { return Ok(None) };
        let viewed = thread.map_or(member.last_viewed_at, |thread| thread.last_viewed);
        if viewed >= post.create_at || channel.is_archived() {
            return Ok(None);
        }
        let team = match channel.team_id.some() {
            Some(team) => self.store.team(team).await?,
            None => None,
        };
        let place = match (channel.r#type, &team) {
            (ChannelType::Direct, _) => String::new(),
            (_, Some(team)) => format!("{} ({})", channel.display_name, team.display_name),
            (_, None) => channel.display_name.clone(),
        };
        let team = team.map(|team| team.name.clone()).unwrap_or_default();
        let author = self.author_of(&post, settings).await?;
        Ok(Some(Told { author, place, text: text_of(&post), team, post: post.id }))
    }

    async fn author_of(&self, post: &Post, settings: &Settings) -> Result<String> {
        let chosen = post.props.text("override_username");
        if post.props.is_true("from_webhook") && settings.service.enable_post_username_override && !chosen.is_empty() {
            return Ok(chosen.to_owned());
        }
        let format =
            if settings.privacy.show_full_name { settings.team.teammate_name_display.as_str() } else { "username" };
        Ok(self.store.user(post.user_id).await?.map(|user| user.display_name(format)).unwrap_or_default())
    }

    fn message_letter(&self, user: &User, told: &[Told]) -> Option<Outgoing> {
        let with_text = self.config.snapshot().effective.email.email_notification_contents_type != "generic";
        let message = |told: &Told| Message {
            author: told.author.clone(),
            place: told.place.clone(),
            text: if with_text { told.text.clone() } else { String::new() },
            team: told.team.clone(),
            post: told.post.to_string(),
        };
        let messages: Vec<Message> = told.iter().map(message).collect();
        self.letter(&user.email, &user.locale, &Letter::Messages { messages: &messages, with_text })
    }
}

/// Whether mail reaches that person, and they want it.
fn takes_mail(user: &User, settings: &Settings) -> bool {
    let proven = user.email_verified || !settings.email.require_email_verification;
    let wanted =
        settings.email.send_email_notifications && user.notify_props.get("email").is_none_or(|own| own != "false");
    proven && wanted && !user.is_bot && !user.email.is_empty() && user.is_active()
}

/// What a message says, for a mail.
fn text_of(post: &Post) -> String {
    let texts: Vec<&str> = post.texts().into_iter().filter(|text| !text.trim().is_empty()).collect();
    let mut text = texts.join("\n");
    if text.len() > QUOTED {
        text = format!("{}…", cut_bytes(&text, QUOTED));
    }
    match post.files().len() {
        0 => text,
        files => format!("{text}\n[{files} files]").trim().to_owned(),
    }
}
