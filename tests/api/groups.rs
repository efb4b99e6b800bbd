//! `/groups`, and what mentioning a group does.

use serde_json::{Value, json};

use crate::world::{Answer, Person, Server, Socket, base, send, unique};

/// A group of these people, made by the first.
fn group(maker: &Person, people: &[&Person]) -> Answer {
    let name = unique("devs");
    let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    let body = json!({
        "name": name, "display_name": format!("Group {name}"), "source": "custom", "allow_reference": true, "user_ids": ids
    });
    maker.post("/groups", body).expect(201)
}

fn members(person: &Person, method: &str, group: &str, people: &[&Person]) -> Answer {
    let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    let body = serde_json::to_vec(&json!({"user_ids": ids})).unwrap();
    send(base(), method, &format!("/groups/{group}/members"), person.token.as_deref(), body)
}

/// What the event of that name tells of a group, or of anything if `id` is empty.
fn told(socket: &mut Socket, event: &str, key: &str, id: &str) -> Value {
    let heard = socket.heard().into_iter().filter(|e| e["event"] == event);
    let mut values = heard.map(|e| serde_json::from_str::<Value>(e["data"][key].as_str().unwrap()).unwrap());
    let fits = |value: &Value| id.is_empty() || value["id"] == id || value["group_id"] == id;
    values.find(fits).unwrap_or_else(|| panic!("no {event}"))
}

fn ids(answer: &Answer) -> Vec<&str> {
    let groups = answer.json.as_array().or_else(|| answer.json["groups"].as_array()).unwrap();
    groups.iter().map(|group| group["id"].as_str().unwrap()).collect()
}

#[test]
fn a_group_is_made_changed_deleted_and_restored() {
    let (ann, ben, eve) = (Person::new("ann"), Person::new("ben"), Person::new("eve"));
    let mut socket = eve.listens();
    let made = group(&ann, &[&ann, &ben]);
    let id = made.id();
    assert_eq!((&made.json["member_count"], &made.json["source"]), (&json!(2), &json!("custom")));
    assert!(made.json["remote_id"].is_null() && made.json["member_ids"].is_null());
    assert_eq!(told(&mut socket, "received_group", "group", &id), made.json);
    let path = format!("/groups/{id}");
    let read = eve.get(&format!("{path}?include_member_count=true&include_member_ids=true")).expect(200);
    assert_eq!((&read.json["member_count"], read.json["member_ids"].as_array().unwrap().len()), (&json!(2), 2));
    assert!(eve.get(&path).expect(200).json.get("member_count").is_none());
    let name = unique("crew");
    let patch = json!({"name": name, "display_name": "Crew", "description": "D", "allow_reference": true});
    let patched = ben.put(&format!("{path}/patch"), patch.clone()).expect(200);
    assert_eq!((&patched.json["name"], &patched.json["display_name"]), (&json!(name), &json!("Crew")));
    assert_eq!(told(&mut socket, "received_group", "group", &id), patched.json);
    ben.put(&format!("{path}/patch"), patch).expect(200);
    let refused = ben.put(&format!("{path}/patch"), json!({"allow_reference": false})).expect(400);
    assert_eq!(refused.error(), "api.custom_groups.must_be_referenceable");
    let gone = ann.delete(&path).expect(200);
    assert!(gone.json["delete_at"].as_i64().unwrap() > 0);
    assert_eq!(ann.delete(&path).expect(404).error(), "app.group.no_rows");
    let back = ann.post(&format!("{path}/restore"), json!({})).expect(200);
    assert_eq!((&back.json["delete_at"], &back.json["member_count"]), (&json!(0), &json!(2)));
    ann.post(&format!("{path}/restore"), json!({})).expect(404);
    Person::anonymous().get(&path).expect(401);
    ann.get("/groups/aaaaaaaaaaaaaaaaaaaaaaaaaa").expect(404);
}

