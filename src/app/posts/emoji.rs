//! Custom emoji in posts and in the reactions to them, of which clients learn with the post.

use std::collections::BTreeSet;

use crate::config::Settings;
use crate::model::Id;
use crate::model::emoji::names_in;
use crate::model::posts::{Post, PostMetadata};
use crate::store::emoji::EmojiTable;

/// Adds those of the table's emoji that a post or a reaction to it uses.
pub(super) fn add_emoji(post: &mut Post, table: &EmojiTable, settings: &Settings) {
    let names = names_in(&post.message);
    let metadata = post.metadata.get_or_insert_with(PostMetadata::default);
    if table.oldest_first().next().is_none() || (names.is_empty() && metadata.reactions.is_empty()) {
        return;
    }
    let reacted = metadata.reactions.iter().map(|reaction| reaction.emoji_name.as_str());
    let used: BTreeSet<&str> = names.into_iter().chain(reacted).collect();
    metadata.emojis = used.into_iter().filter_map(|name| table.by_name(name).cloned()).collect();
    if settings.kollegium.hides_strangers() {
        // Everybody may use an emoji, but not everybody knows who made it.
        metadata.emojis.iter_mut().for_each(|emoji| emoji.creator_id = Id::NONE);
    }
}
