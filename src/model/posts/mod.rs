//! Posts (posts-and-limits.md §2, §3, §6).

pub mod attachments;
mod hashtags;
pub mod links;
pub mod mentions;
mod metadata;
pub mod previews;
pub mod search;
pub mod slack;
mod types;

pub use hashtags::hashtags;
pub use metadata::{Acknowledgement, Embed, ImageSize, PostMetadata, Priority};
pub use types::{is_countable, is_join_or_leave, is_system, is_valid_type, kinds};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::errors::posts as codes;
use super::id::Id;
use super::json::{Props, is_zero, patch_fields};
use super::text::runes;
use super::time::{TimeMs, now};
use super::{Code, Result};

/// Most code points of a message; what clients are told as `MaxPostSize`.
pub const MAX_MESSAGE_RUNES: usize = 16_383;

/// Most code points of `props` as JSON.
const MAX_PROPS_RUNES: usize = 800_000;

/// Most code points of `file_ids` as JSON: ten of them.
const MAX_FILE_IDS_RUNES: usize = 300;

/// A post, as stored and as on the wire.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Post {
    /// Identifier.
    pub id: Id,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed, replies to it included.
    pub update_at: TimeMs,
    /// When its text last changed; 0 for never.
    pub edit_at: TimeMs,
    /// When it was deleted; 0 for living ones.
    pub delete_at: TimeMs,
    /// Whether it is pinned to the channel.
    pub is_pinned: bool,
    /// Author.
    pub user_id: Id,
    /// Channel.
    pub channel_id: Id,
    /// The post that started the thread, none in that one itself.
    pub root_id: Id,
    /// In earlier versions, the post they are of.
    pub original_id: Id,
    /// Markdown.
    pub message: String,
    /// One of [`kinds`], `""` for what people write.
    pub r#type: String,
    /// Free properties.
    pub props: Props,
    /// Hashtags of the message, separated by spaces.
    pub hashtags: String,
    /// Attached files; null in posts that are not stored.
    pub file_ids: Option<Vec<Id>>,
    /// The client's name for it, echoed to know it again; never stored.
    pub pending_post_id: String,
    /// Whether anybody reacted; left out when not.
    #[serde(skip_serializing_if = "is_zero")]
    pub has_reactions: bool,
    /// `""` in posts that came through the API, left out in those the server made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_id: Option<String>,
    /// Replies, where a list says so.
    pub reply_count: i64,
    /// Time of the last reply, in lists of threads.
    pub last_reply_at: TimeMs,
    /// Who replied, in lists of threads, each a serialised [`super::users::UserView`]; else null.
    pub participants: Option<Vec<Arc<RawValue>>>,
    /// Whether the reader follows the thread, in lists of threads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_following: Option<bool>,
    /// Embeds, files, reactions and the like; left out where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<PostMetadata>,
    /// The message before the image proxy rewrote addresses in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message_source: String,
}

/// What a client sends to create or replace a post.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Post")]
pub struct PostInput {
    pub id: String,
    pub create_at: TimeMs,
    pub edit_at: TimeMs,
    pub is_pinned: bool,
    pub user_id: String,
    pub channel_id: String,
    pub root_id: String,
    pub message: String,
    pub r#type: String,
    pub props: Props,
    pub file_ids: Option<Vec<String>>,
    pub pending_post_id: String,
    pub has_reactions: bool,
    pub reply_count: i64,
    pub metadata: Option<PostMetadataInput>,
}

/// The part of `metadata` that a client decides.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PostMetadataInput {
    /// Priority.
    pub priority: Option<Priority>,
}

/// What a client sends to change a post; missing and `null` mean unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Post")]
pub struct PostPatch {
    pub message: Option<String>,
    pub is_pinned: Option<bool>,
    pub props: Option<Props>,
    /// As sent; what is no id is dropped.
    pub file_ids: Option<Vec<String>>,
    pub has_reactions: Option<bool>,
}

