//! Sessions: how long they last, when they end, how often one may guess (`/users/login`, `/users/{user_id}/sessions`).

use serde_json::{Value, json};

use crate::own::Own;
use crate::world::{PASSWORD, Person, seconds};

const HOUR: i64 = 60 * 60 * 1000;
const TOO_MANY: &str = "api.user.check_user_login_attempts.too_many.app_error";

/// A log-in with a client of that name from an address that a proxy tells of; status and error id.
fn log_in(own: &Own, login_id: &str, password: &str, client: &str, address: &str) -> (u16, String, String) {
    let body = json!({"login_id": login_id, "password": password}).to_string();
    let request = ureq::post(format!("{}/api/v4/users/login", own.admin().base()))
        .header("User-Agent", client)
        .header("X-Forwarded-For", address)
        .config()
        .http_status_as_error(false)
        .build();
    let mut answer = request.send(body).unwrap();
    let token = answer.headers().get("token").map_or("", |token| token.to_str().unwrap()).to_owned();
    let json: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    (answer.status().as_u16(), json["id"].as_str().unwrap().to_owned(), token)
}

fn guess(own: &Own, login_id: &str, address: &str) -> (u16, String) {
    let (status, error, _) = log_in(own, login_id, "guessed", "curl", address);
    (status, error)
}

fn comes(own: &Own, login_id: &str, address: &str) -> u16 {
    log_in(own, login_id, PASSWORD, "curl", address).0
}

/// Behind a proxy that says whom it serves.
fn proxied(further: &[(&str, &str)]) -> Own {
    Own::start(&[&[("MM_SERVICESETTINGS_TRUSTEDPROXYIPHEADER", "X-Forwarded-For")], further].concat())
}

/// Has it been so many minutes since anything came into the access log.
fn passes(own: &Own, minutes: i64) {
    own.alter(&format!("UPDATE kollegium_access_log SET at = at - {}", minutes * 60_000));
}

#[test]
fn each_kind_of_client_has_sessions_of_its_own_length() {
    let own = Own::start(&[
        ("MM_SERVICESETTINGS_SESSIONLENGTHWEBINHOURS", "10"),
        ("MM_SERVICESETTINGS_SESSIONLENGTHMOBILEINHOURS", "20"),
    ]);
    let ann = own.person("ann");
    for client in ["Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Mobile"] {
        assert_eq!(log_in(&own, &ann.username, PASSWORD, client, "").0, 200);
    }
    let sessions = ann.get("/users/me/sessions").expect(200).json;
    let mut lengths: Vec<i64> = sessions
        .as_array()
        .unwrap()
        .iter()
        .map(|session| {
            let time = |key: &str| session[key].as_i64().unwrap();
            assert_eq!(session["token"], "");
            (time("expires_at") - time("create_at")) / HOUR
        })
        .collect();
    lengths.sort_unstable();
    assert_eq!(lengths, [10, 10, 20]);
    assert!(sessions.as_array().unwrap().iter().any(|session| session["props"]["os"] == "iOS"), "{sessions}");
}

#[test]
fn a_browser_left_alone_is_logged_out_and_a_phone_is_not() {
    let own = Own::start(&[
        ("MM_SERVICESETTINGS_EXTENDSESSIONLENGTHWITHACTIVITY", "false"),
        ("MM_SERVICESETTINGS_SESSIONIDLETIMEOUTINMINUTES", "60"),
    ]);
    let ann = own.person("ann");
    let phone = log_in(&own, &ann.username, PASSWORD, "Mattermost Mobile/2.20 (Android)", "").2;
    own.alter(&format!(
        "UPDATE sessions SET lastactivityat = lastactivityat - {} WHERE userid = '{}'",
        2 * HOUR,
        ann.id
    ));
    // What is kept in memory is read anew.
    own.admin().post("/caches/invalidate", json!({})).expect(200);
    assert_eq!(ann.get("/users/me").expect(401).error(), "api.context.session_expired.app_error");
    ann.with_token(&phone).get("/users/me").expect(200);
}

#[test]
fn a_new_password_ends_other_sessions() {
    let own = Own::start(&[("MM_SERVICESETTINGS_TERMINATESESSIONSONPASSWORDCHANGE", "true")]);
    let ann = own.person("ann");
    let other = ann.logged_out().logs_in(&ann.username);
    let change = json!({"current_password": PASSWORD, "new_password": "Another-pass-2!"});
    ann.put("/users/me/password", change).expect(200);
    ann.get("/users/me").expect(200);
    other.get("/users/me").expect(401);
}

