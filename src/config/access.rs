//! Who sees and changes what through the API (permissions.md "System, config, jobs"; surprises.md "Permissions").

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::mask::MASK;
use super::schema::{Access, Key, Kind, join};
use super::settings::{SECTIONS, Settings};

/// What somebody may see, or change, of the configuration.
#[derive(Clone, Copy)]
pub enum Rights<'r> {
    /// `manage_system`: everything.
    All,
    /// Settings of the console sections for which the function says yes. It is given the name after `sysconsole_read_` or
    /// `sysconsole_write_`.
    Sections(&'r dyn Fn(&str) -> bool),
}

impl Rights<'_> {
    fn read(self, access: Access) -> bool {
        match self {
            _ if access.has("-") => false,
            Rights::All => true,
            Rights::Sections(may) => access.has("*") || access.sections().any(may),
        }
    }

    fn write(self, access: Access, restricted: bool) -> bool {
        if access.has("-") || access.has("*") || (restricted && access.has("!")) {
            return false;
        }
        match self {
            Rights::All => true,
            Rights::Sections(may) => access.sections().any(may),
        }
    }
}

/// The answer of `GET /config`: all known keys, secrets masked, `null` where the reader may not look.
pub fn visible_to(settings: &Settings, rights: Rights) -> Value {
    visible(SECTIONS, &settings.masked(), rights)
}

fn visible(keys: &[Key], value: &Value, rights: Rights) -> Value {
    let mut shown = Map::new();
    for key in keys {
        let value = value.get(key.name).unwrap_or(&Value::Null);
        let value = match key.kind {
            Kind::Section(keys) => visible(keys, value, rights),
            _ if rights.read(key.access) => value.clone(),
            _ => Value::Null,
        };
        let hidden =
            key.access.has("-") || (!key.kind.keys().is_empty() && value.as_object().is_some_and(Map::is_empty));
        if !hidden {
            shown.insert(key.name.to_owned(), value);
        }
    }
    Value::Object(shown)
}

/// The answer of `GET /config/environment`: `{Section: {Key: true}}` for what the environment decides, `null` if there is
/// nothing to show.
pub fn overrides_visible_to(overrides: &BTreeSet<String>, rights: Rights) -> Value {
    fn among(keys: &[Key], path: &str, overrides: &BTreeSet<String>, rights: Rights) -> Map<String, Value> {
        let mut shown = Map::new();
        for key in keys {
            let path = join(path, key.name);
            let inner = among(key.kind.keys(), &path, overrides, rights);
            if !inner.is_empty() {
                shown.insert(key.name.to_owned(), Value::Object(inner));
            } else if overrides.contains(&path) && rights.read(key.access) {
                shown.insert(key.name.to_owned(), Value::Bool(true));
            }
        }
        shown
    }
    let shown = among(SECTIONS, "", overrides, rights);
    if shown.is_empty() { Value::Null } else { Value::Object(shown) }
}

/// Lays a patch over settings. Keys that are missing, `null`, not known or not the writer's to change stay as they are.
pub fn merge_writable(old: &Settings, patch: &Value, rights: Rights) -> Value {
    let mut merged = old.to_json();
    merge(SECTIONS, &mut merged, patch, rights, old.experimental.restrict_system_admin);
    merged
}

fn merge(keys: &[Key], base: &mut Value, patch: &Value, rights: Rights, restricted: bool) {
    for key in keys {
        let Some(given) = patch.get(key.name).filter(|given| !given.is_null()) else { continue };
        let Some(slot) = base.get_mut(key.name) else { continue };
        if let Kind::Section(keys) = key.kind {
            merge(keys, slot, given, rights, restricted);
        } else if rights.write(key.access, restricted) {
            *slot = given.clone();
        }
    }
}

/// `?remove_masked=true`: without the keys whose value is masked.
pub fn remove_masked(shown: &mut Value) {
    if let Some(keys) = shown.as_object_mut() {
        keys.retain(|_, value| value != MASK);
        keys.values_mut().for_each(remove_masked);
    }
}

