//! The client configuration: what apps are told, a flat map of strings (client-config.md §1).
//!
//! Visitors get the limited map (tables A and C), members the full one (A, B and C). A key that belongs to a feature keeps
//! the value that it has without a licence, or is absent, until the feature works here ([`super::license::Features`]).

/// `"Key" value;` for every line.
macro_rules! put {
    ($map:ident: $($key:literal $value:expr;)*) => {
        $($map.insert($key.to_owned(), $value.text());)*
    };
}

mod full;
mod limited;

use std::collections::BTreeMap;

use bytes::Bytes;
use sha2::{Digest, Sha256};

pub(super) use full::full;
pub(super) use limited::limited;

/// A client configuration.
pub type ClientConfig = BTreeMap<String, String>;

/// What clients are told that is no setting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Nobody has signed up yet: clients show the sign-up of the first administrator.
    pub no_accounts: bool,
    /// The server's identity, 26 characters, made once and stored. The mobile apps tell servers apart by it.
    pub telemetry_id: String,
    /// When the server first started, in milliseconds.
    pub installation_date: i64,
    /// Number of the last database migration.
    pub schema_version: i64,
    /// Public half of the signing key, see [`super::keys::KeyPair::public_base64`].
    pub signing_public_key: String,
    /// Id of the latest terms of service, if there are any.
    pub terms_of_service_id: Option<String>,
}

/// A setting as clients read it.
trait Text {
    fn text(&self) -> String;
}

