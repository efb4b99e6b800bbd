//! The settings: the same sections, keys and defaults as the reference's `config.json`.
//!
//! Each section is a table: field, type, key, default, and the console sections that may see and change it (see
//! [`super::schema::Access`]). Defaults differ from the reference's on purpose only where its vendor would be called,
//! linked or named, and where Kollegium starts without a database server; the test below lists them.

mod compliance;
mod email;
mod feature_flags;
mod integration;
mod kollegium;
mod normalise;
mod operation;
mod service;
mod sign_in;
mod site;
mod storage;
mod team;

use std::fmt;

use serde_json::Value;

pub use compliance::*;
pub use email::*;
pub use feature_flags::*;
pub use integration::*;
pub use kollegium::*;
pub use operation::*;
pub use service::*;
pub use sign_in::*;
pub use site::*;
pub use storage::*;
pub use team::*;

use super::problem::{Problem, Problems};
use super::schema::{self, Key, Kind, Setting};

section! {
    /// Every setting.
    pub struct Settings {
        access_control:       AccessControlSettings,       "AccessControlSettings"       = Default::default;    ""
        analytics:            AnalyticsSettings,           "AnalyticsSettings"           = Default::default;    ""
        announcement:         AnnouncementSettings,        "AnnouncementSettings"        = Default::default;    ""
        auto_translation:     AutoTranslationSettings,     "AutoTranslationSettings"     = Default::default;    ""
        cache:                CacheSettings,               "CacheSettings"               = Default::default;    ""
        client_requirements:  ClientRequirements,          "ClientRequirements"          = Default::default;    ""
        cloud:                CloudSettings,               "CloudSettings"               = Default::default;    ""
        cluster:              ClusterSettings,             "ClusterSettings"             = Default::default;    ""
        compliance:           ComplianceSettings,          "ComplianceSettings"          = Default::default;    ""
        connected_workspaces: ConnectedWorkspacesSettings, "ConnectedWorkspacesSettings" = Default::default;    ""
        content_flagging:     ContentFlaggingSettings,     "ContentFlaggingSettings"     = Default::default;    ""
        data_retention:       DataRetentionSettings,       "DataRetentionSettings"       = Default::default;    ""
        display:              DisplaySettings,             "DisplaySettings"             = Default::default;    ""
        elasticsearch:        ElasticsearchSettings,       "ElasticsearchSettings"       = Default::default;    ""
        email:                EmailSettings,               "EmailSettings"               = Default::default;    ""
        experimental_audit:   ExperimentalAuditSettings,   "ExperimentalAuditSettings"   = Default::default;    ""
        experimental:         ExperimentalSettings,        "ExperimentalSettings"        = Default::default;    ""
        export:               ExportSettings,              "ExportSettings"              = Default::default;    ""
        feature_flags:        FeatureFlags,                "FeatureFlags"                = Default::default;    ""
        file:                 FileSettings,                "FileSettings"                = Default::default;    ""
        gitlab:               SsoSettings,                 "GitLabSettings"              = Default::default;    ""
        google:               SsoSettings,                 "GoogleSettings"              = SsoSettings::google; ""
        guest_accounts:       GuestAccountsSettings,       "GuestAccountsSettings"       = Default::default;    ""
        image_proxy:          ImageProxySettings,          "ImageProxySettings"          = Default::default;    ""
        import:               ImportSettings,              "ImportSettings"              = Default::default;    ""
        intune:               IntuneSettings,              "IntuneSettings"              = Default::default;    ""
        job:                  JobSettings,                 "JobSettings"                 = Default::default;    ""
        ldap:                 LdapSettings,                "LdapSettings"                = Default::default;    ""
        localization:         LocalizationSettings,        "LocalizationSettings"        = Default::default;    ""
        log:                  LogSettings,                 "LogSettings"                 = Default::default;    ""
        message_export:       MessageExportSettings,       "MessageExportSettings"       = Default::default;    ""
        metrics:              MetricsSettings,             "MetricsSettings"             = Default::default;    ""
        native_app:           NativeAppSettings,           "NativeAppSettings"           = Default::default;    ""
        office365:            Office365Settings,           "Office365Settings"           = Default::default;    ""
        open_id:              SsoSettings,                 "OpenIdSettings"              = SsoSettings::openid; ""
        password:             PasswordSettings,            "PasswordSettings"            = Default::default;    ""
        plugin:               PluginSettings,              "PluginSettings"              = Default::default;    ""
        privacy:              PrivacySettings,             "PrivacySettings"             = Default::default;    ""
        rate_limit:           RateLimitSettings,           "RateLimitSettings"           = Default::default;    ""
        saml:                 SamlSettings,                "SamlSettings"                = Default::default;    ""
        service:              ServiceSettings,             "ServiceSettings"             = Default::default;    ""
        sql:                  SqlSettings,                 "SqlSettings"                 = Default::default;    ""
        support:              SupportSettings,             "SupportSettings"             = Default::default;    ""
        team:                 TeamSettings,                "TeamSettings"                = Default::default;    ""
        theme:                ThemeSettings,               "ThemeSettings"               = Default::default;    ""
        wrangler:             WranglerSettings,            "WranglerSettings"            = Default::default;    ""
        kollegium:            KollegiumSettings,           "KollegiumSettings"           = Default::default;    ""
    }
}

