//! What a program tells somebody in a direct message.

use super::add::{Addition, add};
use super::mentions::Concerned;
use crate::events::Event;
use crate::model::Props;
use crate::model::channels::Channel;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::users::User;
use crate::store::{self, Tx};

/// Has a bot say something of that kind to somebody, in their direct channel.
pub(in crate::app) fn say_directly(
    tx: &mut Tx<'_>,
    channel: &Channel,
    bot: &User,
    to: &User,
    kind: &str,
    sentence: &str,
) -> Result<Vec<Event>> {
    let props: Props = [("from_bot", "true")].into_iter().collect();
    let audience = store::audiences::of_channel(tx.conn(), channel.id)?.into();
    let addition = Addition {
        channel,
        post: Post::system(kind, bot.id, channel.id, sentence, props),
        sender_name: format!("@{}", bot.username),
        set_online: true,
        concerned: Concerned { mentioned: vec![to.id], ..Concerned::default() },
        audience,
        hidden: Vec::new(),
        root: None,
    };
    Ok(add(tx, addition)?.events)
}
