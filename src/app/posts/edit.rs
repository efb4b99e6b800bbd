//! Changing posts: text, props, pins, earlier versions (posts-and-limits.md §2, Update).

use super::add::show;
use super::create::{check_props, take_props};
use super::emoji::add_emoji;
use crate::app::App;
use crate::auth::PostGrant;
use crate::auth::posts::{EditPost, PinPost, PressAction, ReadHistory};
use crate::config::Settings;
use crate::events::posts::PostEvent;
use crate::events::{Change, Json, PostCopy};
use crate::model::channels::Channel;
use crate::model::errors::{Result, forbidden, posts as codes};
use crate::model::permissions::Permission;
use crate::model::posts::mentions::{names_everybody, names_somebody};
use crate::model::posts::{MAX_MESSAGE_RUNES, Post, PostInput, PostMetadata, PostPatch, attachments, hashtags};
use crate::model::{Code, Id, now};
use crate::store;
use crate::store::conn::Conn;

impl App {
    /// Replaces a post but for its files, which stay unless others are named.
    pub async fn update_post(&self, grant: PostGrant<EditPost>, input: PostInput) -> Result<Json> {
        let patch = PostPatch {
            message: Some(input.message),
            is_pinned: Some(input.is_pinned),
            props: Some(input.props),
            file_ids: input.file_ids,
            has_reactions: Some(input.has_reactions),
        };
        let snapshot = self.config.snapshot();
        let rewrites = patch.message.as_ref() != Some(&grant.post().message);
        check_time_limit(grant.post(), rewrites, &snapshot.effective)?;
        if grant.post().is_system() {
            return codes::UPDATE_SYSTEM.err();
        }
        self.change_as_written(grant, patch, UPDATE_REFUSALS).await
    }

    /// Changes what the patch names.
    pub async fn patch_post(&self, grant: PostGrant<EditPost>, mut patch: PostPatch) -> Result<Json> {
        let snapshot = self.config.snapshot();
        check_time_limit(grant.post(), patch.message.is_some(), &snapshot.effective)?;
        let may_mention_all = grant.actor().may_in(grant.place(), Permission::use_channel_mentions);
        if !may_mention_all && patch.message.as_deref().is_some_and(names_everybody) {
            patch.props.get_or_insert_default().set("mentionHighlightDisabled", true);
        }
        let may_mention_groups = grant.actor().may_in(grant.place(), Permission::use_group_mentions);
        if !may_mention_groups && patch.message.as_deref().is_some_and(names_somebody) {
            patch.props.get_or_insert_default().set("disable_group_highlight", true);
        }
        self.change_as_written(grant, patch, PATCH_REFUSALS).await
    }

    /// Pins a post to its channel, or unpins it.
    pub async fn pin_post(&self, grant: PostGrant<PinPost>, pinned: bool) -> Result<()> {
        let patch = PostPatch { is_pinned: Some(pinned), ..PostPatch::default() };
        self.change(grant, patch, PATCH_REFUSALS, false).await.map(drop)
    }

    /// The earlier versions of a post, the latest first.
    pub async fn post_history(&self, grant: &PostGrant<ReadHistory>) -> Result<Vec<Post>> {
        let id = grant.post().id;
        let (mut versions, files) = self
            .store
            .read(move |conn| {
                let versions = store::posts::history(conn, id)?;
                let any = versions.iter().any(|version| !version.files().is_empty());
                Ok((versions, if any { store::files::ever_of_post(conn, id)? } else { Vec::new() }))
            })
            .await?;
        if versions.is_empty() {
            return codes::NOT_FOUND.err();
        }
        for version in &mut versions {
            let named = files.iter().filter(|file| version.files().contains(&file.id));
            version.metadata.get_or_insert_default().files = named.cloned().collect();
            show(version);
        }
        Ok(versions)
    }

    /// Brings an earlier version back.
    pub async fn restore_post(&self, grant: PostGrant<ReadHistory>, version: Id) -> Result<Json> {
        let version = self.store.read(move |conn| store::posts::any_by_id(conn, version)).await?;
        let version = version.filter(|version| version.user_id == grant.actor().id()).ok_or_else(forbidden)?;
        check_time_limit(grant.post(), true, &self.config.snapshot().effective)?;
        if version.original_id != grant.post().id {
            return codes::RESTORE_NOT_HISTORY.err();
        }
        if version.delete_at == 0 {
            return codes::RESTORE_NOT_VALID_HISTORY.err();
        }
        let files = version.files().iter().map(Id::to_string).collect();
        let patch = PostPatch { message: Some(version.message), file_ids: Some(files), ..PostPatch::default() };
        self.change(grant, patch, PATCH_REFUSALS, true).await
    }

