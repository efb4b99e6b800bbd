//! What other programs do here: webhooks, slash commands, applications that log people in (permissions.md §5
//! "Integrations"; recorded answers of `integrations/*`).

use serde::Serialize;

use super::id::Id;
use super::json::is_zero;
use super::time::TimeMs;

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