#[test]
fn bad_groups_are_refused() {
    let ann = Person::new("ann");
    let good = json!({
        "name": unique("g"), "display_name": "G", "source": "custom", "allow_reference": true, "user_ids": [ann.id]
    });
    let with = |key: &str, value: Value| {
        let mut body = good.clone();
        body[key] = value;
        body
    };
    for (body, error) in [
        (with("source", json!("ldap")), "app.group.crud_permission"),
        (with("allow_reference", json!(false)), "api.custom_groups.must_be_referenceable"),
        (with("remote_id", json!("x")), "api.custom_groups.no_remote_id"),
        (with("name", json!(ann.username)), "app.group.username_conflict"),
        (with("name", Value::Null), "model.group.name.app_error"),
        (with("name", json!("")), "model.group.name.invalid_length.app_error"),
        (with("name", json!("all")), "model.group.name.reserved_name.app_error"),
        (with("name", json!("Caps")), "model.group.name.invalid_chars.app_error"),
        (with("display_name", json!("")), "model.group.display_name.app_error"),
        (with("description", json!("d".repeat(1025))), "model.group.description.app_error"),
        (with("user_ids", json!(["a".repeat(26)])), "app.insert_error"),
    ] {
        assert_eq!(ann.post("/groups", body).expect(400).error(), error);
    }
    ann.post("/groups", json!([])).expect(400);
    ann.post("/groups", good.clone()).expect(201);
    assert_eq!(ann.post("/groups", good.clone()).expect(400).error(), "app.custom_group.unique_name");
    let sign_up = json!({"username": good["name"], "email": "g@example.com", "password": crate::world::PASSWORD});
    assert_eq!(Person::anonymous().post("/users", sign_up).expect(400).error(), "app.user.group_name_conflict");
}

#[test]
fn people_come_into_a_group_and_go() {
    let (ann, ben, eve) = (Person::new("ann"), Person::new("ben"), Person::new("eve"));
    let id = group(&ann, &[&ann]).id();
    let mut socket = ben.listens();
    let added = members(&ann, "POST", &id, &[&ben]).expect(200);
    assert_eq!(added.json[0]["user_id"], ben.id);
    assert_eq!(told(&mut socket, "group_member_add", "group_member", &id), added.json[0]);
    let page = eve.get(&format!("/groups/{id}/members")).expect(200);
    let names: Vec<&str> =
        page.json["members"].as_array().unwrap().iter().map(|u| u["username"].as_str().unwrap()).collect();
    assert_eq!((names, &page.json["total_member_count"]), (vec![ann.username.as_str(), &ben.username], &json!(2)));
    let listed = eve.get(&format!("/users?in_group={id}")).expect(200);
    assert_eq!(listed.json.as_array().unwrap().len(), 2);
    let others = eve.get(&format!("/users?not_in_group={id}&per_page=200")).expect(200);
    assert!(others.json.as_array().unwrap().iter().all(|u| u["id"] != ben.id.as_str()));
    let found = eve.post("/users/search", json!({"term": ben.username, "in_group_id": id})).expect(200);
    assert_eq!(found.json[0]["id"], ben.id);
    let mine = ben.get("/users/me/groups").expect(200);
    assert_eq!(ids(&mine), [id.as_str()]);
    eve.get(&format!("/users/{}/groups", ben.id)).expect(403);
    let removed = members(&ben, "DELETE", &id, &[&ben]).expect(200);
    assert!(removed.json[0]["delete_at"].as_i64().unwrap() > 0);
    assert_eq!(told(&mut socket, "group_member_deleted", "group_member", &id), removed.json[0]);
    members(&ann, "DELETE", &id, &[&ben]).expect(404);
    members(&ann, "POST", &id, &[]).expect(400);
    assert!(ids(&ben.get("/users/me/groups").expect(200)).is_empty());
    members(&ann, "POST", &id, &[&ben]).expect(200);
    let admin = Person::admin();
    ann.get(&format!("/groups/{id}/stats")).expect(403);
    assert_eq!(
        admin.get(&format!("/groups/{id}/stats")).expect(200).json,
        json!({"group_id": id, "total_member_count": 2})
    );
}

