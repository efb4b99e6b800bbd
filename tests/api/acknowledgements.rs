//! `/users/{user_id}/posts/{post_id}/ack`, and priorities of posts

use serde_json::{Value, json};

use crate::own::Own;
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
fn urgent_posts_are_announced_until_somebody_answers() {
    let own = Own::start(&[("MM_SERVICESETTINGS_PERSISTENTNOTIFICATIONMAXCOUNT", "2")]);
    let (admin, ann, ben) = (own.admin(), own.person("ann"), own.person("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_channel(&room, &ben);
    let config = ann.get("/config/client?format=old").expect(200).json;
    assert_eq!(config["AllowPersistentNotifications"], "true");
    let send = |message: &str| {
        let priority = json!({"priority": "urgent", "persistent_notifications": true});
        ann.post("/posts", json!({"channel_id": room, "message": message, "metadata": {"priority": priority}}))
    };
    let nobody = send("anybody?").expect(400);
    assert_eq!(nobody.error(), "api.post.post_priority.min_recipients_persistent_notification_post.request_error");
    let post = send(&format!("now, @{}!", ben.username)).expect(201).id();
    let mut socket = ben.listens();
    let heard = |socket: &mut Socket| {
        own.alter(
            "UPDATE persistentnotifications SET lastsentat = lastsentat - 3600000, createat = createat - 3600000",
        );
        assert_eq!(admin.has_done("persistent_notifications")["status"], "success");
        let heard = socket.heard();
        heard.into_iter().find(|e| e["event"] == "persistent_notification_triggered")
    };
    let event = heard(&mut socket).unwrap();
    let told: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    assert_eq!((&told["id"], &told["metadata"]["priority"]["persistent_notifications"]), (&json!(post), &json!(true)));
    assert_eq!(event["data"]["mentions"], json!([ben.id]).to_string());
    assert_eq!(
        (&event["data"]["sender_name"], &event["data"]["channel_type"]),
        (&json!(format!("@{}", ann.username)), &json!("P"))
    );
    assert!(heard(&mut socket).is_some());
    assert!(heard(&mut socket).is_none(), "twice is enough");
    let second = send(&format!("again, @{}", ben.username)).expect(201).id();
    ben.post("/reactions", json!({"user_id": ben.id, "post_id": second, "emoji_name": "+1"})).expect(200);
    assert!(heard(&mut socket).is_none(), "it is answered");
    admin.put("/config/patch", json!({"ServiceSettings": {"AllowPersistentNotifications": false}})).expect(200);
    send(&format!("and again, @{}", ben.username)).expect(403);
}

#[test]
fn what_cannot_be_announced_again_and_again() {
    let (ann, _, room, post) = asked();
    let send = |root: &str, priority: Value| {
        let metadata = json!({"priority": priority});
        ann.post("/posts", json!({"channel_id": room, "root_id": root, "message": "x", "metadata": metadata}))
    };
    send("", json!({"priority": "", "persistent_notifications": true})).expect(400);
    send(&post, json!({"priority": "important"})).expect(400);
    assert_eq!(ann.get("/config/client?format=old").expect(200).json["PostAcknowledgements"], "true");
}

#[test]
fn somebody_tries_whether_they_are_notified() {
    let ann = Person::new("ann");
    let mut socket = ann.listens();
    ann.post("/notifications/test", json!({})).expect(200);
    let heard = socket.heard();
    let posted = heard.iter().find(|e| e["event"] == "posted").unwrap();
    let post: Value = serde_json::from_str(posted["data"]["post"].as_str().unwrap()).unwrap();
    assert!(post["props"]["force_notification"].is_string());
    assert_eq!(posted["data"]["channel_type"], "D");
    Person::anonymous().post("/notifications/test", json!({})).expect(401);
}