impl Text for bool {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Text for i64 {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Text for str {
    fn text(&self) -> String {
        self.to_owned()
    }
}

impl Text for String {
    fn text(&self) -> String {
        self.clone()
    }
}

impl Text for Vec<String> {
    fn text(&self) -> String {
        self.join(",")
    }
}

/// The map as JSON, keys sorted.
pub(super) fn json(map: &ClientConfig) -> Bytes {
    serde_json::to_vec(map).unwrap_or_default().into()
}

/// The hash in `X-Version-Id`: SHA-256 in hex of the map as JSON, keys sorted (auth.md §1).
pub(super) fn hash(full: &ClientConfig) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(json(full)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::{Features, Settings};

    const NOTHING: Features =
        Features { mfa: false, ldap: false, open_id: false, lock_teammate_name_display: false, ..RECORDED };

    /// What the recorded reference tells of: it has no licence.
    const RECORDED: Features = Features {
        ldap: false,
        guest_accounts: false,
        announcement: false,
        burn_on_read: true,
        custom_groups: false,
        custom_terms_of_service: false,
        persistent_notifications: true,
        post_acknowledgements: false,
        scheduled_posts: false,
        ..Features::WORKING
    };

    /// The recording of the reference lies beside the checkout on developers' machines only.
    fn recorded(who: &str) -> Option<ClientConfig> {
        let path = format!("{}/../shared/reference/client-config-{who}.json", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).ok().and_then(|text| serde_json::from_str(&text).ok())
    }

    /// What differs on purpose or from server to server.
    const OTHERWISE: &[&str] = &[
        "AboutLink",
        "AsymmetricSigningPublicKey",
        "BuildDate",
        "BuildEnterpriseReady",
        "BuildHash",
        "BuildHashEnterprise",
        "BuildNumber",
        "CWSURL",
        "DiagnosticId",
        "DiagnosticsEnabled",
        "EnableDiagnostics",
        "EnableMarketplace",
        "HelpLink",
        "InstallationDate",
        "PrivacyPolicyLink",
        "ReportAProblemLink",
        "SQLDriverName",
        "SchemaVersion",
        "SiteName",
        "TelemetryId",
        "TermsOfServiceLink",
        "Version",
    ];

    fn assert_like_recorded(mut ours: ClientConfig, mut wanted: ClientConfig) {
        for key in OTHERWISE {
            assert_eq!(ours.contains_key(*key), wanted.contains_key(*key), "{key}");
            ours.remove(*key);
            wanted.remove(*key);
        }
        assert_eq!(ours, wanted);
    }

    #[test]
    fn visitors_get_the_recorded_map() {
        let Some(wanted) = recorded("anonymous") else { return };
        assert_like_recorded(limited(&Settings::default(), &RECORDED, &Facts::default()), wanted);
    }

    #[test]
    fn members_get_the_recorded_map() {
        let Some(wanted) = recorded("member") else { return };
        assert_like_recorded(full(&Settings::default(), &RECORDED, &Facts::default()), wanted);
    }

    #[test]
    fn a_feature_that_does_not_work_is_not_shown() {
        let settings = Settings::from_json(&json!({
            "LdapSettings": {"Enable": true, "LoginFieldName": "Campus id"},
            "ServiceSettings": {"EnforceMultifactorAuthentication": true, "EnableCustomGroups": true},
            "GuestAccountsSettings": {"Enable": true},
            "GitLabSettings": {"Enable": true, "ButtonText": "Campus"},
            "OpenIdSettings": {"Enable": true},
            "AnnouncementSettings": {"EnableBanner": true, "BannerText": "Hello"},
        }))
        .unwrap();
        let map = full(&settings, &NOTHING, &Facts::default());
        for key in [
            "EnableLdap",
            "EnforceMultifactorAuthentication",
            "EnableGuestAccounts",
            "EnableBanner",
            "EnableCustomGroups",
        ] {
            assert_eq!(map[key], "false", "{key}");
        }
        assert_eq!((map["LdapLoginFieldName"].as_str(), map["OpenIdButtonColor"].as_str()), ("", ""));
        assert!(!map.contains_key("ScheduledPosts") && !map.contains_key("EnableSignUpWithGitLab"));

        let features = Features {
            ldap: true,
            mfa: true,
            guest_accounts: true,
            announcement: true,
            custom_groups: true,
            scheduled_posts: true,
            open_id: true,
            custom_terms_of_service: true,
            ..NOTHING
        };
        let facts = Facts { terms_of_service_id: Some("x".into()), ..Facts::default() };
        let map = full(&settings, &features, &facts);
        for key in [
            "EnableLdap",
            "EnforceMultifactorAuthentication",
            "EnableGuestAccounts",
            "EnableBanner",
            "EnableCustomGroups",
        ] {
            assert_eq!(map[key], "true", "{key}");
        }
        assert_eq!(map["LdapLoginFieldName"], "Campus id");
        assert_eq!(map["ScheduledPosts"], "true");
        assert_eq!((map["EnableSignUpWithGitLab"].as_str(), map["GitLabButtonText"].as_str()), ("true", "Campus"));
        assert_eq!((map["EnableSignUpWithOpenId"].as_str(), map["OpenIdButtonColor"].as_str()), ("true", "#145DBF"));
        assert_eq!(map["EnableCustomTermsOfService"], "false");
        assert!(!map.contains_key("CustomTermsOfServiceId"));
    }

    #[test]
    fn lists_are_joined_and_facts_told() {
        let mut settings = Settings::default();
        settings.display.custom_url_schemes = vec!["git".into(), "smtp".into()];
        let facts = Facts { no_accounts: true, telemetry_id: "x".into(), installation_date: 5, ..Facts::default() };
        let map = full(&settings, &Features::WORKING, &facts);
        assert_eq!(map["CustomUrlSchemes"], "git,smtp");
        assert_eq!(map["NoAccounts"], "true");
        assert_eq!((map["DiagnosticId"].as_str(), map["TelemetryId"].as_str()), ("x", "x"));
        assert_eq!(map["InstallationDate"], "5");
    }

    #[test]
    fn the_hash_follows_the_content() {
        let map = full(&Settings::default(), &Features::WORKING, &Facts::default());
        assert_eq!(hash(&map).len(), 64);
        assert_eq!(hash(&map), hash(&map.clone()));
        let mut other = map.clone();
        other.insert("SiteName".into(), "Campus".into());
        assert_ne!(hash(&map), hash(&other));
    }
}
