//! `/channels/{channel_id}/bookmarks`

use serde_json::{Value, json};

use crate::world::{Answer, Person};

fn link(name: &str) -> Value {
    json!({"type": "link", "display_name": name, "link_url": "https://example.org/rules"})
}

fn names(answer: &Answer) -> Vec<&str> {
    answer.json.as_array().unwrap().iter().map(|b| b["display_name"].as_str().unwrap()).collect()
}

/// Two people in a room of the first.
fn room(kind: &str) -> (Person, Person, String) {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", kind);
    ann.adds_to_channel(&room, &ben);
    (ann, ben, format!("/channels/{room}/bookmarks"))
}

#[test]
fn a_channel_s_bookmarks_are_its_members() {
    let (ann, ben, path) = room("P");
    assert_eq!(ben.get(&path).expect(200).json, json!([]));
    let mut socket = ben.listens();
    let made = ann.post(&path, link("Rules")).expect(201);
    assert_eq!((&made.json["owner_id"], &made.json["sort_order"]), (&json!(ann.id), &json!(0)));
    assert!(made.json.get("original_id").is_none() && made.json["file_id"] == "");
    let heard = socket.heard();
    let created = heard.iter().find(|e| e["event"] == "channel_bookmark_created").expect("ben hears it");
    let told: Value = serde_json::from_str(created["data"]["bookmark"].as_str().unwrap()).unwrap();
    assert_eq!(told, made.json);
    assert_eq!(ben.get(&path).expect(200).json, json!([made.json]));
    let eve = Person::new("eve");
    eve.get(&path).expect(403);
    eve.post(&path, link("Mine")).expect(403);
    Person::anonymous().get(&path).expect(401);
}

#[test]
fn changing_the_bookmark_of_another_replaces_it() {
    let (ann, ben, path) = room("O");
    let id = ann.post(&path, link("Rules")).expect(201).id();
    let own = ann.patch(&format!("{path}/{id}"), json!({"display_name": "House rules"})).expect(200);
    assert_eq!((own.json["updated"]["id"].as_str(), own.json.get("deleted")), (Some(id.as_str()), None));
    let mut socket = ann.listens();
    let since = own.json["updated"]["update_at"].as_i64().unwrap() + 1;
    let taken = ben.patch(&format!("{path}/{id}"), json!({"emoji": ":scroll:"})).expect(200);
    let (updated, deleted) = (&taken.json["updated"], &taken.json["deleted"]);
    assert_eq!((&updated["original_id"], &updated["owner_id"]), (&json!(id), &json!(ben.id)));
    assert_eq!((&updated["display_name"], &deleted["id"]), (&json!("House rules"), &json!(id)));
    assert!(deleted["delete_at"].as_i64().unwrap() > 0);
    let heard = socket.heard();
    let told = heard.iter().find(|e| e["event"] == "channel_bookmark_updated").expect("ann hears it");
    let told: Value = serde_json::from_str(told["data"]["bookmarks"].as_str().unwrap()).unwrap();
    assert_eq!(told, taken.json);
    assert_eq!(ann.get(&path).expect(200).json, json!([updated]));
    let both = ann.get(&format!("{path}?bookmarks_since={since}")).expect(200);
    assert_eq!(both.json.as_array().unwrap().len(), 2, "since a time also what was removed: {}", both.json);
}

#[test]
fn bookmarks_are_sorted_and_removed() {
    let (ann, ben, path) = room("O");
    let ids: Vec<String> = ["a", "b", "c"].map(|name| ann.post(&path, link(name)).expect(201).id()).into();
    let mut socket = ben.listens();
    let sorted = ben.post(&format!("{path}/{}/sort_order", ids[2]), json!(0)).expect(200);
    assert_eq!(names(&sorted), ["c", "a", "b"]);
    assert_eq!(names(&ann.get(&path).expect(200)), ["c", "a", "b"]);
    ben.post(&format!("{path}/{}/sort_order", ids[2]), json!(3)).expect(404);
    ben.post(&format!("{path}/{}/sort_order", ids[2]), json!(-1)).expect(400);
    ben.post(&format!("{path}/{}/sort_order", ids[2]), json!("x")).expect(400);
    let gone = ben.delete(&format!("{path}/{}", ids[0])).expect(200);
    assert!(gone.json["delete_at"].as_i64().unwrap() > 0);
    ben.delete(&format!("{path}/{}", ids[0])).expect(404);
    assert_eq!(names(&ann.get(&path).expect(200)), ["c", "b"]);
    let heard: Vec<String> = socket.names().into_iter().filter(|name| name.starts_with("channel_bookmark")).collect();
    assert_eq!(heard, ["channel_bookmark_sorted", "channel_bookmark_deleted"]);
    assert_eq!(ann.post(&path, link("d")).expect(201).json["sort_order"], 3);
}

