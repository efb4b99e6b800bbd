//! What a program tells somebody in a direct message.

use super::add::{Addition, add};
use super::mentions::Concerned;
use crate::events::{Event, Hidden};
use crate::model::channels::Channel;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::users::User;
use crate::model::{Id, Props};
use crate::store::{self, Tx};

/// What a bot says to somebody, before it is known in which channel.
pub(in crate::app) struct Words {
    /// The post.
    pub post: Post,
    /// Its parts that not every reader may see.
    pub hidden: Vec<Hidden>,
}

impl Words {
    /// A sentence of that kind.
    pub fn new(kind: &str, bot: &User, sentence: impl Into<String>, mut props: Props) -> Words {
        props.set("from_bot", "true");
        Words { post: Post::system(kind, bot.id, Id::NONE, sentence, props), hidden: Vec::new() }
    }
}

/// Has a bot say something to somebody, in their direct channel.
pub(in crate::app) fn say_directly(
    tx: &mut Tx<'_>,
    channel: &Channel,
    bot: &User,
    to: &User,
    words: Words,
) -> Result<Vec<Event>> {
    let audience = store::audiences::of_channel(tx.conn(), channel.id)?.into();
    let addition = Addition {
        channel,
        post: Post { channel_id: channel.id, ..words.post },
        sender_name: format!("@{}", bot.username),
        set_online: true,
        concerned: Concerned { mentioned: vec![to.id], ..Concerned::default() },
        audience,
        hidden: words.hidden,
        root: None,
        views: false,
        is_online: &|_| false,
    };
    Ok(add(tx, addition)?.events)
}
