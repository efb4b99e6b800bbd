//! Writing a checked post: what it names and shows is looked up first, then all that it moves is written at once.

use std::sync::Arc;

use super::add::{Added, Addition, add, extent};
use super::create::Occasion;
use super::emoji::add_emoji;
use super::mentions::{Concerned, Setting, concerned};
use super::nagging::check_nagging;
use super::pace::keep_pause;
use super::unheard::Unheard;
use crate::app::App;
use crate::app::notices::{away, note_notices};
use crate::app::scheduled_posts::event;
use crate::auth::{Actor, ChannelGrant};
use crate::config::{Current, Settings};
use crate::events::channels::ChannelEvent;
use crate::events::drafts::DraftChange;
use crate::events::{Change, Event, Hidden, Json};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelType};
use crate::model::drafts::ScheduledPost;
use crate::model::errors::{Result, posts as codes, scheduled_posts as scheduled_codes};
use crate::model::permissions::Permission;
use crate::model::posts::Post;
use crate::model::posts::mentions::{names_everybody, names_somebody};
use crate::store::audiences::Audience;
use crate::store::{self, Extent, Tx};

/// A post and all that its writing needs.
struct Ready {
    snapshot: Current,
    post: Post,
    hidden: Vec<Hidden>,
    sender_name: String,
    concerned: Concerned,
    audience: Arc<Audience>,
    /// Whether it is announced again and again.
    nags: bool,
    /// Whether its author has read the channel by posting.
    views: bool,
}

impl App {
    /// Writes a checked post, and tells its author what it did not do.
    pub(in crate::app) async fn make_post<A>(
        &self,
        grant: &ChannelGrant<A>,
        post: Post,
        occasion: Occasion,
    ) -> Result<Json> {
        let (author, root, at, set_online) = (post.user_id, post.root_id, post.create_at, occasion.set_online);
        let (ready, unheard) = self.make_ready(grant, post, &occasion).await?;
        let (app, channel) = (self.clone(), grant.channel().clone());
        let extent = ready.extent(&occasion);
        let json = self.store.write_by(extent, move |tx| ready.write(tx, &app, &channel, &occasion)).await?;
        if set_online {
            self.note_active(author);
        }
        self.tell_unheard(author, grant.channel(), root, at, unheard).await?;
        Ok(json)
    }

    async fn make_ready<A>(
        &self,
        grant: &ChannelGrant<A>,
        mut post: Post,
        occasion: &Occasion,
    ) -> Result<(Ready, Unheard)> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let (actor, channel) = (grant.actor(), grant.channel());
        if actor.user().is_bot {
            post.props.set("from_bot", "true");
        }
        let hidden = self.prepare(actor, channel, &mut post).await?;
        add_emoji(&mut post, &*self.store.emoji().await?, settings);
        post.validate(settings.kollegium.longest_message())?;
        let audience = self.store.audience(channel.id).await?;
        let nags = check_nagging(&post, channel, &audience, settings)?;
        let mut concerned = self.concerned_by(grant, &post, &audience, settings);
        let may_mention_all = actor.may_in(grant.place(), Permission::use_channel_mentions);
        let unheard = Unheard {
            empty_groups: self.concern_groups(grant, &post, &audience, &mut concerned, settings).await?,
            names: std::mem::take(&mut concerned.unknown),
            broad: !may_mention_all && post.r#type.is_empty() && names_everybody(&post.message),
            too_many: concerned.too_many,
        };
        if unheard.broad {
            post.props.set("mentionHighlightDisabled", true);
        }
        if names_somebody(&post.message) && !actor.may_in(grant.place(), Permission::use_group_mentions) {
            post.props.set("disable_group_highlight", true);
        }
        let by_program = post.props.get("from_webhook").is_some() || post.props.get("from_bot").is_some();
        let views = !occasion.by_command && !by_program;
        let sender_name = sender_name(&post, actor, channel, settings);
        Ok((Ready { snapshot, post, hidden, sender_name, concerned, audience, nags, views }, unheard))
    }

    fn concerned_by<A>(
        &self,
        grant: &ChannelGrant<A>,
        post: &Post,
        audience: &Audience,
        settings: &Settings,
    ) -> Concerned {
        let (actor, channel) = (grant.actor(), grant.channel());
        let at = Setting {
            channel,
            audience,
            may_mention_all: actor.may_in(grant.place(), Permission::use_channel_mentions),
            is_online: &|user| self.is_online(user),
            settings,
        };
        concerned(post, &at)
    }
}

impl Ready {
    /// How much writing it takes.
    fn extent(&self, occasion: &Occasion) -> Extent {
        match occasion.scheduled.is_some() || occasion.slow > 0 {
            true => Extent::Transaction,
            false => extent(&self.post, &self.concerned, self.views),
        }
    }

    fn write(self, tx: &mut Tx<'_>, app: &App, channel: &Channel, occasion: &Occasion) -> Result<Change<Json>> {
        let Ready { snapshot, post, hidden, sender_name, concerned, audience, nags, views } = self;
        let settings = &snapshot.effective;
        let (id, author, at) = (post.id, post.user_id, post.create_at);
        keep_pause(tx, &post, occasion.slow)?;
        let root = root_of(tx, &post)?.map(|root| (root, settings));
        let set_online = occasion.set_online;
        let is_online: &dyn Fn(Id) -> bool = &|user| app.is_online(user);
        let addition =
            Addition { channel, post, sender_name, set_online, concerned, audience, hidden, root, views, is_online };
        let Added { json, mut events, viewed, mailed } = add(tx, addition)?;
        if nags {
            store::nagging::insert(tx, id, at)?;
        }
        note_notices(tx, id, &away(app, mailed), settings)?;
        if let Some(scheduled) = &occasion.scheduled {
            events.push(sent(tx, scheduled)?);
        }
        if viewed && settings.service.enable_channel_viewed_messages {
            let times = [(channel.id, at)].into_iter().collect();
            events.push(ChannelEvent::Viewed { user: author, times }.into());
        }
        Ok(Change::silent(json, "the events follow").and_all::<Event>(events))
    }
}

/// Removes a scheduled post that was sent; refused if somebody else was faster.
fn sent(tx: &mut Tx<'_>, scheduled: &ScheduledPost) -> Result<Event> {
    match store::scheduled_posts::delete(tx, scheduled)? {
        true => Ok(event(DraftChange::Unscheduled, scheduled, None).into()),
        false => scheduled_codes::UPDATE_NOT_FOUND.err(),
    }
}

/// The post that a reply answers: it must start a thread in the same channel.
fn root_of(tx: &mut Tx<'_>, post: &Post) -> Result<Option<Post>> {
    let Some(root) = post.root_id.some() else { return Ok(None) };
    let mut root = store::posts::by_id(tx.conn(), root)?.filter(Post::is_root).ok_or(codes::ROOT_ID)?;
    if root.channel_id != post.channel_id {
        return codes::ROOT_OTHER_CHANNEL.err();
    }
    store::posts::fill(tx.conn(), &mut [&mut root])?;
    Ok(Some(root))
}

/// Whose name stands over a post: its author's, or the one a webhook chose.
fn sender_name(post: &Post, actor: &Actor, channel: &Channel, settings: &Settings) -> String {
    let chosen = post.props.text("override_username");
    let may_choose = settings.service.enable_post_username_override && channel.r#type != ChannelType::Direct;
    match post.props.is_true("from_webhook") && may_choose && !chosen.is_empty() {
        true => chosen.to_owned(),
        false => format!("@{}", actor.user().username),
    }
}
