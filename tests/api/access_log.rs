//! `/access_log`: who came in, and what was done to the server.

use serde_json::{Value, json};

use crate::own::Own;
use crate::world::{PASSWORD, Person, eventually};

/// What the log says of somebody, the oldest first.
fn about(admin: &Person, person: &Person) -> Vec<Value> {
    let path = format!("/access_log?user_id={}&per_page=200", person.id);
    let mut lines = admin.get(&path).expect(200).json.as_array().unwrap().clone();
    lines.reverse();
    lines
}

fn events(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["event"].as_str().unwrap()).collect()
}

/// The newest entry of that kind.
fn last(admin: &Person, event: &str) -> Value {
    admin.get(&format!("/access_log?event={event}&per_page=1")).expect(200).json[0].clone()
}

#[test]
fn who_comes_and_goes_is_in_the_log() {
    let (admin, ann) = (Person::admin(), Person::new("ann"));
    let wrong = json!({"login_id": ann.username, "password": "guessed"});
    Person::anonymous().post("/users/login", wrong).expect(401);
    Person::anonymous().post("/users/login", json!({"login_id": "nobody-at-all", "password": "x"})).expect(401);
    ann.post("/users/logout", json!({})).expect(200);

    let lines = about(&admin, &ann);
    assert_eq!(events(&lines), ["account_created", "logged_in", "login_refused", "logged_out"]);
    let (came, refused, left) = (&lines[1], &lines[2], &lines[3]);
    assert_eq!(
        (&came["ip_address"], &came["user"], &came["actor"]),
        (&json!("127.0.0.1"), &json!(ann.username), &json!(ann.username))
    );
    assert!(came["user_agent"].as_str().unwrap().starts_with("ureq"), "{came}");
    assert_eq!((&came["session_id"], &came["detail"]["how"]), (&left["session_id"], &json!("password")));
    assert_eq!((&refused["actor_id"], &refused["detail"]["login_id"]), (&json!(""), &json!(ann.username)));
    assert_eq!(refused["detail"]["reason"], "api.user.login.invalid_credentials_email_username");

    let refused = admin.get("/access_log?event=login_refused&per_page=200").expect(200).json;
    let nobody = refused.as_array().unwrap().iter().find(|line| line["detail"]["login_id"] == "nobody-at-all").unwrap();
    assert_eq!(nobody["user_id"], "");
}

#[test]
fn the_first_use_of_a_token_is_in_the_log_and_each_other_is_not() {
    let (admin, ann) = (Person::admin(), Person::new("ann"));
    let made = admin.post(&format!("/users/{}/tokens", ann.id), json!({"description": "robot"})).expect(200).json;
    let robot = ann.with_token(made["token"].as_str().unwrap());
    (0..3).for_each(|_| drop(robot.get("/users/me").expect(200)));
    admin.post("/users/tokens/revoke", json!({"token_id": made["id"]})).expect(200);

    let lines = about(&admin, &ann);
    assert_eq!(events(&lines), ["account_created", "logged_in", "token_created", "token_first_used"]);
    assert_eq!(lines[2]["detail"], json!({"id": made["id"], "description": "robot"}));
    assert_eq!((&lines[3]["detail"]["token_id"], &lines[3]["ip_address"]), (&made["id"], &json!("127.0.0.1")));
    assert_eq!(last(&admin, "token_revoked")["detail"]["token_id"], made["id"]);
    let log = json!(lines).to_string();
    assert!(!log.contains(made["token"].as_str().unwrap()) && !log.contains(PASSWORD));
}

