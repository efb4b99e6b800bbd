//! The command line: each command says what it did, and a refused one says why and fails.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use diesel::{Connection, RunQueryDsl, SqliteConnection};

/// Runs a command in a folder of its own, without settings from the tester's environment.
fn kollegium(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kollegium"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MM_")) {
        command.env_remove(name);
    }
    command.env("MM_KOLLEGIUMSETTINGS_PASSWORDWORKFACTOR", "1000").current_dir(folder).args(args);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn done(folder: &Path, args: &[&str]) -> String {
    let output = kollegium(folder, args, "");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn refused(folder: &Path, args: &[&str]) -> String {
    let output = kollegium(folder, args, "");
    assert!(!output.status.success(), "{args:?} was not refused");
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn versions() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(done(folder.path(), &["version"]).starts_with("Kollegium "));
    assert!(done(folder.path(), &["--help"]).contains("config"));
}

#[test]
fn settings_are_checked_shown_and_set() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(done(folder, &["config", "check"]).contains("the defaults hold"));
    assert!(!folder.join("config.json").exists() && !folder.join("data").exists(), "nothing is written by looking");
    assert!(done(folder, &["config", "set", "TeamSettings.SiteName", "Campus"]).contains("\"Campus\""));
    assert_eq!(done(folder, &["config", "show", "TeamSettings.SiteName"]).trim(), "\"Campus\"");
    done(folder, &["config", "set", "TeamSettings.MaxUsersPerTeam", "77"]);
    assert_eq!(done(folder, &["config", "show", "TeamSettings.MaxUsersPerTeam"]).trim(), "77");
    done(folder, &["config", "set", "EmailSettings.SMTPPassword", "hush"]);
    assert!(!done(folder, &["config", "show"]).contains("hush"));
    assert!(
        refused(folder, &["config", "set", "TeamSettings.MaxUsersPerTeam", "many"])
            .contains("TeamSettings.MaxUsersPerTeam")
    );
    assert!(refused(folder, &["config", "set", "TeamSettings.Nonsense", "1"]).contains("no setting"));
    assert!(refused(folder, &["config", "show", "Nonsense"]).contains("no setting"));
    std::fs::write(folder.join("config.json"), "{").expect("written");
    assert!(refused(folder, &["config", "check"]).contains("config.json"));
    assert!(refused(folder, &["user", "password", "ann", "--password", "x"]).contains("config.json"));
}

#[test]
fn the_examples_are_right() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["campus", "school-district", "single-box"] {
        let file = format!("{}/config/{name}.json", env!("CARGO_MANIFEST_DIR"));
        assert!(done(folder.path(), &["config", "check", "--config", &file]).contains("is fine"));
        let example: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&file).expect("the example")).expect("JSON");
        for (section, keys) in example.as_object().expect("sections") {
            for key in keys.as_object().expect("keys").keys() {
                done(folder.path(), &["config", "show", &format!("{section}.{key}")]);
            }
        }
    }
}

#[test]
fn a_database_is_migrated_and_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(done(folder, &["db", "migrate"]).contains("ran 0001_reference"));
    assert!(done(folder, &["db", "migrate"]).contains("up to date"));
    assert!(done(folder, &["db", "check"]).contains("up to date"));
}

#[test]
fn a_seeded_database_is_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let seed = ["dev", "seed", "--people", "30", "--channels", "3", "--posts", "200", "--replies", "20"];
    assert!(done(folder, &seed).contains("a channel of 200 posts"));
    assert!(refused(folder, &seed).contains("team"), "a second time it is there already");
    assert!(done(folder, &["db", "verify"]).contains("every counter is right"));
    let path = folder.join("data/kollegium.db");
    let mut database = SqliteConnection::establish(path.to_str().expect("text")).expect("the database");
    for statement in [
        "UPDATE channels SET totalmsgcount = totalmsgcount - 3 WHERE name = 'seed-many-posts'",
        "UPDATE threads SET replycount = 19",
        "UPDATE channelmembers SET mentioncount = 5 WHERE channelid = (SELECT id FROM channels WHERE name = 'seed-room-001')",
    ] {
        diesel::sql_query(statement).execute(&mut database).expect("a counter is changed");
    }
    let output = kollegium(folder, &["db", "verify"], "");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(!output.status.success());
    assert!(said.contains("totalmsgcount is 197, counted at least 200"), "{said}");
    assert!(said.contains("replycount is 19, counted 20") && said.contains("mentioncount is 5, counted 0"), "{said}");
}

#[test]
fn accounts_and_teams() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let made = kollegium(folder, &["user", "create", "ann", "--email", "ann@example.org"], "Secret-pass-1!\n");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(String::from_utf8_lossy(&made.stdout).contains("system_admin"), "the first one administers");
    let bob = ["user", "create", "bob", "--email", "bob@example.org", "--password", "Secret-pass-2!"];
    assert!(done(folder, &bob).contains("roles system_user"));
    assert!(refused(folder, &bob).starts_with("kollegium: "), "the name is taken");
    assert!(
        refused(folder, &["user", "create", "cid", "--email", "cid@example.org", "--password", "x"])
            .contains("kollegium: ")
    );
    assert!(
        done(folder, &["user", "password", "bob@example.org", "--password", "Other-pass-3!"]).contains("new password")
    );
    assert!(
        done(folder, &["user", "roles", "bob", "system_user", "system_admin"]).contains("system_user system_admin")
    );
    assert!(refused(folder, &["user", "roles", "bob", "emperor"]).contains("role"));
    assert!(done(folder, &["user", "activate", "bob", "--off"]).contains("closed"));
    assert!(done(folder, &["user", "activate", "bob"]).contains("open"));
    assert!(refused(folder, &["user", "activate", "nobody"]).contains("no such user"));
    assert!(
        done(folder, &["team", "create", "physics", "--owner", "ann", "--display-name", "Physics"]).contains("Physics")
    );
    assert!(refused(folder, &["team", "create", "physics", "--owner", "ann"]).starts_with("kollegium: "));
}

#[test]
fn a_client_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("x.tar.gz"), "no archive").expect("written");
    assert!(refused(folder.path(), &["client", "install", "x.tar.gz"]).starts_with("kollegium: "));
    assert!(!folder.path().join("data/client").exists());
}
