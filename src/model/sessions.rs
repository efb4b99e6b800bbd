//! Sessions, personal tokens, and what a user agent says about the device.

use serde::{Deserialize, Serialize};

use super::Result;
use super::errors::tokens as codes;
use super::id::Id;
use super::json::{StringMap, string_map};
use super::teams::TeamMember;
use super::time::TimeMs;

/// A log-in (auth.md §6). On the wire with an empty `token` always; the token itself is handed out at log-in only.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Session {
    /// Identifier.
    pub id: Id,
    /// The secret; never serialised.
    #[serde(serialize_with = "nothing")]
    pub token: String,
    /// When the user logged in.
    pub create_at: TimeMs,
    /// When it ends; 0 for never.
    pub expires_at: TimeMs,
    /// Last use, written at most every five minutes.
    pub last_activity_at: TimeMs,
    /// Whose.
    pub user_id: Id,
    /// Push address of a mobile device, `apple_rn:…` or `android_rn:…`, else `""`.
    pub device_id: String,
    /// System roles of the user.
    pub roles: String,
    /// Whether it belongs to an OAuth app.
    pub is_oauth: bool,
    /// Whether the user was told that it ended.
    pub expired_notify: bool,
    /// See the constants in [`props`].
    pub props: StringMap,
    /// Memberships of the user in teams; joined.
    pub team_members: Vec<TeamMember>,
    /// Whether it came over the local socket; always false.
    pub local: bool,
}

/// Keys of [`Session::props`].
#[expect(missing_docs, reason = "the values are the wire's")]
pub mod props {
    pub const OAUTH_APP_ID: &str = "oauth_app_id";
    pub const MATTERMOST_APP_ID: &str = "mattermost_app_id";
    pub const CSRF: &str = "csrf";
    pub const PLATFORM: &str = "platform";
    pub const OS: &str = "os";
    pub const BROWSER: &str = "browser";
    pub const IS_GUEST: &str = "is_guest";
    pub const IS_BOT: &str = "is_bot";
    pub const IS_MOBILE: &str = "isMobile";
    pub const IS_SAML: &str = "isSaml";
    pub const IS_OAUTH_USER: &str = "isOAuthUser";
    pub const TYPE: &str = "type";
    pub const USER_ACCESS_TOKEN_ID: &str = "user_access_token_id";
    pub const DEVICE_NOTIFICATION_DISABLED: &str = "device_notification_disabled";
    pub const MOBILE_VERSION: &str = "mobile_version";
    pub const LAST_REMOVED_DEVICE_ID: &str = "last_removed_device_id";
    /// Value of [`TYPE`] in sessions of personal and bot tokens.
    pub const TYPE_USER_ACCESS_TOKEN: &str = "UserAccessToken";
}

/// `""` in place of a secret.
fn nothing<S: serde::Serializer>(_secret: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("")
}

/// What decides how long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A browser or the desktop app, by password.
    Web,
    /// A mobile device.
    Mobile,
    /// Single sign-on, or an OAuth app.
    Sso,
    /// A personal or bot token: 100 years.
    Token,
}

/// The settings for [`SessionKind::length`], in hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionLengths {
    /// `SessionLengthWebInHours`.
    pub web_hours: i64,
    /// `SessionLengthMobileInHours`.
    pub mobile_hours: i64,
    /// `SessionLengthSSOInHours`.
    pub sso_hours: i64,
}

const HOUR: TimeMs = 3_600_000;

impl SessionKind {
    /// How long a new session lasts, in milliseconds.
    pub fn length(self, lengths: &SessionLengths) -> TimeMs {
        match self {
            SessionKind::Web => lengths.web_hours * HOUR,
            SessionKind::Mobile => lengths.mobile_hours * HOUR,
            SessionKind::Sso => lengths.sso_hours * HOUR,
            SessionKind::Token => 100 * 365 * 24 * HOUR,
        }
    }
}

/// How long after the last extension a session of that length is extended again: one per cent of it, within five minutes
/// and a day (auth.md §6).
pub fn extension_interval(length: TimeMs) -> TimeMs {
    (length / 100).clamp(5 * 60_000, 24 * HOUR)
}

