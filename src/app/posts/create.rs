//! Saying something (posts-and-limits.md §2, Create).

use super::add::{Added, Addition, add, extent, show};
use super::emoji::add_emoji;
use super::mentions::{Concerned, Setting, concerned};
use super::nagging::check_nagging;
use super::pace::keep_pause;
use super::pending::Known;
use super::unheard::Unheard;
use crate::app::App;
use crate::app::notices::{away, note_notices};
use crate::app::scheduled_posts::event;
use crate::auth::channels::CreatePost;
use crate::auth::{Actor, ChannelGrant};
use crate::config::Settings;
use crate::events::channels::ChannelEvent;
use crate::events::drafts::DraftChange;
use crate::events::{Change, Event, Json};
use crate::model::channels::{Channel, ChannelType};
use crate::model::drafts::ScheduledPost;
use crate::model::errors::{
    Result, forbidden, invalid_body, invalid_param, posts as codes, scheduled_posts as scheduled_codes,
};
use crate::model::permissions::Permission;
use crate::model::posts::mentions::{names_everybody, names_somebody};
use crate::model::posts::{Post, PostInput, PostMetadata, Priority, attachments, hashtags, is_system};
use crate::model::{Code, Id, Props, TimeMs, now};
use crate::store::audiences::Audience;
use crate::store::{self, Extent, Tx};

/// Props that only integrations may set in hardened mode.
const INTEGRATION_PROPS: [&str; 5] =
    ["from_webhook", "override_username", "override_icon_url", "override_icon_emoji", "webhook_display_name"];

/// Props that are the server's to set.
const RESERVED_PROPS: [&str; 2] = ["add_channel_member", "force_notification"];

/// How a post comes to be said.
#[derive(Debug, Clone, Default)]
pub struct Occasion {
    /// Whether saying it makes its author appear online.
    pub set_online: bool,
    /// For how long its author must not have said anything else there, in milliseconds.
    pub slow: TimeMs,
    /// What it was until now, if it was scheduled: removed in the same transaction, so that it is sent once.
    pub scheduled: Option<ScheduledPost>,
    /// Whether a command says it, by which its author has not read the channel.
    pub by_command: bool,
}

