//! People: what is stored of them, what may be written, the rules that a user record keeps.

mod rules;
mod view;

pub use rules::{
    PasswordRules, is_client_locale, is_reserved_username, is_valid_email, is_valid_locale, is_valid_username,
    normalize_email, normalize_username,
};
pub use view::{Audience, Privacy, Sight, UserView};

use serde::{Deserialize, Serialize};

use super::errors::users as codes;
use super::id::Id;
use super::json::{StringMap, patch_fields, string_map};
use super::roles;
use super::text::{runes, strip_invisible};
use super::time::{TimeMs, now};
use super::{Code, Result};

/// The user prop that holds the custom status, a JSON object in a string (posts-and-limits.md §11).
pub const CUSTOM_STATUS_PROP: &str = "customStatus";

/// [`User::auth_service`] of people whom the organisation's directory knows.
pub const LDAP: &str = "ldap";

/// Locale of people who did not choose one.
pub const DEFAULT_LOCALE: &str = "en";

/// A user as stored. Not serialisable: [`User::view`] says what whom is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct User {
    /// Identifier.
    pub id: Id,
    /// When the account was made.
    pub create_at: TimeMs,
    /// When the record last changed.
    pub update_at: TimeMs,
    /// When the account was deactivated; 0 for active ones.
    pub delete_at: TimeMs,
    /// Lower-case name, unique.
    pub username: String,
    /// Hash of the password in PHC or bcrypt form, `""` for people who log in elsewhere. Never shown.
    pub password: String,
    /// Identity at the login provider; `None` with a password.
    pub auth_data: Option<String>,
    /// `""` (password), `ldap`, `saml`, `gitlab`, `google`, `office365` or `openid`.
    pub auth_service: String,
    /// Lower-case address, unique.
    pub email: String,
    /// Whether the address was proven.
    pub email_verified: bool,
    /// Nickname.
    pub nickname: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Position in the organisation.
    pub position: String,
    /// System roles, space-separated.
    pub roles: String,
    /// Whether product mails are wanted; stored, never acted on.
    pub allow_marketing: bool,
    /// Free properties, [`CUSTOM_STATUS_PROP`] among them.
    pub props: StringMap,
    /// Notification settings; [`default_notify_props`] when empty.
    pub notify_props: StringMap,
    /// When the password last changed.
    pub last_password_update: TimeMs,
    /// When the picture last changed; negative when it is the generated one again (surprises.md, Users).
    pub last_picture_update: TimeMs,
    /// Failed log-ins since the last good one.
    pub failed_attempts: i32,
    /// Language, `""` after a PUT without one.
    pub locale: String,
    /// `useAutomaticTimezone`, `automaticTimezone`, `manualTimezone`; `None` after a PUT without it.
    pub timezone: Option<StringMap>,
    /// Whether log-in asks for a code.
    pub mfa_active: bool,
    /// Base32 secret of the codes. Never shown.
    pub mfa_secret: String,
    /// Time steps of codes already used. Never shown.
    pub mfa_used_timestamps: Vec<String>,
    /// Always `""` or nothing: the mark of a person of another server.
    pub remote_id: Option<String>,
    /// When the user last logged in. Never shown.
    pub last_login: TimeMs,
    /// Whether the account is a bot; joined from `bots`.
    pub is_bot: bool,
    /// The bot's description; joined from `bots`.
    pub bot_description: String,
    /// Who owns the bot, a user's id or a plugin's name; joined from `bots`.
    pub bot_owner: String,
    /// When the bot's icon changed; joined from `bots`.
    pub bot_last_icon_update: TimeMs,
    /// The terms of service accepted last, if any; joined.
    pub terms_of_service_id: Id,
    /// When they were accepted; joined.
    pub terms_of_service_create_at: TimeMs,
}