    /// Changes a post as the program behind one of its actions wants it.
    pub(in crate::app) async fn update_by_program(
        &self,
        grant: PostGrant<PressAction>,
        patch: PostPatch,
    ) -> Result<()> {
        self.change(grant, patch, UPDATE_REFUSALS, false).await.map(drop)
    }

    async fn change_as_written<A>(
        &self,
        grant: PostGrant<A>,
        patch: PostPatch,
        refusals: (Code, Code),
    ) -> Result<Json> {
        if let Some(props) = &patch.props {
            check_props(props, grant.actor(), &self.config.snapshot().effective)?;
        }
        self.change(grant, patch, refusals, false).await
    }

    /// Changes a post. Where an earlier version comes back, files that it had come back with it. The refusals are for
    /// archived channels and for direct ones in which people may not write to each other any more.
    async fn change<A>(
        &self,
        grant: PostGrant<A>,
        mut patch: PostPatch,
        (archived, restricted): (Code, Code),
        comes_back: bool,
    ) -> Result<Json> {
        let snapshot = self.config.snapshot();
        let (actor, channel, old) = (grant.actor().clone(), grant.channel().clone(), grant.post().clone());
        if let Some(props) = &mut patch.props {
            take_props(props);
        }
        check_changeable(&old, &channel, archived)?;
        self.check_restricted_direct(&actor, &channel, &snapshot.effective, restricted).await?;
        let rewrites = patch.message.as_ref().is_some_and(|message| *message != old.message);
        let mut new = changed(&old, &patch);
        let adds_files = new.files().iter().any(|file| !old.files().contains(file));
        if adds_files && !comes_back && !actor.may_in(grant.place(), Permission::upload_file) {
            return Err(forbidden());
        }
        let hidden = self.prepare(&actor, &channel, &mut new).await?;
        // What was longer than a new limit stays, as long as its words do.
        new.validate(if rewrites { snapshot.effective.kollegium.longest_message() } else { MAX_MESSAGE_RUNES })?;
        let emoji = self.store.emoji().await?;
        self.store
            .write(move |tx| {
                if new.files() != old.files() {
                    store::files::change(tx, &old, &mut new, comes_back)?;
                }
                store::posts::update(tx, &old, &new)?;
                complete(tx.conn(), &mut new)?;
                add_emoji(&mut new, &emoji, &snapshot.effective);
                show(&mut new);
                let json = Json::of(&new);
                let edited = PostEvent::Edited { channel: channel.id, post: PostCopy { json: json.clone(), hidden } };
                Ok(Change::emit(json, edited))
            })
            .await
    }
}

/// Loads what is stored beside a post, and how many replies its thread has.
pub(super) fn complete(conn: &mut Conn, post: &mut Post) -> Result<()> {
    store::posts::fill(conn, &mut [&mut *post])?;
    let threads = store::threads::by_ids(conn, &[post.thread_id()])?;
    post.reply_count = threads.get(&post.thread_id()).map_or(0, |thread| thread.reply_count);
    Ok(())
}

/// What a replacement is refused with in archived channels, and in direct ones where people may not write to each other.
const UPDATE_REFUSALS: (Code, Code) = (codes::UPDATE_DELETED_CHANNEL, codes::UPDATE_RESTRICTED_DM);

/// What a patch is refused with in archived channels, and in direct ones where people may not write to each other.
const PATCH_REFUSALS: (Code, Code) = (codes::PATCH_DELETED_CHANNEL, codes::PATCH_RESTRICTED_DM);

/// Refuses new words for a post that is too old for them, where there is such a limit; administrators are bound by it.
fn check_time_limit(post: &Post, rewrites: bool, settings: &Settings) -> Result<()> {
    let limit = settings.service.post_edit_time_limit;
    match rewrites && limit >= 0 && now() > post.create_at + limit * 1000 {
        true => Err(codes::UPDATE_TIME_LIMIT.with(&[&limit])),
        false => Ok(()),
    }
}

fn check_changeable(post: &Post, channel: &Channel, archived: Code) -> Result<()> {
    if channel.is_archived() {
        return archived.err();
    }
    if post.is_system() { codes::UPDATE_SYSTEM.err() } else { Ok(()) }
}

/// The post with the patch applied; its text counts as changed when words, files or attachments do.
fn changed(old: &Post, patch: &PostPatch) -> Post {
    let at = now();
    let mut new = Post { metadata: Some(PostMetadata::default()), ..old.patched(patch) };
    new.hashtags = hashtags(&new.message);
    new.update_at = at;
    let attached = |post: &Post| post.props.get(attachments::ATTACHMENTS).cloned();
    if new.message != old.message || new.files() != old.files() || attached(&new) != attached(old) {
        new.edit_at = at;
    }
    new
}
