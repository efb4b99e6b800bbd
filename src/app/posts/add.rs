//! The one way in which a post comes to be: rows, counters, and who is told.

use crate::events::Json;
use crate::events::posts::{PostEvent, Posted};
use crate::model::Id;
use crate::model::Props;
use crate::model::channels::{Channel, ChannelType};
use crate::model::errors::Result;
use crate::model::posts::{Post, is_countable};
use crate::model::users::User;
use crate::store::posts::Bump;
use crate::store::{self, Tx};

/// A post that is about to be written, complete and checked.
pub(in crate::app) struct Addition<'a> {
    /// Where it goes.
    pub channel: &'a Channel,
    /// The post.
    pub post: Post,
    /// Whose name stands over it: `@name`, a webhook's name, or "System".
    pub sender_name: String,
    /// Whether writing makes the author appear online.
    pub set_online: bool,
    /// Whom it mentions.
    pub mentions: Vec<Id>,
}

/// Writes a post and moves its channel's counters. Answers the post as stored, and the event to emit.
pub(in crate::app) fn add(tx: &mut Tx<'_>, addition: Addition<'_>) -> Result<(Post, PostEvent)> {
    let Addition { channel, post, sender_name, set_online, mentions } = addition;
    store::posts::insert(tx, &post, &bump(&post))?;
    let posted = Posted {
        post: Json::of(&post).into(),
        author: post.user_id,
        channel: channel.id,
        team: channel.team_id,
        channel_type: channel.r#type.letter(),
        channel_display_name: display_name(channel, &sender_name),
        channel_name: channel.name.clone(),
        sender_name,
        set_online,
        has_files: !post.files().is_empty(),
        has_image: false,
        mentions,
        followers: Vec::new(),
        eager: Vec::new(),
    };
    Ok((post, PostEvent::Posted(Box::new(posted))))
}

/// How far a post moves its channel's counters; posts about comings and goings are not counted (posts-and-limits.md §5).
fn bump(post: &Post) -> Bump {
    let (counts, root) = (i64::from(is_countable(&post.r#type)), post.root_id.is_none());
    Bump {
        channel: post.channel_id,
        at: post.create_at,
        messages: counts,
        roots: if root { counts } else { 0 },
        root_at: if root { post.create_at } else { 0 },
    }
}

/// What clients title a channel with before they know it: in a direct one the sender (websocket.md §9).
fn display_name(channel: &Channel, sender_name: &str) -> String {
    match channel.r#type {
        ChannelType::Direct => sender_name.to_owned(),
        _ => channel.display_name.clone(),
    }
}

/// Writes a post by which the server tells a channel what somebody did. Its sentence is for clients that know no better.
pub(in crate::app) fn system_post(
    tx: &mut Tx<'_>,
    channel: &Channel,
    kind: &str,
    by: &User,
    sentence: String,
    props: Props,
) -> Result<PostEvent> {
    let post = Post::system(kind, by.id, channel.id, sentence, props);
    let addition = Addition { channel, post, sender_name: "System".into(), set_online: false, mentions: Vec::new() };
    Ok(add(tx, addition)?.1)
}
