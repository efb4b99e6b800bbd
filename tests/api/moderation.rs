//! `/channels/{channel_id}/moderations`

use serde_json::{Value, json};

use crate::world::Person;

/// An administrator and a room with two members, the first of whom administers it.
fn room(kind: &str) -> (Person, Person, Person, String) {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", kind);
    ann.adds_to_channel(&room, &ben);
    (Person::admin(), ann, ben, room)
}

fn wish(name: &str, roles: Value) -> Value {
    json!({"name": name, "roles": roles})
}

fn moderate(admin: &Person, room: &str, wishes: Value) -> Value {
    admin.put(&format!("/channels/{room}/moderations/patch"), wishes).expect(200).json
}

/// What is answered of one name.
fn of(answer: &Value, name: &str) -> Value {
    answer.as_array().unwrap().iter().find(|m| m["name"] == name).unwrap()["roles"].clone()
}

#[test]
fn a_channel_is_made_read_only_and_open_again() {
    let (admin, ann, ben, room) = room("O");
    let path = format!("/channels/{room}/moderations");
    let plain = admin.get(&path).expect(200).json;
    let names: Vec<&str> = plain.as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["create_post", "create_reactions", "manage_members", "use_channel_mentions", "manage_bookmarks"]
    );
    let both = json!({"guests": {"value": true, "enabled": true}, "members": {"value": true, "enabled": true}});
    assert_eq!(of(&plain, "create_post"), both);
    assert_eq!(of(&plain, "manage_members"), json!({"guests": null, "members": {"value": true, "enabled": true}}));
    let first = ben.says(&room, "before");
    let mut socket = ben.listens();
    let answer = moderate(
        &admin,
        &room,
        json!([
            wish("create_post", json!({"members": false, "guests": false})),
            wish("create_reactions", json!({"members": false})),
        ]),
    );
    let off = json!({"value": false, "enabled": true});
    assert_eq!(of(&answer, "create_post"), json!({"guests": off, "members": off}));
    assert_eq!(of(&answer, "create_reactions"), json!({"guests": {"value": true, "enabled": true}, "members": off}));
    assert_eq!(admin.get(&path).expect(200).json, answer);
    let heard = socket.heard();
    let count = |name: &str| heard.iter().filter(|e| e["event"] == name).count();
    assert_eq!((count("channel_scheme_updated"), count("channel_updated"), count("role_updated")), (1, 1, 3));
    let told = heard.iter().find(|e| e["event"] == "channel_member_updated").expect("ben hears it");
    let told: Value = serde_json::from_str(told["data"]["channelMember"].as_str().unwrap()).unwrap();
    let mine = ben.get(&format!("/channels/{room}/members/me")).expect(200).json["roles"].clone();
    assert_eq!(told["roles"], mine);
    let roles = ben.post("/roles/names", json!([mine])).expect(200).json;
    let held = roles[0]["permissions"].as_array().unwrap();
    assert!(held.contains(&json!("read_channel")) && !held.contains(&json!("create_post")));
    ben.post("/posts", json!({"channel_id": room, "message": "no"})).expect(403);
    let reaction = json!({"user_id": ben.id, "post_id": first, "emoji_name": "smile"});
    ben.post("/reactions", reaction.clone()).expect(403);
    ben.post(
        &format!("/channels/{room}/bookmarks"),
        json!({"type": "link", "display_name": "x", "link_url": "https://example.org"}),
    )
    .expect(201);
    ben.get(&format!("/channels/{room}/posts")).expect(200);
    ann.says(&room, "administrators may");
    let mut socket = ben.listens();
    let again = moderate(
        &admin,
        &room,
        json!([
            wish("create_post", json!({"members": true, "guests": true})),
            wish("create_reactions", json!({"members": true})),
        ]),
    );
    assert_eq!(again, plain);
    assert!(socket.names().contains(&"channel_scheme_updated".to_owned()));
    assert_eq!(ben.get(&format!("/channels/{room}/members/me")).expect(200).json["roles"], "channel_user");
    assert!(ben.get(&format!("/channels/{room}")).expect(200).json["scheme_id"].is_null());
    ben.says(&room, "after");
    ben.post("/reactions", reaction).expect(200);
}

