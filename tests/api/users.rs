//! `/users`

use serde_json::json;

use crate::world::{PASSWORD, Person, unique};

#[test]
fn somebody_signs_up_logs_in_and_sees_themself() {
    let ann = Person::new("ann");
    let me = ann.get("/users/me").expect(200);
    assert_eq!(me.json["username"], ann.username.as_str());
    assert_eq!(me.json["roles"], "system_user");
    assert!(me.json.get("password").is_none());
}

#[test]
fn the_first_to_sign_up_administers() {
    assert_eq!(Person::admin().get("/users/me").expect(200).json["roles"], "system_admin system_user");
}

#[test]
fn a_name_is_taken_once() {
    let ann = Person::new("ann");
    let again =
        json!({"username": ann.username, "email": format!("{}@example.com", unique("x")), "password": PASSWORD});
    let refused = Person::anonymous().post("/users", again).expect(400);
    assert_eq!(refused.error(), "app.user.save.username_exists.app_error");
}

#[test]
fn a_wrong_password_and_an_unknown_name_look_the_same() {
    let ann = Person::new("ann");
    for login_id in [ann.username.as_str(), "nobody-at-all"] {
        let refused =
            Person::anonymous().post("/users/login", json!({"login_id": login_id, "password": "wrong"})).expect(401);
        assert_eq!(refused.error(), "api.user.login.invalid_credentials_email_username");
    }
}

#[test]
fn without_a_session_nothing_is_shown() {
    let refused = Person::anonymous().get("/users/me").expect(401);
    assert_eq!(refused.error(), "api.context.session_expired.app_error");
}

#[test]
fn a_guest_who_is_in_no_channel_is_made_a_member() {
    let (admin, gil) = (Person::admin(), Person::new("gil"));
    admin.put(&format!("/users/{}/roles", gil.id), json!({"roles": "system_guest"})).expect(200);
    admin.post(&format!("/users/{}/promote", gil.id), json!({})).expect(200);
    assert_eq!(admin.get(&format!("/users/{}", gil.id)).expect(200).json["roles"], "system_user");
}

#[test]
fn what_a_client_has_of_somebody_is_not_sent_again() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let by_name = format!("/users/username/{}", ann.username);
    let by_mail = format!("/users/email/{}@example.com", ann.username);
    for path in [by_name, by_mail, format!("/users?in_team={team}"), format!("/users?not_in_team={team}")] {
        let tag = ben.get(&path).expect(200).headers.get("etag").map(|tag| tag.to_str().unwrap().to_owned());
        let tag = tag.unwrap_or_else(|| panic!("{path} has no tag"));
        assert_eq!(ben.get_unless(&path, &tag).status, 304, "{path}");
    }
}

#[test]
fn roles_count_where_their_place_is_named() {
    let (ann, admin) = (Person::new("ann"), Person::admin());
    ann.get("/users?team_roles=nonsense&channel_roles=nonsense&per_page=1").expect(200);
    ann.get("/users?roles=nonsense").expect(400);
    ann.get("/users/stats/filtered?roles=a%20b").expect(400);
    ann.get("/users/stats/filtered?roles=nonsense").expect(403);
    for query in ["roles=nonsense", "in_team=bad", "in_channel=bad"] {
        let count = admin.get(&format!("/users/stats/filtered?{query}")).expect(200);
        assert_eq!(count.json["total_users_count"], 0, "{query}");
    }
    let wish = json!({"term": ann.username, "roles": ["nonsense"]});
    assert_eq!(ann.post("/users/search", wish).expect(200).json, json!([]));
}

#[test]
fn no_names_are_completed_where_none_are_wanted() {
    let ann = Person::new("ann");
    let path = format!("/users/autocomplete?name={}", ann.username);
    assert_eq!(ann.get(&path).expect(200).json["users"].as_array().unwrap().len(), 1);
    for limit in ["0", "many"] {
        assert_eq!(ann.get(&format!("{path}&limit={limit}")).expect(200).json["users"], json!([]), "{limit}");
    }
    ann.get(&format!("{path}&limit=-1")).expect(400);
}

#[test]
fn a_wrong_password_for_a_new_address_is_a_wrong_field() {
    let ann = Person::new("ann");
    let email = format!("{}@example.com", unique("new"));
    let whole = json!({"id": ann.id, "username": ann.username, "email": email, "password": "wrong"});
    let refused = ann.put(&format!("/users/{}", ann.id), whole).expect(400);
    assert_eq!(refused.error(), "api.context.invalid_body_param.app_error");
    ann.put("/users/me/patch", json!({"email": email, "password": "wrong"})).expect(401);
}

#[test]
fn what_is_asked_of_tokens_typing_and_bots_is_judged_first() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    ann.post("/users/me/tokens", json!({"description": ""})).expect(400);
    ann.post("/users/me/tokens", json!({"description": "x"})).expect(403);
    ann.post(&format!("/users/{}/typing", ben.id), json!([])).expect(400);
    ann.post(&format!("/users/{}/typing", ben.id), json!({})).expect(403);
    ann.post("/bots", json!([])).expect(400);
    ann.post("/bots", json!({"username": "x"})).expect(403);
    ann.put(&format!("/bots/{}", ben.id), json!([])).expect(400);
}

