//! Posts that show something of another channel: each reader gets the copy they may read.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::broadcast::Broadcast;
use super::data::{Data, Json};
use super::frame::Frame;
use crate::model::Id;

/// A post as it is sent, with notes on which parts of it not every reader may see (websocket.md §9).
#[derive(Debug, Clone)]
pub struct PostCopy {
    /// The whole post as wire JSON.
    pub json: Json,
    /// Its parts that come from other channels; usually none.
    pub hidden: Vec<Hidden>,
}

impl From<Json> for PostCopy {
    /// A post that shows nothing of other channels.
    fn from(json: Json) -> PostCopy {
        PostCopy { json, hidden: Vec::new() }
    }
}

/// A part of a post for those who may read the channel it comes from: its members, the members of its team if it is
/// public, and system administrators.
#[derive(Debug, Clone)]
pub struct Hidden {
    /// What is taken out for others.
    pub part: HiddenPart,
    /// The channel it comes from.
    pub channel: Id,
    /// The team whose members may read that channel without being in it; absent unless the channel is public.
    pub open_in: Option<Id>,
}

/// The parts of a post that can be taken out.
#[derive(Debug, Clone)]
pub enum HiddenPart {
    /// The preview of a linked post: `props.previewed_post` and embeds of type `permalink`.
    Permalink,
    /// One entry of `props.channel_mentions`, by the channel's name.
    ChannelMention(String),
}

impl HiddenPart {
    fn take_out_of(&self, post: &mut Value) {
        match self {
            HiddenPart::Permalink => {
                if let Some(props) = post.get_mut("props").and_then(Value::as_object_mut) {
                    props.remove("previewed_post");
                }
                let Some(metadata) = post.get_mut("metadata").and_then(Value::as_object_mut) else { return };
                let Some(embeds) = metadata.get_mut("embeds").and_then(Value::as_array_mut) else { return };
                embeds.retain(|embed| embed.get("type").and_then(Value::as_str) != Some("permalink"));
                if embeds.is_empty() {
                    metadata.remove("embeds");
                }
            }
            HiddenPart::ChannelMention(name) => {
                let mentions = post.pointer_mut("/props/channel_mentions").and_then(Value::as_object_mut);
                if let Some(mentions) = mentions {
                    mentions.remove(name);
                }
            }
        }
    }
}

/// An event about such a post: one frame for each set of parts that somebody may not see, made when first needed.
pub(super) struct PostFrames {
    name: &'static str,
    fields: Data,
    post: PostCopy,
    broadcast: Broadcast,
    /// By the parts taken out, one bit each.
    made: Mutex<Vec<(u64, Arc<Frame>)>>,
}

impl PostFrames {
    pub(super) fn new(name: &'static str, fields: Data, post: PostCopy, broadcast: Broadcast) -> PostFrames {
        PostFrames { name, fields, post, broadcast, made: Mutex::default() }
    }

    /// The frame for a reader; `may_read` is asked about each hidden part.
    pub(super) fn for_reader(&self, may_read: impl Fn(&Hidden) -> bool) -> Arc<Frame> {
        // Parts beyond the 64th, which no real post has, are hidden together with the 64th.
        let taken = self
            .post
            .hidden
            .iter()
            .enumerate()
            .fold(0_u64, |taken, (i, hidden)| if may_read(hidden) { taken } else { taken | 1 << i.min(63) });
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, frame)) = made.iter().find(|(key, _)| *key == taken) {
            return frame.clone();
        }
        let frame = Arc::new(self.without(taken));
        made.push((taken, frame.clone()));
        frame
    }

    fn without(&self, taken: u64) -> Frame {
        let json = if taken == 0 { self.post.json.clone() } else { self.reduced(taken) };
        Frame::new(self.name, &self.fields.clone().nested("post", &json), &self.broadcast)
    }

    fn reduced(&self, taken: u64) -> Json {
        let mut post: Value = serde_json::from_str(self.post.json.as_str()).unwrap_or_default();
        for (i, hidden) in self.post.hidden.iter().enumerate() {
            if taken >> i.min(63) & 1 == 1 {
                hidden.part.take_out_of(&mut post);
            }
        }
        Json::of(&post)
    }
}

impl fmt::Debug for PostFrames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostFrames").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_unreadable_channels_are_taken_out() {
        let (secret, open) = (Id::random(), Id::random());
        let json = Json::of(&serde_json::json!({
            "message": "m", "props": {"previewed_post": "x", "channel_mentions": {"open": {}, "secret": {}}},
            "metadata": {"embeds": [{"type": "permalink"}, {"type": "link"}]}}));
        let hidden = vec![
            Hidden { part: HiddenPart::Permalink, channel: secret, open_in: None },
            Hidden { part: HiddenPart::ChannelMention("secret".into()), channel: secret, open_in: None },
            Hidden { part: HiddenPart::ChannelMention("open".into()), channel: open, open_in: None },
        ];
        let frames = PostFrames::new("posted", Data::new(), PostCopy { json, hidden }, Broadcast::everyone());
        let shown = |frame: Arc<Frame>| {
            let mut out = Vec::new();
            frame.write(Default::default(), Id::NONE, 0, |parts| out = parts.concat());
            let event: Value = serde_json::from_slice(&out).unwrap();
            serde_json::from_str::<Value>(event["data"]["post"].as_str().unwrap()).unwrap()
        };
        let all = shown(frames.for_reader(|_| true));
        assert_eq!(all["props"]["previewed_post"], "x");
        let some = shown(frames.for_reader(|hidden| hidden.channel == open));
        assert_eq!(some["props"], serde_json::json!({"channel_mentions": {"open": {}}}));
        assert_eq!(some["metadata"]["embeds"], serde_json::json!([{"type": "link"}]));
        assert!(Arc::ptr_eq(&frames.for_reader(|_| true), &frames.for_reader(|_| true)));
    }
}
