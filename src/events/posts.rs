//! Posts: made, edited, deleted, reacted to (websocket.md §8 "Posts", §9).

use super::broadcast::{Broadcast, Privilege};
use super::data::{Data, Json};
use super::delivery::{Delivery, Notice, Step};
use super::readers::PostCopy;
use crate::model::{Id, TimeMs};

/// What happens to posts.
#[derive(Debug)]
pub enum PostEvent {
    /// A post was made: `posted`, to the channel. Not for posts into archived channels.
    Posted(Box<Posted>),
    /// One person is shown a post that is not stored: `ephemeral_message`.
    EphemeralShown {
        /// Who sees it.
        user: Id,
        /// Where it is shown.
        channel: Id,
        /// The post, of type `system_ephemeral` or `reminder`.
        post: Json,
    },
    /// A post was changed, pinned, unpinned or restored: `post_edited`, to the channel.
    Edited {
        /// The post's channel.
        channel: Id,
        /// The post with metadata.
        post: PostCopy,
    },
    /// An urgent post waits for an answer: `persistent_notification_triggered`, to one of those who are named.
    Nagged {
        /// To whom.
        user: Id,
        /// What.
        nag: Box<Nag>,
    },
    /// What one person was shown has changed: `post_edited`, to that person.
    EphemeralEdited {
        /// Who sees it.
        user: Id,
        /// Where it is shown.
        channel: Id,
        /// The post as it is now.
        post: Json,
    },
    /// A post was deleted: `post_deleted`, to the channel; administrators' copy names who did it.
    Deleted {
        /// The post's channel.
        channel: Id,
        /// The post as it was before.
        post: Json,
        /// Who deleted it.
        deleted_by: Id,
    },
    /// What one person was shown is gone: `post_deleted`, to that person.
    EphemeralDeleted {
        /// Who saw it.
        user: Id,
        /// Where it was shown.
        channel: Id,
        /// The post as it was.
        post: Json,
    },
    /// Somebody marked a channel unread from a post on: `post_unread`, to that person.
    MarkedUnread {
        /// Who did.
        user: Id,
        /// The channel's team, absent for direct and group channels.
        team: Id,
        /// The channel.
        channel: Id,
        /// The first unread post.
        post: Id,
        /// What is unread and mentioned from there on.
        counts: UnreadCounts,
    },
    /// `reaction_added`, to the channel.
    ReactionAdded {
        /// The post's channel.
        channel: Id,
        /// The reaction.
        reaction: Json,
    },
    /// `reaction_removed`, to the channel.
    ReactionRemoved {
        /// The post's channel.
        channel: Id,
        /// The reaction as it was.
        reaction: Json,
    },
    /// `post_acknowledgement_added`, to the channel.
    Acknowledged {
        /// The post's channel.
        channel: Id,
        /// The acknowledgement.
        acknowledgement: Json,
    },
    /// `post_acknowledgement_removed`, to the channel.
    Unacknowledged {
        /// The post's channel.
        channel: Id,
        /// The acknowledgement as it was.
        acknowledgement: Json,
    },
}

/// A new post and what clients show of it before they have loaded anything (websocket.md §9).
#[derive(Debug)]
pub struct Posted {
    /// The post, with `pending_post_id` as the client sent it and with metadata.
    pub post: PostCopy,
    /// Who wrote it: never asked to acknowledge it.
    pub author: Id,
    /// Its channel.
    pub channel: Id,
    /// The channel's team, absent for direct and group channels.
    pub team: Id,
    /// `O`, `P`, `D` or `G`.
    pub channel_type: &'static str,
    /// The channel's title; for a direct channel `@` and the author's username, for a group the usernames.
    pub channel_display_name: String,
    /// The channel's name in addresses.
    pub channel_name: String,
    /// `@` and the author's username, the name a webhook chose, or "System".
    pub sender_name: String,
    /// Whether posting makes the author appear online.
    pub set_online: bool,
    /// Whether files are attached.
    pub has_files: bool,
    /// Whether one of them is an image.
    pub has_image: bool,
    /// Whom it mentions; each is told only about themself.
    pub mentions: Vec<Id>,
    /// Followers of its thread who should be notified; each is told only about themself.
    pub followers: Vec<Id>,
    /// Members whose effective desktop level makes every such post notify them.
    pub eager: Vec<Id>,
}

/// What is left unread after marking a channel unread.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnreadCounts {
    /// Posts read, replies included.
    pub msg_count: i64,
    /// Posts read that start threads.
    pub msg_count_root: i64,
    /// Mentions unread, in replies too.
    pub mention_count: i64,
    /// Mentions unread in posts that start threads.
    pub mention_count_root: i64,
    /// Urgent ones among the mentions.
    pub urgent_mention_count: i64,
    /// When the channel counts as last viewed.
    pub last_viewed_at: TimeMs,
}

