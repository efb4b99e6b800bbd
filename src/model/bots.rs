//! Bots: accounts of programs (auth.md §7).

use serde::{Deserialize, Serialize};

use super::errors::bots as codes;
use super::id::Id;
use super::json::{is_zero, patch_fields};
use super::text::runes;
use super::time::TimeMs;
use super::users::{User, is_valid_username, normalize_username};
use super::{Code, Result};

/// The name of the bot in whose name the server speaks to people.
pub const SYSTEM_BOT: &str = "system-bot";

/// A bot, joined with its user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Bot {
    /// Its user.
    pub user_id: Id,
    /// Name of the user.
    pub username: String,
    /// First name of the user; left out when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub display_name: String,
    /// What it does; left out when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The user who made it, or the id of a plugin.
    pub owner_id: String,
    /// When its icon changed; left out when never.
    #[serde(skip_serializing_if = "is_zero")]
    pub last_icon_update: TimeMs,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was disabled.
    pub delete_at: TimeMs,
}

/// What a client sends to make or change a bot; missing and `null` mean unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Bot")]
pub struct BotPatch {
    pub username: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
}

impl Bot {
    /// The bot with the patch applied, not yet checked.
    pub fn patched(&self, patch: &BotPatch) -> Bot {
        let mut bot = self.clone();
        patch_fields!(bot, patch: username, display_name, description);
        bot.username = normalize_username(&bot.username);
        bot
    }

    /// Checks the fields in the reference's order. A display name that does not fit the user is refused as `user_id`.
    pub fn validate(&self) -> Result<()> {
        let checks: [(bool, Code); 4] = [
            (is_valid_username(&self.username) && !self.username.ends_with('.'), codes::USERNAME),
            (runes(&self.display_name) <= 64, codes::USER_ID),
            (runes(&self.description) <= 1024, codes::DESCRIPTION),
            (!self.owner_id.is_empty(), codes::OWNER_ID),
        ];
        let broken = checks.into_iter().find(|(holds, _)| !holds);
        broken.map_or(Ok(()), |(_, code)| code.err())
    }

    /// The user of a new bot, not yet normalised: no password, an address that receives nothing.
    pub fn new_user(&self) -> User {
        User {
            id: self.user_id,
            username: self.username.clone(),
            email: format!("{}@localhost", self.username),
            first_name: self.display_name.clone(),
            roles: super::roles::SYSTEM_USER.to_owned(),
            is_bot: true,
            bot_description: self.description.clone(),
            ..User::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bot(username: &str) -> Bot {
        Bot { username: username.into(), owner_id: "x".repeat(26), ..Bot::default() }
    }

    #[test]
    fn limits() {
        assert!(bot("helper").validate().is_ok());
        for name in ["", "No Spaces", "ends.", &"u".repeat(65)] {
            assert!(bot(name).validate().is_err_and(|e| e.is(codes::USERNAME)), "{name}");
        }
        let long = Bot { display_name: "d".repeat(65), ..bot("b") };
        assert!(long.validate().is_err_and(|e| e.is(codes::USER_ID)));
        let long = Bot { description: "d".repeat(1025), ..bot("b") };
        assert!(long.validate().is_err_and(|e| e.is(codes::DESCRIPTION)));
    }

    #[test]
    fn empty_texts_are_left_out() {
        let json = serde_json::to_value(bot("helper")).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 6);
        assert_eq!(bot("helper").new_user().email, "helper@localhost");
    }
}