impl App {
    /// Makes a post, or finds the one that was made under the same `pending_post_id` just now.
    pub async fn create_post(
        &self,
        grant: ChannelGrant<CreatePost>,
        input: PostInput,
        occasion: Occasion,
    ) -> Result<Json> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let (actor, channel) = (grant.actor(), grant.channel());
        check_files(&grant, input.file_ids.as_deref())?;
        check_input(&input, actor, settings)?;
        if is_system(&input.r#type) {
            return Err(invalid_param("post.type"));
        }
        if channel.is_archived() {
            return codes::CHANNEL_DELETED.err();
        }
        self.check_restricted_direct(actor, channel, settings, codes::RESTRICTED_DM).await?;
        match self.pending.claim(actor.id(), &input.pending_post_id)? {
            Known::Made(id) => {
                let mut post = self.store.post(id).await?.ok_or(codes::NOT_FOUND)?;
                show(&mut post);
                Ok(Json::of(&Post { metadata: None, ..post }))
            }
            Known::Fresh(claim) => {
                self.check_pace(actor, &occasion)?;
                let slow = self.slow_mode(&grant, &occasion).await?;
                let brings_id = !input.id.is_empty();
                let post = new_post(input, actor)?;
                if brings_id {
                    return codes::SAVE_EXISTING.err();
                }
                let id = post.id;
                let told = self.triggered(actor.user(), channel, &post).await?;
                let json = self.make_post(&grant, post, Occasion { slow, ..occasion }).await?;
                claim.made(id);
                self.call_programs(channel, told);
                Ok(json)
            }
        }
    }

    /// Writes a checked post, and tells its author what it did not do.
    pub(in crate::app) async fn make_post<A>(
        &self,
        grant: &ChannelGrant<A>,
        mut post: Post,
        occasion: Occasion,
    ) -> Result<Json> {
        let Occasion { set_online, slow, scheduled, by_command } = occasion;
        let snapshot = self.config.snapshot();
        let (actor, channel) = (grant.actor().clone(), grant.channel().clone());
        if actor.user().is_bot {
            post.props.set("from_bot", "true");
        }
        let hidden = self.prepare(&actor, &channel, &mut post).await?;
        add_emoji(&mut post, &*self.store.emoji().await?);
        post.validate(snapshot.effective.kollegium.longest_message())?;
        let audience = self.store.audience(channel.id).await?;
        let nags = check_nagging(&post, &channel, &audience, &snapshot.effective)?;
        let mut concerned = self.concerned_by(grant, &post, &audience, &snapshot.effective);
        let may_mention_all = actor.may_in(grant.place(), Permission::use_channel_mentions);
        let empty_groups = self.concern_groups(grant, &post, &audience, &mut concerned, &snapshot.effective).await?;
        let unheard = Unheard {
            names: std::mem::take(&mut concerned.unknown),
            broad: !may_mention_all && post.r#type.is_empty() && names_everybody(&post.message),
            too_many: concerned.too_many,
            empty_groups,
        };
        let (author, at, root, id) = (post.user_id, post.create_at, post.root_id, post.id);
        let app = self.clone();
        let place = channel.clone();
        if unheard.broad {
            post.props.set("mentionHighlightDisabled", true);
        }
        if names_somebody(&post.message) && !actor.may_in(grant.place(), Permission::use_group_mentions) {
            post.props.set("disable_group_highlight", true);
        }
        let sender_name = sender_name(&post, &actor, &channel, &snapshot.effective);
        let tell_viewed = snapshot.effective.service.enable_channel_viewed_messages;
        let by_program = post.props.get("from_webhook").is_some() || post.props.get("from_bot").is_some();
        let views = !by_command && !by_program;
        let extent = match &scheduled {
            Some(_) => Extent::Transaction,
            None if slow > 0 => Extent::Transaction,
            None => extent(&post, &concerned, views),
        };
        let json = self
            .store
            .write_by(extent, move |tx| {
                keep_pause(tx, &post, slow)?;
                let root = root_of(tx, &post)?.map(|root| (root, &snapshot.effective));
                let channel = &*channel;
                let is_online: &dyn Fn(Id) -> bool = &|user| app.is_online(user);
                let addition = Addition {
                    channel,
                    post,
                    sender_name,
                    set_online,
                    concerned,
                    audience,
                    hidden,
                    root,
                    views,
                    is_online,
                };
                let Added { json, mut events, viewed, mailed } = add(tx, addition)?;
                if nags {
                    store::nagging::insert(tx, id, at)?;
                }
                note_notices(tx, id, &away(&app, mailed), &snapshot.effective)?;
                events.extend(match &scheduled {
                    Some(scheduled) => Some(sent(tx, scheduled)?),
                    None => None,
                });
                if viewed && tell_viewed {
                    let times = [(channel.id, at)].into_iter().collect();
                    events.push(ChannelEvent::Viewed { user: author, times }.into());
                }
                Ok(Change::silent(json, "the events follow").and_all::<Event>(events))
            })
            .await?;
        if set_online {
            self.note_active(author);
        }
        self.tell_unheard(author, &place, root, at, unheard).await?;
        Ok(json)
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

    /// With `RestrictDirectMessage` "team", people write only to those with whom they share a team.
    pub(in crate::app) async fn check_restricted_direct(
        &self,
        actor: &Actor,
        channel: &Channel,
        settings: &Settings,
        refusal: Code,
    ) -> Result<()> {
        let restricted = settings.team.restrict_direct_message == "team" && channel.r#type == ChannelType::Direct;
        let Some(other) = channel.direct_partner(actor.id()).filter(|other| restricted && *other != actor.id()) else {
            return Ok(());
        };
        if actor.user().is_bot || self.store.user(other).await?.is_some_and(|other| other.is_bot) {
            return Ok(());
        }
        let theirs = self.store.teams_of(other).await?;
        let shared = theirs.iter().any(|member| actor.team_member(member.team_id).is_some());
        if shared { Ok(()) } else { refusal.err() }
    }
}