impl Post {
    /// A new post made by the server, of that kind; `props` as the kind wants them.
    pub fn system(kind: &str, user_id: Id, channel_id: Id, message: impl Into<String>, props: Props) -> Post {
        let at = now();
        Post {
            id: Id::random(),
            create_at: at,
            update_at: at,
            user_id,
            channel_id,
            message: message.into(),
            r#type: kind.to_owned(),
            props,
            file_ids: Some(Vec::new()),
            metadata: Some(PostMetadata::default()),
            ..Post::default()
        }
    }

    /// The post with the patch applied, not yet checked.
    pub fn patched(&self, patch: &PostPatch) -> Post {
        let mut post = self.clone();
        patch_fields!(post, patch: message, is_pinned, props, has_reactions);
        if let Some(file_ids) = &patch.file_ids {
            post.file_ids = Some(file_ids.iter().filter_map(|id| Id::parse(id)).collect());
        }
        post
    }

    /// Checks every field, in the reference's order. `max_runes` is the longest message, see [`MAX_MESSAGE_RUNES`].
    pub fn validate(&self, max_runes: usize) -> Result<()> {
        let checks: [(bool, Code); 5] = [
            (self.message.len() <= max_runes || runes(&self.message) <= max_runes, codes::MESSAGE_LENGTH),
            (runes(&self.hashtags) <= 1000, codes::HASHTAGS),
            (is_valid_type(&self.r#type), codes::TYPE),
            (self.file_ids_fit(), codes::FILE_IDS),
            (self.props_fit(), codes::PROPS),
        ];
        let broken = checks.into_iter().find(|(holds, _)| !holds);
        broken.map_or(Ok(()), |(_, code)| code.err())
    }

    fn file_ids_fit(&self) -> bool {
        // `["…","…"]`: two brackets, and each id with its quotes and a comma but for the last.
        let ids = self.file_ids.as_ref().map_or(0, Vec::len);
        (ids * (super::id::ID_LEN + 3) + 1).max(2) <= MAX_FILE_IDS_RUNES
    }

    fn props_fit(&self) -> bool {
        self.props.is_empty() || serde_json::to_string(&self.props).is_ok_and(|json| runes(&json) <= MAX_PROPS_RUNES)
    }

    /// Whether the server made it.
    pub fn is_system(&self) -> bool {
        is_system(&self.r#type)
    }

    /// Whether it starts a thread.
    pub fn is_root(&self) -> bool {
        self.root_id.is_none()
    }

    /// The post that starts its thread: itself, or the root.
    pub fn thread_id(&self) -> Id {
        self.root_id.some().unwrap_or(self.id)
    }

    /// Attached files.
    pub fn files(&self) -> &[Id] {
        self.file_ids.as_deref().unwrap_or_default()
    }

    /// Message attachments: the objects in `props.attachments`.
    pub fn attachments(&self) -> impl Iterator<Item = &serde_json::Map<String, Value>> {
        self.props.get("attachments").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
    }

    /// The texts in which people are mentioned and words are found: the message, then of each attachment the pretext,
    /// the text and the fields' values (posts-and-limits.md §7).
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.message.as_str()];
        for attachment in self.attachments() {
            let own = ["pretext", "text"].into_iter().filter_map(|key| attachment.get(key));
            let fields = attachment.get("fields").and_then(Value::as_array).into_iter().flatten();
            texts.extend(own.chain(fields.filter_map(|field| field.get("value"))).filter_map(Value::as_str));
        }
        texts
    }
}

/// A list of posts with the posts that give them context (posts-and-limits.md §3).
#[derive(Debug, Clone, Default, Serialize)]
pub struct PostList {
    /// The posts asked for, newest first.
    pub order: Vec<Id>,
    /// Those, and others of their threads.
    pub posts: BTreeMap<Id, Post>,
    /// The post just newer than the list, where known.
    pub next_post_id: Id,
    /// The post just older than the list, where known.
    pub prev_post_id: Id,
    /// Whether a thread goes on; in threads only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_next: Option<bool>,
    /// Always 0: no post is withheld.
    pub first_inaccessible_post_time: TimeMs,
}

impl PostList {
    /// A list of those posts in that order.
    pub fn of(posts: Vec<Post>) -> PostList {
        let order = posts.iter().map(|post| post.id).collect();
        PostList { order, posts: posts.into_iter().map(|post| (post.id, post)).collect(), ..PostList::default() }
    }

