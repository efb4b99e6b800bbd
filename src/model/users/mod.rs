//! People: what is stored of them, what may be written, the rules that a user record keeps.

mod inactive;
mod input;
mod naming;
mod record;
mod rules;
mod service;
mod view;

pub use inactive::Inactive;
pub use input::{UserAuth, UserInput, UserPatch};
pub use naming::NameRule;
pub use rules::{
    PasswordRules, is_client_locale, is_reserved_username, is_valid_email, is_valid_locale, is_valid_username,
    normalize_email, normalize_username,
};
pub use service::Service;
pub use view::{Audience, Privacy, Sight, UserView};

use super::id::Id;
use super::json::{StringMap, string_map};
use super::roles;
use super::time::TimeMs;

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

impl User {
    /// The most bytes of [`User::roles`].
    pub const ROLES_MAX: usize = 256;

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
        Service::parse(&self.auth_service).is_some()
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
    fn roles_are_checked() {
        assert!(are_valid_user_roles(""));
        assert!(are_valid_user_roles("system_user system_admin"));
        assert!(!are_valid_user_roles("system_admin"));
        assert!(!are_valid_user_roles("Nonsense!"));
    }
}
