//! Commands that only say something.

use std::time::Duration;

use crate::app::App;
use crate::app::commands::answer;
use crate::app::commands::execute::Run;
use crate::auth::ChannelGrant;
use crate::auth::channels::RunCommand;
use crate::config::Settings;
use crate::model::commands::CommandResponse;
use crate::model::errors::Result;
use crate::model::{Id, Props};

/// The most seconds that `/echo` waits.
const LATEST_ECHO: u64 = 10_000;

pub(super) fn me(words: &str) -> CommandResponse {
    CommandResponse { r#type: "me".to_owned(), ..CommandResponse::in_channel(format!("*{words}*")) }
}

pub(super) fn shrug(words: &str) -> CommandResponse {
    let shrug = r"¯\\\_(ツ)\_/¯";
    CommandResponse::in_channel(if words.is_empty() { shrug.to_owned() } else { format!("{words} {shrug}") })
}

pub(super) fn code(words: &str) -> CommandResponse {
    if words.is_empty() {
        return CommandResponse::ephemeral("What is to be shown as code? Write it after /code.");
    }
    let lines: Vec<String> = words.split('\n').map(|line| format!("    {line}")).collect();
    CommandResponse { skip_slack_parsing: true, ..CommandResponse::in_channel(lines.join("\n")) }
}

pub(super) fn help(settings: &Settings) -> CommandResponse {
    let place = match settings.support.help_link.as_str() {
        "" => "Type a slash to see the commands there are.".to_owned(),
        link => format!("Type a slash to see the commands there are. [More help]({link})"),
    };
    CommandResponse::ephemeral(format!("This is {}. {place}", settings.team.site_name))
}

pub(super) fn done_by_clients(trigger: &str) -> CommandResponse {
    CommandResponse::ephemeral(format!("The app that you use has no /{trigger}."))
}

/// What is said, and after how many seconds.
fn echo(words: &str) -> (&str, u64) {
    let seconds = |text: &str| text.trim_matches([' ', '"']).parse::<i64>().ok();
    let in_time = |delay: i64| u64::try_from(delay).unwrap_or(0);
    if let Some((said, after)) = words.strip_prefix('"').and_then(|rest| rest.rsplit_once('"')) {
        return (said, seconds(after).map_or(0, in_time));
    }
    match words.rsplit_once(' ').and_then(|(said, last)| Some((said, seconds(last)?))) {
        Some((said, delay)) => (said, in_time(delay)),
        None => (words, 0),
    }
}

impl App {
    /// `/echo`: the post comes by itself, also while whoever said it waits for the answer.
    pub(super) fn run_echo(&self, run: &Run<'_>) -> Result<CommandResponse> {
        if run.words.is_empty() {
            return Ok(CommandResponse::ephemeral("What is to be said? Write it after /echo."));
        }
        let (said, delay) = echo(run.words);
        if delay > LATEST_ECHO {
            return Ok(CommandResponse::ephemeral(format!("An echo comes within {LATEST_ECHO} seconds.")));
        }
        let Ok(room) = self.echoes.0.clone().try_acquire_owned() else {
            return Ok(CommandResponse::ephemeral("Too many echoes are on their way. Please try again later."));
        };
        let (app, said) = (self.clone(), said.to_owned());
        let (user, channel, root) = (run.grant.actor().id(), run.grant.channel().id, run.root);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(delay)).await;
            if let Err(error) = app.say_echo(user, channel, root, said).await {
                tracing::warn!(%error, %channel, "an echo was not said");
            }
            drop(room);
        });
        Ok(CommandResponse::default())
    }

    async fn say_echo(&self, user: Id, channel: Id, root: Id, said: String) -> Result<()> {
        let Some(actor) = self.auth.actor_for(user).await? else { return Ok(()) };
        let grant: ChannelGrant<RunCommand> = self.auth.channel(actor, channel).await?;
        if grant.channel().is_archived() {
            return Ok(());
        }
        self.say(&grant, answer::words(&grant, root, said, String::new(), Props::default())).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_echo_says_and_when() {
        assert_eq!(echo("one two"), ("one two", 0));
        assert_eq!(echo("one two 3"), ("one two", 3));
        assert_eq!(echo("\"one two\" 3"), ("one two", 3));
        assert_eq!(echo("\"one 4\""), ("one 4", 0));
        assert_eq!(echo("later -5"), ("later", 0));
        assert_eq!(echo("7"), ("7", 0));
    }

    #[test]
    fn code_is_indented() {
        assert_eq!(code("a\nb").text, "    a\n    b");
        assert_eq!(shrug("well").text, r"well ¯\\\_(ツ)\_/¯");
    }
}
