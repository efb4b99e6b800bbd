//! Slash commands: what clients and programs say of them (posts-and-limits.md §15; recorded answers of
//! `integrations/command-*` and `integrations/custom-command-*`).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::errors::integrations as codes;
use super::id::Id;
use super::integrations::{Command, is_web_address};
use super::json::{self, DecodeError};
use super::posts::attachments;
use super::text::runes;
use super::{Code, Props, Result};

/// What a client sends to make or change a slash command.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Command")]
pub struct CommandInput {
    pub id: String,
    pub creator_id: String,
    pub team_id: String,
    pub trigger: String,
    pub method: String,
    pub username: String,
    pub icon_url: String,
    pub auto_complete: bool,
    pub auto_complete_desc: String,
    pub auto_complete_hint: String,
    pub display_name: String,
    pub description: String,
    pub url: String,
}

/// How many further answers one answer of a program brings at most.
const MOST_EXTRA: usize = 50;

/// How a program is asked by GET.
pub const GET: &str = "G";
/// How a program is asked by POST.
pub const POST: &str = "P";

fn is_trigger(word: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_./-".contains(&byte);
    (1..=128).contains(&word.len()) && !word.starts_with('/') && word.bytes().all(letter)
}

impl Command {
    /// With what a client wants of it.
    pub fn filled(self, input: CommandInput) -> Command {
        Command {
            trigger: input.trigger.to_lowercase(),
            method: input.method,
            username: input.username,
            icon_url: input.icon_url,
            auto_complete: input.auto_complete,
            auto_complete_desc: input.auto_complete_desc,
            auto_complete_hint: input.auto_complete_hint,
            display_name: input.display_name,
            description: input.description,
            url: input.url,
            ..self
        }
    }

    /// Checks what people write into it (posts-and-limits.md §8).
    pub fn validate(&self) -> Result<()> {
        let rest = runes(&self.username) <= 64
            && [&self.icon_url, &self.auto_complete_desc, &self.auto_complete_hint]
                .iter()
                .all(|text| runes(text) <= 1024);
        let checks: [(bool, Code); 7] = [
            (is_trigger(&self.trigger), codes::COMMAND_TRIGGER),
            ((1..=1024).contains(&self.url.len()), codes::COMMAND_URL),
            (is_web_address(&self.url), codes::COMMAND_URL_HTTP),
            (matches!(self.method.as_str(), GET | POST), codes::COMMAND_METHOD),
            (runes(&self.display_name) <= 64, codes::COMMAND_DISPLAY_NAME),
            (runes(&self.description) <= 128, codes::COMMAND_DESCRIPTION),
            (rest, codes::COMMAND_TEXTS),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, code)| code.err())
    }
}

/// What a client sends to run a command.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CommandArgs {
    /// Where.
    pub channel_id: String,
    /// The team it is run in, where the channel is in none.
    pub team_id: String,
    /// The thread it is run in.
    pub root_id: String,
    /// The command: `/trigger words`.
    pub command: String,
}

impl CommandArgs {
    /// The trigger without its slash, in lower case, and the words after it.
    pub fn split(&self) -> (String, &str) {
        let (trigger, words) = self.command.split_once(char::is_whitespace).unwrap_or((&self.command, ""));
        (trigger.trim_start_matches('/').to_lowercase(), words)
    }
}

/// Shown to everybody in the channel.
pub const IN_CHANNEL: &str = "in_channel";
/// Shown to whoever ran the command; also what `""` means.
pub const EPHEMERAL: &str = "ephemeral";

/// What comes of a command.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandResponse {
    /// [`IN_CHANNEL`], [`EPHEMERAL`] or `""`; anything else is shown to nobody.
    pub response_type: String,
    /// What is said.
    pub text: String,
    /// The name to show over it.
    pub username: String,
    /// Another channel to say it in.
    pub channel_id: String,
    /// The picture to show beside it.
    pub icon_url: String,
    /// Type of the post.
    pub r#type: String,
    /// Further props.
    pub props: Option<Map<String, Value>>,
    /// Where the client goes.
    pub goto_location: String,
    /// By which a dialog is opened for whoever ran the command.
    pub trigger_id: String,
    /// Whether Slack's marks stay as they are.
    pub skip_slack_parsing: bool,
    /// Message attachments.
    pub attachments: Option<Vec<Value>>,
    /// What else is said.
    pub extra_responses: Option<Vec<CommandResponse>>,
}

