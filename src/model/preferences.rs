//! Preferences: small settings that clients keep on the server (posts-and-limits.md §10).

use serde::{Deserialize, Serialize};

use super::errors::preferences as codes;
use super::id::Id;
use super::json::{StringMap, id_or_none};
use super::text::{is_hex_colour, runes};
use super::{Code, Result};

/// Categories that mean something to the server.
#[expect(missing_docs, reason = "the values are the wire's; posts-and-limits.md §10 says what they hold")]
pub mod categories {
    pub const DIRECT_CHANNEL_SHOW: &str = "direct_channel_show";
    pub const GROUP_CHANNEL_SHOW: &str = "group_channel_show";
    pub const FAVORITE_CHANNEL: &str = "favorite_channel";
    pub const FLAGGED_POST: &str = "flagged_post";
    pub const DISPLAY_SETTINGS: &str = "display_settings";
    pub const SIDEBAR_SETTINGS: &str = "sidebar_settings";
    pub const NOTIFICATIONS: &str = "notifications";
    pub const THEME: &str = "theme";
    pub const CUSTOM_STATUS: &str = "custom_status";
    pub const TUTORIAL_STEP: &str = "tutorial_step";
    pub const RECOMMENDED_NEXT_STEPS: &str = "recommended_next_steps";
    pub const SYSTEM_NOTICE: &str = "system_notice";
    pub const OAUTH_APP: &str = "oauth_app";
}

/// Most preferences in one request.
pub const BATCH_LIMIT: usize = 100;

/// One setting; user, category and name together are its key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preference {
    /// Whose.
    #[serde(deserialize_with = "id_or_none")]
    pub user_id: Id,
    /// 1 to 32 characters.
    pub category: String,
    /// At most 32 characters.
    pub name: String,
    /// At most 20,000 code points, whatever they mean.
    pub value: String,
}

impl Preference {
    /// A setting.
    pub fn new(user_id: Id, category: &str, name: &str, value: impl Into<String>) -> Preference {
        Preference { user_id, category: category.to_owned(), name: name.to_owned(), value: value.into() }
    }

    /// Checks it and brings it into the form that is stored: the colours of a theme are made sure of.
    pub fn accepted(mut self) -> Result<Preference> {
        let checks: [(bool, Code); 4] = [
            ((1..=32).contains(&self.category.len()), codes::CATEGORY),
            (self.name.len() <= 32, codes::NAME),
            (runes(&self.value) <= 20_000, codes::VALUE),
            (self.limit_is_sensible(), codes::LIMIT_VISIBLE),
        ];
        if let Some((_, code)) = checks.into_iter().find(|(holds, _)| !holds) {
            return code.err();
        }
        if self.category == categories::THEME {
            self.value = with_sure_colours(&self.value).unwrap_or(self.value);
        }
        Ok(self)
    }

    fn limit_is_sensible(&self) -> bool {
        let is_limit = self.category == categories::SIDEBAR_SETTINGS && self.name == "limit_visible_dms_gms";
        !is_limit || self.value.parse::<u8>().is_ok_and(|limit| (1..=40).contains(&limit))
    }
}

/// A theme in which everything that is not a colour became white; `None` if the text is no theme, which is accepted.
fn with_sure_colours(theme: &str) -> Option<String> {
    let mut theme: StringMap = serde_json::from_str(theme).ok()?;
    for (key, value) in &mut theme {
        let is_name = matches!(key.as_str(), "type" | "image" | "codeTheme");
        if !is_name && !is_hex_colour(value) {
            "#ffffff".clone_into(value);
        }
    }
    serde_json::to_string(&theme).ok()
}

/// The settings that are written for a new user.
pub fn for_new_user(user_id: Id) -> [Preference; 3] {
    [
        Preference::new(user_id, categories::RECOMMENDED_NEXT_STEPS, "hide", "false"),
        Preference::new(user_id, categories::TUTORIAL_STEP, user_id.as_str(), "0"),
        Preference::new(user_id, categories::SYSTEM_NOTICE, "GMasDM", "true"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(category: &str, name: &str, value: &str) -> Result<String> {
        Preference::new(Id::NONE, category, name, value).accepted().map(|preference| preference.value)
    }

    #[test]
    fn limits() {
        assert!(accepted(&"c".repeat(32), "", &"v".repeat(20_000)).is_ok());
        assert!(accepted(&"c".repeat(33), "n", "v").is_err_and(|e| e.is(codes::CATEGORY)));
        assert!(accepted("", "n", "v").is_err_and(|e| e.is(codes::CATEGORY)));
        assert!(accepted("c", &"n".repeat(33), "v").is_err_and(|e| e.is(codes::NAME)));
        assert!(accepted("c", "n", &"v".repeat(20_001)).is_err_and(|e| e.is(codes::VALUE)));
    }

    #[test]
    fn visible_conversations() {
        assert!(accepted("sidebar_settings", "limit_visible_dms_gms", "20").is_ok());
        for value in ["0", "41", "x", ""] {
            let refused = accepted("sidebar_settings", "limit_visible_dms_gms", value);
            assert!(refused.is_err_and(|e| e.is(codes::LIMIT_VISIBLE)), "{value}");
        }
    }

    #[test]
    fn themes() {
        let theme = r##"{"sidebarBg":"#145dbf","type":"custom","bad":"javascript:x","short":"#fff"}"##;
        let stored = accepted("theme", "", theme).unwrap();
        assert_eq!(stored, r##"{"bad":"#ffffff","short":"#fff","sidebarBg":"#145dbf","type":"custom"}"##);
        assert_eq!(accepted("theme", "", "no json").unwrap(), "no json");
        assert_eq!(accepted("theme", "", r#"{"a": 1}"#).unwrap(), r#"{"a": 1}"#);
    }

    #[test]
    fn names_of_users_fit() {
        let user = Id::random();
        assert!(for_new_user(user).into_iter().all(|preference| preference.accepted().is_ok()));
    }
}