/// What a client sends to create or replace a user (`POST /users`, `PUT /users/{id}`). Read it with
/// [`super::json::decode`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of User")]
pub struct UserInput {
    pub id: String,
    pub username: String,
    pub email: String,
    pub password: String,
    pub auth_data: Option<String>,
    pub auth_service: String,
    pub email_verified: bool,
    pub nickname: String,
    pub first_name: String,
    pub last_name: String,
    pub position: String,
    pub roles: String,
    pub allow_marketing: bool,
    pub props: Option<StringMap>,
    pub notify_props: Option<StringMap>,
    pub locale: String,
    pub timezone: Option<StringMap>,
    pub remote_id: Option<String>,
    pub is_bot: bool,
    pub bot_description: String,
    pub delete_at: TimeMs,
    pub disable_welcome_email: bool,
}

/// What a client sends to change a user (`PUT /users/{id}/patch`); missing and `null` mean unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of User")]
pub struct UserPatch {
    pub username: Option<String>,
    /// Proof for a change of one's own address; never stored by a patch (surprises.md).
    pub password: Option<String>,
    pub nickname: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub position: Option<String>,
    pub email: Option<String>,
    pub props: Option<StringMap>,
    pub notify_props: Option<StringMap>,
    pub locale: Option<String>,
    pub timezone: Option<StringMap>,
    pub remote_id: Option<String>,
}

/// How somebody logs in through a provider (`PUT /users/{id}/auth`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct UserAuth {
    /// The identity there.
    pub auth_data: Option<String>,
    /// The provider, such as `gitlab`.
    pub auth_service: String,
}

impl User {
    /// The most bytes of [`User::roles`].
    pub const ROLES_MAX: usize = 256;

    /// The user with the patch applied, not yet checked.
    pub fn patched(&self, patch: &UserPatch) -> User {
        let mut user = self.clone();
        patch_fields!(user, patch: username, nickname, first_name, last_name, position, email, props, notify_props, locale);
        if patch.timezone.is_some() {
            user.timezone.clone_from(&patch.timezone);
        }
        if patch.remote_id.is_some() {
            user.remote_id.clone_from(&patch.remote_id);
        }
        user
    }

    /// Brings a record into the form that is stored, new or changed: names without invisible characters, name and
    /// address in lower case, defaults for what is empty. A missing name becomes `a` and an id (surprises.md).
    pub fn normalize(&mut self) {
        if self.username.is_empty() {
            self.username = format!("a{}", Id::random());
        }
        self.username = normalize_username(&strip_invisible(&self.username));
        self.email = normalize_email(&self.email);
        for name in [&mut self.first_name, &mut self.last_name, &mut self.nickname, &mut self.bot_description] {
            *name = strip_invisible(name);
        }
        self.auth_data = self.auth_data.take().filter(|data| !data.is_empty());
        if self.notify_props.is_empty() {
            self.notify_props = default_notify_props();
        } else if let Some(keys) = self.notify_props.get_mut("mention_keys") {
            *keys = keys.split(',').filter(|key| !key.is_empty()).map(str::to_lowercase).collect::<Vec<_>>().join(",");
        }
    }

    /// Fills what only a new record gets: identifier, times, language, time zone. Call [`User::normalize`] as well.
    pub fn begin(&mut self) {
        self.id = self.id.some().unwrap_or_else(Id::random);
        if self.create_at == 0 {
            self.create_at = now();
        }
        self.update_at = self.create_at;
        self.last_password_update = self.create_at;
        self.mfa_active = false;
        if self.locale.is_empty() {
            DEFAULT_LOCALE.clone_into(&mut self.locale);
        }
        self.timezone.get_or_insert_with(default_timezone);
    }

    /// Checks every field, in the reference's order (posts-and-limits.md §8).
    pub fn validate(&self) -> Result<()> {
        self.validate_names()?;
        self.validate_provider()?;
        if !is_valid_locale(&self.locale) {
            return codes::LOCALE.err();
        }
        let timezone = self.timezone.as_ref().filter(|timezone| !timezone.is_empty());
        if timezone.is_some_and(|timezone| runes(&serde_json::to_string(timezone).unwrap_or_default()) > 256) {
            return codes::TIMEZONE_LIMIT.err();
        }
        if self.roles.len() > Self::ROLES_MAX {
            return codes::ROLES_LIMIT.err();
        }
        let status = self.props.get(CUSTOM_STATUS_PROP).filter(|status| !status.is_empty());
        if status.is_some_and(|status| super::statuses::CustomStatus::parse(status).is_none()) {
            return codes::INVALID_PROPERTY.err();
        }
        Ok(())
    }