impl CommandResponse {
    /// Words for whoever ran the command.
    pub fn ephemeral(text: impl Into<String>) -> CommandResponse {
        CommandResponse { response_type: EPHEMERAL.to_owned(), text: text.into(), ..CommandResponse::default() }
    }

    /// Words for everybody in the channel.
    pub fn in_channel(text: impl Into<String>) -> CommandResponse {
        CommandResponse { response_type: IN_CHANNEL.to_owned(), text: text.into(), ..CommandResponse::default() }
    }

    /// Sends the client somewhere.
    pub fn goes_to(location: String) -> CommandResponse {
        CommandResponse { goto_location: location, ..CommandResponse::default() }
    }

    /// What a program answered: JSON where it says so, else plain words.
    ///
    /// # Errors
    /// When it is no such JSON.
    pub fn from_answer(content_type: &str, body: &[u8]) -> Result<CommandResponse, DecodeError> {
        if content_type != "application/json" {
            let text = json::without_nul(String::from_utf8_lossy(body).into_owned());
            return Ok(CommandResponse { text, ..CommandResponse::default() });
        }
        let mut answer: CommandResponse = json::decode(body)?;
        answer.normalize();
        if let Some(extra) = &mut answer.extra_responses {
            extra.truncate(MOST_EXTRA);
        }
        for extra in answer.extra_responses.iter_mut().flatten() {
            extra.normalize();
            extra.extra_responses = None;
        }
        Ok(answer)
    }

    /// Brings attachments into the form in which they are shown; the values of fields become texts.
    fn normalize(&mut self) {
        let Some(list) = self.attachments.take() else { return };
        let mut props: Props = [(attachments::ATTACHMENTS, Value::Array(list))].into_iter().collect();
        attachments::normalize(&mut props);
        attachments::stringify(&mut props);
        self.attachments = match props.0.remove(attachments::ATTACHMENTS) {
            Some(Value::Array(list)) => Some(list),
            _ => None,
        };
    }
}

/// An address to which the program of a command may answer later.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LaterAnswer {
    pub id: Id,
    pub command_id: Id,
    /// Whoever ran the command.
    pub user_id: Id,
    pub channel_id: Id,
    pub root_id: Id,
}

/// How long a program may answer later, in milliseconds.
pub const LATER_FOR: i64 = 30 * 60 * 1000;
/// How often.
pub const LATER_TIMES: i32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_run() {
        let split = |command: &str| {
            let args = CommandArgs { command: command.to_owned(), ..CommandArgs::default() };
            let (trigger, words) = args.split();
            (trigger, words.to_owned())
        };
        assert_eq!(split("/ME waves  twice"), ("me".into(), "waves  twice".into()));
        assert_eq!(split("/code a\n b"), ("code".into(), "a\n b".into()));
        assert_eq!(split("/code\na"), ("code".into(), "a".into()));
        assert_eq!(split("/"), (String::new(), String::new()));
    }

    #[test]
    fn answers_of_programs() {
        let json = |body: &str| CommandResponse::from_answer("application/json", body.as_bytes());
        let said =
            json(r#"{"text": "a", "extra_responses": [{"text": "b"}], "attachments": [{"text": "c"}]}"#).unwrap();
        assert_eq!((said.text.as_str(), said.response_type.as_str()), ("a", ""));
        assert_eq!(said.attachments.unwrap()[0]["footer"], "");
        assert!(json("").is_err() && json("[]").is_err() && json(r#"{"text": 5}"#).is_err());
        assert_eq!(CommandResponse::from_answer("text/plain", b"{}").unwrap().text, "{}");
    }
}
