//! What is to be gone is gone: the oldest posts, the contents of erased files, abandoned uploads

use serde_json::{Value, json};

use crate::own::{Own, contents};
use crate::world::Person;

fn attachments(own: &Own) -> usize {
    contents(&own.data_dir()).iter().filter(|path| path.to_string_lossy().contains("/channels/")).count()
}

fn messages(reader: &Person, channel: &str) -> Vec<String> {
    let page = reader.get(&format!("/channels/{channel}/posts?per_page=200")).expect(200).json;
    let message = |id: &Value| page["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned();
    page["order"].as_array().unwrap().iter().map(message).collect()
}

fn unread(person: &Person, channel: &str) -> (i64, i64) {
    let unread = person.get(&format!("/users/me/channels/{channel}/unread")).expect(200).json;
    (unread["msg_count"].as_i64().unwrap(), unread["mention_count"].as_i64().unwrap())
}

/// Ann, who has a room with ben in it, and its id.
fn room(own: &Own) -> (Person, Person, String) {
    let (ann, ben) = (own.person("ann"), own.person("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    ben.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    (ann, ben, room)
}

#[test]
fn a_channel_keeps_so_many_posts_and_no_more() {
    let own = Own::start(&[("MM_KOLLEGIUMSETTINGS_MAXPOSTSPERCHANNEL", "6")]);
    let (admin, (ann, ben, room)) = (own.admin(), room(&own));
    ben.says(&room, "ben looks");
    let file = ann.uploads(&room, "plan.txt", "the oldest plan");
    let with_file = json!({"channel_id": room, "message": "ancient @all", "file_ids": [file]});
    let oldest = ann.post("/posts", with_file).expect(201).id();
    ann.post("/reactions", json!({"user_id": ann.id, "post_id": oldest, "emoji_name": "tada"})).expect(200);
    ann.put(&format!("/posts/{oldest}/patch"), json!({"message": "ancient, edited @all"})).expect(200);
    let root = ann.says(&room, "a root");
    for number in 0..3 {
        let body = json!({"channel_id": room, "root_id": root, "message": format!("reply {number} @{}", ben.username)});
        ann.post("/posts", body).expect(201);
    }
    let deleted = ann.says(&room, "deleted");
    ann.delete(&format!("/posts/{deleted}")).expect(200);
    let newest: Vec<String> = (0..4).map(|number| format!("news {number} @{}", ben.username)).collect();
    for message in &newest {
        ann.says(&room, message);
    }
    assert_eq!(attachments(&own), 1);
    assert_eq!(admin.has_done("post_limits")["status"], "success");
    let mut left = messages(&ann, &room);
    left.reverse();
    let wanted = ["a root", &format!("reply 2 @{}", ben.username)].map(str::to_owned);
    assert_eq!(left, [&wanted[..], &newest].concat());
    for path in [format!("/posts/{oldest}"), format!("/files/{file}"), format!("/posts/{deleted}")] {
        ann.get(&path).expect(404);
    }
    assert_eq!(attachments(&own), 0);
    let found = ann.post("/posts/search", json!({"terms": "ancient", "is_or_search": false})).expect(200).json;
    assert_eq!(found["order"], json!([]));
    let thread = ann.get(&format!("/posts/{root}/thread")).expect(200).json;
    assert_eq!((&thread["order"].as_array().unwrap().len(), &thread["posts"][&root]["reply_count"]), (&2, &json!(1)));
    // The deleted one is younger than what went, and counts as before.
    assert_eq!(unread(&ben, &room), (7, 5));
    let verified = own.verifies();
    assert!(verified.contains("every counter is right"), "{verified}");
    // What is left keeps working.
    ann.post("/posts", json!({"channel_id": room, "root_id": root, "message": "one more"})).expect(201);
    assert_eq!(admin.has_done("post_limits")["status"], "success");
    assert_eq!(messages(&ann, &room).len(), 6);
    assert!(own.verifies().contains("every counter is right"));
}

#[test]
fn a_team_keeps_so_many_posts_and_others_theirs() {
    let own = Own::start(&[("MM_KOLLEGIUMSETTINGS_MAXPOSTSPERTEAM", "8")]);
    let (admin, (ann, _, room)) = (own.admin(), room(&own));
    let team = ann.get(&format!("/channels/{room}")).expect(200).json["team_id"].as_str().unwrap().to_owned();
    let second = ann.makes_channel(&team, "second", "P");
    for number in 0..6 {
        ann.says(&room, &format!("first {number}"));
        ann.says(&second, &format!("second {number}"));
    }
    let direct = ann.post("/channels/direct", json!([ann.id, admin.id])).expect(201).id();
    for number in 0..10 {
        ann.says(&direct, &format!("direct {number}"));
    }
    assert_eq!(admin.has_done("post_limits")["status"], "success");
    assert_eq!(messages(&ann, &room), ["first 5", "first 4", "first 3", "first 2"]);
    assert_eq!(messages(&ann, &second), ["second 5", "second 4", "second 3", "second 2"]);
    assert_eq!(messages(&ann, &direct).len(), 10);
    let verified = own.verifies();
    assert!(verified.contains("every counter is right"), "{verified}");
}

#[test]
fn erasing_leaves_no_contents() {
    let own = Own::start(&[
        ("MM_SERVICESETTINGS_ENABLEAPICHANNELDELETION", "true"),
        ("MM_SERVICESETTINGS_ENABLEAPIPOSTDELETION", "true"),
    ]);
    let (admin, (ann, _, room)) = (own.admin(), room(&own));
    let attached = |message: &str| {
        let file = ann.uploads(&room, "plan.txt", message);
        ann.post("/posts", json!({"channel_id": room, "message": message, "file_ids": [file]})).expect(201).id()
    };
    let (first, second) = (attached("one"), attached("two"));
    let (_unsent, shared) = (ann.uploads(&room, "draft.txt", "three"), ann.uploads(&room, "both.txt", "four"));
    assert_eq!(attachments(&own), 4);
    admin.delete(&format!("/posts/{first}?permanent=true")).expect(200);
    assert_eq!(attachments(&own), 3);
    // A reference server has copies of files that share their contents.
    let elsewhere = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    own.alter(&format!(
        "INSERT INTO fileinfo (id, creatorid, postid, createat, updateat, deleteat, path, thumbnailpath, previewpath, name, \
         extension, size, mimetype, width, height, haspreviewimage, archived, channelid) \
         SELECT '{elsewhere}', creatorid, '', createat, updateat, 0, path, '', '', name, extension, size, mimetype, 0, 0, \
         haspreviewimage, archived, '{elsewhere}' FROM fileinfo WHERE id = '{shared}'"
    ));
    admin.delete(&format!("/channels/{room}?permanent=true")).expect(200);
    admin.get(&format!("/posts/{second}")).expect(404);
    assert_eq!(attachments(&own), 1, "the copy keeps its content");
}

#[test]
fn abandoned_uploads_are_forgotten() {
    let own = Own::start(&[]);
    let (admin, (ann, _, room)) = (own.admin(), room(&own));
    let begin = |name: &str| {
        let body = json!({"channel_id": room, "filename": name, "file_size": 6 << 20});
        let upload = ann.post("/uploads", body).expect(201).id();
        let part = vec![b'x'; 5 << 20];
        crate::world::send(ann.base(), "POST", &format!("/uploads/{upload}"), ann.token.as_deref(), part).expect(204);
        upload
    };
    let (old, new) = (begin("old.txt"), begin("new.txt"));
    assert_eq!(attachments(&own), 2);
    let week = 7 * 24 * 60 * 60 * 1000_i64;
    own.alter(&format!("UPDATE uploadsessions SET createat = createat - {week} - 60000 WHERE id = '{old}'"));
    let job = admin.has_done("upload_cleanup");
    assert_eq!((&job["status"], &job["data"]["removed"]), (&json!("success"), &json!("1")));
    assert_eq!(attachments(&own), 1);
    ann.get(&format!("/uploads/{old}")).expect(404);
    ann.get(&format!("/uploads/{new}")).expect(200);
}