    fn validate_names(&self) -> Result<()> {
        if !is_valid_username(&self.username) {
            return codes::USERNAME.err();
        }
        if self.email.len() > 128 || !is_valid_email(&self.email) {
            return codes::EMAIL.err();
        }
        let limited: [(&str, usize, Code); 4] = [
            (&self.nickname, 64, codes::NICKNAME),
            (&self.position, 128, codes::POSITION),
            (&self.first_name, 64, codes::FIRST_NAME),
            (&self.last_name, 64, codes::LAST_NAME),
        ];
        let broken = limited.into_iter().find(|(text, limit, _)| runes(text) > *limit);
        broken.map_or(Ok(()), |(_, _, code)| code.err())
    }

    fn validate_provider(&self) -> Result<()> {
        let Some(data) = self.auth_data.as_deref().filter(|data| !data.is_empty()) else { return Ok(()) };
        if data.len() > 128 {
            return codes::AUTH_DATA.err();
        }
        if self.auth_service.is_empty() {
            return codes::AUTH_DATA_TYPE.err();
        }
        if !self.password.is_empty() {
            return codes::AUTH_DATA_PASSWORD.err();
        }
        Ok(())
    }

    /// The system roles, one by one.
    pub fn role_names(&self) -> impl Iterator<Item = &str> {
        self.roles.split_whitespace()
    }

    /// Whether the user is a guest.
    pub fn is_guest(&self) -> bool {
        self.role_names().any(|role| role == roles::SYSTEM_GUEST)
    }

    /// Whether the user administers the system.
    pub fn is_system_admin(&self) -> bool {
        self.role_names().any(|role| role == roles::SYSTEM_ADMIN)
    }

    /// Whether the account is active.
    pub fn is_active(&self) -> bool {
        self.delete_at == 0
    }

    /// Whether the user logs in elsewhere (anything but a password here).
    pub fn is_sso(&self) -> bool {
        !self.auth_service.is_empty() && self.auth_service != "email"
    }

    /// Whether the user logs in by OAuth or OpenID Connect.
    pub fn is_oauth(&self) -> bool {
        matches!(self.auth_service.as_str(), "gitlab" | "google" | "office365" | "openid")
    }

