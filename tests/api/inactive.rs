//! `/users/inactive`: who has not been here for long, and the rule that deactivates them.

use serde_json::{Value, json};

use crate::own::Own;
use crate::world::{Person, eventually};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Has it been so many days since these people came, logged in and did anything.
fn away(own: &Own, people: &[&Person], days: i64) {
    for person in people {
        let (ago, id) = (days * DAY, &person.id);
        own.alter(&format!(
            "UPDATE users SET createat = createat - {ago}, lastlogin = lastlogin - {ago} WHERE id = '{id}';
             UPDATE sessions SET lastactivityat = lastactivityat - {ago} WHERE userid = '{id}';
             UPDATE status SET lastactivityat = lastactivityat - {ago} WHERE userid = '{id}';"
        ));
    }
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|person| person["username"].as_str().unwrap()).collect()
}

#[test]
fn administrators_see_who_has_not_been_here_for_long() {
    let own = Own::start(&[]);
    let (admin, ann, ben) = (own.admin(), own.person("ann"), own.person("ben"));
    let bot = admin.post("/bots", json!({"username": "an-old-bot"}));
    assert!(bot.status == 201 || bot.status == 403, "{bot:?}");
    away(&own, &[&ann], 40);
    away(&own, &[&ben], 100);

    let list = admin.get("/users/inactive?days=30").expect(200).json;
    assert_eq!(names(&list), [&ben.username, &ann.username].map(String::as_str));
    assert_eq!(names(&admin.get("/users/inactive?days=60").expect(200).json), [ben.username.as_str()]);
    assert_eq!(
        names(&admin.get("/users/inactive?days=30&page=1&per_page=1").expect(200).json),
        [ann.username.as_str()]
    );
    let seen = list[1]["last_activity_at"].as_i64().unwrap();
    assert!(seen > 0 && seen >= list[1]["last_login"].as_i64().unwrap(), "{list}");
    assert!(own.runs(&["users", "inactive", "--days", "60"]).starts_with(&format!("{}\t", ben.username)));

    admin.get("/users/inactive?days=0").expect(400);
    admin.get("/users/inactive").expect(400);
    own.person("eve").get("/users/inactive?days=30").expect(403);
}

#[test]
fn whoever_uses_a_token_or_is_online_is_not_away() {
    let own = Own::start(&[]);
    let (admin, ann, ben) = (own.admin(), own.person("ann"), own.person("ben"));
    away(&own, &[&ann, &ben], 40);
    own.alter(&format!(
        "UPDATE sessions SET lastactivityat = {} WHERE userid = '{}'",
        crate::world::seconds() * 1000,
        ann.id
    ));
    assert_eq!(names(&admin.get("/users/inactive?days=30").expect(200).json), [ben.username.as_str()]);
}

#[test]
fn the_rule_deactivates_those_who_are_away_and_says_why() {
    let own = Own::start(&[("MM_KOLLEGIUMSETTINGS_DEACTIVATEINACTIVEAFTERDAYS", "30")]);
    let (admin, ann, ben) = (own.admin(), own.person("ann"), own.person("ben"));
    // What is in use already stays so, whatever the database says next.
    admin.get("/users/me").expect(200);
    // The administrator is away too, but nobody else administers the server.
    away(&own, &[&ann, &admin], 40);
    own.alter(&format!("UPDATE sessions SET lastactivityat = 1 WHERE userid = '{}'", admin.id));
    let mut socket = ben.listens();
    let run = admin.has_done("inactive_people");
    assert_eq!((&run["status"], &run["data"]["closed"]), (&json!("success"), &json!("1")));

    ann.get("/users/me").expect(401);
    let again = json!({"login_id": ann.username, "password": crate::world::PASSWORD});
    assert_eq!(ann.logged_out().post("/users/login", again).expect(401).error(), "api.user.login.inactive.app_error");
    assert!(socket.names().contains(&"user_activation_status_change".to_owned()));
    ben.get("/users/me").expect(200);
    admin.get("/users/me").expect(200);
    let why = eventually(|| {
        let lines = admin.get(&format!("/access_log?event=account_closed&user_id={}", ann.id)).expect(200).json;
        lines.get(0).cloned()
    });
    assert_eq!(why["detail"]["by"], "server");
    assert!(why["detail"]["reason"].as_str().unwrap().starts_with("not here for 30 days, last seen on "), "{why}");

    // An administrator opens the account again; the rule looks at log-ins from then on.
    admin.put(&format!("/users/{}/active", ann.id), json!({"active": true})).expect(200);
    ann.logged_out().logs_in(&ann.username);
    assert_eq!(admin.has_done("inactive_people")["data"].get("closed").unwrap_or(&json!("0")), "0");
}
