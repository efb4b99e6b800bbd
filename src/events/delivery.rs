//! What an event comes down to: a change in who is where, and messages to people.

use std::collections::HashSet;
use std::sync::Arc;

use super::broadcast::Broadcast;
use super::data::Data;
use super::frame::{Frame, Personal};
use super::readers::{PostCopy, PostFrames};
use crate::model::{Id, TimeMs};

/// One event in the hub's terms. The effect comes first: a removed member hears only what is addressed to them, an added
/// one hears their channel from that instant (surprises.md, WebSocket).
#[derive(Debug, Default)]
pub(super) struct Step {
    pub effect: Option<Effect>,
    pub deliveries: Vec<Delivery>,
}

/// What an event changes in the hub's knowledge of who is connected and where they belong.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// They are members of the channel from now on.
    JoinChannel { channel: Id, users: Vec<Id> },
    /// They are no longer members of the channel.
    LeaveChannel { channel: Id, user: Id },
    /// They are a member of the team from now on.
    JoinTeam { team: Id, user: Id },
    /// They are no longer a member of the team, nor of these channels of it.
    LeaveTeam { team: Id, user: Id, channels: Vec<Id> },
    /// The session is over: its connections fall silent.
    EndSession { session: Id },
    /// All sessions of the person but one are over.
    EndSessions { user: Id, except: Option<Id> },
    /// The session ends at another time.
    ExtendSession { session: Id, expires_at: TimeMs },
    /// They hold other system roles.
    ChangeRoles { user: Id, is_admin: bool, is_guest: bool },
}

/// One message to an audience.
#[derive(Debug)]
pub(super) struct Delivery {
    pub broadcast: Broadcast,
    pub body: Body,
    /// What `posted` adds for single receivers.
    pub notice: Option<Box<Notice>>,
    /// May be left out for a connection that lags (websocket.md §7 rule 2).
    pub droppable: bool,
    /// Left out for connections that show other channels (rule 9).
    pub scoped: bool,
}

/// The text of a message.
#[derive(Debug)]
pub(super) enum Body {
    /// The same for all who hear it.
    Same(Arc<Frame>),
    /// Different for those who may not see a part of the post.
    Post(Box<PostFrames>),
}

/// Whom a new post concerns particularly (websocket.md §9).
#[derive(Debug, Default)]
pub(super) struct Notice {
    pub author: Id,
    pub mentions: HashSet<Id>,
    pub followers: HashSet<Id>,
    /// Those whose settings ask for a notification of every post.
    pub eager: HashSet<Id>,
    /// The post stands in a direct channel.
    pub direct: bool,
}

impl Delivery {
    /// A message that is the same for all who hear it.
    pub(super) fn new(broadcast: Broadcast, name: &'static str, data: &Data) -> Delivery {
        let frame = Frame::new(name, data, &broadcast);
        Delivery::with(broadcast, name, Body::Same(Arc::new(frame)))
    }

    /// A message about a post that may show things of other channels.
    pub(super) fn of_post(broadcast: Broadcast, name: &'static str, data: Data, post: PostCopy) -> Delivery {
        if post.hidden.is_empty() {
            return Delivery::new(broadcast, name, &data.nested("post", &post.json));
        }
        let frames = PostFrames::new(name, data, post, broadcast.clone());
        Delivery::with(broadcast, name, Body::Post(Box::new(frames)))
    }

    fn with(broadcast: Broadcast, name: &'static str, body: Body) -> Delivery {
        let droppable = matches!(name, "typing" | "status_change" | "multiple_channels_viewed");
        let scoped = matches!(name, "typing" | "reaction_added" | "reaction_removed");
        Delivery { broadcast, body, notice: None, droppable, scoped }
    }
}

impl Notice {
    /// What one receiver is told; `acknowledges` says whether their client asked for `should_ack` (`posted_ack=true`).
    pub(super) fn personal(&self, receiver: Id, acknowledges: bool) -> Personal {
        let mentioned = self.mentions.contains(&receiver);
        let follows = self.followers.contains(&receiver);
        let concerned = mentioned || follows || self.direct || self.eager.contains(&receiver);
        Personal { mentioned, follows, acknowledge: acknowledges && concerned && receiver != self.author }
    }
}

impl From<Delivery> for Step {
    fn from(delivery: Delivery) -> Step {
        Step { effect: None, deliveries: vec![delivery] }
    }
}

impl From<Effect> for Step {
    fn from(effect: Effect) -> Step {
        Step { effect: Some(effect), deliveries: Vec::new() }
    }
}

impl From<Vec<Delivery>> for Step {
    fn from(deliveries: Vec<Delivery>) -> Step {
        Step { effect: None, deliveries }
    }
}
