//! Deleting posts (posts-and-limits.md §2).

use super::add::show;
use super::mentions::Setting;
use crate::app::App;
use crate::app::threads::{Profiles, unsay};
use crate::auth::posts::{DeletePost, ErasePost};
use crate::auth::{Actor, PostGrant};
use crate::events::posts::PostEvent;
use crate::events::{Change, Json};
use crate::model::channels::Channel;
use crate::model::errors::{Result, posts as codes};
use crate::model::now;
use crate::model::permissions::Permission;
use crate::model::posts::Post;
use crate::store::{self, Tx};

impl App {
    /// Refuses to erase posts unless the server allows it at all.
    pub fn check_erasing(&self) -> Result<()> {
        let allowed = self.config.snapshot().effective.service.enable_api_post_deletion;
        if allowed { Ok(()) } else { codes::DELETE_OFF.err() }
    }

    /// Deletes a post and the replies to it. Their rows stay, marked.
    pub async fn delete_post(&self, grant: PostGrant<DeletePost>) -> Result<()> {
        let (actor, channel, post) = (grant.actor().clone(), grant.channel().clone(), grant.post().clone());
        if channel.is_archived() {
            return codes::DELETE_DELETED_CHANNEL.err();
        }
        let snapshot = self.config.snapshot();
        let refusal = codes::DELETE_RESTRICTED_DM;
        self.check_restricted_direct(&actor, &channel, &snapshot.effective, refusal).await?;
        let limit = snapshot.effective.kollegium.post_delete_time_limit;
        let moderates = actor.may_in(grant.place(), Permission::delete_others_posts);
        if limit >= 0 && !moderates && now() > post.create_at + limit * 1000 {
            return Err(codes::DELETE_TIME_LIMIT.with(&[&limit]));
        }
        let audience = self.store.audience(channel.id).await?;
        let (app, profiles) = (self.clone(), Profiles::for_members(self, &channel, post.user_id));
        self.store
            .write(move |tx| {
                let event = deleted(tx, &post, &channel, &actor)?;
                let at = now();
                store::posts::mark_deleted(tx, &post, actor.id(), at)?;
                store::threads::note_deleted(tx, &post, at)?;
                let place = Setting {
                    channel: &channel,
                    audience: &audience,
                    may_mention_all: true,
                    is_online: &|user| app.is_online(user),
                    settings: &snapshot.effective,
                };
                let unsaid = if post.is_root() { Vec::new() } else { unsay(tx, &place, &post, &profiles)? };
                Ok(Change::silent((), "the events follow").and_all(unsaid).and(event))
            })
            .await
    }

    /// Erases a post, its replies and all that belongs to them.
    pub async fn erase_post(&self, grant: PostGrant<ErasePost>) -> Result<()> {
        let (actor, channel, post) = (grant.actor().clone(), grant.channel().clone(), grant.post().clone());
        let paths = self
            .store
            .write(move |tx| {
                let event = deleted(tx, &post, &channel, &actor)?;
                let paths = store::posts::erase(tx, &post)?;
                if !post.is_root() {
                    store::threads::note_deleted(tx, &post, now())?;
                }
                Ok(Change::emit(paths, event))
            })
            .await?;
        self.remove_erased(paths).await;
        Ok(())
    }
}

/// The post as it was before, for those who see it vanish.
fn deleted(tx: &mut Tx<'_>, post: &Post, channel: &Channel, by: &Actor) -> Result<PostEvent> {
    let mut before = Post { metadata: None, ..post.clone() };
    let threads = store::threads::by_ids(tx.conn(), &[post.thread_id()])?;
    before.reply_count = threads.get(&post.thread_id()).map_or(0, |thread| thread.reply_count);
    show(&mut before);
    Ok(PostEvent::Deleted { channel: channel.id, post: Json::of(&before), deleted_by: by.id() })
}