#[test]
fn somebody_ends_one_of_their_sessions_and_not_those_of_others() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let other = Person::log_in(&ann.username);
    let sessions = ann.get("/users/me/sessions").expect(200).json;
    let newest = &sessions.as_array().unwrap().iter().max_by_key(|s| s["create_at"].as_i64()).unwrap()["id"];
    let path = format!("/users/{}/sessions", ann.id);
    ben.get(&path).expect(403);
    ben.post(&format!("{path}/revoke"), json!({"session_id": newest})).expect(403);
    ann.post(&format!("{path}/revoke"), json!({"session_id": newest})).expect(200);
    other.get("/users/me").expect(401);
    ann.get("/users/me").expect(200);
}

#[test]
fn a_stranger_cannot_keep_the_owner_out() {
    let own = proxied(&[]);
    let (ann, home, away) = (own.person("ann"), "203.0.113.7", "198.51.100.9");
    assert_eq!(comes(&own, &ann.username, home), 200);
    for _ in 0..10 {
        assert_eq!(guess(&own, &ann.username, away).0, 401);
    }
    // The account is locked, and the right password is not even looked at where nobody knows its owner.
    assert_eq!(guess(&own, &ann.username, away), (401, TOO_MANY.to_owned()));
    assert_eq!(log_in(&own, &ann.username, PASSWORD, "curl", away).1, TOO_MANY);
    // At home the owner still comes in, even after mistyping.
    assert_ne!(guess(&own, &ann.username, home).1, TOO_MANY);
    assert_eq!(comes(&own, &ann.username, home), 200);
    assert_eq!(comes(&own, &ann.username, away), 200, "a good log-in makes up for the guesses");
}

#[test]
fn guesses_from_a_known_address_lock_too() {
    let own = proxied(&[]);
    let (ann, home) = (own.person("ann"), "203.0.113.7");
    assert_eq!(comes(&own, &ann.username, home), 200);
    (0..10).for_each(|_| assert_ne!(guess(&own, &ann.username, home).1, TOO_MANY));
    assert_eq!(log_in(&own, &ann.username, PASSWORD, "curl", home).1, TOO_MANY);
}

#[test]
fn a_locked_account_opens_by_itself_for_one_guess_at_a_time() {
    let own = proxied(&[]);
    let (ann, away) = (own.person("ann"), "198.51.100.9");
    (0..10).for_each(|_| drop(guess(&own, &ann.username, away)));
    assert_eq!(guess(&own, &ann.username, away).1, TOO_MANY);
    passes(&own, 31);
    assert_ne!(guess(&own, &ann.username, away).1, TOO_MANY);
    assert_eq!(guess(&own, &ann.username, away).1, TOO_MANY);
    passes(&own, 31);
    assert_eq!(comes(&own, &ann.username, away), 200);

    // An administrator opens it at once.
    let (admin, ben) = (own.admin(), own.person("ben"));
    (0..10).for_each(|_| drop(guess(&own, &ben.username, away)));
    assert_eq!(log_in(&own, &ben.username, PASSWORD, "curl", away).1, TOO_MANY);
    admin.post(&format!("/users/{}/reset_failed_attempts", ben.id), json!({})).expect(200);
    assert_eq!(comes(&own, &ben.username, away), 200);
}

#[test]
fn the_settings_may_lock_until_an_administrator_opens() {
    let own = proxied(&[("MM_KOLLEGIUMSETTINGS_LOGINLOCKOUTMINUTES", "0")]);
    let (ann, home) = (own.person("ann"), "203.0.113.7");
    assert_eq!(comes(&own, &ann.username, home), 200);
    (0..10).for_each(|_| drop(guess(&own, &ann.username, "198.51.100.9")));
    passes(&own, 600);
    assert_eq!(log_in(&own, &ann.username, PASSWORD, "curl", home).1, TOO_MANY);
}

#[test]
fn a_name_that_nobody_has_is_locked_like_an_account() {
    let own = proxied(&[]);
    (0..10).for_each(|_| assert_ne!(guess(&own, "nobody", "198.51.100.9").1, TOO_MANY));
    assert_eq!(guess(&own, "Nobody", "198.51.100.10"), (401, TOO_MANY.to_owned()));
    assert_ne!(guess(&own, "nobody-else", "198.51.100.9").1, TOO_MANY);
}