#[test]
fn groups_are_listed_as_asked() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let (first, second) = (group(&ann, &[&ann, &ben]), group(&ann, &[&ann]));
    let (one, two) = (first.id(), second.id());
    let list = |query: &str| ann.get(&format!("/groups?per_page=200&{query}")).expect(200);
    let name = first.json["name"].as_str().unwrap();
    let found = list(&format!("q={}&include_member_count=true", name.to_uppercase()));
    let of_one = found.json.as_array().unwrap().iter().find(|g| g["id"] == one.as_str()).unwrap();
    assert_eq!(of_one["member_count"], 2);
    assert_eq!(ids(&list(&format!("filter_has_member={}", ben.id))), [one.as_str()]);
    assert!(ids(&list("group_source=custom&filter_allow_reference=true")).contains(&two.as_str()));
    assert!(ids(&list("group_source=ldap")).is_empty());
    ann.get("/groups?since=x").expect(400);
    let counted = list("include_total_count=true");
    assert!(counted.json["total_count"].as_i64().unwrap() >= 2);
    ann.delete(&format!("/groups/{two}")).expect(200);
    let has = |answer: Answer| ids(&answer).contains(&two.as_str());
    let of_ann = format!("filter_has_member={}", ann.id);
    assert_eq!(
        ["", "&include_archived=true", "&filter_archived=true", "&since=1"].map(|q| has(list(&format!("{of_ann}{q}")))),
        [false, true, true, true]
    );
    let named = ann.post("/groups/names", json!([name, second.json["name"], "nobody"])).expect(200);
    assert_eq!((ids(&named), &named.json[0]["member_count"]), (vec![one.as_str()], &json!(2)));
    assert_eq!(ann.post("/groups/names", json!([])).expect(200).json, json!([]));
    let team = ann.makes_team("crew");
    let room = ann.makes_channel(&team, "room", "O");
    let tied = ann.get(&format!("/teams/{team}/groups")).expect(200);
    assert_eq!(tied.json, json!({"groups": [], "total_group_count": 0}));
    assert_eq!(ann.get(&format!("/channels/{room}/groups?paginate=false")).expect(200).json, tied.json);
    assert_eq!(ann.get(&format!("/teams/{team}/groups_by_channels")).expect(200).json, json!({"groups": {}}));
    ben.get(&format!("/teams/{team}/groups")).expect(403);
    ben.get(&format!("/channels/{room}/member_counts_by_group")).expect(403);
    let counts = ann.get(&format!("/channels/{room}/member_counts_by_group?include_timezones=true")).expect(200);
    let count = counts.json.as_array().unwrap().iter().find(|c| c["group_id"] == one.as_str()).unwrap();
    assert_eq!(count["channel_member_count"], 1);
    let counted =
        list(&format!("include_channel_member_count={room}&include_timezones=true&filter_has_member={}", ben.id));
    assert_eq!(counted.json[0]["channel_member_count"], 1);
    assert!(counted.json[0]["channel_member_timezones_count"].is_i64());
}

#[test]
fn what_a_group_takes_is_a_role_s_to_give() {
    let (admin, ann, eve) = (Person::admin(), Person::new("ann"), Person::new("eve"));
    let id = group(&ann, &[&ann]).id();
    // Everybody may by their system role on a fresh server; without it the members of the group may by theirs.
    let role = admin.get("/roles/name/system_user").expect(200);
    let held = role.json["permissions"].clone();
    let without: Vec<&Value> = held.as_array().unwrap().iter().filter(|p| *p != "restore_custom_group").collect();
    let path = format!("/roles/{}/patch", role.id());
    ann.delete(&format!("/groups/{id}")).expect(200);
    admin.put(&path, json!({"permissions": without})).expect(200);
    let refused = eve.post(&format!("/groups/{id}/restore"), json!({}));
    admin.put(&path, json!({"permissions": held})).expect(200);
    refused.expect(403);
    eve.post(&format!("/groups/{id}/restore"), json!({})).expect(200);
}

