//! Commands about how one appears, and what one sees.

use crate::app::App;
use crate::app::commands::execute::Run;
use crate::auth::UserGrant;
use crate::auth::users::EditOwn;
use crate::events::preferences::PreferenceEvent;
use crate::events::{Change, Json};
use crate::model::commands::CommandResponse;
use crate::model::emoji;
use crate::model::errors::Result;
use crate::model::preferences::{Preference, categories};
use crate::model::statuses::{CustomStatus, StatusInput};
use crate::store;

/// The emoji of a custom status that begins with none.
const WORDS: &str = "speech_balloon";

/// The emoji at the beginning of a text, by its name or itself, and the rest.
fn custom(words: &str) -> CustomStatus {
    let words = words.trim();
    let status = |emoji: &str, text: &str| CustomStatus {
        emoji: emoji.to_owned(),
        text: text.trim().to_owned(),
        ..CustomStatus::default()
    };
    let named = words.strip_prefix(':').and_then(|rest| rest.split_once(':'));
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+-".contains(&b));
    if let Some((name, text)) = named.filter(|(name, _)| is_name(name)) {
        return status(name, text);
    }
    let (first, text) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let plain: String = first.chars().filter(|c| !('\u{1f3fb}'..='\u{1f3ff}').contains(c)).collect();
    let known = emojis::get(first).or_else(|| emojis::get(&plain));
    let name = known.and_then(|emoji| emoji.shortcodes().find(|name| emoji::is_system(name)));
    name.map_or_else(|| status(WORDS, words), |name| status(name, text))
}

impl App {
    async fn oneself(&self, run: &Run<'_>) -> Result<UserGrant<EditOwn>> {
        let actor = run.grant.actor();
        self.auth.user(actor.clone(), actor.id()).await
    }

    /// `/away`, `/dnd`, `/offline`, `/online`.
    pub(super) async fn run_presence(&self, run: &Run<'_>) -> Result<CommandResponse> {
        let grant = self.oneself(run).await?;
        let user_id = grant.user().id.to_string();
        self.set_status(grant, StatusInput { user_id, status: run.trigger.to_owned(), dnd_end_time: 0 }).await?;
        Ok(CommandResponse::ephemeral(match run.trigger {
            "dnd" => "You are not disturbed by notifications now, until you choose another status.".to_owned(),
            status => format!("You are {status} now."),
        }))
    }

    /// `/status`.
    pub(super) async fn run_custom_status(&self, run: &Run<'_>) -> Result<CommandResponse> {
        let grant = self.oneself(run).await?;
        if run.words.trim() == "clear" {
            self.clear_custom_status(grant).await?;
            return Ok(CommandResponse::ephemeral("Your custom status is cleared."));
        }
        let status = custom(run.words);
        let said = format!("Your status is :{}: {}", status.emoji, status.text);
        self.set_custom_status(grant, status).await?;
        Ok(CommandResponse::ephemeral(said))
    }

    /// `/collapse` and `/expand`.
    pub(super) async fn run_collapse(&self, run: &Run<'_>, collapsed: bool) -> Result<CommandResponse> {
        let user = run.grant.actor().id();
        let value = if collapsed { "true" } else { "false" };
        let preference = Preference::new(user, categories::DISPLAY_SETTINGS, "collapse_previews", value.to_owned());
        self.store
            .write(move |tx| {
                store::preferences::save(tx, std::slice::from_ref(&preference))?;
                Ok(Change::emit((), PreferenceEvent::Toggled { user, preference: Json::of(&preference) }))
            })
            .await?;
        Ok(CommandResponse::ephemeral(match collapsed {
            true => "Pictures are folded up from now on.",
            false => "Pictures are shown from now on.",
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_statuses() {
        let parts = |words: &str| {
            let CustomStatus { emoji, text, .. } = custom(words);
            (emoji, text)
        };
        let pair = |emoji: &str, text: &str| (emoji.to_owned(), text.to_owned());
        assert_eq!(parts(":tada: at a party"), pair("tada", "at a party"));
        assert_eq!(parts("just words"), pair(WORDS, "just words"));
        assert_eq!(parts("\u{1F3E0} home"), pair("house", "home"));
        assert_eq!(parts(""), pair(WORDS, ""));
        assert_eq!(parts("12:30: lunch"), pair(WORDS, "12:30: lunch"));
    }
}
