//! What other programs do here: webhooks, slash commands, applications that log people in (permissions.md §5
//! "Integrations"; recorded answers of `integrations/*`).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::errors::integrations as codes;
use super::id::Id;
use super::json::is_zero;
use super::posts::Priority;
use super::text::runes;
use super::time::TimeMs;
use super::users::is_valid_username;
use super::{Code, Result};

/// A webhook by which a program posts into a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct IncomingHook {
    pub id: Id,
    pub create_at: TimeMs,
    pub update_at: TimeMs,
    pub delete_at: TimeMs,
    /// Whoever made it, in whose name it posts.
    pub user_id: Id,
    pub channel_id: Id,
    pub team_id: Id,
    pub display_name: String,
    pub description: String,
    /// The name that its posts show.
    pub username: String,
    /// The picture that its posts show.
    pub icon_url: String,
    /// Whether it posts into its channel alone.
    pub channel_locked: bool,
}

impl IncomingHook {
    /// Checks what people write into it (posts-and-limits.md §8).
    pub fn validate(&self) -> Result<()> {
        let checks: [(bool, Code); 4] = [
            (self.username.is_empty() || is_valid_username(&self.username), codes::HOOK_USERNAME),
            (runes(&self.display_name) <= 64, codes::HOOK_DISPLAY_NAME),
            (runes(&self.description) <= 500, codes::HOOK_DESCRIPTION),
            (self.icon_url.len() <= 1024, codes::HOOK_ICON_URL),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, code)| code.err())
    }
}

/// What a client sends to make or change an incoming webhook.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of IncomingHook")]
pub struct IncomingHookInput {
    pub id: String,
    pub user_id: String,
    pub channel_id: String,
    pub team_id: String,
    pub display_name: String,
    pub description: String,
    pub username: String,
    pub icon_url: String,
    pub channel_locked: bool,
}

/// What a program says by an incoming webhook.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HookCall {
    /// The text.
    #[serde(deserialize_with = "text_or_null")]
    pub text: String,
    /// The name to show instead of the webhook's.
    #[serde(deserialize_with = "text_or_null")]
    pub username: String,
    /// The picture to show instead of the webhook's.
    #[serde(deserialize_with = "text_or_null")]
    pub icon_url: String,
    /// Name of an emoji to show as the picture.
    #[serde(deserialize_with = "text_or_null")]
    pub icon_emoji: String,
    /// Name of another channel of the team, `#` before it or not; `@name` for a direct message.
    #[serde(deserialize_with = "text_or_null")]
    pub channel: String,
    /// Type of the post.
    #[serde(deserialize_with = "text_or_null")]
    pub r#type: String,
    /// Further props.
    pub props: Option<Map<String, Value>>,
    /// Message attachments.
    pub attachments: Option<Vec<Option<Map<String, Value>>>>,
    /// Priority of the post.
    pub priority: Option<Priority>,
}

fn text_or_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}

/// A webhook by which a program hears what is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OutgoingHook {
    pub id: Id,
    /// The secret by which the program knows this server; whoever may read the hook may read it.
    pub token: String,
    pub create_at: TimeMs,
    pub update_at: TimeMs,
    pub delete_at: TimeMs,
    pub creator_id: Id,
    /// `""` for all public channels of the team.
    pub channel_id: Id,
    pub team_id: Id,
    pub trigger_words: Option<Vec<String>>,
    /// 0 for a message whose first word is one of them, 1 for one that begins with one.
    pub trigger_when: i32,
    pub callback_urls: Option<Vec<String>>,
    pub display_name: String,
    pub description: String,
    pub content_type: String,
    pub username: String,
    pub icon_url: String,
}

/// What a client sends to make or change an outgoing webhook.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of OutgoingHook")]
pub struct OutgoingHookInput {
    pub id: String,
    pub token: String,
    pub creator_id: String,
    pub channel_id: String,
    pub team_id: String,
    pub trigger_words: Option<Vec<String>>,
    pub trigger_when: i64,
    pub callback_urls: Option<Vec<String>>,
    pub display_name: String,
    pub description: String,
    pub content_type: String,
    pub username: String,
    pub icon_url: String,
}

/// How long a list of texts may be, with a character between them and one at each end.
const MAX_LIST: usize = 1024;

fn fits(list: Option<&[String]>) -> bool {
    let list = list.unwrap_or_default();
    list.iter().map(String::len).sum::<usize>() + list.len().saturating_sub(1) + 2 <= MAX_LIST
}

/// Whether a text is the address of a web page.
pub fn is_web_address(text: &str) -> bool {
    let begins = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
    begins && url::Url::parse(text).is_ok_and(|url| url.has_host())
}

