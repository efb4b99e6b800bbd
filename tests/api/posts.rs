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
