//! `/schemes`, and what schemes do to teams and channels that have them.

use serde_json::{Value, json};

use crate::world::{Answer, Person, unique};

/// An administrator's new scheme.
fn scheme(admin: &Person, scope: &str) -> Answer {
    admin.post("/schemes", json!({"display_name": unique("scheme"), "scope": scope})).expect(201)
}

/// The role of that name.
fn role(admin: &Person, name: &Value) -> Answer {
    admin.get(&format!("/roles/name/{}", name.as_str().unwrap())).expect(200)
}

/// Takes a permission from a role.
fn take(admin: &Person, name: &Value, permission: &str) -> Answer {
    let role = role(admin, name);
    let kept: Vec<&Value> = role.json["permissions"].as_array().unwrap().iter().filter(|p| *p != permission).collect();
    admin.put(&format!("/roles/{}/patch", role.id()), json!({"permissions": kept})).expect(200)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn a_scheme_is_made_changed_listed_and_deleted() {
    let (admin, ann) = (Person::admin(), Person::new("ann"));
    let made = scheme(&admin, "team");
    let id = made.id();
    assert_eq!((text(&made.json["scope"]), text(&made.json["name"]).len()), ("team", 26));
    assert!(["admin", "user", "guest"].iter().all(|kind| made.json[format!("default_team_{kind}_role")] != ""));
    assert_eq!(admin.get(&format!("/schemes/{id}")).expect(200).json, made.json);
    let of_role = role(&admin, &made.json["default_team_user_role"]);
    assert_eq!((&of_role.json["scheme_id"], &of_role.json["scheme_managed"]), (&json!(id), &json!(true)));
    let name = unique("s").replace('-', "_");
    let patched = admin.put(&format!("/schemes/{id}/patch"), json!({"name": name, "description": "D"})).expect(200);
    assert_eq!((&patched.json["name"], &patched.json["description"]), (&json!(name), &json!("D")));
    assert_eq!(patched.json["display_name"], made.json["display_name"]);
    let listed = |scope: &str| admin.get(&format!("/schemes?scope={scope}&per_page=200")).expect(200).json;
    let has = |list: Value| list.as_array().unwrap().iter().any(|s| s["id"] == id.as_str());
    assert_eq!([has(listed("team")), has(listed("")), has(listed("channel"))], [true, true, false]);
    admin.get("/schemes?scope=other").expect(400);
    admin.delete(&format!("/schemes/{id}")).expect(200);
    assert!(!has(listed("team")));
    assert!(admin.get(&format!("/schemes/{id}")).expect(200).json["delete_at"].as_i64().unwrap() > 0);
    for (method, path) in [("GET", ""), ("GET", "/teams"), ("GET", "/channels"), ("DELETE", ""), ("PUT", "/patch")] {
        let path = format!("/schemes/{id}{path}");
        let call = |person: &Person| match method {
            "GET" => person.get(&path),
            "PUT" => person.put(&path, json!({})),
            _ => person.delete(&path),
        };
        call(&ann).expect(403);
        call(&Person::anonymous()).expect(401);
    }
    ann.post("/schemes", json!({"display_name": "x", "scope": "team"})).expect(403);
    admin.get("/schemes/aaaaaaaaaaaaaaaaaaaaaaaaaa").expect(404);
}

#[test]
fn bad_schemes_are_refused() {
    let admin = Person::admin();
    let taken = scheme(&admin, "channel");
    let taken = text(&taken.json["name"]).to_owned();
    for wrong in [
        json!({}),
        json!({"display_name": "x"}),
        json!({"display_name": "x", "scope": "world"}),
        json!({"display_name": "", "scope": "team"}),
        json!({"display_name": "x", "scope": "team", "name": "With Space"}),
        json!({"display_name": "x", "scope": "team", "description": "d".repeat(1025)}),
        json!({"display_name": "x", "scope": "team", "name": taken}),
        json!([]),
    ] {
        admin.post("/schemes", wrong).expect(400);
    }
    let team = admin.makes_team("crew");
    let room = admin.makes_channel(&team, "room", "O");
    let (of_team, of_channel) = (scheme(&admin, "team").id(), scheme(&admin, "channel").id());
    let refused = admin.put(&format!("/teams/{team}/scheme"), json!({"scheme_id": of_channel})).expect(400);
    assert_eq!(refused.error(), "api.team.update_team_scheme.scheme_scope.error");
    let refused = admin.put(&format!("/channels/{room}/scheme"), json!({"scheme_id": of_team})).expect(400);
    assert_eq!(refused.error(), "api.channel.update_channel_scheme.scheme_scope.error");
    admin.put(&format!("/teams/{team}/scheme"), json!({})).expect(400);
    admin.put(&format!("/teams/{team}/scheme"), json!({"scheme_id": "x"})).expect(400);
    admin.put(&format!("/channels/{room}/scheme"), json!({"scheme_id": ""})).expect(400);
    admin.put(&format!("/teams/{team}/scheme"), json!({"scheme_id": "a".repeat(26)})).expect(404);
    let refused = admin.get(&format!("/schemes/{of_team}/channels")).expect(400);
    assert_eq!(refused.error(), "api.scheme.get_channels_for_scheme.scope.error");
    let refused = admin.get(&format!("/schemes/{of_channel}/teams")).expect(400);
    assert_eq!(refused.error(), "api.scheme.get_teams_for_scheme.scope.error");
}

#[test]
fn a_team_s_scheme_decides_what_its_members_may() {
    let (admin, ann, ben) = (Person::admin(), Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_team(&team, &ben);
    ann.adds_to_channel(&room, &ben);
    let made = scheme(&admin, "team").json;
    let (user, in_channel) = (&made["default_team_user_role"], &made["default_channel_user_role"]);
    take(&admin, user, "create_public_channel");
    take(&admin, in_channel, "create_post");
    ben.says(&room, "before");
    let mut socket = ben.listens();
    ann.put(&format!("/teams/{team}/scheme"), json!({"scheme_id": made["id"]})).expect(403);
    admin.put(&format!("/teams/{team}/scheme"), json!({"scheme_id": made["id"]})).expect(200);
    let heard = socket.heard();
    let told = heard.iter().find(|e| e["event"] == "update_team_scheme").expect("the team hears it");
    let told: Value = serde_json::from_str(text(&told["data"]["team"])).unwrap();
    assert_eq!((&told["scheme_id"], &told["invite_id"]), (&made["id"], &json!("")));
    assert_eq!(admin.get(&format!("/schemes/{}/teams", text(&made["id"]))).expect(200).json[0]["id"], team.as_str());
    let member = ben.get(&format!("/teams/{team}/members/me")).expect(200);
    assert_eq!(&member.json["roles"], user);
    let member = ann.get(&format!("/teams/{team}/members/me")).expect(200);
    assert_eq!(text(&member.json["roles"]), format!("{} {}", text(user), text(&made["default_team_admin_role"])));
    let member = ben.get(&format!("/users/me/teams/{team}/channels/members")).expect(200);
    assert!(member.json.as_array().unwrap().iter().all(|m| &m["roles"] == in_channel));
    ben.post("/posts", json!({"channel_id": room, "message": "after"})).expect(403);
    let body = json!({"team_id": team, "name": unique("new"), "display_name": "new", "type": "O"});
    ben.post("/channels", body.clone()).expect(403);
    let eve = Person::new("eve");
    let joined = ann.post(&format!("/teams/{team}/members"), json!({"team_id": team, "user_id": eve.id})).expect(201);
    assert_eq!(&joined.json["roles"], user);
    let joined = ann.post(&format!("/channels/{room}/members"), json!({"user_id": eve.id})).expect(201);
    assert_eq!(&joined.json["roles"], in_channel);
    admin.put(&format!("/teams/{team}/scheme"), json!({"scheme_id": ""})).expect(200);
    assert_eq!(ben.get(&format!("/teams/{team}/members/me")).expect(200).json["roles"], "team_user");
    ben.says(&room, "again");
    ben.post("/channels", body).expect(201);
}

#[test]
fn roles_by_name_are_those_of_the_scheme() {
    let (admin, ann, ben) = (Person::admin(), Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    let made = scheme(&admin, "team").json;
    admin.put(&format!("/teams/{team}/scheme"), json!({"scheme_id": made["id"]})).expect(200);
    let roles = |scope: &str, kinds: &[&str]| {
        let names = kinds.iter().map(|kind| text(&made[format!("default_{scope}_{kind}_role")]).to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    let path = format!("/teams/{team}/members/{}", ben.id);
    let refused = ann.put(&format!("{path}/roles"), json!({"roles": "team_user team_admin"})).expect(400);
    assert_eq!(refused.error(), "api.channel.update_team_member_roles.scheme_role.app_error");
    ann.put(&format!("{path}/roles"), json!({"roles": roles("team", &["user", "admin"])})).expect(200);
    let member = ben.get(&path).expect(200);
    assert_eq!(member.json["roles"], roles("team", &["user", "admin"]));
    assert_eq!((&member.json["scheme_admin"], &member.json["explicit_roles"]), (&json!(true), &json!("")));
    let mut socket = ben.listens();
    let flags = json!({"scheme_user": true, "scheme_admin": false, "scheme_guest": false});
    ann.put(&format!("{path}/schemeRoles"), flags).expect(200);
    let heard = socket.heard();
    let told = heard.iter().find(|e| e["event"] == "memberrole_updated").expect("ben hears it");
    let told: Value = serde_json::from_str(text(&told["data"]["member"])).unwrap();
    assert_eq!(told["roles"], roles("team", &["user"]));
    let path = format!("/channels/{room}/members/{}", ben.id);
    ann.put(&format!("{path}/roles"), json!({"roles": "channel_user channel_admin"})).expect(400);
    ann.put(&format!("{path}/roles"), json!({"roles": roles("channel", &["user", "admin"])})).expect(200);
    assert_eq!(ben.get(&path).expect(200).json["roles"], roles("channel", &["user", "admin"]));
}

#[test]
fn a_channel_s_scheme_goes_before_that_of_its_team() {
    let (admin, ann, ben) = (Person::admin(), Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_team(&team, &ben);
    ann.adds_to_channel(&room, &ben);
    let (of_team, of_channel) = (scheme(&admin, "team").json, scheme(&admin, "channel").json);
    admin.put(&format!("/teams/{team}/scheme"), json!({"scheme_id": of_team["id"]})).expect(200);
    let mut socket = ben.listens();
    ann.put(&format!("/channels/{room}/scheme"), json!({"scheme_id": of_channel["id"]})).expect(403);
    admin.put(&format!("/channels/{room}/scheme"), json!({"scheme_id": of_channel["id"]})).expect(200);
    let heard = socket.heard();
    let told = heard.iter().find(|e| e["event"] == "channel_updated").expect("ben hears it");
    let told: Value = serde_json::from_str(text(&told["data"]["channel"])).unwrap();
    assert_eq!(told["scheme_id"], of_channel["id"]);
    let listed = admin.get(&format!("/schemes/{}/channels", text(&of_channel["id"]))).expect(200);
    assert_eq!(listed.json[0]["id"], room.as_str());
    let member = ben.get(&format!("/channels/{room}/members/me")).expect(200);
    assert_eq!(member.json["roles"], of_channel["default_channel_user_role"]);
    ben.says(&room, "as in the team");
    // What is not moderated is the team's; what is, is what both allow. Those in the channel are told.
    let mut socket = ben.listens();
    take(&admin, &of_team["default_channel_user_role"], "delete_post");
    let heard = socket.heard();
    let roles: Vec<Value> = heard
        .iter()
        .filter(|e| e["event"] == "role_updated")
        .map(|e| serde_json::from_str(text(&e["data"]["role"])).unwrap())
        .collect();
    let of = |name: &Value| roles.iter().find(|role| &role["name"] == name).expect("ben hears of it");
    assert_eq!(roles.len(), 2);
    for name in [&of_team["default_channel_user_role"], &of_channel["default_channel_user_role"]] {
        let held = of(name)["permissions"].as_array().unwrap();
        assert!(!held.contains(&json!("delete_post")) && held.contains(&json!("create_post")));
    }
    take(&admin, &of_channel["default_channel_user_role"], "create_post");
    ben.post("/posts", json!({"channel_id": room, "message": "no"})).expect(403);
    ann.says(&room, "the administrator may");
    admin.delete(&format!("/schemes/{}", text(&of_channel["id"]))).expect(200);
    let member = ben.get(&format!("/channels/{room}/members/me")).expect(200);
    assert_eq!(member.json["roles"], of_team["default_channel_user_role"]);
    admin.delete(&format!("/schemes/{}", text(&of_team["id"]))).expect(200);
    assert_eq!(ben.get(&format!("/channels/{room}/members/me")).expect(200).json["roles"], "channel_user");
    ben.says(&room, "again");
}

#[test]
fn a_team_may_be_born_with_a_scheme() {
    let (admin, ann) = (Person::admin(), Person::new("ann"));
    let made = scheme(&admin, "team").json;
    let body = |scheme: &Value| json!({"name": unique("crew"), "display_name": "c", "type": "O", "scheme_id": scheme});
    ann.post("/teams", body(&made["id"])).expect(403);
    admin.post("/teams", body(&scheme(&admin, "channel").json["id"])).expect(400);
    let team = admin.post("/teams", body(&made["id"])).expect(201).id();
    let member = admin.get(&format!("/teams/{team}/members/me")).expect(200);
    assert!(text(&member.json["roles"]).starts_with(text(&made["default_team_user_role"])));
}
