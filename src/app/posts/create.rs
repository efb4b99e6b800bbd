//! Saying something (posts-and-limits.md §2, Create).

use super::add::show;
use super::pending::Known;
use crate::app::App;
use crate::auth::channels::CreatePost;
use crate::auth::{Actor, ChannelGrant};
use crate::config::Settings;
use crate::events::Json;
use crate::model::drafts::ScheduledPost;
use crate::model::errors::{Result, forbidden, invalid_body, invalid_param, posts as codes};
use crate::model::permissions::Permission;
use crate::model::posts::{Post, PostInput, PostMetadata, Priority, attachments, hashtags, is_system};
use crate::model::{Id, Props, TimeMs, now};

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
