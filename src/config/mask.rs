//! Secrets are never shown: the API sends asterisks, and asterisks that come back mean "as it was".

use serde_json::Value;

use super::schema::{at, at_mut};
use super::settings::Settings;

/// What stands for a secret on the wire.
pub const MASK: &str = "********************************";

/// Masked even when empty, as in the reference, so that nobody learns whether they are set.
const ALWAYS: &[&str] = &[
    "CacheSettings.RedisPassword",
    "ElasticsearchSettings.Password",
    "FileSettings.PublicLinkSalt",
    "ServiceSettings.SplitKey",
    "SqlSettings.AtRestEncryptKey",
    "SqlSettings.DataSource",
];

/// Masked when set.
const WHEN_SET: &[&str] = &[
    "AutoTranslationSettings.LibreTranslate.APIKey",
    "EmailSettings.SMTPPassword",
    "FileSettings.AmazonS3SecretAccessKey",
    "FileSettings.ExportAmazonS3SecretAccessKey",
    "GitLabSettings.Secret",
    "GoogleSettings.Secret",
    "LdapSettings.BindPassword",
    "MessageExportSettings.GlobalRelaySettings.SMTPPassword",
    "Office365Settings.Secret",
    "OpenIdSettings.Secret",
];

/// Lists of secrets: each entry is masked, so that their number shows.
const LISTS: &[&str] = &["SqlSettings.DataSourceReplicas", "SqlSettings.DataSourceSearchReplicas"];

/// A list of objects, whose `DataSource` is a secret.
const REPLICA_LAG: &str = "SqlSettings.ReplicaLagSettings";

impl Settings {
    /// The settings as JSON with every secret masked.
    pub fn masked(&self) -> Value {
        let mut shown = self.to_json();
        for path in ALWAYS.iter().chain(WHEN_SET) {
            if let Some(secret) = at_mut(&mut shown, path).filter(|secret| ALWAYS.contains(path) || *secret != "") {
                *secret = MASK.into();
            }
        }
        for secret in list_entries(&mut shown) {
            *secret = MASK.into();
        }
        shown
    }
}

/// Puts the old secrets where the new settings, as JSON, have the mask.
pub fn unmask(new: &mut Value, old: &Settings) {
    let old = old.to_json();
    for path in ALWAYS.iter().chain(WHEN_SET) {
        if let (Some(secret), Some(kept)) = (at_mut(new, path).filter(|secret| *secret == MASK), at(&old, path)) {
            *secret = kept.clone();
        }
    }
    for path in LISTS {
        for (i, secret) in at_mut(new, path).and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
            if let (true, Some(kept)) = (secret == MASK, at(&old, path).and_then(|list| list.get(i))) {
                *secret = kept.clone();
            }
        }
    }
    for (i, lag) in at_mut(new, REPLICA_LAG).and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
        let kept = at(&old, REPLICA_LAG).and_then(|list| list.get(i)?.get("DataSource"));
        if let (Some(secret), Some(kept)) = (lag.get_mut("DataSource").filter(|secret| *secret == MASK), kept) {
            *secret = kept.clone();
        }
    }
}

/// Whether what stands at that path is a secret.
pub(super) fn is_secret(path: &str) -> bool {
    path == REPLICA_LAG || [ALWAYS, WHEN_SET, LISTS].iter().any(|paths| paths.contains(&path))
}

/// The secrets that stand in lists.
fn list_entries(value: &mut Value) -> Vec<&mut Value> {
    let Some(Value::Object(sql)) = value.get_mut("SqlSettings") else { return Vec::new() };
    let mut secrets = Vec::new();
    for (name, list) in sql.iter_mut() {
        let path = format!("SqlSettings.{name}");
        let Some(list) = list.as_array_mut() else { continue };
        if LISTS.contains(&path.as_str()) {
            secrets.extend(list);
        } else if path == REPLICA_LAG {
            secrets.extend(list.iter_mut().filter_map(|lag| lag.get_mut("DataSource")));
        }
    }
    secrets
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::schema::Kind;
    use crate::config::settings::SECTIONS;

    #[test]
    fn some_secrets_are_masked_when_set_and_some_always() {
        let mut settings = Settings::default();
        settings.email.smtp_password = "hush".into();
        settings.sql.data_source_replicas = vec!["postgres://a".into(), "postgres://b".into()];
        settings.sql.replica_lag_settings = vec![json!({"DataSource": "postgres://c", "QueryTimeLag": "select 1"})];
        let shown = settings.masked();
        assert_eq!(shown["EmailSettings"]["SMTPPassword"], MASK);
        assert_eq!(shown["GitLabSettings"]["Secret"], "");
        assert_eq!(shown["LdapSettings"]["BindPassword"], "");
        for (section, key) in [
            ("SqlSettings", "DataSource"),
            ("SqlSettings", "AtRestEncryptKey"),
            ("FileSettings", "PublicLinkSalt"),
            ("ElasticsearchSettings", "Password"),
        ] {
            assert_eq!(shown[section][key], MASK, "{section}.{key}");
        }
        assert_eq!(shown["SqlSettings"]["DataSourceReplicas"], json!([MASK, MASK]));
        assert_eq!(
            shown["SqlSettings"]["ReplicaLagSettings"],
            json!([{"DataSource": MASK, "QueryTimeLag": "select 1"}])
        );
    }

    #[test]
    fn the_mask_sent_back_keeps_every_secret() {
        let mut old = Settings::default();
        old.email.smtp_password = "hush".into();
        old.sql.data_source_replicas = vec!["postgres://a".into()];
        old.sql.replica_lag_settings = vec![json!({"DataSource": "postgres://c"})];
        old.message_export.global_relay_settings.smtp_password = "quiet".into();
        let mut new = old.masked();
        unmask(&mut new, &old);
        assert_eq!(new, old.to_json());

        let mut new = json!({"EmailSettings": {"SMTPPassword": "louder"}, "GitLabSettings": {"Secret": MASK}});
        unmask(&mut new, &old);
        assert_eq!(new, json!({"EmailSettings": {"SMTPPassword": "louder"}, "GitLabSettings": {"Secret": ""}}));
    }

    #[test]
    fn every_secret_is_a_key_of_the_settings() {
        let settings = Settings::default().to_json();
        for path in ALWAYS.iter().chain(WHEN_SET).chain(LISTS).chain([&REPLICA_LAG]) {
            assert!(at(&settings, path).is_some(), "{path}");
        }
    }

    #[test]
    fn no_key_that_sounds_like_a_secret_is_forgotten() {
        fn each(keys: &[crate::config::schema::Key], path: &str) {
            for key in keys {
                let path = crate::config::schema::join(path, key.name);
                let sounds = ["Password", "Secret", "SecretAccessKey", "Salt", "EncryptKey", "APIKey", "DataSource"];
                if matches!(key.kind, Kind::Text) && sounds.iter().any(|end| key.name.ends_with(end)) {
                    assert!(is_secret(&path), "{path}");
                }
                each(key.kind.keys(), &path);
            }
        }
        each(SECTIONS, "");
    }
}