/// The sections, each with its keys.
pub(crate) const SECTIONS: &[Key] = match <Settings as Setting>::KIND {
    Kind::Section(keys) => keys,
    _ => &[],
};

impl Settings {
    /// Whether people write only to those with whom they share a team.
    pub fn writes_within_teams(&self) -> bool {
        self.team.restrict_direct_message == "team" || self.kollegium.hides_strangers()
    }

    /// Reads settings from JSON. What is missing or `null` gets its default, what is not known is kept.
    ///
    /// # Errors
    /// Every value of the wrong type.
    pub fn from_json(given: &Value) -> Result<Settings, Problems> {
        let mut problems = Vec::new();
        if !given.is_object() {
            problems.push(Problem::kind("The configuration".to_owned(), Kind::Object, given));
        }
        schema::check(SECTIONS, given, "", &mut problems);
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let mut whole = Settings::default().to_json();
        schema::overlay(SECTIONS, &mut whole, given);
        let settings: Result<Settings, _> = serde_json::from_value(whole);
        let mut settings =
            settings.map_err(|e| Problems(vec![Problem::of("The configuration", "of the known shape", e)]))?;
        settings.normalise();
        Ok(settings)
    }

    /// The settings as JSON, secrets included.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Without secrets, so that settings can be logged.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.masked(), f)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Where our defaults differ from the reference's, and to what.
    fn deliberate() -> Vec<(&'static str, Value)> {
        vec![
            ("AnnouncementSettings.AdminNoticesEnabled", json!(false)),
            ("AnnouncementSettings.NoticesURL", json!("")),
            ("AnnouncementSettings.UserNoticesEnabled", json!(false)),
            ("CloudSettings.CWSAPIURL", json!("")),
            ("CloudSettings.CWSURL", json!("")),
            ("CloudSettings.Disable", json!(true)),
            ("LogSettings.ConsoleLevel", json!("INFO")),
            ("LogSettings.EnableDiagnostics", json!(false)),
            ("LogSettings.EnableSentry", json!(false)),
            ("PluginSettings.AutomaticPrepackagedPlugins", json!(false)),
            ("PluginSettings.EnableMarketplace", json!(false)),
            ("PluginSettings.EnableRemoteMarketplace", json!(false)),
            ("PluginSettings.MarketplaceURL", json!("")),
            ("PluginSettings.PluginStates", json!({})),
            ("ServiceSettings.EnableSecurityFixAlert", json!(false)),
            ("SqlSettings.DriverName", json!("sqlite")),
            ("SupportSettings.AboutLink", json!("")),
            ("SupportSettings.HelpLink", json!("")),
            ("SupportSettings.PrivacyPolicyLink", json!("")),
            ("SupportSettings.ReportAProblemLink", json!("")),
            ("SupportSettings.TermsOfServiceLink", json!("")),
            ("TeamSettings.SiteName", json!("Kollegium")),
        ]
    }