    /// First and last name, as far as given.
    pub fn full_name(&self) -> String {
        let names = [self.first_name.as_str(), self.last_name.as_str()];
        names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// How the user is named where the setting `name_format` says `username`, `nickname_full_name` or `full_name`.
    pub fn display_name(&self, name_format: &str) -> String {
        let wants_nickname = name_format == "nickname_full_name";
        if wants_nickname && !self.nickname.is_empty() {
            return self.nickname.clone();
        }
        let full_name = self.full_name();
        let wants_full_name = wants_nickname || name_format == "full_name";
        if wants_full_name && !full_name.is_empty() { full_name } else { self.username.clone() }
    }

    /// The time zone in force, `""` when none is known.
    pub fn timezone_name(&self) -> &str {
        let Some(timezone) = &self.timezone else { return "" };
        let automatic = timezone.get("useAutomaticTimezone").is_some_and(|value| value == "true");
        let key = if automatic { "automaticTimezone" } else { "manualTimezone" };
        timezone.get(key).map_or("", String::as_str)
    }

    /// The extra words that mention this user: `mention_keys` of the notification settings, blanks left out.
    pub fn mention_keys(&self) -> impl Iterator<Item = &str> {
        let keys = self.notify_props.get("mention_keys").map_or("", String::as_str);
        keys.split(',').map(str::trim).filter(|key| !key.is_empty())
    }

    /// Takes the old name out of `mention_keys` after a change of name.
    pub fn forget_mentions_of(&mut self, old_username: &str) {
        let at_name = format!("@{old_username}");
        let kept: Vec<&str> = self.mention_keys().filter(|key| *key != old_username && *key != at_name).collect();
        let kept = kept.join(",");
        self.notify_props.insert("mention_keys".to_owned(), kept);
    }
}

/// Whether that may stand in `roles` of a user: well-formed names, and `system_admin` never alone.
pub fn are_valid_user_roles(role_names: &str) -> bool {
    let names: Vec<&str> = role_names.split_whitespace().collect();
    names.iter().all(|name| roles::is_valid_name(name)) && names != [roles::SYSTEM_ADMIN]
}

/// The notification settings of a new user.
pub fn default_notify_props() -> StringMap {
    string_map(&[
        ("channel", "true"),
        ("comments", "never"),
        ("desktop", "mention"),
        ("desktop_sound", "true"),
        ("desktop_threads", "all"),
        ("email", "true"),
        ("email_threads", "all"),
        ("first_name", "false"),
        ("mention_keys", ""),
        ("push", "mention"),
        ("push_status", "online"),
        ("push_threads", "all"),
    ])
}

/// The time zone of a new user: whatever the client finds out.
pub fn default_timezone() -> StringMap {
    string_map(&[("automaticTimezone", ""), ("manualTimezone", ""), ("useAutomaticTimezone", "true")])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> User {
        let mut user = User { username: "Ann".into(), email: "Ann@Example.com".into(), ..User::default() };
        user.begin();
        user.normalize();
        user
    }

    #[test]
    fn a_new_user_gets_defaults() {
        let user = ann();
        assert_eq!(
            (user.username.as_str(), user.email.as_str(), user.locale.as_str()),
            ("ann", "ann@example.com", "en")
        );
        assert_eq!(user.notify_props, default_notify_props());
        assert!(user.validate().is_ok());
        let mut nameless = User { email: "a@localhost".into(), ..User::default() };
        nameless.normalize();
        assert!(nameless.username.starts_with('a') && nameless.username.len() == 27);
    }

    #[test]
    fn limits_have_their_own_codes() {
        let refuses = |change: fn(&mut User), code: Code| {
            let mut user = ann();
            change(&mut user);
            assert!(user.validate().is_err_and(|error| error.is(code)), "{}", code.id);
        };
        refuses(|u| u.nickname = "n".repeat(65), codes::NICKNAME);
        refuses(|u| u.position = "p".repeat(129), codes::POSITION);
        refuses(|u| u.username = "all".into(), codes::USERNAME);
        refuses(|u| u.email = "plain".into(), codes::EMAIL);
        refuses(|u| u.locale = "nonsense".into(), codes::LOCALE);
        refuses(|u| u.timezone = Some(string_map(&[("a", &"x".repeat(300))])), codes::TIMEZONE_LIMIT);
        refuses(|u| _ = u.props.insert(CUSTOM_STATUS_PROP.into(), "nonsense".into()), codes::INVALID_PROPERTY);
        refuses(|u| u.auth_data = Some("x".into()), codes::AUTH_DATA_TYPE);
    }

    #[test]
    fn patches_replace_maps_whole() {
        let patch = UserPatch { notify_props: Some(string_map(&[("own", "x")])), ..UserPatch::default() };
        let user = ann().patched(&patch);
        assert_eq!(user.notify_props.len(), 1);
        assert_eq!(user.username, "ann");
    }

    #[test]
    fn names_are_shown_by_format() {
        let mut user = ann();
        assert_eq!(user.display_name("nickname_full_name"), "ann");
        user.first_name = "Ann".into();
        user.last_name = "Lee".into();
        assert_eq!(user.display_name("full_name"), "Ann Lee");
        user.nickname = "annie".into();
        assert_eq!(user.display_name("nickname_full_name"), "annie");
        assert_eq!(user.display_name("username"), "ann");
    }

    #[test]
    fn mention_keys_are_cleaned() {
        let mut user = ann();
        user.notify_props.insert("mention_keys".into(), "Cook,,@ann,ann".into());
        user.normalize();
        user.forget_mentions_of("ann");
        assert_eq!(user.mention_keys().collect::<Vec<_>>(), ["cook"]);
    }

    #[test]
    fn roles_are_checked() {
        assert!(are_valid_user_roles(""));
        assert!(are_valid_user_roles("system_user system_admin"));
        assert!(!are_valid_user_roles("system_admin"));
        assert!(!are_valid_user_roles("Nonsense!"));
    }
}