#[test]
fn an_erased_account_is_gone_with_all_it_wrote() {
    let (admin, ann, ben) = (Person::admin(), Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    let (root, own) = (ben.says(&room, "mine"), ann.says(&room, "ours"));
    let reply = |who: &Person, to: &str| {
        who.post("/posts", json!({"channel_id": room, "message": "yes", "root_id": to})).expect(201).id()
    };
    let (under_root, under_own) = (reply(&ann, &root), reply(&ben, &own));
    ben.post("/reactions", json!({"user_id": ben.id, "post_id": own, "emoji_name": "smile"})).expect(200);
    let path = format!("/users/{}?permanent=true", ben.id);
    admin.delete(&path).expect(401);
    admin.put("/config/patch", json!({"ServiceSettings": {"EnableAPIUserDeletion": true}})).expect(200);
    ann.delete(&path).expect(403);
    let mut socket = ann.listens();
    admin.delete(&path).expect(200);
    let told = socket.heard();
    let of_ben = |e: &serde_json::Value| e["event"] == "user_updated" && e["data"]["user"]["id"] == ben.id.as_str();
    assert!(told.iter().any(of_ben), "{told:?}");
    admin.get(&format!("/users/{}", ben.id)).expect(404);
    ben.get("/users/me").expect(401);
    for post in [&root, &under_root, &under_own] {
        admin.get(&format!("/posts/{post}?include_deleted=true")).expect(404);
    }
    assert_eq!(ann.get(&format!("/posts/{own}")).expect(200).json["reply_count"], 0);
    assert_eq!(ann.get(&format!("/posts/{own}/reactions")).expect(200).json.as_array().map_or(0, Vec::len), 0);
    let members = ann.get(&format!("/channels/{room}/members")).expect(200);
    assert_eq!(members.json.as_array().unwrap().len(), 1);
    admin.delete(&path).expect(404);
    let again =
        json!({"username": ben.username, "email": format!("{}@example.com", ben.username), "password": PASSWORD});
    Person::anonymous().post("/users", again).expect(201);
}

#[test]
fn the_record_says_what_was_done() {
    let (admin, ann) = (Person::admin(), Person::new("ann"));
    let password = json!({"current_password": PASSWORD, "new_password": format!("{PASSWORD}x")});
    ann.put("/users/me/password", password).expect(200);
    let audits = ann.get("/users/me/audits").expect(200);
    let of = |end: &str| -> Vec<String> {
        let all = audits.json.as_array().unwrap().iter();
        let those = all.filter(|a| a["action"].as_str().unwrap().ends_with(end));
        let mut words: Vec<String> = those.map(|a| a["extra_info"].as_str().unwrap().to_owned()).collect();
        words.sort();
        words
    };
    assert_eq!(of("/password"), ["attempted", "completed"]);
    admin.put(&format!("/users/{}/active", ann.id), json!({"active": false})).expect(200);
    let audits = admin.get("/users/me/audits?per_page=200").expect(200);
    let words = format!("user_id={} active=false", ann.id);
    assert!(audits.json.as_array().unwrap().iter().any(|audit| audit["extra_info"] == words.as_str()));
}

#[test]
fn everybody_is_told_that_somebody_to_be_verified_is_not_there() {
    let ann = Person::new("ann");
    for what in ["email/verify/member", "convert_to_bot"] {
        ann.post(&format!("/users/abcdefghijklmnopqrstuvwxyz/{what}"), json!({})).expect(404);
        ann.post(&format!("/users/me/{what}"), json!({})).expect(403);
    }
}

#[test]
fn the_first_place_of_a_search_decides() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    let direct = ann.post("/channels/direct", json!([ann.id, ben.id])).expect(201).id();
    let wish = json!({"term": ben.username, "in_channel_id": direct, "team_id": team});
    assert_eq!(ann.post("/users/search", wish).expect(200).json[0]["id"], ben.id.as_str());
}

#[test]
fn a_list_by_activity_says_when_that_was() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    for who in [&ann, &ben] {
        who.put("/users/me/status", json!({"user_id": who.id, "status": "away"})).expect(200);
        std::thread::sleep(std::time::Duration::from_millis(5));
        who.put("/users/me/status", json!({"user_id": who.id, "status": "online"})).expect(200);
    }
    let sorted = ann.get(&format!("/users?in_team={team}&sort=last_activity_at")).expect(200);
    let people = sorted.json.as_array().unwrap();
    assert_eq!(people.iter().map(|p| p["id"].as_str().unwrap()).collect::<Vec<_>>(), [&ben.id, &ann.id]);
    assert!(people.iter().all(|person| person["last_activity_at"].as_i64().unwrap_or(0) > 0), "{}", sorted.json);
    let plain = ann.get(&format!("/users?in_team={team}")).expect(200);
    assert!(plain.json[0].get("last_activity_at").is_none());
}