impl Session {
    /// Whether the session ended before `now`.
    pub fn is_expired(&self, now: TimeMs) -> bool {
        self.expires_at > 0 && now > self.expires_at
    }

    /// A property, `""` when absent.
    pub fn prop(&self, key: &str) -> &str {
        self.props.get(key).map_or("", String::as_str)
    }

    /// Whether the session comes from a mobile device.
    pub fn is_mobile(&self) -> bool {
        !self.device_id.is_empty() || self.prop(props::IS_MOBILE) == "true"
    }

    /// Whether it stands for a personal or bot token.
    pub fn is_token(&self) -> bool {
        self.prop(props::TYPE) == props::TYPE_USER_ACCESS_TOKEN
    }

    /// Whether a program holds it: a personal or bot's token, or an OAuth app.
    pub fn is_integration(&self) -> bool {
        self.is_token() || self.is_oauth_app()
    }

    /// Whether an OAuth app holds it.
    pub fn is_oauth_app(&self) -> bool {
        self.is_oauth
    }

    /// Whether it ends when it is left alone for long: neither a mobile app's nor a program's.
    pub fn may_be_idle(&self) -> bool {
        !self.is_mobile() && !self.is_integration()
    }

    /// Whether its user logged in elsewhere.
    pub fn is_sso(&self) -> bool {
        self.prop(props::IS_SAML) == "true" || self.prop(props::IS_OAUTH_USER) == "true"
    }

    /// Which length applies when it is extended.
    pub fn kind(&self) -> SessionKind {
        match self {
            _ if self.is_token() => SessionKind::Token,
            _ if self.is_mobile() => SessionKind::Mobile,
            _ if self.is_sso() || self.is_oauth => SessionKind::Sso,
            _ => SessionKind::Web,
        }
    }
}

/// What a user agent says about the device it runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// `Linux`, `Windows`, `Macintosh`, `iPhone`, …; `Unknown`.
    pub platform: &'static str,
    /// `Linux`, `Windows 10`, `Mac OS`, `iOS`, `Android`, …; `""` when unknown.
    pub os: &'static str,
    /// Name and version of the browser or app, `Chrome/126.0`; `Unknown/0.0`.
    pub browser: String,
    /// Whether it is a phone or a tablet.
    pub is_mobile: bool,
}

impl Device {
    /// Reads a `User-Agent` header.
    pub fn from_user_agent(agent: &str) -> Device {
        let (platform, os) = platform_and_os(agent);
        Device {
            platform,
            os,
            browser: browser(agent),
            is_mobile: ["Mobile", "Android", "iOS", "iPhone", "iPad"].iter().any(|mark| agent.contains(mark)),
        }
    }

    /// The session properties that describe it.
    pub fn session_props(&self) -> StringMap {
        string_map(&[(props::PLATFORM, self.platform), (props::OS, self.os), (props::BROWSER, &self.browser)])
    }
}

/// First match wins: phones name a desktop system as well.
const SYSTEMS: &[(&str, &str, &str)] = &[
    ("iPhone", "iPhone", "iOS"),
    ("iPad", "iPad", "iOS"),
    ("iOS", "iPhone", "iOS"),
    ("Android", "Linux", "Android"),
    ("Windows NT 10", "Windows", "Windows 10"),
    ("Windows NT 6.3", "Windows", "Windows 8.1"),
    ("Windows NT 6.2", "Windows", "Windows 8"),
    ("Windows NT 6.1", "Windows", "Windows 7"),
    ("Windows", "Windows", "Windows"),
    ("Macintosh", "Macintosh", "Mac OS"),
    ("Mac OS", "Macintosh", "Mac OS"),
    ("CrOS", "Linux", "CrOS"),
    ("Linux", "Linux", "Linux"),
];

fn platform_and_os(agent: &str) -> (&'static str, &'static str) {
    let found = SYSTEMS.iter().find(|(mark, ..)| agent.contains(mark));
    found.map_or(("Unknown", ""), |(_, platform, os)| (platform, os))
}