#[test]
fn mentioning_a_group_mentions_its_members() {
    let (ann, ben, eve, out) = (Person::new("ann"), Person::new("ben"), Person::new("eve"), Person::new("out"));
    let team = ann.makes_team("crew");
    let room = ann.makes_channel(&team, "room", "O");
    for person in [&ben, &eve] {
        ann.adds_to_team(&team, person);
    }
    ann.adds_to_channel(&room, &ben);
    let made = group(&ann, &[&ann, &ben, &eve, &out]).json;
    let name = made["name"].as_str().unwrap();
    let count = |person: &Person| {
        person.get(&format!("/channels/{room}/members/me")).expect(200).json["mention_count"].as_i64().unwrap()
    };
    let before = count(&ben);
    let (mut mine, mut his) = (ann.listens(), ben.listens());
    ann.says(&room, &format!("@{name}. please look, @{name}"));
    assert_eq!(count(&ben), before + 1);
    let heard = his.heard();
    let posted = heard.iter().find(|e| e["event"] == "posted").unwrap();
    assert_eq!(posted["data"]["mentions"], json!([ben.id]).to_string());
    let note = told(&mut mine, "ephemeral_message", "post", "");
    assert_eq!(note["props"]["add_channel_member"]["not_in_channel_user_ids"], json!([eve.id]));
    // A group of nobody in the team is said to be so; one that was deleted is nothing any more.
    let empty = group(&ann, &[&out]).json;
    ann.says(&room, &format!("@{} anybody?", empty["name"].as_str().unwrap()));
    let note = told(&mut mine, "ephemeral_message", "post", "");
    assert!(note["message"].as_str().unwrap().contains(empty["name"].as_str().unwrap()));
    ann.delete(&format!("/groups/{}", made["id"].as_str().unwrap())).expect(200);
    ann.says(&room, &format!("@{name} again"));
    assert_eq!(count(&ben), before + 1);
    // In a conversation all who are in it.
    let three = group(&ann, &[&ben, &out]).json;
    let talk = ann.post("/channels/group", json!([ben.id, out.id])).expect(201).id();
    ann.says(&talk, &format!("@{}", three["name"].as_str().unwrap()));
    let here = out.get(&format!("/channels/{talk}/members/me")).expect(200);
    assert_eq!(here.json["mention_count"], 1);
}

/// The user names of people.
fn names(people: &Value) -> Vec<&str> {
    people.as_array().unwrap().iter().map(|person| person["username"].as_str().unwrap()).collect()
}

