//! Reactions to posts (posts-and-limits.md §12).

use std::collections::HashMap;

use crate::app::App;
use crate::auth::posts::{React, ReadReactions, Unreact};
use crate::auth::{Actor, PostGrant};
use crate::events::posts::PostEvent;
use crate::events::{Change, Json};
use crate::model::errors::{Result, emoji as emoji_codes, posts as codes};
use crate::model::permissions::Permission;
use crate::model::reactions::Reaction;
use crate::model::{Id, emoji, now};
use crate::store::{self, Extent};

impl App {
    /// Reacts to a post under one's own name; a second time is the same as the first.
    pub async fn react(&self, grant: PostGrant<React>, name: String) -> Result<Reaction> {
        let (post, channel) = (grant.post().clone(), grant.channel().clone());
        if post.delete_at > 0 {
            return codes::NOT_FOUND.err();
        }
        self.check_emoji(&name).await?;
        if channel.is_archived() {
            return codes::REACTION_SAVE_ARCHIVED.err();
        }
        let snapshot = self.config.snapshot();
        let refusal = codes::REACTION_SAVE_RESTRICTED_DM;
        self.check_restricted_direct(grant.actor(), &channel, &snapshot.effective, refusal).await?;
        let limit = snapshot.effective.service.unique_emoji_reaction_limit_per_post;
        let at = now();
        let reaction = Reaction {
            user_id: grant.actor().id(),
            post_id: post.id,
            emoji_name: name,
            create_at: at,
            update_at: at,
            channel_id: post.channel_id,
            ..Reaction::default()
        };
        self.store
            .write_by(Extent::Statement, move |tx| {
                if !store::reactions::save(tx, &reaction, limit)? {
                    return codes::REACTION_LIMIT.err();
                }
                let event = PostEvent::ReactionAdded { channel: channel.id, reaction: Json::of(&reaction) };
                Ok(Change::emit(reaction, event))
            })
            .await
    }

    /// Takes a reaction back: one's own, or, with the permission, somebody else's. One that is not there is fine.
    pub async fn unreact(&self, grant: PostGrant<Unreact>, user: Id, name: String) -> Result<()> {
        let (actor, post, channel) = (grant.actor(), grant.post().clone(), grant.channel().clone());
        if user != actor.id() {
            actor.need(Permission::remove_others_reactions)?;
        }
        if post.delete_at > 0 {
            return codes::NOT_FOUND.err();
        }
        if channel.is_archived() {
            return codes::REACTION_DELETE_ARCHIVED.err();
        }
        let refusal = codes::REACTION_DELETE_RESTRICTED_DM;
        self.check_restricted_direct(actor, &channel, &self.config.snapshot().effective, refusal).await?;
        let at = now();
        // What others hear names neither time nor channel, as the client that asked did not (recorded).
        let gone = Reaction { user_id: user, post_id: post.id, emoji_name: name, update_at: at, ..Reaction::default() };
        self.store
            .write(move |tx| {
                store::reactions::delete(tx, &gone, post.channel_id, at)?;
                let event = PostEvent::ReactionRemoved { channel: channel.id, reaction: Json::of(&gone) };
                Ok(Change::emit((), event))
            })
            .await
    }

    /// Refuses a name that neither clients nor this server have an emoji of.
    async fn check_emoji(&self, name: &str) -> Result<()> {
        if emoji::is_system(name) {
            return Ok(());
        }
        match self.store.emoji().await?.by_name(name) {
            Some(_) => Ok(()),
            None => emoji_codes::NAME_NOT_FOUND.err(),
        }
    }

    /// The reactions to a post, oldest first; `None` if there is none.
    pub async fn reactions(&self, grant: &PostGrant<ReadReactions>) -> Result<Option<Vec<Reaction>>> {
        let id = grant.post().id;
        self.store.read(move |conn| Ok(store::reactions::of_posts(conn, &[id])?.remove(&id))).await
    }

    /// The reactions to several posts, all of which the actor must be able to read.
    pub async fn reactions_of(&self, actor: &Actor, ids: Vec<Id>) -> Result<HashMap<Id, Vec<Reaction>>> {
        let wanted = ids.clone();
        let (channels, mut found) = self
            .store
            .read(move |conn| {
                let channels: HashMap<Id, Id> =
                    store::posts::by_ids(conn, &wanted)?.into_iter().map(|p| (p.id, p.channel_id)).collect();
                Ok((channels, store::reactions::of_posts(conn, &wanted)?))
            })
            .await?;
        let readable = self.auth.readable(actor, channels.values().copied().collect()).await?;
        let allowed = ids.iter().all(|id| channels.get(id).is_some_and(|channel| readable.contains(channel)));
        crate::auth::actor::need(allowed)?;
        Ok(ids.into_iter().map(|id| (id, found.remove(&id).unwrap_or_default())).collect())
    }
}