impl OutgoingHook {
    /// Checks what people write into it (posts-and-limits.md §8).
    pub fn validate(&self) -> Result<()> {
        let (words, urls) = (self.trigger_words.as_deref(), self.callback_urls.as_deref());
        let checks: [(bool, Code); 9] = [
            (fits(words), codes::OUTGOING_WORDS),
            (!words.unwrap_or_default().iter().any(String::is_empty), codes::OUTGOING_WORD),
            (fits(urls), codes::OUTGOING_CALLBACK),
            (urls.unwrap_or_default().iter().all(|url| is_web_address(url)), codes::OUTGOING_URL),
            (runes(&self.display_name) <= 64, codes::OUTGOING_DISPLAY_NAME),
            (runes(&self.description) <= 500, codes::OUTGOING_DESCRIPTION),
            (self.content_type.len() <= 128 && (0..=1).contains(&self.trigger_when), codes::OUTGOING_CONTENT_TYPE),
            (runes(&self.username) <= 64, codes::OUTGOING_USERNAME),
            (self.icon_url.len() <= 1024, codes::OUTGOING_ICON_URL),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, code)| code.err())
    }

    /// Whether both would be called at the same address for the same word of the same channel.
    pub fn overlaps(&self, other: &OutgoingHook) -> bool {
        let common = |ours: &Option<Vec<String>>, theirs: &Option<Vec<String>>| {
            let theirs = theirs.as_deref().unwrap_or_default();
            ours.iter().flatten().any(|text| theirs.contains(text))
        };
        self.channel_id == other.channel_id
            && common(&self.trigger_words, &other.trigger_words)
            && common(&self.callback_urls, &other.callback_urls)
    }

    /// The word by which something said in a channel triggers it, `""` where everything does; `None` if it does not.
    pub fn trigger(&self, channel: Id, first_word: &str) -> Option<&str> {
        let words = self.trigger_words.as_deref().unwrap_or_default();
        let here = self.channel_id == channel;
        if here && words.is_empty() {
            return Some("");
        }
        let fires = |word: &&String| match self.trigger_when {
            0 => first_word == word.as_str(),
            _ => first_word.starts_with(word.as_str()),
        };
        let found = words.iter().filter(|word| !first_word.is_empty() && !word.is_empty()).find(fires);
        found.filter(|_| here || self.channel_id.is_none()).map(String::as_str)
    }
}

/// What a program is told when an outgoing webhook is triggered (posts-and-limits.md §15). Forms have the same fields,
/// with the time in seconds.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OutgoingPayload {
    pub token: String,
    pub team_id: Id,
    pub team_domain: String,
    pub channel_id: Id,
    pub channel_name: String,
    /// When it was said, in milliseconds.
    pub timestamp: TimeMs,
    pub user_id: Id,
    pub user_name: String,
    pub post_id: Id,
    pub text: String,
    pub trigger_word: String,
    /// Separated by commas.
    pub file_ids: String,
}

/// What a program says when it was called by an outgoing webhook.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OutgoingAnswer {
    /// The text to post; without one, and without attachments, nothing is posted.
    pub text: Option<String>,
    /// `comment` for an answer in a thread.
    pub response_type: String,
    /// The name to show instead of the webhook's.
    pub username: String,
    /// The picture to show instead of the webhook's.
    pub icon_url: String,
    /// Type of the post.
    pub r#type: String,
    /// Further props.
    pub props: Option<Map<String, Value>>,
    /// Message attachments.
    pub attachments: Option<Vec<Option<Map<String, Value>>>>,
    /// Priority of the post.
    pub priority: Option<Priority>,
}

impl OutgoingAnswer {
    /// The same said by an incoming webhook, if there is anything to post.
    pub fn into_call(self) -> Option<HookCall> {
        let attached = self.attachments.as_ref().is_some_and(|list| !list.is_empty());
        if self.text.is_none() && !attached {
            return None;
        }
        Some(HookCall {
            text: self.text.unwrap_or_default(),
            username: self.username,
            icon_url: self.icon_url,
            r#type: self.r#type,
            props: self.props,
            attachments: self.attachments,
            priority: self.priority,
            ..HookCall::default()
        })
    }
}

/// A slash command that another program answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Command {
    pub id: Id,
    /// The secret by which the program knows this server.
    pub token: String,
    pub create_at: TimeMs,
    pub update_at: TimeMs,
    pub delete_at: TimeMs,
    pub creator_id: Id,
    pub team_id: Id,
    /// The word after the slash.
    pub trigger: String,
    /// `P` or `G`.
    pub method: String,
    pub username: String,
    pub icon_url: String,
    /// Whether it is offered to people who type a slash.
    pub auto_complete: bool,
    pub auto_complete_desc: String,
    pub auto_complete_hint: String,
    pub display_name: String,
    pub description: String,
    pub url: String,
    pub plugin_id: String,
}

impl Command {
    /// What everybody may know of it: how it is used.
    pub fn public(self) -> Command {
        Command {
            token: String::new(),
            creator_id: Id::NONE,
            method: String::new(),
            url: String::new(),
            username: String::new(),
            icon_url: String::new(),
            ..self
        }
    }

    /// What is suggested to somebody who has typed so much, if it is the beginning of this command.
    pub fn suggestion(&self, typed: &str) -> Option<Suggestion> {
        let begins = self.trigger.to_lowercase().starts_with(&typed.to_lowercase());
        begins.then(|| Suggestion {
            complete: self.trigger.clone(),
            suggestion: self.trigger.clone(),
            hint: self.auto_complete_hint.clone(),
            description: self.auto_complete_desc.clone(),
            icon_data: String::new(),
        })
    }
}

/// How a command goes on that somebody is typing. Its keys are written large.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct Suggestion {
    pub complete: String,
    pub suggestion: String,
    pub hint: String,
    pub description: String,
    pub icon_data: String,
}

/// An application that people log in to with their account here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OAuthApp {
    pub id: Id,
    pub creator_id: Id,
    pub create_at: TimeMs,
    pub update_at: TimeMs,
    /// Its password; `""` where it keeps none.
    pub client_secret: String,
    pub name: String,
    pub description: String,
    pub icon_url: String,
    pub callback_urls: Option<Vec<String>>,
    pub homepage: String,
    /// Whether people are not asked whether they want to log in to it.
    pub is_trusted: bool,
    pub mattermost_app_id: String,
    /// Whether it registered itself; left out when not.
    #[serde(skip_serializing_if = "is_zero")]
    pub is_dynamically_registered: bool,
}

impl OAuthApp {
    /// Without its secret.
    pub fn public(self) -> OAuthApp {
        OAuthApp { client_secret: String::new(), ..self }
    }
}
