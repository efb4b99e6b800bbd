//! The configuration as a whole: loading, changing, saving.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::access::visible_to;
use super::mask::MASK;
use super::*;

fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn in_memory() -> Config {
    Config::load(None, env(&[("MM_SERVICESETTINGS_SITEURL", "https://chat.example.org")])).unwrap()
}

fn on_disk(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn without_anything_there_are_the_defaults() {
    let config = Config::load(None, Vec::new()).unwrap();
    let now = config.snapshot();
    assert!(now.effective == Settings::default());
    assert_eq!(now.version_id, format!("11.6.0.24000000.{}.true", now.client_hash));
}

#[test]
fn the_environment_wins_and_is_never_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, r#"{"TeamSettings": {"SiteName": "File"}, "Future": {"Key": 1}}"#).unwrap();
    let config = Config::load(Some(path.clone()), env(&[("MM_TEAMSETTINGS_SITENAME", "Env")])).unwrap();
    assert_eq!(config.snapshot().effective.team.site_name, "Env");
    assert_eq!(config.snapshot().overrides, ["TeamSettings.SiteName".to_owned()].into());
    assert_eq!(on_disk(&path)["Future"], json!({"Key": 1}), "nothing is written until something changes");

    let body = json!({"TeamSettings": {"SiteName": "Api", "MaxUsersPerTeam": 9}});
    let change = config.patch(&body, Rights::All).unwrap();
    assert_eq!(change.new.effective.team.site_name, "Env");
    assert_eq!(change.new.effective.team.max_users_per_team, 9);
    let saved = on_disk(&path);
    assert_eq!(saved["TeamSettings"]["SiteName"], "File");
    assert_eq!(saved["TeamSettings"]["MaxUsersPerTeam"], 9);
    assert_eq!(saved["Future"], json!({"Key": 1}));
}

#[test]
fn a_patch_that_changes_nothing_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let config = Config::load(Some(path.clone()), Vec::new()).unwrap();
    let change = config.patch(&json!({"TeamSettings": {"MaxUsersPerTeam": 50}}), Rights::All).unwrap();
    assert!(!change.concerns_clients() && !path.exists());
    config.edit(|settings| settings.team.max_users_per_team = 51).unwrap();
    assert_eq!(on_disk(&path)["TeamSettings"]["MaxUsersPerTeam"], 51);
}

#[test]
fn clients_are_told_of_what_they_see() {
    let config = in_memory();
    let change = config.patch(&json!({"TeamSettings": {"SiteName": "Campus"}}), Rights::All).unwrap();
    assert!(change.concerns_clients());
    assert_eq!(change.new.client_limited["SiteName"], "Campus");
    assert_eq!(change.new.license["Company"], "Campus");
    let change = config.patch(&json!({"TeamSettings": {"MaxUsersPerTeam": 7}}), Rights::All).unwrap();
    assert!(!change.concerns_clients());
    let change = config.set_facts(|facts| facts.no_accounts = true).unwrap();
    assert!(change.concerns_clients());
    assert_eq!(config.snapshot().client_limited["NoAccounts"], "true");
    assert_eq!(config.snapshot().effective.team.site_name, "Campus");
}

#[test]
fn read_and_written_back_nothing_changes() {
    let config = in_memory();
    let secrets = json!({"EmailSettings": {"SMTPPassword": "hush"}, "SqlSettings": {"DataSource": "file.db"}});
    config.patch(&secrets, Rights::All).unwrap();
    let shown = visible_to(&config.snapshot().effective, Rights::All);
    assert_eq!(shown["EmailSettings"]["SMTPPassword"], MASK);
    let change = config.replace(&shown, Rights::All).unwrap();
    assert!(change.new.effective == change.old.effective);
    assert_eq!(change.new.effective.email.smtp_password, "hush");
}

#[test]
fn replacing_brings_defaults_back() {
    let config = in_memory();
    config.edit(|settings| settings.team.max_users_per_team = 7).unwrap();
    let body = json!({"ServiceSettings": {"SiteURL": "https://chat.example.org"}});
    assert_eq!(config.replace(&body, Rights::All).unwrap().new.effective.team.max_users_per_team, 50);
}

#[test]
fn somebody_with_few_rights_changes_few_things() {
    let config = in_memory();
    let body =
        json!({"SupportSettings": {"HelpLink": "https://help.example.org"}, "PasswordSettings": {"MinimumLength": 12}});
    let change = config.patch(&body, Rights::Sections(&|section| section == "site_customization")).unwrap();
    assert_eq!(change.new.effective.support.help_link, "https://help.example.org");
    assert_eq!(change.new.effective.password.minimum_length, 8);
    let change = config.replace(&json!({}), Rights::Sections(&|section| section == "site_customization")).unwrap();
    assert_eq!(change.new.effective.support.help_link, "");
}

#[test]
fn refusals_of_the_api() {
    let config = Config::load(None, Vec::new()).unwrap();
    config.edit(|settings| settings.service.site_url = "https://chat.example.org".into()).unwrap();
    for (body, id) in [
        (json!({"ServiceSettings": {"SiteURL": ""}}), "api.config.update_config.clear_siteurl.app_error"),
        (json!({"ServiceSettings": {"SiteURL": "no"}}), "model.config.is_valid.site_url.app_error"),
        (json!({"PluginSettings": {"EnableUploads": true}}), "api.config.update_config.not_allowed_security.app_error"),
        (
            json!({"ImportSettings": {"Directory": "/elsewhere"}}),
            "api.config.update_config.not_allowed_security.app_error",
        ),
        (json!({"TeamSettings": {"MaxUsersPerTeam": "many"}}), "api.context.invalid_body_param.app_error"),
        (json!([]), "api.context.invalid_body_param.app_error"),
        (json!(null), "api.context.invalid_body_param.app_error"),
    ] {
        assert_eq!(config.patch(&body, Rights::All).err().unwrap().id, id, "{body}");
    }
    assert_eq!(config.replace(&json!({}), Rights::All).err().unwrap().id, codes::CLEAR_SITE_URL.id);
    let error = config.patch(&json!({"PasswordSettings": {"MinimumLength": 2}}), Rights::All).err().unwrap();
    assert_eq!(error.message, "The setting PasswordSettings.MinimumLength must be between 5 and 72.");
    assert_eq!(config.snapshot().effective.password.minimum_length, 8);
}

#[test]
fn a_wrong_start_names_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, r#"{"TeamSettings": {"MaxUsersPerTeam": "many"}}"#).unwrap();
    let problems = Config::load(Some(path), env(&[("MM_SERVICESETTINGS_READTIMEOUT", "soon")])).err().unwrap();
    assert_eq!(problems.0.len(), 2, "{problems}");
    let problems = Config::load(None, env(&[("MM_SERVICESETTINGS_READTIMEOUT", "0")])).err().unwrap();
    assert_eq!(problems.to_string(), "ServiceSettings.ReadTimeout must be 1 second or more, but is 0");
}

#[test]
fn reloading_reads_the_file_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let config = Config::load(Some(path.clone()), Vec::new()).unwrap();
    fs::write(&path, r#"{"TeamSettings": {"SiteName": "Edited"}}"#).unwrap();
    assert!(config.reload().unwrap().concerns_clients());
    fs::write(&path, r#"{"TeamSettings": {"SiteName": 5}}"#).unwrap();
    assert!(config.reload().is_err());
    assert_eq!(config.snapshot().effective.team.site_name, "Edited");
}
