//! Who may be here, after they came in: looked at again when they use the server, and explained to administrators.

use serde_json::{Value, json};

use crate::server::{Answer, PASSWORD, Server, settings};
use crate::slapd::{BASE, Slapd, is_there};

const TURNED_AWAY: &str = "ent.ldap.do_login.user_filtered.app_error";

/// What the server's bot has written to the administrator.
fn told(server: &Server) -> String {
    let root = server.root();
    let me = server.get("/users/me", &root).expect(200);
    let bot = server.user("system-bot");
    let ids = json!([me.text("id"), bot["id"]]);
    let channel = server.post("/channels/direct", &root, ids).expect(201);
    let posts = server.get(&format!("/channels/{}/posts", channel.text("id")), &root).expect(200);
    let posts = posts.json["posts"].as_object().unwrap().clone();
    posts.values().map(|post| post["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join("\n")
}

fn every_time() -> Value {
    json!({"KollegiumSettings": {"AdmissionRecheckMinutes": 0}})
}

/// A personal access token of somebody.
fn token_of(server: &Server, person: &Answer) -> String {
    let root = server.root();
    let id = person.text("id");
    server
        .put(&format!("/users/{id}/roles"), &root, json!({"roles": "system_user system_user_access_token"}))
        .expect(200);
    let made = server.post(&format!("/users/{id}/tokens"), &person.token, json!({"description": "mine"})).expect(200);
    made.text("token").to_owned()
}

#[test]
fn whoever_leaves_staff_is_out_with_all_they_hold_and_comes_back() {
    if !is_there() {
        return;
    }
    let mut slapd = Slapd::start();
    let server = Server::start(settings(&slapd), every_time());
    let hal = server.log_in("hal", "hal-secret").expect(200);
    let ann = server.log_in("ann", "ann-secret").expect(200);
    let token = token_of(&server, &hal);
    server.get("/users/me", &token).expect(200);
    let root = server.root();
    let bot = server.post("/bots", &root, json!({"username": "halsbot", "display_name": "b"})).expect(201);
    let path = format!("/bots/{}/assign/{}", bot.text("user_id"), hal.text("id"));
    server.post(&path, &root, json!({})).expect(200);
    // A directory that is away turns nobody out.
    slapd.down();
    server.get("/users/me", &hal.token).expect(200);
    slapd.up();
    server.get("/users/me", &hal.token).expect(200);
    slapd.replace("hal", "employeeType", "former");
    let out = server.get("/users/me", &token).expect(401);
    assert_eq!(out.error(), "api.context.session_expired.app_error");
    server.get("/users/me", &hal.token).expect(401);
    server.get("/users/me", &token).expect(401);
    server.get("/users/me", &ann.token).expect(200);
    // Name and account stay, closed; administrators hear of the bot.
    assert!(server.user("hal")["delete_at"].as_i64().unwrap() > 0);
    let told = told(&server);
    assert!(told.contains("@hal") && told.contains("@halsbot"), "{told}");
    let refused = server.log_in("hal", "hal-secret").expect(401);
    assert_eq!(refused.error(), TURNED_AWAY);
    // Staff again: the same account, with what has changed meanwhile.
    slapd.replace("hal", "employeeType", "staff");
    slapd.replace("hal", "sn", "Baum");
    let again = server.log_in("hal", "hal-secret").expect(200);
    assert_eq!((again.text("id"), again.text("last_name")), (hal.text("id"), "Baum"));
    assert_eq!(server.user("hal")["delete_at"], 0);
    server.get("/users/me", &again.token).expect(200);
    // Whom an administrator has closed stays out.
    let path = format!("/users/{}/active", hal.text("id"));
    server.put(&path, &server.root(), json!({"active": false})).expect(200);
    assert_eq!(server.log_in("hal", "hal-secret").expect(401).error(), "api.user.login.inactive.app_error");
}

#[test]
fn a_directory_that_shows_nobody_turns_nobody_out() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let mut server = Server::start(settings(&slapd), every_time());
    let ann = server.log_in("ann", "ann-secret").expect(200);
    for base in [format!("ou=services,{BASE}"), format!("ou=nowhere,{BASE}")] {
        server.set(json!({"LdapSettings": {"BaseDN": base}}));
        server.get("/users/me", &ann.token).expect(200);
    }
    // A rule that would turn out nearly everybody is held up, and told.
    server.set(json!({"LdapSettings": {"BaseDN": BASE}}));
    let others = ["dora", "fay", "hal"].map(|name| server.log_in(name, &format!("{name}-secret")).expect(200));
    server.set(json!({"LdapSettings": {"UserFilter": "(employeeType=nobody)"}}));
    let all = [&ann, &others[0], &others[1], &others[2]];
    let inside = all.into_iter().filter(|person| server.get("/users/me", &person.token).status == 200).count();
    assert_eq!(inside, 1, "three may go at once, the fourth stays");
    assert!(told(&server).contains("LdapMaximumLockOutPercent"));
}

#[test]
fn a_deny_list_holds_for_everybody() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let mut server = Server::start(settings(&slapd), every_time());
    let ann = server.log_in("ann", "ann-secret").expect(200);
    let max = json!({"username": "max", "email": "max@evil.example", "password": PASSWORD});
    server.post("/users", "", max).expect(201);
    let max = server.log_in("max", PASSWORD).expect(200);
    server.set(json!({"KollegiumSettings": {"AdmissionDeny": "ann @evil.example"}}));
    server.get("/users/me", &ann.token).expect(401);
    server.get("/users/me", &max.token).expect(401);
    server.log_in("max", PASSWORD).expect(401);
}

#[test]
fn administrators_are_told_why() {
    if !is_there() {
        return;
    }
    let mut slapd = Slapd::start();
    let more = json!({"KollegiumSettings": {"LdapStaffGroup": format!("cn=staff,ou=groups,{BASE}")}});
    let server = Server::start(settings(&slapd), more);
    let ann = server.log_in("ann", "ann-secret").expect(200);
    let root = server.root();
    let explain = |login: &str| server.get(&format!("/admission/explain?login={login}"), &root);
    let said = explain("ann").expect(200);
    assert_eq!((&said.json["admitted"], &said.json["account"]["username"]), (&json!(true), &json!("ann")));
    let ben = explain("ben@campus.example").expect(200);
    assert_eq!((&ben.json["admitted"], &ben.json["account"]), (&json!(false), &Value::Null));
    let steps = ben.json["decision"]["steps"].as_array().unwrap();
    let last = steps.last().unwrap();
    assert_eq!((&last["rule"], &last["outcome"]), (&json!("LdapSettings.UserFilter"), &json!("refuses")));
    let hal = explain("hal").expect(200);
    assert_eq!(
        hal.json["decision"]["steps"].as_array().unwrap().last().unwrap()["rule"],
        "KollegiumSettings.LdapStaffGroup"
    );
    assert_eq!(explain("root").expect(200).json["admitted"], true);
    explain("nobody-at-all").expect(400);
    assert_eq!(server.get("/admission/explain?login=ann", &ann.token).status, 403);
    // The same on the command line.
    let output = server.command(&["auth", "explain", "hal"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for part in
        ["holds    LdapSettings.UserFilter", "refuses  KollegiumSettings.LdapStaffGroup", "They would not get in."]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!server.command(&["auth", "explain", "nobody-at-all"]).status.success());
    slapd.down();
    let said = explain("ann").expect(200);
    assert!(said.json["admitted"].is_null() && said.json["directory_trouble"].is_string());
}