/// `?remove_defaults=true`: without the keys that have their default, and without sections that are empty then.
pub fn remove_defaults(shown: &mut Value) {
    fn remove(shown: &mut Value, defaults: &Value) {
        let Some(keys) = shown.as_object_mut() else { return };
        for (name, value) in keys.iter_mut().filter(|(_, value)| value.is_object()) {
            remove(value, defaults.get(name).unwrap_or(&Value::Null));
        }
        keys.retain(|name, value| {
            defaults.get(name) != Some(&*value) && value.as_object().is_none_or(|inner| !inner.is_empty())
        });
    }
    remove(shown, &visible_to(&Settings::default(), Rights::All));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(section: &Value) -> Vec<&str> {
        let keys = section.as_object().unwrap();
        keys.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str()).collect()
    }

    fn only<'n>(allowed: &'n [&'n str]) -> impl Fn(&str) -> bool + 'n {
        |section| allowed.contains(&section)
    }

    #[test]
    fn all_of_it_for_those_who_manage_the_system() {
        let shown = visible_to(&Settings::default(), Rights::All);
        assert_eq!(shown.as_object().unwrap().len(), 46, "the sections of the reference, and none of ours");
        assert_eq!(shown["ImportSettings"]["Directory"], "./import");
        assert_eq!(shown["MessageExportSettings"]["GlobalRelaySettings"]["CustomerType"], "A9");
    }

    #[test]
    fn a_section_shows_its_own_keys() {
        let may = only(&["site_customization"]);
        let shown = visible_to(&Settings::default(), Rights::Sections(&may));
        assert_eq!(
            names(&shown["TeamSettings"]),
            ["CustomBrandText", "CustomDescriptionText", "EnableCustomBrand", "SiteName"]
        );
        assert_eq!(names(&shown["NativeAppSettings"]).len(), 11);
        assert_eq!(names(&shown["SupportSettings"]).len(), 10);
        assert!(names(&shown["EmailSettings"]).is_empty() && names(&shown["PasswordSettings"]).is_empty());
        assert!(!names(&shown["FeatureFlags"]).is_empty(), "flags are for every reader");
    }

    #[test]
    fn smtp_and_database_show_masked_secrets() {
        let may = only(&["environment_smtp", "environment_database"]);
        let shown = visible_to(&Settings::default(), Rights::Sections(&may));
        assert_eq!(
            names(&shown["EmailSettings"]),
            [
                "ConnectionSecurity",
                "EnableSMTPAuth",
                "SMTPPassword",
                "SMTPPort",
                "SMTPServer",
                "SMTPUsername",
                "SkipServerCertificateVerification"
            ]
        );
        assert_eq!(names(&shown["SqlSettings"]).len(), 15);
        assert_eq!(shown["SqlSettings"]["DataSource"], MASK);
    }

    #[test]
    fn a_patch_changes_what_is_writable_and_nothing_else() {
        let patch = json!({
            "SupportSettings": {"HelpLink": "https://help.example.org", "AboutLink": null, "Unknown": 1},
            "PasswordSettings": {"MinimumLength": 12},
            "FeatureFlags": {"AppsEnabled": true},
            "KollegiumSettings": {"ClientDirectory": "/etc"},
        });
        let may = only(&["site_customization"]);
        let merged = merge_writable(&Settings::default(), &patch, Rights::Sections(&may));
        assert_eq!(merged["SupportSettings"]["HelpLink"], "https://help.example.org");
        assert_eq!(merged["SupportSettings"].get("Unknown"), None);
        assert_eq!(merged["PasswordSettings"]["MinimumLength"], 8);

        let merged = merge_writable(&Settings::default(), &patch, Rights::All);
        assert_eq!(merged["PasswordSettings"]["MinimumLength"], 12);
        assert_eq!(merged["FeatureFlags"]["AppsEnabled"], false);
        assert_eq!(merged["KollegiumSettings"]["ClientDirectory"], "");
    }

    #[test]
    fn a_restricted_administrator_keeps_hands_off_the_machine() {
        let mut settings = Settings::default();
        settings.experimental.restrict_system_admin = true;
        let patch = json!({"ServiceSettings": {"ListenAddress": ":1"}, "TeamSettings": {"SiteName": "Mine"}});
        let merged = merge_writable(&settings, &patch, Rights::All);
        assert_eq!(merged["ServiceSettings"]["ListenAddress"], ":8065");
        assert_eq!(merged["TeamSettings"]["SiteName"], "Mine");
    }

    #[test]
    fn masked_and_default_keys_can_be_left_out() {
        let mut settings = Settings::default();
        settings.email.smtp_password = "hush".into();
        let mut shown = visible_to(&settings, Rights::All);
        remove_masked(&mut shown);
        assert_eq!(shown["EmailSettings"].get("SMTPPassword"), None);
        assert_eq!(shown["EmailSettings"]["SMTPUsername"], "");
        assert_eq!(shown["FileSettings"].get("PublicLinkSalt"), None);

        settings.team.site_name = "Campus".into();
        let mut shown = visible_to(&settings, Rights::All);
        remove_defaults(&mut shown);
        assert_eq!(shown, json!({"EmailSettings": {"SMTPPassword": MASK}, "TeamSettings": {"SiteName": "Campus"}}));
    }

    #[test]
    fn overrides_by_section() {
        let overrides = ["TeamSettings.SiteName".to_owned(), "SqlSettings.DataSource".to_owned()].into();
        let may = only(&["site_customization"]);
        assert_eq!(
            overrides_visible_to(&overrides, Rights::Sections(&may)),
            json!({"TeamSettings": {"SiteName": true}})
        );
        assert_eq!(
            overrides_visible_to(&overrides, Rights::All),
            json!({"SqlSettings": {"DataSource": true}, "TeamSettings": {"SiteName": true}})
        );
        assert_eq!(overrides_visible_to(&overrides, Rights::Sections(&|_| false)), json!(null));
    }
}
