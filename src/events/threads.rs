//! Threads as their followers see them (websocket.md §8 "Threads"). All of these go to one person.

use super::broadcast::Broadcast;
use super::data::{Data, Json};
use super::delivery::{Delivery, Step};
use crate::model::{Id, TimeMs};

/// What happens to a follower's threads. `team` is absent for threads in direct and group channels.
#[derive(Debug)]
pub enum ThreadEvent {
    /// A thread has a new reply, lost one, or was marked unread: `thread_updated`.
    Updated {
        /// The follower.
        user: Id,
        /// The thread's team.
        team: Id,
        /// The thread as the follower sees it.
        thread: Json,
        /// What was unread before; absent when a post was marked unread.
        previous: Option<Unread>,
    },
    /// A thread was read or marked unread: `thread_read_changed`.
    Read {
        /// The follower.
        user: Id,
        /// The thread's team.
        team: Id,
        /// The post that starts the thread.
        thread: Id,
        /// The thread's channel.
        channel: Id,
        /// Read up to this time.
        timestamp: TimeMs,
        /// What is unread now.
        unread: Unread,
        /// What was unread before.
        previous: Unread,
    },
    /// All threads of a team were read: `thread_read_changed` without data.
    AllRead {
        /// The follower.
        user: Id,
        /// The team.
        team: Id,
    },
    /// A channel was viewed by a client that does not know threads: `thread_read_changed` for the channel.
    ChannelRead {
        /// The follower.
        user: Id,
        /// The channel.
        channel: Id,
        /// Read up to this time.
        timestamp: TimeMs,
    },
    /// A thread was followed or left: `thread_follow_changed`.
    FollowChanged {
        /// Who did.
        user: Id,
        /// The thread's team.
        team: Id,
        /// The post that starts the thread.
        thread: Id,
        /// Whether it is followed now.
        following: bool,
        /// How many replies it has.
        reply_count: i64,
    },
}

/// What a follower has not read of a thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unread {
    /// Replies that mention the follower.
    pub mentions: i64,
    /// Replies.
    pub replies: i64,
}

impl ThreadEvent {
    pub(super) fn into_step(self) -> Step {
        use ThreadEvent::*;
        let (broadcast, name, data) = match self {
            Updated { user, team, thread, previous } => {
                let data = Data::new().nested("thread", &thread);
                let data = previous.into_iter().fold(data, |data, previous| previous.as_previous(data));
                (Broadcast::user(user).in_team(team), "thread_updated", data)
            }
            Read { user, team, thread, channel, timestamp, unread, previous } => {
                let data = Data::new().id("thread_id", thread).id("channel_id", channel).value("timestamp", &timestamp);
                let data = data.value("unread_mentions", &unread.mentions).value("unread_replies", &unread.replies);
                (Broadcast::user(user).in_team(team), "thread_read_changed", previous.as_previous(data))
            }
            AllRead { user, team } => (Broadcast::user(user).in_team(team), "thread_read_changed", Data::new()),
            ChannelRead { user, channel, timestamp } => {
                let data = Data::new().value("timestamp", &timestamp);
                (Broadcast::user(user).in_channel(channel), "thread_read_changed", data)
            }
            FollowChanged { user, team, thread, following, reply_count } => {
                let data =
                    Data::new().id("thread_id", thread).value("state", &following).value("reply_count", &reply_count);
                (Broadcast::user(user).in_team(team), "thread_follow_changed", data)
            }
        };
        Delivery::new(broadcast, name, &data).into()
    }
}

impl Unread {
    fn as_previous(self, data: Data) -> Data {
        data.value("previous_unread_mentions", &self.mentions).value("previous_unread_replies", &self.replies)
    }
}