    /// Adds posts for context, without naming them in the order.
    pub fn add_context(&mut self, posts: impl IntoIterator<Item = Post>) {
        for post in posts {
            self.posts.entry(post.id).or_insert(post);
        }
    }
}

/// The answer of a search: a list, and `matches`, which is null on a database.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PostSearchResults {
    /// The posts found.
    #[serde(flatten)]
    pub list: PostList,
    /// Always null.
    pub matches: Option<()>,
}

/// `GET /posts/{id}/info`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PostInfo {
    pub channel_id: Id,
    pub channel_type: super::channels::ChannelType,
    pub channel_display_name: String,
    pub has_joined_channel: bool,
    pub team_id: Id,
    /// `""` in conversations.
    pub team_type: String,
    pub team_display_name: String,
    pub has_joined_team: bool,
}

/// The channels named in a text as `~name`, each once.
pub fn channel_mentions(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (at, _) in text.match_indices('~') {
        let glued = text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(is_word);
        let rest = text.get(at + 1..).unwrap_or_default();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        if !glued && !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(message: &str) -> Post {
        Post { message: message.into(), file_ids: Some(Vec::new()), ..Post::default() }
    }

    #[test]
    fn the_wire_leaves_out_what_it_should() {
        let json = serde_json::to_value(post("hi")).unwrap();
        let object = json.as_object().unwrap();
        assert_eq!(object.len(), 19);
        for key in ["has_reactions", "remote_id", "is_following", "metadata", "message_source"] {
            assert!(!object.contains_key(key), "{key}");
        }
        assert!(json["participants"].is_null());
        assert_eq!(json["props"], serde_json::json!({}));
        let stored = Post { metadata: Some(PostMetadata::default()), remote_id: Some(String::new()), ..post("") };
        assert_eq!(serde_json::to_value(stored).unwrap()["metadata"], serde_json::json!({}));
    }

    #[test]
    fn limits() {
        let refuses = |post: Post, code: Code| {
            assert!(post.validate(MAX_MESSAGE_RUNES).is_err_and(|error| error.is(code)), "{}", code.id);
        };
        assert!(post(&"ü".repeat(MAX_MESSAGE_RUNES)).validate(MAX_MESSAGE_RUNES).is_ok());
        refuses(post(&"x".repeat(MAX_MESSAGE_RUNES + 1)), codes::MESSAGE_LENGTH);
        refuses(Post { r#type: "nonsense".into(), ..post("") }, codes::TYPE);
        let files = |count: usize| Post { file_ids: Some((0..count).map(|_| Id::random()).collect()), ..post("") };
        assert!(files(10).validate(MAX_MESSAGE_RUNES).is_ok());
        refuses(files(11), codes::FILE_IDS);
        refuses(Post { props: [("a", "x".repeat(MAX_PROPS_RUNES))].into_iter().collect(), ..post("") }, codes::PROPS);
    }

    #[test]
    fn lists() {
        let post = |id: Id| Post { id, ..post("") };
        let (one, two) = (Id::random(), Id::random());
        let mut list = PostList::of(vec![post(one)]);
        list.add_context([post(one), post(two)]);
        assert_eq!((list.order.len(), list.posts.len()), (1, 2));
        let json = serde_json::to_value(PostSearchResults { list, matches: None }).unwrap();
        assert!(json["matches"].is_null() && json.get("has_next").is_none());
        assert_eq!(json["next_post_id"], "");
    }

    #[test]
    fn texts_of_attachments() {
        let attachments =
            serde_json::json!([{"title": "t", "pretext": "p", "text": "x", "fields": [{"value": "v"}, {"value": 1}]}]);
        let post = Post { props: [("attachments", attachments)].into_iter().collect(), ..post("m") };
        assert_eq!(post.texts(), ["m", "p", "x", "v"]);
    }

    #[test]
    fn channels_in_a_text() {
        assert_eq!(channel_mentions("see ~hall-1, ~hall-1 and (~cave_2). a~no ~ ~"), ["hall-1", "cave_2"]);
    }
}