#[test]
fn bad_bookmarks_are_refused() {
    let (ann, _, path) = room("O");
    for wrong in [
        json!({}),
        json!({"type": "folder", "display_name": "x"}),
        json!({"type": "link", "display_name": "x"}),
        json!({"type": "link", "display_name": "x", "link_url": "javascript:alert(1)"}),
        json!({"type": "link", "display_name": "", "link_url": "https://example.org"}),
        json!({"type": "link", "display_name": "x".repeat(65), "link_url": "https://example.org"}),
        json!({"type": "file", "display_name": "x"}),
        json!([]),
    ] {
        ann.post(&path, wrong).expect(400);
    }
    let id = ann.post(&path, link("x")).expect(201).id();
    ann.patch(&format!("{path}/{id}"), json!({"link_url": "example.org"})).expect(400);
    ann.patch(&format!("{path}/aaaaaaaaaaaaaaaaaaaaaaaaaa"), json!({})).expect(404);
    assert_eq!(ann.get(&path).expect(200).json.as_array().unwrap().len(), 1);
}

#[test]
fn a_channel_has_at_most_fifty() {
    let (ann, ben, path) = room("O");
    for i in 0..50 {
        ann.post(&path, link(&i.to_string())).expect(201);
    }
    assert_eq!(ann.post(&path, link("50")).expect(400).error(), "app.channel.bookmark.save.app_error");
    let first = ann.get(&path).expect(200).json[0]["id"].as_str().unwrap().to_owned();
    ben.patch(&format!("{path}/{first}"), json!({"display_name": "taken over"})).expect(200);
    ben.delete(&format!("{path}/{first}")).expect(404);
}

#[test]
fn archived_channels_keep_theirs_as_they_are() {
    let (ann, _, path) = room("O");
    let id = ann.post(&path, link("x")).expect(201).id();
    ann.delete(path.trim_end_matches("/bookmarks")).expect(200);
    let refused = ann.post(&path, link("y")).expect(403);
    assert_eq!(refused.error(), "api.channel.bookmark.create_channel_bookmark.deleted_channel.forbidden.app_error");
    ann.patch(&format!("{path}/{id}"), json!({"display_name": "y"})).expect(403);
    ann.post(&format!("{path}/{id}/sort_order"), json!(0)).expect(403);
    ann.delete(&format!("{path}/{id}")).expect(403);
    assert_eq!(names(&ann.get(&path).expect(200)), ["x"]);
}

#[test]
fn in_conversations_everybody_in_them_may() {
    let (ann, ben, eve) = (Person::new("ann"), Person::new("ben"), Person::new("eve"));
    let direct = ann.post("/channels/direct", json!([ann.id, ben.id])).expect(201).id();
    let path = format!("/channels/{direct}/bookmarks");
    let id = ann.post(&path, link("x")).expect(201).id();
    ben.patch(&format!("{path}/{id}"), json!({"display_name": "y"})).expect(200);
    let refused = eve.post(&path, link("z")).expect(403);
    assert_eq!(
        refused.error(),
        "api.channel.bookmark.create_channel_bookmark.direct_or_group_channels.forbidden.app_error"
    );
    eve.get(&path).expect(403);
}

#[test]
fn a_bookmark_of_one_channel_is_not_changed_through_another() {
    let (ann, _, path) = room("O");
    let (ben, _, other) = room("O");
    let id = ann.post(&path, link("x")).expect(201).id();
    ben.patch(&format!("{other}/{id}"), json!({"display_name": "y"})).expect(404);
    ben.delete(&format!("{other}/{id}")).expect(404);
}

#[test]
fn files_are_bookmarked_and_go_with_their_bookmark() {
    let (ann, ben, path) = room("P");
    let channel = path.split('/').nth(2).unwrap();
    let other = ann.makes_channel(&ann.makes_team("other"), "room", "P");
    let file = ann.uploads(channel, "plan.txt&bookmark=true", "the plan");
    let bookmark = |file: &str| json!({"type": "file", "display_name": "Plan", "file_id": file});
    for unfit in [
        "aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        ann.uploads(channel, "post.txt", "for a post"),
        ann.uploads(&other, "plan.txt&bookmark=true", "elsewhere"),
    ] {
        assert_eq!(ann.post(&path, bookmark(&unfit)).expect(400).error(), "app.channel.bookmark.save.app_error");
    }
    let made = ann.post(&path, bookmark(&file)).expect(201);
    assert_eq!((&made.json["file_id"], &made.json["file"]["name"]), (&json!(file), &json!("plan.txt")));
    ann.post(&path, bookmark(&file)).expect(400);
    let listed = ben.get(&path).expect(200).json;
    assert_eq!(listed[0]["file"]["id"], file.as_str());
    ben.get(&format!("/files/{file}/info")).expect(200);
    let newer = ben.uploads(channel, "plan2.txt&bookmark=true", "the newer plan");
    let changed = ben.patch(&format!("{path}/{}", made.id()), json!({"file_id": newer})).expect(200).json;
    assert_eq!(changed["updated"]["file"]["name"], "plan2.txt");
    ann.get(&format!("/files/{file}/info")).expect(404);
    let id = changed["updated"]["id"].as_str().unwrap();
    ben.delete(&format!("{path}/{id}")).expect(200);
    ben.get(&format!("/files/{newer}/info")).expect(404);
}