#[test]
fn an_address_that_guesses_at_many_accounts_is_refused_but_for_those_who_live_there() {
    let own = proxied(&[("MM_KOLLEGIUMSETTINGS_LOGINFAILURESPERADDRESS", "12")]);
    let (ann, ben, school) = (own.person("ann"), own.person("ben"), "203.0.113.7");
    assert_eq!(comes(&own, &ann.username, school), 200);
    (0..12).for_each(|i| drop(guess(&own, &format!("name-{i}"), school)));
    assert_eq!(comes(&own, &ben.username, school), 429);
    assert_eq!(guess(&own, "name-13", school), (429, TOO_MANY.to_owned()));
    assert_eq!(comes(&own, &ann.username, school), 200);
    assert_eq!(comes(&own, &ben.username, "198.51.100.9"), 200);
    // Addresses inside may be a proxy's, behind which is everybody.
    (0..14).for_each(|i| drop(guess(&own, &format!("inside-{i}"), "10.0.0.1")));
    assert_eq!(comes(&own, &ben.username, "10.0.0.1"), 200);
}

#[test]
fn the_access_log_tells_guesses_from_closed_doors() {
    let own = proxied(&[]);
    let (admin, ann, away) = (own.admin(), own.person("ann"), "198.51.100.9");
    (0..11).for_each(|_| drop(guess(&own, &ann.username, away)));
    let count = |event: &str| {
        let path = format!("/access_log?event={event}&user_id={}", ann.id);
        admin.get(&path).expect(200).json.as_array().unwrap().len()
    };
    assert_eq!((count("login_refused"), count("login_barred")), (10, 1));
    let one = admin.get(&format!("/access_log?event=login_refused&user_id={}&per_page=1", ann.id)).expect(200).json;
    assert_eq!((&one[0]["ip_address"], &one[0]["user_agent"]), (&json!(away), &json!("curl")));
}

#[test]
fn where_a_second_factor_is_demanded_only_setting_it_up_is_open() {
    let own = Own::start(&[
        ("MM_SERVICESETTINGS_ENABLEMULTIFACTORAUTHENTICATION", "true"),
        ("MM_GUESTACCOUNTSSETTINGS_ENABLE", "true"),
    ]);
    let (admin, ann, dora, guest) = (own.admin(), own.person("ann"), own.person("dora"), own.person("guest"));
    admin.post(&format!("/users/{}/demote", guest.id), json!({})).expect(200);
    let at_directory = json!({"auth_service": "ldap", "auth_data": "dora"});
    admin.put(&format!("/users/{}/auth", dora.id), at_directory).expect(200);
    let enforce = json!({"ServiceSettings": {"EnforceMultifactorAuthentication": true}});
    admin.put("/config/patch", enforce).expect(200);

    for person in [&ann, &dora, &admin] {
        person.get("/users/me").expect(200);
        assert_eq!(person.get("/users/me/teams").expect(403).error(), "api.context.mfa_required.app_error");
        person.post("/teams", json!({"name": "x", "display_name": "x", "type": "O"})).expect(403);
    }
    guest.get("/users/me/teams").expect(200);

    let secret = ann.post(&format!("/users/{}/mfa/generate", ann.id), json!({})).expect(200).json;
    let key = totp_rs::Secret::Encoded(secret["secret"].as_str().unwrap().to_owned()).to_bytes().unwrap();
    let totp = totp_rs::TOTP::new_unchecked(totp_rs::Algorithm::SHA1, 6, 1, 30, key, None, String::new());
    let code = totp.generate(u64::try_from(seconds()).unwrap());
    ann.put(&format!("/users/{}/mfa", ann.id), json!({"activate": true, "code": code})).expect(200);
    ann.get("/users/me/teams").expect(200);
    let asked = ann.logged_out().post("/users/login", json!({"login_id": ann.username, "password": PASSWORD}));
    assert_eq!(asked.expect(401).error(), "mfa.validate_token.authenticate.app_error");
}

#[test]
fn a_personal_token_works_as_long_as_the_settings_say() {
    let own = Own::start(&[("MM_KOLLEGIUMSETTINGS_PERSONALTOKENDAYS", "30")]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    let made = |label: &str| {
        let path = format!("/users/{}/tokens", ann.id);
        admin.post(&path, json!({"description": label})).expect(200).json
    };
    let (old, new) = (made("old"), made("new"));
    let robot = |token: &Value| ann.with_token(token["token"].as_str().unwrap());
    robot(&old).get("/users/me").expect(200);
    own.alter(&format!(
        "UPDATE kollegium_token_ages SET create_at = create_at - {} WHERE token_id = '{}'",
        31 * 24 * HOUR,
        old["id"].as_str().unwrap()
    ));
    assert_eq!(admin.has_done("token_expiry")["data"]["expired"], "1");
    robot(&old).get("/users/me").expect(401);
    robot(&new).get("/users/me").expect(200);
    let line = admin.get("/access_log?event=token_expired").expect(200).json;
    assert_eq!((&line[0]["user_id"], &line[0]["detail"]["token_id"]), (&json!(ann.id), &old["id"]));
}
