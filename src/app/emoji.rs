//! Custom emoji: making and deleting them, finding them.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;

use super::App;
use crate::auth::emoji::{CreateEmoji, FindEmoji, UseEmoji, check_delete};
use crate::auth::{Actor, SystemGrant};
use crate::events::system::SystemEvent;
use crate::events::{Change, Json};
use crate::filestore::emoji_image;
use crate::model::emoji::{Emoji, EmojiInput, MAX_COMPLETIONS, MAX_FOUND, MAX_NAMES};
use crate::model::errors::{Result, emoji as codes};
use crate::model::{Id, now};
use crate::store;
use crate::store::emoji::EmojiTable;

/// How a list of emoji is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmojiOrder {
    /// The oldest first.
    Age,
    /// By name.
    Name,
}

impl App {
    /// Makes an emoji of an uploaded picture.
    pub async fn create_emoji(
        &self,
        grant: SystemGrant<CreateEmoji>,
        input: EmojiInput,
        image: Bytes,
    ) -> Result<Emoji> {
        if input.creator_id != grant.actor().id() {
            return codes::OTHER_USER.err();
        }
        let emoji = Emoji::new(input.name, input.creator_id);
        if self.store.emoji().await?.by_name(&emoji.name).is_some() {
            return codes::DUPLICATE.err();
        }
        let image = self.images.emoji(image).await?;
        emoji.validate()?;
        self.files.put(&emoji_image(emoji.id), image).await?;
        let hides = self.config.snapshot().effective.kollegium.hides_strangers();
        self.store
            .write(move |tx| {
                store::emoji::insert(tx, &emoji)?;
                let told = Emoji { creator_id: if hides { Id::NONE } else { emoji.creator_id }, ..emoji.clone() };
                let added = SystemEvent::EmojiAdded { emoji: Json::of(&told) };
                Ok(Change::emit(emoji, added))
            })
            .await
    }

    /// Deletes an emoji and takes it back from all posts. Its picture stays, so that an administrator can restore it.
    pub async fn delete_emoji(&self, grant: SystemGrant<UseEmoji>, id: Id) -> Result<()> {
        let emoji = self.emoji(&grant, id).await?;
        check_delete(grant.actor(), &emoji)?;
        self.store
            .write(move |tx| {
                let at = now();
                if !store::emoji::delete(tx, id, at)? {
                    return codes::NOT_FOUND.err();
                }
                store::reactions::delete_all_with(tx, &emoji.name, at)?;
                Ok(Change::silent((), "clients ask for emoji that they do not know"))
            })
            .await
    }

    /// The emoji as the actor sees them: without those who made them, where the actor does not know of these.
    pub async fn shown_emoji(&self, actor: &Actor, mut found: Vec<Emoji>) -> Result<Vec<Emoji>> {
        if !actor.is_secluded() {
            return Ok(found);
        }
        let makers: BTreeSet<Id> = found.iter().map(|emoji| emoji.creator_id).collect();
        let seen = self.auth.seen_of(actor, makers.into_iter().collect()).await?;
        for emoji in found.iter_mut().filter(|emoji| !seen.contains(&emoji.creator_id)) {
            emoji.creator_id = Id::NONE;
        }
        Ok(found)
    }

    /// The emoji of that id.
    pub async fn emoji(&self, _: &SystemGrant<UseEmoji>, id: Id) -> Result<Emoji> {
        Ok(self.store.emoji().await?.by_id(id).cloned().ok_or(codes::NOT_FOUND)?)
    }

    /// The emoji of that name.
    pub async fn emoji_by_name(&self, _: &SystemGrant<UseEmoji>, name: &str) -> Result<Emoji> {
        Ok(self.store.emoji().await?.by_name(name).cloned().ok_or(codes::NAME_NOT_FOUND)?)
    }

    /// The emoji of these names; unknown ones are left out.
    pub async fn emoji_by_names(&self, _: &SystemGrant<UseEmoji>, names: &[String]) -> Result<Vec<Emoji>> {
        if names.len() > MAX_NAMES {
            return codes::TOO_MANY_NAMES.err();
        }
        let table = self.store.emoji().await?;
        let mut found: Vec<&Emoji> = names.iter().filter_map(|name| table.by_name(name)).collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.dedup_by_key(|emoji| emoji.id);
        Ok(found.into_iter().cloned().collect())
    }

    /// A part of the list of all emoji.
    pub async fn list_emoji(
        &self,
        _: &SystemGrant<UseEmoji>,
        order: EmojiOrder,
        skip: usize,
        take: usize,
    ) -> Result<Vec<Emoji>> {
        let table = self.store.emoji().await?;
        Ok(match order {
            EmojiOrder::Age => table.oldest_first().skip(skip).take(take).cloned().collect(),
            EmojiOrder::Name => table.sorted_by_name().skip(skip).take(take).cloned().collect(),
        })
    }

    /// Emoji whose names begin with that text, or have it anywhere. Capitals count.
    pub async fn search_emoji(&self, _: &SystemGrant<FindEmoji>, term: &str, only_start: bool) -> Result<Vec<Emoji>> {
        Ok(found(&self.store.emoji().await?, MAX_FOUND, |name| match only_start {
            true => name.starts_with(term),
            false => name.contains(term),
        }))
    }

    /// Emoji whose names begin with that text.
    pub async fn complete_emoji(&self, _: &SystemGrant<FindEmoji>, start: &str) -> Result<Vec<Emoji>> {
        Ok(found(&self.store.emoji().await?, MAX_COMPLETIONS, |name| name.starts_with(start)))
    }

    /// The picture of an emoji, as it is stored.
    pub async fn emoji_image(&self, grant: SystemGrant<UseEmoji>, id: Id) -> Result<Bytes> {
        let emoji = self.emoji(&grant, id).await?;
        Ok(self.files.get(&emoji_image(emoji.id)).await?.ok_or(codes::IMAGE_MISSING)?)
    }
}

fn found(table: &Arc<EmojiTable>, most: usize, fits: impl Fn(&str) -> bool) -> Vec<Emoji> {
    table.sorted_by_name().filter(|emoji| fits(&emoji.name)).take(most).cloned().collect()
}