#[test]
fn what_administrators_do_is_in_the_log_without_secrets() {
    let own = Own::start(&[]);
    let (admin, ann, bob) = (own.admin(), own.person("ann"), own.person("bob"));
    let change = json!({"EmailSettings": {"SMTPPassword": "the-hushed-one", "SMTPServer": "mail.example.org"}});
    admin.put("/config/patch", change).expect(200);
    let line = last(&admin, "config_changed");
    assert_eq!(line["detail"]["keys"], json!(["EmailSettings.SMTPPassword", "EmailSettings.SMTPServer"]));
    assert_eq!((&line["actor"], &line["ip_address"]), (&json!("admin"), &json!("127.0.0.1")));

    let roles = json!({"roles": "system_user system_manager"});
    admin.put(&format!("/users/{}/roles", ann.id), roles).expect(200);
    admin.put(&format!("/users/{}/password", ann.id), json!({"new_password": "Another-one-2!"})).expect(200);
    let closing = json!({"active": false, "reason": "left the institute"});
    admin.put(&format!("/users/{}/active", ann.id), closing).expect(200);
    admin.put(&format!("/users/{}/active", ann.id), json!({"active": true})).expect(200);
    ann.put(&format!("/users/{}/active", bob.id), json!({"active": false})).expect(401);
    own.runs(&["user", "activate", "--off", &bob.username, "--reason", "asked us to"]);

    let lines = about(&admin, &ann);
    let expected = ["roles_changed", "password_changed", "account_closed", "account_opened"];
    assert_eq!(events(&lines)[2..], expected);
    assert_eq!(lines[2]["detail"]["roles"], "system_user system_manager");
    assert_eq!((&lines[4]["detail"]["reason"], &lines[4]["actor"]), (&json!("left the institute"), &json!("admin")));
    let closed = about(&admin, &bob).pop().unwrap();
    assert_eq!(closed["detail"], json!({"by": "command line", "reason": "asked us to"}));

    let team = admin.makes_team("crew");
    let channel = admin.makes_channel(&team, "old", "O");
    admin.delete(&format!("/channels/{channel}")).expect(200);
    assert_eq!(last(&admin, "channel_archived")["detail"]["channel_id"], json!(channel));
    admin.delete(&format!("/teams/{team}")).expect(200);
    assert_eq!(last(&admin, "team_archived")["detail"]["team_id"], json!(team));

    let whole = own.runs(&["access-log", "export"]);
    assert!(!whole.contains("the-hushed-one") && !whole.contains("Another-one-2!") && !whole.contains(PASSWORD));
}

#[test]
fn only_system_administrators_read_the_log() {
    let own = Own::start(&[]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    for path in ["/access_log", "/access_log/export"] {
        ann.get(path).expect(403);
        ann.logged_out().get(path).expect(401);
    }
    admin.put(&format!("/users/{}/roles", ann.id), json!({"roles": "system_user system_manager"})).expect(200);
    ann.get("/access_log").expect(403);
    admin.get("/access_log?since=yesterday").expect(400);
}

#[test]
fn the_log_is_exported_as_lines_of_json() {
    let own = Own::start(&[]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    let body = ureq::get(format!("{}/api/v4/access_log/export", admin.base()))
        .header("Authorization", format!("Bearer {}", admin.token.as_deref().unwrap()))
        .call();
    let mut body = body.unwrap();
    assert_eq!(body.headers()["content-type"], "application/x-ndjson");
    let text = body.body_mut().read_to_string().unwrap();
    let parsed = |text: &str| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>();
    let lines = parsed(&text);
    let expected = ["account_created", "logged_in", "account_created", "logged_in", "access_log_exported"];
    assert_eq!(events(&lines), expected);
    assert!(lines.windows(2).all(|two| two[0]["at"].as_i64() <= two[1]["at"].as_i64()));

    assert_eq!(parsed(&own.runs(&["access-log", "export"])), lines);
    let of_ann = parsed(&own.runs(&["access-log", "export", "--user", &ann.username, "--since", "2020-01-01"]));
    assert_eq!(of_ann, lines[2..4]);
    assert!(own.runs(&["access-log", "export", "--since", "2120-01-01"]).is_empty());
    assert!(own.runs(&["access-log", "export", "--since", "soon"]).contains("neither a day"));
}

#[test]
fn old_entries_are_forgotten_and_an_erased_person_leaves_no_address() {
    let own = Own::start(&[("MM_SERVICESETTINGS_ENABLEAPIUSERDELETION", "true")]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    admin.delete(&format!("/users/{}?permanent=true", ann.id)).expect(200);
    let lines = about(&admin, &ann);
    assert_eq!(events(&lines), ["account_created", "logged_in", "account_erased"]);
    assert!(
        lines[..2]
            .iter()
            .all(|line| line["ip_address"] == "" && line["user_agent"] == "" && line["detail"] == json!({}))
    );

    own.alter("UPDATE kollegium_access_log SET at = at - 8000000000 WHERE event = 'logged_in'");
    admin.has_done("access_log_cleanup");
    eventually(|| (last(&admin, "logged_in") == Value::Null).then_some(()));
    assert_eq!(events(&about(&admin, &ann)), ["account_created", "account_erased"]);
}