/// First match wins: most browsers claim to be several others.
const BROWSERS: &[(&str, &str)] = &[
    ("Mattermost Mobile/", "Mattermost Mobile App"),
    ("Mattermost/", "Desktop App"),
    ("mmctl/", "mmctl"),
    ("Franz/", "Franz"),
    ("Ferdium/", "Ferdium"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

fn browser(agent: &str) -> String {
    let found = BROWSERS.iter().find_map(|(mark, name)| agent.split_once(mark).map(|(_, rest)| (*name, rest)));
    let Some((name, rest)) = found else { return "Unknown/0.0".to_owned() };
    let version = rest.split([' ', ';', ')']).next().unwrap_or_default();
    let mut numbers = version.split('.');
    let (major, minor) = (numbers.next().unwrap_or("0"), numbers.next().unwrap_or("0"));
    // Our clients' own versions are named whole, a browser's by two numbers.
    let is_own = name.ends_with("App") || name == "mmctl";
    if is_own { format!("{name}/{version}") } else { format!("{name}/{major}.{minor}") }
}

/// A personal access token on the wire: the secret only when it was just made (auth.md §7).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UserAccessToken {
    /// Identifier.
    pub id: Id,
    /// The secret; left out when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub token: String,
    /// Whose.
    pub user_id: Id,
    /// What for; never empty.
    pub description: String,
    /// Whether it works.
    pub is_active: bool,
}

/// What a client sends to make a token.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct UserAccessTokenInput {
    /// What for.
    pub description: String,
}

impl UserAccessToken {
    /// Checks the description; an empty one is refused earlier, as a body parameter.
    pub fn validate(&self) -> Result<()> {
        if self.description.len() > 255 { codes::DESCRIPTION.err() } else { Ok(()) }
    }

    /// The token without its secret, for every answer but the first.
    #[must_use]
    pub fn without_secret(mut self) -> UserAccessToken {
        self.token.clear();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_agents() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        let device = Device::from_user_agent(chrome);
        assert_eq!((device.platform, device.os, device.browser.as_str()), ("Linux", "Linux", "Chrome/126.0"));
        assert!(!device.is_mobile);
        let unknown = Device::from_user_agent("Python-urllib/3.12");
        assert_eq!((unknown.platform, unknown.os, unknown.browser.as_str()), ("Unknown", "", "Unknown/0.0"));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.1 Mobile/15E148 Safari/604.1";
        let device = Device::from_user_agent(phone);
        assert_eq!((device.os, device.browser.as_str(), device.is_mobile), ("iOS", "Safari/17.1", true));
        assert_eq!(
            Device::from_user_agent("Mattermost Mobile/2.19.0+1 (iOS; 17)").browser,
            "Mattermost Mobile App/2.19.0+1"
        );
    }

    #[test]
    fn the_secret_is_never_written() {
        let session = Session { token: "secret".into(), ..Session::default() };
        let json = serde_json::to_value(&session).unwrap();
        assert_eq!(json["token"], "");
        assert_eq!(json["team_members"], serde_json::json!([]));
    }

    #[test]
    fn lengths_and_extension() {
        let lengths = SessionLengths { web_hours: 720, mobile_hours: 100, sso_hours: 10 };
        assert_eq!(SessionKind::Web.length(&lengths), 720 * HOUR);
        assert_eq!(extension_interval(HOUR), 300_000);
        assert_eq!(extension_interval(100_000 * HOUR), 24 * HOUR);
        let session = Session { device_id: "apple_rn:x".into(), expires_at: 5, ..Session::default() };
        assert_eq!(session.kind(), SessionKind::Mobile);
        assert!(session.is_expired(6) && !session.is_expired(5));
    }

    #[test]
    fn tokens_hide_their_secret() {
        let token = UserAccessToken { token: "t".into(), description: "d".repeat(256), ..UserAccessToken::default() };
        assert!(token.validate().is_err());
        assert!(serde_json::to_value(token.without_secret()).unwrap().get("token").is_none());
    }
}