/// In hardened mode some props are for integrations alone (posts-and-limits.md §2, Create).
pub(super) fn check_props(props: &Props, actor: &Actor, settings: &Settings) -> Result<()> {
    let hardened = settings.service.experimental_enable_hardened_mode && !actor.session().is_integration();
    if hardened && INTEGRATION_PROPS.iter().any(|key| props.get(key).is_some()) {
        return Err(invalid_body("props"));
    }
    Ok(())
}

/// Brings given props into the form that is stored.
pub(super) fn take_props(props: &mut Props) {
    for key in RESERVED_PROPS {
        props.remove(key);
    }
    attachments::normalize(props);
}

/// Removes a scheduled post that was sent; refused if somebody else was faster.
fn sent(tx: &mut Tx<'_>, scheduled: &ScheduledPost) -> Result<Event> {
    match store::scheduled_posts::delete(tx, scheduled)? {
        true => Ok(event(DraftChange::Unscheduled, scheduled, None).into()),
        false => scheduled_codes::UPDATE_NOT_FOUND.err(),
    }
}

/// What can be checked before anything is looked up.
pub(in crate::app) fn check_input(input: &PostInput, actor: &Actor, settings: &Settings) -> Result<()> {
    check_props(&input.props, actor, settings)?;
    let Some(priority) = input.metadata.as_ref().and_then(|m| m.priority.as_ref()) else { return Ok(()) };
    if !settings.service.post_priority {
        return codes::PRIORITY_DISABLED.err();
    }
    if !input.root_id.is_empty() {
        return codes::PRIORITY_ROOT_ONLY.err();
    }
    let urgent = priority.priority == Priority::URGENT;
    match priority.persistent_notifications {
        Some(true) if !urgent => codes::PRIORITY_URGENT_ONLY.err(),
        Some(true) if !may_nag(actor, settings) => codes::PRIORITY_DISABLED.err(),
        _ => Ok(()),
    }
}

/// Whether the actor may have urgent posts announced again and again.
fn may_nag(actor: &Actor, settings: &Settings) -> bool {
    let service = &settings.service;
    service.allow_persistent_notifications
        && (service.allow_persistent_notifications_for_guests || !actor.user().is_guest())
}

/// The post as its author made it, with what nobody may choose for themself.
fn new_post(input: PostInput, actor: &Actor) -> Result<Post> {
    let at = if input.create_at > 0 && actor.is_admin() { input.create_at } else { now() };
    let root_id = match input.root_id.as_str() {
        "" => Id::NONE,
        other => Id::parse(other).ok_or(codes::ROOT_ID)?,
    };
    let metadata = input.metadata.unwrap_or_default();
    let mut props = input.props;
    take_props(&mut props);
    if actor.session().is_oauth_app() {
        props.set("from_oauth_app", "true");
    }
    let metadata = PostMetadata { priority: metadata.priority, ..PostMetadata::default() };
    let channel_id = Id::parse(&input.channel_id).unwrap_or_default();
    Ok(Post {
        id: Id::random(),
        create_at: at,
        update_at: at,
        edit_at: input.edit_at.max(0),
        is_pinned: input.is_pinned,
        user_id: actor.id(),
        channel_id,
        root_id,
        hashtags: hashtags(&input.message),
        message: input.message,
        r#type: input.r#type,
        props,
        file_ids: named_files(input.file_ids),
        pending_post_id: input.pending_post_id,
        has_reactions: input.has_reactions,
        remote_id: Some(String::new()),
        reply_count: input.reply_count,
        metadata: Some(metadata),
        ..Post::default()
    })
}

/// The files that are asked for; null if none of what is asked for can be one.
fn named_files(asked: Option<Vec<String>>) -> Option<Vec<Id>> {
    let asked = asked.unwrap_or_default();
    let ids: Vec<Id> = asked.iter().filter_map(|id| Id::parse(id)).collect();
    (asked.is_empty() || !ids.is_empty()).then_some(ids)
}

/// Refuses files of somebody who may not upload any there.
pub(in crate::app) fn check_files(grant: &ChannelGrant<CreatePost>, files: Option<&[String]>) -> Result<()> {
    let none = files.is_none_or(<[String]>::is_empty);
    let may = none || grant.actor().may_in(grant.place(), Permission::upload_file);
    if may { Ok(()) } else { Err(forbidden()) }
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
