//! `/posts`

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

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

/// Ann and Ben in a room of Ann's.
fn two_in_a_room() -> (Person, Person, String, String) {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    ben.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    (ann, ben, team, room)
}

fn mentions_of(who: &Person, channel: &str) -> i64 {
    who.get(&format!("/users/me/channels/{channel}/unread")).expect(200).json["mention_count"].as_i64().unwrap()
}

#[test]
fn a_header_mentions_whom_it_names() {
    let (ann, ben, _, room) = two_in_a_room();
    ann.put(&format!("/channels/{room}/patch"), json!({"header": format!("ask @{}", ben.username)})).expect(200);
    assert_eq!(mentions_of(&ben, &room), 1);
    ann.put(&format!("/channels/{room}/patch"), json!({"header": "@channel"})).expect(200);
    assert_eq!(mentions_of(&ben, &room), 2, "the old header names ben, nobody is called by @channel there");
    let direct = ann.post("/channels/direct", json!([ann.id, ben.id])).expect(201).id();
    ann.put(&format!("/channels/{direct}/patch"), json!({"header": "between us"})).expect(200);
    assert_eq!((mentions_of(&ben, &direct), mentions_of(&ann, &direct)), (1, 0));
}

#[test]
fn what_a_webhook_says_concerns_its_owner_too() {
    let (ann, ben, ..) = two_in_a_room();
    let direct = ann.post("/channels/direct", json!([ann.id, ben.id])).expect(201).id();
    let body = json!({"channel_id": direct, "message": "beep", "props": {"from_webhook": "true"}});
    ann.post("/posts", body).expect(201);
    assert_eq!((mentions_of(&ann, &direct), mentions_of(&ben, &direct)), (1, 1));
    let room = ann.post("/channels/direct", json!([ann.id])).expect(201).id();
    ann.says(&room, &format!("note to @{}", ann.username));
    assert_eq!(mentions_of(&ann, &room), 0);
}

#[test]
fn marked_unread_counts_what_mentions() {
    let (ann, ben, _, room) = two_in_a_room();
    let first = ann.says(&room, "@here everybody");
    ann.says(&room, "nothing");
    let reply = json!({"channel_id": room, "root_id": first, "message": "@all again"});
    ann.post("/posts", reply).expect(201);
    let marked = ben.post(&format!("/users/me/posts/{first}/set_unread"), json!({})).expect(200).json;
    assert_eq!((&marked["mention_count"], &marked["mention_count_root"]), (&json!(2), &json!(1)));
    ben.put("/users/me/patch", json!({"notify_props": {"channel": "true", "comments": "any"}})).expect(200);
    let own = ben.says(&room, "mine");
    ann.post("/posts", json!({"channel_id": room, "root_id": own, "message": "a comment"})).expect(201);
    let marked = ben.post(&format!("/users/me/posts/{own}/set_unread"), json!({})).expect(200).json;
    assert_eq!((&marked["mention_count"], &marked["mention_count_root"]), (&json!(1), &json!(0)));
}

#[test]
fn checks_come_in_the_order_of_the_protocol() {
    let (ann, ben, _, room) = two_in_a_room();
    let post = ann.says(&room, "words");
    let other = Person::new("other");
    for path in ["posts?after=x", "posts?since=x"] {
        assert_eq!(other.get(&format!("/channels/{room}/{path}")).expect(400).error(), BODY_PARAM, "{path}");
    }
    assert_eq!(other.get(&format!("/posts/{post}/thread?direction=x")).expect(400).error(), BODY_PARAM);
    ann.put(
        "/users/me/preferences",
        json!([{"user_id": ann.id, "category": "flagged_post", "name": post, "value": "true"}]),
    )
    .expect(200);
    assert_eq!(ann.get("/users/me/posts/flagged").expect(200).json["order"], json!([post]));
    for query in ["team_id=x", "channel_id=x"] {
        assert_eq!(ann.get(&format!("/users/me/posts/flagged?{query}")).expect(200).json["order"], json!([]));
    }
    ann.post(&format!("/posts/{post}/restore/abc"), json!({})).expect(403);
    ben.post("/reactions", json!({"user_id": ben.id, "post_id": post, "emoji_name": "smile"})).expect(200);
    ann.delete(&format!("/posts/{post}")).expect(200);
    ben.delete(&format!("/users/me/posts/{post}/reactions/smile")).expect(404);
}

const BODY_PARAM: &str = "api.context.invalid_body_param.app_error";

/// A web server on a loopback address that answers every call with one page, and counts the calls.
fn serves_page(host: &str) -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind((host, 0)).unwrap();
    let address = format!("http://{}/page", listener.local_addr().unwrap());
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            counter.fetch_add(1, Ordering::Relaxed);
            let page = "<meta property='og:title' content='The page'>";
            let _ = stream.read(&mut [0; 2048]);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}",
                page.len()
            );
        }
    });
    (address, calls)
}

#[test]
fn links_are_previewed_but_not_those_into_the_own_network() {
    let (inside, inside_calls) = serves_page("127.0.0.2");
    let (outside, outside_calls) = serves_page("127.0.0.3");
    let ann = Person::new("ann");
    let room = ann.makes_channel(&ann.makes_team("crew"), "room", "O");
    let says = |message: &str| ann.post("/posts", json!({"channel_id": room, "message": message})).expect(201);
    let previewed = says(&format!("look: {outside}"));
    assert_eq!(previewed.json["metadata"]["embeds"][0]["data"]["title"], "The page");
    let read = ann.get(&format!("/posts/{}", previewed.id())).expect(200);
    assert_eq!(read.json["metadata"]["embeds"], previewed.json["metadata"]["embeds"]);
    says(&format!("again: {outside}"));
    assert_eq!(outside_calls.load(Ordering::Relaxed), 1, "within the hour it is known");
    let refused = says(&format!("{inside} ![picture]({inside}.png)"));
    assert_eq!(refused.json["metadata"], json!({}));
    assert_eq!(inside_calls.load(Ordering::Relaxed), 0);
}
