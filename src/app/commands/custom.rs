//! Asking the program behind a command.

use super::execute::Run;
use crate::app::App;
use crate::app::webhooks::patience;
use crate::events::Change;
use crate::model::channels::ChannelType;
use crate::model::commands::{CommandResponse, GET, LaterAnswer};
use crate::model::errors::{Result, integrations as codes};
use crate::model::integrations::Command;
use crate::model::posts::channel_mentions;
use crate::model::users::{is_valid_username, normalize_username};
use crate::model::{Id, now};
use crate::outbound::calls::{ProgramAnswer, ProgramCall};
use crate::store;

const FORM: &str = "application/x-www-form-urlencoded";
/// The most names in the words of a command that are looked up, of people and of channels.
const MOST_NAMES: usize = 50;

impl App {
    pub(super) async fn command_named(&self, team: Id, trigger: &str) -> Result<Option<Command>> {
        let trigger = trigger.to_owned();
        self.store.read(move |conn| store::integrations::command_by_trigger(conn, team, &trigger)).await
    }

    pub(super) async fn run_custom(&self, run: &Run<'_>, command: Command) -> Result<CommandResponse> {
        let snapshot = self.config.snapshot();
        let site_url = &snapshot.effective.service.site_url;
        if site_url.is_empty() {
            return codes::COMMAND_SITE_URL.err();
        }
        let trigger = self.issue_trigger(run.grant.actor().id()).await?;
        let fields = self.fields(run, &command, site_url, &trigger.signed).await?;
        let answer = self.web.call(asking(&command, fields, patience(&snapshot.effective))).await;
        let answer = answer.map_err(|why| codes::COMMAND_FAILED.with(&[&command.trigger, &why.in_public()]))?;
        let mut answer = understood(&command, &answer)?;
        answer.trigger_id = trigger.id.to_string();
        self.say_answer(run, &command, &answer, true).await?;
        Ok(answer)
    }

    /// What the program is told.
    async fn fields(
        &self,
        run: &Run<'_>,
        command: &Command,
        site_url: &str,
        trigger_id: &str,
    ) -> Result<Vec<(&'static str, String)>> {
        let (actor, channel) = (run.grant.actor(), run.grant.channel());
        let later = LaterAnswer {
            id: Id::random(),
            command_id: command.id,
            user_id: actor.id(),
            channel_id: channel.id,
            root_id: run.root,
        };
        let mut fields = vec![
            ("token", command.token.clone()),
            ("team_id", command.team_id.to_string()),
            ("team_domain", run.team.name.clone()),
            ("channel_id", channel.id.to_string()),
            ("channel_name", channel.name.clone()),
            ("user_id", actor.id().to_string()),
            ("user_name", actor.user().username.clone()),
            ("command", format!("/{}", command.trigger)),
            ("text", run.words.to_owned()),
            ("trigger_id", trigger_id.to_owned()),
            ("root_id", run.root.to_string()),
            ("response_url", format!("{}/hooks/commands/{}", site_url.trim_end_matches('/'), later.id)),
        ];
        fields.extend(self.named_in(run).await?);
        self.store
            .write(move |tx| {
                store::integrations::await_answer(tx, &later, now())?;
                Ok(Change::silent((), "nobody but the program learns the address"))
            })
            .await?;
        Ok(fields)
    }

    /// The members of the team and its public channels that the words name.
    async fn named_in(&self, run: &Run<'_>) -> Result<Vec<(&'static str, String)>> {
        let people: Vec<String> = people_in(run.words).into_iter().take(MOST_NAMES).collect();
        let channels = channel_mentions(run.words).into_iter().take(MOST_NAMES);
        let channels: Vec<String> = channels.map(str::to_owned).collect();
        if people.is_empty() && channels.is_empty() {
            return Ok(Vec::new());
        }
        let team = run.team.id;
        self.store
            .read(move |conn| {
                let candidates: Vec<String> = people.iter().flat_map(|name| spellings(name)).collect();
                let found = store::users::by_usernames(conn, &candidates)?;
                let ids: Vec<Id> = found.iter().map(|user| user.id).collect();
                let members = store::teams::members_among(conn, team, &ids)?;
                let named = found.into_iter().filter(|user| members.contains(&user.id));
                let mut fields: Vec<(&'static str, String)> = Vec::new();
                for user in named {
                    fields.push(("user_mentions", user.username));
                    fields.push(("user_mentions_ids", user.id.to_string()));
                }
                let open = store::channels::by_names(conn, team, &channels)?.into_iter();
                for channel in open.filter(|c| c.r#type == ChannelType::Open && !c.is_archived()) {
                    fields.push(("channel_mentions", channel.name));
                    fields.push(("channel_mentions_ids", channel.id.to_string()));
                }
                Ok(fields)
            })
            .await
    }
}

/// The names after an `@`, each once.
fn people_in(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let glued = text.get(..at).and_then(|t| t.chars().next_back()).is_some_and(|c| c.is_alphanumeric() || c == '_');
        let rest = text.get(at + 1..).unwrap_or_default();
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))).unwrap_or(rest.len());
        let name = normalize_username(rest.get(..end).unwrap_or_default());
        if !glued && !names.contains(&name) && (is_valid_username(&name) || name.ends_with(['.', '-', '_'])) {
            names.push(name);
        }
    }
    names
}

/// The name as it stands, and without the punctuation at its end that may be the sentence's.
fn spellings(name: &str) -> Vec<String> {
    let trimmed = name.trim_end_matches(['.', '-', '_']);
    let mut all = vec![name.to_owned()];
    all.extend((trimmed.len() < name.len() && !trimmed.is_empty()).then(|| trimmed.to_owned()));
    all
}

fn asking(command: &Command, fields: Vec<(&'static str, String)>, timeout: std::time::Duration) -> ProgramCall {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let by_get = command.method == GET;
    let joint = if command.url.contains('?') { '&' } else { '?' };
    let url = if by_get { format!("{}{joint}{form}", command.url) } else { command.url.clone() };
    let (content_type, body) = if by_get { ("", String::new()) } else { (FORM, form) };
    ProgramCall { url, by_get, content_type, body: body.into(), token: Some(command.token.clone()), timeout }
}

fn understood(command: &Command, answer: &ProgramAnswer) -> Result<CommandResponse> {
    if answer.status != 200 {
        return Err(codes::COMMAND_FAILED_RESP.with(&[&command.trigger, &answer.status]));
    }
    let understood = CommandResponse::from_answer(&answer.content_type, &answer.body);
    understood.map_err(|_| codes::COMMAND_FAILED.with(&[&command.trigger, &"its program's answer can't be read"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_in_the_words() {
        assert_eq!(people_in("@Ann, a@ben @cid. @ann (@dot_)"), ["ann", "cid.", "dot_"]);
        assert_eq!(spellings("cid."), ["cid.", "cid"]);
        assert_eq!(spellings("ann"), ["ann"]);
    }
}
