//! Marking a channel as unread from a post on (posts-and-limits.md §5).

use std::sync::Arc;

use crate::app::App;
use crate::app::threads::{Profiles, mark_unread};
use crate::auth::posts::ReadPostOf;
use crate::auth::users::ActAs;
use crate::auth::{PostGrant, UserGrant};
use crate::events::posts::{PostEvent, UnreadCounts};
use crate::events::{Change, Event};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelUnreadAt};
use crate::model::errors::{Result, channels as channel_codes};
use crate::model::posts::mentions::Mentions;
use crate::model::posts::{Post, Priority};
use crate::store::audiences::Audience;
use crate::store::{self, Tx};

impl App {
    /// Marks a channel as unread for a member from a post on. A client that does not know threads also gets the thread
    /// of a reply marked.
    pub async fn set_unread(
        &self,
        of: &UserGrant<ActAs>,
        grant: &PostGrant<ReadPostOf>,
        threads_supported: bool,
    ) -> Result<ChannelUnreadAt> {
        let (user, post, channel) = (of.user().id, grant.post().clone(), grant.channel().clone());
        let audience = self.store.audience(channel.id).await?;
        let profiles = Profiles::new(self, true);
        self.store
            .write(move |tx| {
                let unread = unread_from(tx, user, &channel, &post, &audience)?;
                store::posts::set_unread(tx, &unread)?;
                let counts = UnreadCounts {
                    msg_count: unread.msg_count,
                    msg_count_root: unread.msg_count_root,
                    mention_count: unread.mention_count,
                    mention_count_root: unread.mention_count_root,
                    urgent_mention_count: unread.urgent_mention_count,
                    last_viewed_at: unread.last_viewed_at,
                };
                let (team, channel_id, id) = (channel.team_id, channel.id, post.id);
                let mut events: Vec<Event> =
                    vec![PostEvent::MarkedUnread { user, team, channel: channel_id, post: id, counts }.into()];
                if !threads_supported && !post.is_root() {
                    events.extend(mark_unread(tx, user, &channel, &post, &audience, &profiles)?);
                }
                Ok(Change::silent(unread, "the events follow").and_all(events))
            })
            .await
    }
}

/// How far the member has read if everything from the post on is unread.
fn unread_from(
    tx: &mut Tx<'_>,
    user: Id,
    channel: &Arc<Channel>,
    post: &Post,
    audience: &Audience,
) -> Result<ChannelUnreadAt> {
    let member = store::channels::member(tx.conn(), channel.id, user)?.ok_or(channel_codes::MEMBER_NOT_FOUND)?;
    let now = store::channels::by_id(tx.conn(), channel.id)?.unwrap_or_default();
    let (all, roots) = store::posts::count_since(tx.conn(), channel.id, post.create_at)?;
    let mut others = store::posts::of_others_since(tx.conn(), channel.id, user, post.create_at)?;
    others.retain(|other| channel.is_conversation() || mentions(other, user, audience));
    store::posts::fill(tx.conn(), &mut others.iter_mut().collect::<Vec<_>>())?;
    let count = |wanted: &dyn Fn(&Post) -> bool| others.iter().filter(|p| wanted(p)).count() as i64;
    Ok(ChannelUnreadAt {
        team_id: channel.team_id,
        user_id: user,
        channel_id: channel.id,
        msg_count: (now.total_msg_count - all).max(0),
        msg_count_root: if post.is_root() { (now.total_msg_count_root - roots).max(0) } else { member.msg_count_root },
        mention_count: count(&|_| true),
        mention_count_root: count(&Post::is_root),
        urgent_mention_count: count(&is_urgent),
        last_viewed_at: post.create_at - 1,
    })
}

fn is_urgent(post: &Post) -> bool {
    let priority = post.metadata.as_ref().and_then(|m| m.priority.as_ref());
    priority.is_some_and(|p| p.priority == Priority::URGENT)
}

/// Whether a post mentions a member, by name or with everybody.
pub(in crate::app) fn mentions(post: &Post, user: Id, audience: &Audience) -> bool {
    let found = Mentions::find(post.texts(), &audience.keywords);
    let with_all = (found.all || found.channel) && audience.members.get(&user).is_some_and(|m| m.hears_channel);
    found.users.contains(&user) || with_all
}