impl PostEvent {
    pub(super) fn into_step(self) -> Step {
        use PostEvent::*;
        match self {
            Posted(posted) => posted.into_delivery().into(),
            EphemeralShown { user, channel, post } => to_one(user, channel, "ephemeral_message", &post),
            Edited { channel, post } => {
                Delivery::of_post(Broadcast::channel(channel), "post_edited", Data::new(), post).into()
            }
            Nagged { user, nag } => nag.into_delivery(user).into(),
            EphemeralEdited { user, channel, post } => to_one(user, channel, "post_edited", &post),
            Deleted { channel, post, deleted_by } => deleted(channel, &post, deleted_by),
            EphemeralDeleted { user, channel, post } => to_one(user, channel, "post_deleted", &post),
            MarkedUnread { user, team, channel, post, counts } => {
                let broadcast = Broadcast::user(user).in_team(team).in_channel(channel);
                Delivery::new(broadcast, "post_unread", &counts.fields().id("post_id", post)).into()
            }
            ReactionAdded { channel, reaction } => to_channel(channel, "reaction_added", "reaction", &reaction),
            ReactionRemoved { channel, reaction } => to_channel(channel, "reaction_removed", "reaction", &reaction),
            Acknowledged { channel, acknowledgement } => {
                to_channel(channel, "post_acknowledgement_added", "acknowledgement", &acknowledgement)
            }
            Unacknowledged { channel, acknowledgement } => {
                to_channel(channel, "post_acknowledgement_removed", "acknowledgement", &acknowledgement)
            }
        }
    }
}

fn to_one(user: Id, channel: Id, name: &'static str, post: &Json) -> Step {
    Delivery::new(Broadcast::user(user).in_channel(channel), name, &Data::new().nested("post", post)).into()
}

fn to_channel(channel: Id, name: &'static str, key: &str, json: &Json) -> Step {
    Delivery::new(Broadcast::channel(channel), name, &Data::new().nested(key, json)).into()
}

fn deleted(channel: Id, post: &Json, deleted_by: Id) -> Step {
    let copy =
        |privilege, data: &Data| Delivery::new(Broadcast::channel(channel).only_for(privilege), "post_deleted", data);
    let data = Data::new().nested("post", post);
    vec![copy(Privilege::Others, &data), copy(Privilege::Admins, &data.clone().id("delete_by", deleted_by))].into()
}

/// An urgent post that is announced again.
#[derive(Debug, Clone)]
pub struct Nag {
    /// The post with metadata.
    pub post: Json,
    /// Where it is.
    pub channel: Id,
    /// The channel's team.
    pub team: Id,
    /// `O`, `P`, `D` or `G`.
    pub channel_type: &'static str,
    /// What the channel is titled with.
    pub channel_display_name: String,
    /// The channel's name in addresses.
    pub channel_name: String,
    /// The author's name.
    pub sender_name: String,
    /// Whether files are attached.
    pub has_files: bool,
    /// All who are told.
    pub mentions: Vec<Id>,
}

impl Nag {
    fn into_delivery(self, user: Id) -> Delivery {
        let mut data = Data::new()
            .nested("post", &self.post)
            .value("channel_type", self.channel_type)
            .value("channel_display_name", &self.channel_display_name)
            .value("channel_name", &self.channel_name)
            .value("sender_name", &self.sender_name)
            .id("team_id", self.team);
        if self.has_files {
            data = data.value("otherFile", "true");
        }
        let data = data.nested("mentions", &Json::of(&self.mentions));
        let broadcast = Broadcast::user(user).in_team(self.team).in_channel(self.channel);
        Delivery::new(broadcast, "persistent_notification_triggered", &data)
    }
}

impl Posted {
    fn into_delivery(self) -> Delivery {
        let mut data = Data::new()
            .value("channel_type", self.channel_type)
            .value("channel_display_name", &self.channel_display_name)
            .value("channel_name", &self.channel_name)
            .value("sender_name", &self.sender_name)
            .id("team_id", self.team)
            .value("set_online", &self.set_online);
        if self.has_files {
            data = data.value("otherFile", "true");
        }
        if self.has_image {
            data = data.value("image", "true");
        }
        let notice = Notice {
            author: self.author,
            mentions: self.mentions.into_iter().collect(),
            followers: self.followers.into_iter().collect(),
            eager: self.eager.into_iter().collect(),
            direct: self.channel_type == "D",
        };
        let delivery = Delivery::of_post(Broadcast::channel(self.channel), "posted", data, self.post);
        Delivery { notice: Some(Box::new(notice)), ..delivery }
    }
}

impl UnreadCounts {
    fn fields(&self) -> Data {
        Data::new()
            .value("msg_count", &self.msg_count)
            .value("msg_count_root", &self.msg_count_root)
            .value("mention_count", &self.mention_count)
            .value("mention_count_root", &self.mention_count_root)
            .value("urgent_mention_count", &self.urgent_mention_count)
            .value("last_viewed_at", &self.last_viewed_at)
    }
}