    /// The reference's file lies beside the checkout on developers' machines only; elsewhere there is nothing to compare.
    fn reference() -> Option<Value> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/reference/default-config.json");
        std::fs::read_to_string(path).ok().and_then(|text| serde_json::from_str(&text).ok())
    }

    fn set(value: &mut Value, path: &str, new: Value) {
        *schema::at_mut(value, path).unwrap_or_else(|| panic!("{path} is not in the reference")) = new;
    }

    #[test]
    fn deliberate_differences_are_our_defaults() {
        let ours = Settings::default().to_json();
        for (path, value) in deliberate() {
            assert_eq!(schema::at(&ours, path), Some(&value), "{path}");
        }
    }

    #[test]
    fn all_other_defaults_are_the_references() {
        let Some(mut wanted) = reference() else { return };
        for (path, value) in deliberate() {
            assert_ne!(schema::at(&wanted, path), Some(&value), "{path} does not differ");
            set(&mut wanted, path, value);
        }
        let mut ours = Settings::default().to_json();
        // The reasons one may give are text that people read, so they are our own words.
        let reasons = "ContentFlaggingSettings.AdditionalSettings.Reasons";
        set(&mut wanted, reasons, schema::at(&ours, reasons).cloned().unwrap());
        ours.as_object_mut().unwrap().remove("KollegiumSettings");
        for (section, keys) in wanted.as_object().unwrap() {
            for (key, value) in keys.as_object().unwrap() {
                assert_eq!(ours[section].get(key), Some(value), "{section}.{key}");
            }
        }
        assert_eq!(ours, wanted, "no key too many");
    }

    #[test]
    fn unknown_keys_survive_a_round_trip() {
        let given = json!({
            "TeamSettings": {"SiteName": "Campus", "SomethingNew": [1, null]},
            "MessageExportSettings": {"GlobalRelaySettings": {"Odd": 1}},
            "FutureSettings": {"Enable": true},
        });
        let again = Settings::from_json(&given).unwrap().to_json();
        assert_eq!(again["TeamSettings"]["SomethingNew"], json!([1, null]));
        assert_eq!(again["MessageExportSettings"]["GlobalRelaySettings"]["Odd"], json!(1));
        assert_eq!(again["FutureSettings"], json!({"Enable": true}));
        assert_eq!(again["TeamSettings"]["SiteName"], "Campus");
        assert_eq!(again["TeamSettings"]["MaxUsersPerTeam"], 50);
    }

    #[test]
    fn null_is_like_missing() {
        let given = json!({"TeamSettings": {"MaxUsersPerTeam": null}, "SqlSettings": null});
        assert!(Settings::from_json(&given).unwrap() == Settings::default());
    }

    #[test]
    fn wrong_types_are_named_all_at_once() {
        let given =
            json!({"TeamSettings": {"MaxUsersPerTeam": "many"}, "EmailSettings": {"SMTPPort": 25}, "LogSettings": []});
        let problems = Settings::from_json(&given).unwrap_err();
        assert_eq!(
            problems.to_string(),
            "EmailSettings.SMTPPort must be text, but is 25\n\
             LogSettings must be an object, but is []\n\
             TeamSettings.MaxUsersPerTeam must be a whole number, but is \"many\""
        );
    }

    #[test]
    fn debug_output_tells_no_secrets() {
        let mut settings = Settings::default();
        settings.email.smtp_password = "hush".into();
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn only_known_console_sections_are_named() {
        let roles = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/reference/roles.json");
        let Ok(text) = std::fs::read_to_string(roles) else { return };
        let roles: Value = serde_json::from_str(&text).unwrap();
        fn each(keys: &[Key], path: &str, known: &Value) {
            for key in keys {
                let path = schema::join(path, key.name);
                for section in key.access.sections() {
                    let permission = json!(format!("sysconsole_read_{section}"));
                    assert!(known.as_array().unwrap().contains(&permission), "{path}: {section}");
                }
                each(key.kind.keys(), &path, known);
            }
        }
        each(SECTIONS, "", &roles["sysconsole_read"]);
    }
}
