//! `/users/{user_id}/posts/{post_id}/ack`, and priorities of posts

use serde_json::{Value, json};

use crate::world::{Person, Socket};

/// Two people in a room of the first, and a post there that asks to be acknowledged.
fn asked() -> (Person, Person, String, String) {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_channel(&room, &ben);
    // Being added was a mention.
    ben.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    let priority = json!({"priority": "urgent", "requested_ack": true});
    let message = format!("@{} please read", ben.username);
    let body = json!({"channel_id": room, "message": message, "metadata": {"priority": priority}});
    let post = ann.post("/posts", body).expect(201);
    assert_eq!(post.json["metadata"]["priority"]["requested_ack"], true);
    let post = post.id();
    (ann, ben, room, post)
}

fn told(socket: &mut Socket, name: &str) -> Value {
    let heard = socket.heard();
    let event = heard.iter().find(|e| e["event"] == name).unwrap();
    serde_json::from_str(event["data"]["acknowledgement"].as_str().unwrap()).unwrap()
}

#[test]
fn readers_acknowledge_a_post_and_take_it_back() {
    let (ann, ben, room, post) = asked();
    let mut socket = ann.listens();
    let path = format!("/users/{}/posts/{post}/ack", ben.id);
    let ack = ben.post(&path, json!({})).expect(200).json;
    assert_eq!((&ack["user_id"], &ack["post_id"]), (&json!(ben.id), &json!(post)));
    assert!(ack["acknowledged_at"].as_i64().unwrap() > 0);
    assert_eq!(told(&mut socket, "post_acknowledgement_added"), ack);
    let shown = |person: &Person| person.get(&format!("/posts/{post}")).expect(200).json["metadata"].clone();
    assert_eq!(shown(&ann)["acknowledgements"], json!([ack]));
    let page = ann.get(&format!("/channels/{room}/posts")).expect(200).json;
    assert_eq!(page["posts"][&post]["metadata"]["acknowledgements"], json!([ack]));
    ben.delete(&path).expect(200);
    assert_eq!(told(&mut socket, "post_acknowledgement_removed"), ack);
    assert!(shown(&ann).get("acknowledgements").is_none());
    assert_eq!(ben.delete(&path).expect(404).error(), "app.acknowledgement.get.app_error");
}

#[test]
fn who_may_acknowledge() {
    let (ann, ben, room, post) = asked();
    let eve = Person::new("eve");
    eve.post(&format!("/users/me/posts/{post}/ack"), json!({})).expect(403);
    eve.post(&format!("/users/{}/posts/{post}/ack", ben.id), json!({})).expect(403);
    ann.post(&format!("/users/{}/posts/{post}/ack", ben.id), json!({})).expect(403);
    ben.post("/users/me/posts/aaaaaaaaaaaaaaaaaaaaaaaaaa/ack", json!({})).expect(403);
    Person::anonymous().post(&format!("/users/{}/posts/{post}/ack", ben.id), json!({})).expect(401);
    ann.delete(&format!("/channels/{room}")).expect(200);
    let refused = ben.post(&format!("/users/me/posts/{post}/ack"), json!({})).expect(403);
    assert_eq!(refused.error(), "api.acknowledgement.save.archived_channel.app_error");
}

#[test]
fn urgent_mentions_are_counted_apart() {
    let (ann, ben, room, _) = asked();
    ann.says(&room, &format!("@{} take your time", ben.username));
    let unread = ben.get(&format!("/users/me/channels/{room}/unread")).expect(200).json;
    assert_eq!((&unread["mention_count"], &unread["urgent_mention_count"]), (&json!(2), &json!(1)));
    let member = ben.get(&format!("/channels/{room}/members/me")).expect(200).json;
    assert_eq!(member["urgent_mention_count"], 1);
    ben.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    let unread = ben.get(&format!("/users/me/channels/{room}/unread")).expect(200).json;
    assert_eq!(unread["urgent_mention_count"], 0);
}

#[test]
fn marking_an_urgent_post_unread_counts_it_again() {
    let (_, ben, room, post) = asked();
    ben.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    let at = ben.post(&format!("/users/me/posts/{post}/set_unread"), json!({})).expect(200).json;
    assert_eq!((&at["mention_count"], &at["urgent_mention_count"]), (&json!(1), &json!(1)));
}

#[test]
fn what_is_not_announced_again_and_again_is_not_promised() {
    let (ann, _, room, post) = asked();
    let send = |root: &str, priority: Value| {
        let metadata = json!({"priority": priority});
        ann.post("/posts", json!({"channel_id": room, "root_id": root, "message": "x", "metadata": metadata}))
    };
    send("", json!({"priority": "urgent", "persistent_notifications": true})).expect(501);
    send("", json!({"priority": "", "persistent_notifications": true})).expect(400);
    send(&post, json!({"priority": "important"})).expect(400);
    let config = ann.get("/config/client?format=old").expect(200).json;
    assert_eq!(config["PostAcknowledgements"], "true");
    assert_eq!(config["AllowPersistentNotifications"], "false");
}