#[test]
fn a_guest_sees_of_a_group_whom_they_share_a_channel_with() {
    let (ann, ben, eve) = (Person::new("ann"), Person::new("ben"), Person::new("eve"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    let guest = Person::guest("guest", &team, &[&room]);
    let made = group(&ann, &[&ann, &ben, &eve, &guest]);
    let (id, name) = (made.id(), made.json["name"].as_str().unwrap());
    let all = "include_member_count=true&include_member_ids=true";
    let seen = guest.get(&format!("/groups/{id}?{all}")).expect(200).json;
    assert_eq!((&seen["member_count"], &seen["member_ids"]), (&json!(3), &json!([ann.id, ben.id, guest.id])));
    let listed = guest.get(&format!("/groups?q={name}&{all}")).expect(200).json;
    assert_eq!((&listed[0]["member_count"], listed[0]["member_ids"].as_array().unwrap().len()), (&json!(3), 3));
    assert_eq!(guest.post("/groups/names", json!([name])).expect(200).json[0]["member_count"], 3);
    let page = guest.get(&format!("/groups/{id}/members")).expect(200).json;
    assert_eq!(names(&page["members"]), [ann.username.as_str(), &ben.username, &guest.username]);
    assert_eq!(page["total_member_count"], 3);
    assert_eq!(names(&guest.get(&format!("/users?in_group={id}")).expect(200).json).len(), 3);
    let search = |term: &Person| json!({"term": term.username, "in_group_id": id});
    assert!(names(&guest.post("/users/search", search(&eve)).expect(200).json).is_empty());
    assert!(ids(&guest.get(&format!("/groups?filter_has_member={}", eve.id)).expect(200)).is_empty());
    assert_eq!(ids(&guest.get("/users/me/groups").expect(200)), [id.as_str()]);
    assert_eq!(guest.get(&format!("/channels/{room}/groups")).expect(403).error(), "api.context.permissions.app_error");
    guest.get(&format!("/channels/{room}/member_counts_by_group")).expect(200);
    guest.get(&format!("/users/{}/groups", ben.id)).expect(403);
    guest.get(&format!("/groups/{id}/stats")).expect(403);
    // They neither make groups nor change them nor mention them.
    let body = json!({"name": unique("g"), "display_name": "G", "source": "custom", "allow_reference": true});
    guest.post("/groups", body).expect(403);
    guest.put(&format!("/groups/{id}/patch"), json!({"display_name": "Ours"})).expect(403);
    members(&guest, "POST", &id, &[&ben]).expect(403);
    members(&guest, "DELETE", &id, &[&ben]).expect(403);
    guest.delete(&format!("/groups/{id}")).expect(403);
    let mut his = ben.listens();
    let said = guest.says(&room, &format!("@{name} hello"));
    let posted = his.heard().into_iter().find(|e| e["event"] == "posted").unwrap();
    assert!(posted["data"].get("mentions").is_none());
    let post = ben.get(&format!("/posts/{said}")).expect(200).json;
    assert_eq!(post["props"]["disable_group_highlight"], true);
}

#[test]
fn people_of_a_group_are_listed_by_the_names_that_one_sees() {
    let (ann, ben, eve) = (Person::new("ann"), Person::new("ben"), Person::new("eve"));
    let id = group(&ann, &[&ann, &ben, &eve]).id();
    ann.put("/users/me/patch", json!({"nickname": "Zoe", "first_name": "Berta"})).expect(200);
    ben.put("/users/me/patch", json!({"last_name": "Young"})).expect(200);
    eve.put("/users/me/patch", json!({"first_name": "Adele", "last_name": "Zen"})).expect(200);
    let listed = |sort: &str| {
        let people = eve.get(&format!("/users?in_group={id}&sort={sort}")).expect(200).json;
        names(&people).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let prefers = |value: &str| {
        let preference = json!([{
            "user_id": eve.id, "category": "display_settings", "name": "name_format", "value": value
        }]);
        eve.put("/users/me/preferences", preference).expect(200);
    };
    let by_name = [ann.username.as_str(), &ben.username, &eve.username];
    assert_eq!(listed(""), by_name);
    assert_eq!(listed("display_name"), by_name);
    prefers("full_name");
    assert_eq!(listed("display_name"), [eve.username.as_str(), &ann.username, &ben.username]);
    prefers("nickname_full_name");
    assert_eq!(listed("display_name"), [eve.username.as_str(), &ben.username, &ann.username]);
    // Whoever is deactivated is in no group any more.
    Person::admin().put(&format!("/users/{}/active", ben.id), json!({"active": false})).expect(200);
    assert_eq!(listed(""), [ann.username.as_str(), &eve.username]);
    let seen = ann.get(&format!("/groups/{id}?include_member_ids=true&include_member_count=true")).expect(200).json;
    assert_eq!((&seen["member_ids"], &seen["member_count"]), (&json!([ann.id, eve.id]), &json!(2)));
}

#[test]
fn groups_can_be_switched_off() {
    let server = Server::own().again(&[("MM_SERVICESETTINGS_ENABLECUSTOMGROUPS", "false".to_owned())]);
    let (admin, ann) = (server.log_in("admin"), server.person("ann"));
    let config = ann.get("/config/client?format=old").expect(200).json;
    assert_eq!(config["EnableCustomGroups"], "false");
    let body = json!({"name": "g", "display_name": "G", "source": "custom", "allow_reference": true});
    assert_eq!(admin.post("/groups", body).expect(400).error(), "api.custom_groups.feature_disabled");
    assert_eq!(ann.get("/groups?group_source=custom").expect(400).error(), "api.custom_groups.feature_disabled");
    assert_eq!(ann.get("/groups").expect(200).json, json!([]));
}