#[test]
fn every_name_takes_what_it_says() {
    let (admin, ann, ben, room) = room("P");
    let eve = Person::new("eve");
    let team = admin.get(&format!("/channels/{room}")).expect(200).json["team_id"].as_str().unwrap().to_owned();
    ann.adds_to_team(&team, &eve);
    for name in ["manage_members", "use_channel_mentions", "manage_bookmarks"] {
        moderate(&admin, &room, json!([wish(name, json!({"members": false}))]));
    }
    ben.post(&format!("/channels/{room}/members"), json!({"user_id": eve.id})).expect(403);
    let link = json!({"type": "link", "display_name": "x", "link_url": "https://example.org"});
    ben.post(&format!("/channels/{room}/bookmarks"), link.clone()).expect(403);
    let before = mentions(&ann, &room);
    ben.says(&room, "@channel hello");
    assert_eq!(mentions(&ann, &room), before);
    ann.adds_to_channel(&room, &eve);
    ann.post(&format!("/channels/{room}/bookmarks"), link).expect(201);
}

/// How often somebody is mentioned in a room.
fn mentions(person: &Person, room: &str) -> i64 {
    person.get(&format!("/channels/{room}/members/me")).expect(200).json["mention_count"].as_i64().unwrap()
}

#[test]
fn the_team_goes_before_its_channels() {
    let (admin, ann, ben, room) = room("O");
    let team = ann.get(&format!("/channels/{room}")).expect(200).json["team_id"].as_str().unwrap().to_owned();
    let scheme = admin.post("/schemes", json!({"display_name": "quiet", "scope": "team"})).expect(201).json;
    let name = scheme["default_channel_user_role"].as_str().unwrap();
    let role = admin.get(&format!("/roles/name/{name}")).expect(200);
    let held: Vec<&Value> =
        role.json["permissions"].as_array().unwrap().iter().filter(|p| *p != "add_reaction").collect();
    admin.put(&format!("/roles/{}/patch", role.id()), json!({"permissions": held})).expect(200);
    admin.put(&format!("/teams/{team}/scheme"), json!({"scheme_id": scheme["id"]})).expect(200);
    let plain = admin.get(&format!("/channels/{room}/moderations")).expect(200).json;
    assert_eq!(of(&plain, "create_reactions")["members"], json!({"value": false, "enabled": false}));
    let path = format!("/channels/{room}/moderations/patch");
    let refused = admin.put(&path, json!([wish("create_reactions", json!({"members": true}))])).expect(403);
    assert_eq!(refused.error(), "api.channel.patch_channel_moderations_for_channel.restricted_permission.app_error");
    moderate(&admin, &room, json!([wish("create_post", json!({"members": false}))]));
    ben.post("/posts", json!({"channel_id": room, "message": "no"})).expect(403);
    ben.get(&format!("/channels/{room}/posts")).expect(200);
}

#[test]
fn only_those_who_manage_channels_moderate() {
    let (admin, ann, _, room) = room("O");
    for person in [&ann, &Person::new("eve")] {
        person.get(&format!("/channels/{room}/moderations")).expect(403);
        person.put(&format!("/channels/{room}/moderations/patch"), json!([])).expect(403);
    }
    Person::anonymous().get(&format!("/channels/{room}/moderations")).expect(401);
    admin.put(&format!("/channels/{room}/moderations/patch"), json!({})).expect(400);
    admin.put(&format!("/channels/{room}/moderations/patch"), json!([])).expect(200);
    admin.get("/channels/aaaaaaaaaaaaaaaaaaaaaaaaaa/moderations").expect(404);
    let direct = ann.post("/channels/direct", json!([ann.id, admin.id])).expect(201).id();
    admin.get(&format!("/channels/{direct}/moderations")).expect(404);
}
