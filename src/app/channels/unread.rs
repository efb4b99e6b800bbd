//! What is unread in a channel (posts-and-limits.md §5).

use crate::app::App;
use crate::auth::channels::ReadChannel;
use crate::auth::users::ActAs;
use crate::auth::{ChannelGrant, UserGrant};
use crate::model::channels::ChannelUnread;
use crate::model::errors::{Result, channels as codes};
use crate::store;

impl App {
    /// How many posts and mentions somebody has not read in a channel.
    pub async fn unread_in_channel(
        &self,
        grant: UserGrant<ActAs>,
        channel: ChannelGrant<ReadChannel>,
    ) -> Result<ChannelUnread> {
        let (user, channel) = (grant.user().id, channel.channel().id);
        let found = self.store.read(move |conn| store::channels::unread(conn, channel, user)).await?;
        found.ok_or_else(|| codes::UNREAD_NOT_FOUND.error())
    }
}
