//! Commands that are given while the server runs: it hears of them, or they are refused.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::world::{PASSWORD, Server, Setup, heard, kollegium};

fn run(folder: &Path, args: &[&str]) -> Output {
    kollegium(folder, args).env("MM_KOLLEGIUMSETTINGS_PASSWORDWORKFACTOR", "1000").output().unwrap()
}

#[track_caller]
fn done(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn refused(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert!(!output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

fn log_in(server: &Server, name: &str, password: &str) -> u16 {
    server.call("POST", "/users/login", "", &json!({"login_id": name, "password": password})).status
}

#[test]
fn people_and_teams_are_changed_at_once() {
    let server = Setup::new().start();
    let folder = server.folder();
    server.sign_up("ann");
    let ann = server.log_in("ann");
    let said = done(folder, &["user", "create", "bob", "--email", "bob@example.com", "--password", PASSWORD]);
    assert!(said.contains("Made the account bob (bob@example.com)") && !said.contains(PASSWORD), "{said}");
    let bob = server.log_in("bob");
    assert!(done(folder, &["user", "roles", "bob", "system_user", "system_admin"]).contains("system_admin"));
    let me = server.call("GET", "/users/me", &bob, &json!(null)).expect(200).json();
    assert_eq!(me["roles"], "system_user system_admin");
    server.call("GET", "/config", &bob, &json!(null)).expect(200);
    let said = done(folder, &["team", "create", "physics", "--owner", "bob", "--display-name", "Physics", "--private"]);
    assert!(said.contains("physics (Physics); bob"), "{said}");
    let teams = server.call("GET", "/users/me/teams", &bob, &json!(null)).expect(200).json();
    assert_eq!((teams[0]["name"].as_str(), teams[0]["type"].as_str()), (Some("physics"), Some("I")));
    let said = done(folder, &["user", "password", "bob@example.com", "--password", "Other-pass-2!"]);
    assert!(said.contains("new password") && !said.contains("Other-pass-2!"), "{said}");
    assert_eq!((log_in(&server, "bob", PASSWORD), log_in(&server, "bob", "Other-pass-2!")), (401, 200));
    for (args, why) in [
        (&["user", "create", "bob", "--email", "b@example.com", "--password", PASSWORD][..], "kollegium: "),
        (&["user", "create", "cid", "--email", "c@example.com", "--password", "x"], "kollegium: "),
        (&["user", "roles", "bob", "emperor"], "role"),
        (&["user", "activate", "nobody"], "no such user"),
        (&["team", "create", "physics", "--owner", "ann"], "kollegium: "),
    ] {
        assert!(refused(folder, args).contains(why), "{args:?}");
    }
    server.call("GET", "/users/me", &ann, &json!(null)).expect(200);
    assert!(!server.stderr().contains(PASSWORD) && !server.stderr().contains("Other-pass-2!"));
}

#[test]
fn whose_account_is_closed_is_out_at_once() {
    let server = Setup::new().start();
    server.sign_up("ann");
    server.sign_up("bob");
    let bob = server.log_in("bob");
    let bearer = format!("Bearer {bob}");
    let mut socket = server.socket("/api/v4/websocket", &[("Authorization", &bearer)]).unwrap();
    assert_eq!(heard(&mut socket)["event"], "hello");
    server.call("GET", "/users/me", &bob, &json!(null)).expect(200);
    assert!(done(server.folder(), &["user", "activate", "bob", "--off"]).contains("closed"));
    server.call("GET", "/users/me", &bob, &json!(null)).expect(401);
    assert_eq!(log_in(&server, "bob", PASSWORD), 401);
    assert!(done(server.folder(), &["user", "activate", "bob"]).contains("open"));
    assert_eq!(log_in(&server, "bob", PASSWORD), 200);
}

#[test]
fn settings_are_taken_up_at_once() {
    let server = Setup::new().start();
    server.sign_up("ann");
    let bearer = format!("Bearer {}", server.log_in("ann"));
    let mut socket = server.socket("/api/v4/websocket", &[("Authorization", &bearer)]).unwrap();
    assert_eq!(heard(&mut socket)["event"], "hello");
    let said = done(server.folder(), &["config", "set", "TeamSettings.SiteName", "Campus"]);
    assert!(said.contains("\"Campus\"") && said.contains("running server has taken it up"), "{said}");
    let told: Value =
        std::iter::from_fn(|| Some(heard(&mut socket))).find(|event| event["event"] == "config_changed").unwrap();
    assert_eq!(told["data"]["config"]["SiteName"], "Campus");
    assert_eq!(server.get("/api/v4/config/client?format=old").json()["SiteName"], "Campus");
    let said = done(server.folder(), &["config", "set", "EmailSettings.SMTPPassword", "hush-hush"]);
    assert!(!said.contains("hush-hush"), "{said}");
    // Of another file the server knows nothing.
    let said = done(server.folder(), &["config", "set", "TeamSettings.SiteName", "Other", "--config", "other.json"]);
    assert!(said.contains("another file"), "{said}");
    assert_eq!(server.get("/api/v4/config/client?format=old").json()["SiteName"], "Campus");
}

#[test]
fn two_servers_do_not_work_on_the_same_data() {
    let server = Setup::new().start();
    let output = kollegium(server.folder(), &["serve"]).env("MM_SERVICESETTINGS_LISTENADDRESS", "127.0.0.1:0").output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("another Kollegium works in data"), "{said}");
    let said = refused(
        server.folder(),
        &["dev", "seed", "--people", "3", "--channels", "1", "--posts", "1", "--replies", "1"],
    );
    assert!(said.contains("another Kollegium works in data"), "{said}");
    for harmless in [&["db", "check"][..], &["db", "migrate"], &["db", "verify"], &["config", "check"], &["version"]] {
        done(server.folder(), harmless);
    }
    server.get("/api/v4/system/ping").expect(200);
}

#[test]
fn a_server_that_was_killed_leaves_nothing_in_the_way() {
    let mut server = Setup::new().start();
    server.sign_up("ann");
    server.kill();
    assert!(server.folder().join("data/kollegium.sock").exists());
    let create = ["user", "create", "bob", "--email", "bob@example.com", "--password", PASSWORD];
    done(server.folder(), &create);
    let server = server.again();
    server.log_in("bob");
    done(server.folder(), &["user", "activate", "bob", "--off"]);
    assert_eq!(log_in(&server, "bob", PASSWORD), 401);
}

#[test]
fn only_the_owner_may_look_and_give_orders() {
    use std::os::unix::fs::PermissionsExt;
    let server = Setup::new().start();
    let mode = |name: &str| std::fs::metadata(server.folder().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("data"), 0o700);
    crate::world::eventually("orders are taken", || server.folder().join("data/kollegium.sock").exists());
    assert_eq!(mode("data/kollegium.sock"), 0o600);
    done(server.folder(), &["config", "set", "EmailSettings.SMTPPassword", "hush-hush"]);
    assert_eq!(mode("config.json"), 0o600, "there are secrets in it");
}

#[test]
fn whoever_listens_no_more_is_no_failure() {
    let server = Setup::new().start();
    let program = env!("CARGO_BIN_EXE_kollegium");
    let script = format!("'{program}' config show | head -1; exit ${{PIPESTATUS[0]}}");
    let output =
        std::process::Command::new("bash").args(["-c", &script]).current_dir(server.folder()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}
