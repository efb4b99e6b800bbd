//! What is unread in a channel, and marking it unread again (posts-and-limits.md §5).

use std::sync::Arc;

use crate::app::App;
use crate::app::posts::{Setting, concerned};
use crate::auth::channels::ReadChannel;
use crate::auth::posts::ReadPostOf;
use crate::auth::users::ActAs;
use crate::auth::{ChannelGrant, PostGrant, UserGrant};
use crate::config::Settings;
use crate::events::Change;
use crate::events::posts::{PostEvent, UnreadCounts};
use crate::model::channels::{Channel, ChannelUnread, ChannelUnreadAt};
use crate::model::errors::{Result, channels as codes};
use crate::model::posts::Post;
use crate::model::{Id, now};
use crate::store;
use crate::store::audiences::Audience;

/// Mentions among posts.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    all: i64,
    in_roots: i64,
}

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

    /// Marks everything from a post on as unread. Clients without threads have the thread of a reply opened again
    /// instead of the channel's roots.
    pub async fn mark_unread(
        &self,
        grant: UserGrant<ActAs>,
        post: PostGrant<ReadPostOf>,
        threads: bool,
    ) -> Result<ChannelUnreadAt> {
        let user = grant.user().id;
        let with_threads = threads && self.reads_threads(user).await?;
        let audience = self.store.audience(post.channel().id).await?;
        let snapshot = self.config.snapshot();
        let (post, channel) = (post.post().clone(), post.channel().clone());
        self.store
            .write(move |tx| {
                let later = store::channels::posts_since(tx.conn(), channel.id, post.create_at)?;
                let mentions = count_mentions(&later, user, &channel, &audience, &snapshot.effective);
                let mut member =
                    store::channels::member(tx.conn(), channel.id, user)?.ok_or(codes::MEMBER_NOT_FOUND)?;
                let present = store::channels::by_id(tx.conn(), channel.id)?.ok_or(codes::NOT_FOUND)?;
                let unread = store::channels::countable_since(tx.conn(), channel.id, post.create_at)?;
                member.msg_count = (present.total_msg_count - unread.all).max(0);
                member.mention_count = mentions.all;
                if with_threads || post.is_root() {
                    member.msg_count_root = (present.total_msg_count_root - unread.roots).max(0);
                    member.mention_count_root = mentions.in_roots;
                    member.urgent_mention_count = 0;
                } else {
                    store::channels::reopen_thread(tx, post.root_id, user, post.create_at - 1)?;
                }
                member.last_viewed_at = post.create_at - 1;
                member.last_update_at = now();
                store::channels::save_counters(tx, &member)?;
                let counts = UnreadCounts {
                    msg_count: member.msg_count,
                    msg_count_root: member.msg_count_root,
                    mention_count: member.mention_count,
                    mention_count_root: member.mention_count_root,
                    urgent_mention_count: member.urgent_mention_count,
                    last_viewed_at: member.last_viewed_at,
                };
                let (team, channel) = (present.team_id, present.id);
                let marked = PostEvent::MarkedUnread { user, team, channel, post: post.id, counts };
                Ok(Change::emit(answer(team, channel, user, counts), marked))
            })
            .await
    }
}

fn answer(team_id: Id, channel_id: Id, user_id: Id, counts: UnreadCounts) -> ChannelUnreadAt {
    ChannelUnreadAt {
        team_id,
        user_id,
        channel_id,
        msg_count: counts.msg_count,
        mention_count: counts.mention_count,
        mention_count_root: counts.mention_count_root,
        urgent_mention_count: counts.urgent_mention_count,
        msg_count_root: counts.msg_count_root,
        last_viewed_at: counts.last_viewed_at,
    }
}

/// How many of these posts mention somebody. Who was online when `@here` was written is forgotten; it counts.
fn count_mentions(
    posts: &[Post],
    user: Id,
    channel: &Channel,
    audience: &Arc<Audience>,
    settings: &Settings,
) -> Counted {
    let setting = Setting { channel, audience, may_mention_all: true, is_online: &|_| true, settings };
    let mut counted = Counted::default();
    for post in posts.iter().filter(|post| post.user_id != user) {
        if concerned(post, &setting).mentioned.contains(&user) {
            counted.all += 1;
            counted.in_roots += i64::from(post.is_root());
        }
    }
    counted
}
