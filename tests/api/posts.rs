//! `/posts`

use serde_json::json;

use crate::world::Person;

#[test]
fn what_one_says_the_others_hear_and_read() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    let mut socket = ben.listens();
    let post = ann.says(&room, "good morning");
    let heard = socket.heard();
    let posted = heard.iter().find(|e| e["event"] == "posted").expect("ben hears it");
    assert!(posted["data"]["post"].as_str().unwrap().contains("good morning"));
    assert_eq!(posted["broadcast"]["channel_id"], room.as_str());
    let page = ben.get(&format!("/channels/{room}/posts")).expect(200);
    assert_eq!(page.json["order"][0], post.as_str());
    assert_eq!(page.json["posts"][&post]["message"], "good morning");
}

#[test]
fn the_same_pending_post_is_made_once() {
    let ann = Person::new("ann");
    let team = ann.makes_team("crew");
    let room = ann.makes_channel(&team, "room", "O");
    let body = json!({"channel_id": room, "message": "once", "pending_post_id": format!("{}:17", ann.id)});
    let (one, other) = (ann.post("/posts", body.clone()).expect(201), ann.post("/posts", body).expect(201));
    assert_eq!(one.id(), other.id());
}

#[test]
fn a_mention_counts_for_whom_it_names() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    ben.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    ann.says(&room, &format!("@{} and nobody else", ben.username));
    let unread = ben.get(&format!("/users/me/channels/{room}/unread")).expect(200);
    assert_eq!((&unread.json["msg_count"], &unread.json["mention_count"]), (&json!(1), &json!(1)));
}
