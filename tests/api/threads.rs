//! `/users/{user_id}/teams/{team_id}/threads`

use serde_json::{Value, json};

use crate::world::{Person, Socket, eventually};

/// Ann, Ben and Cid in a room of Ann's.
struct Room {
    ann: Person,
    ben: Person,
    cid: Person,
    team: String,
    room: String,
}

impl Room {
    fn new() -> Room {
        let (ann, ben, cid) = (Person::new("ann"), Person::new("ben"), Person::new("cid"));
        let team = ann.makes_team("crew");
        ann.adds_to_team(&team, &ben);
        ann.adds_to_team(&team, &cid);
        let room = ann.makes_channel(&team, "room", "O");
        ann.adds_to_channel(&room, &ben);
        ann.adds_to_channel(&room, &cid);
        Room { ann, ben, cid, team, room }
    }

    fn replies(&self, by: &Person, root: &str, message: &str) -> String {
        by.post("/posts", json!({"channel_id": self.room, "root_id": root, "message": message})).expect(201).id()
    }

    fn thread(&self, of: &Person, root: &str) -> (u16, Value) {
        let answer = of.get(&format!("/users/me/teams/{}/threads/{root}", self.team));
        (answer.status, answer.json)
    }
}

/// The data of the next `thread_updated`, with the thread read.
fn updated(socket: &mut Socket) -> Value {
    let event = eventually(|| socket.next().filter(|event| event["event"] == "thread_updated"));
    let mut data = event["data"].clone();
    data["thread"] = serde_json::from_str(data["thread"].as_str().unwrap()).unwrap();
    data
}

#[test]
fn who_is_named_in_the_beginning_follows_once_there() {
    let r = Room::new();
    let dan = Person::new("dan");
    r.ann.adds_to_team(&r.team, &dan);
    let root = r.ann.says(&r.room, &format!("for @{}", dan.username));
    r.replies(&r.ben, &root, "who is that?");
    assert_eq!(r.thread(&dan, &root).0, 404, "not there yet");
    r.ann.adds_to_channel(&r.room, &dan);
    r.replies(&r.ben, &root, "welcome");
    assert_eq!(r.thread(&dan, &root).0, 200);
}

#[test]
fn a_root_for_all_has_all_follow() {
    let r = Room::new();
    let root = r.ann.says(&r.room, "@channel look");
    r.replies(&r.ben, &root, "looking");
    assert_eq!(r.thread(&r.cid, &root).0, 200);
}

#[test]
fn updates_tell_what_was_unread_before() {
    let r = Room::new();
    let root = r.ann.says(&r.room, "beginning");
    r.replies(&r.ben, &root, "one");
    r.replies(&r.ann, &root, "two");
    r.replies(&r.ann, &root, "three");
    let (mut ben, mut cid) = (r.ben.listens(), r.cid.listens());
    r.replies(&r.ben, &root, &format!("@{} four", r.cid.username));
    let own = updated(&mut ben);
    assert_eq!((&own["previous_unread_replies"], &own["thread"]["unread_replies"]), (&json!(2), &json!(0)));
    let new = updated(&mut cid);
    assert_eq!((&new["previous_unread_replies"], &new["thread"]["unread_replies"]), (&json!(0), &json!(4)));
    assert_eq!((&new["previous_unread_mentions"], &new["thread"]["unread_mentions"]), (&json!(0), &json!(1)));
}

#[test]
fn a_deleted_reply_mentions_nobody_any_more() {
    let r = Room::new();
    let root = r.ann.says(&r.room, "beginning");
    r.replies(&r.ben, &root, &format!("@{} one", r.cid.username));
    let reply = r.replies(&r.ben, &root, &format!("@{} two", r.cid.username));
    assert_eq!(r.thread(&r.cid, &root).1["unread_mentions"], 2);
    let mut cid = r.cid.listens();
    r.ben.delete(&format!("/posts/{reply}")).expect(200);
    let heard = updated(&mut cid);
    assert_eq!((&heard["thread"]["unread_mentions"], &heard["thread"]["reply_count"]), (&json!(1), &json!(1)));
    assert_eq!((&heard["previous_unread_mentions"], &heard["previous_unread_replies"]), (&json!(0), &json!(0)));
    assert_eq!(r.thread(&r.cid, &root).1["unread_mentions"], 1);
}

#[test]
fn whoever_writes_from_outside_has_not_read() {
    let r = Room::new();
    let root = r.ann.says(&r.room, "beginning");
    let admin = Person::admin();
    r.replies(&admin, &root, "from above");
    assert_eq!(r.thread(&admin, &root).1["unread_replies"], 1);
}

#[test]
fn following_is_reading() {
    let r = Room::new();
    let root = r.ann.says(&r.room, "beginning");
    r.replies(&r.ben, &root, &format!("@{} one", r.cid.username));
    assert_eq!(r.thread(&r.cid, &root).1["unread_mentions"], 1);
    r.cid.put(&format!("/users/me/teams/{}/threads/{root}/following", r.team), json!({})).expect(200);
    let thread = r.thread(&r.cid, &root).1;
    assert_eq!((&thread["unread_mentions"], &thread["unread_replies"]), (&json!(0), &json!(0)));
}

#[test]
fn whoever_is_added_because_of_a_thread_follows_it() {
    let r = Room::new();
    let dan = Person::new("dan");
    r.ann.adds_to_team(&r.team, &dan);
    let root = r.ann.says(&r.room, "beginning");
    r.replies(&r.ben, &root, &format!("ask @{}", dan.username));
    let mut socket = dan.listens();
    let body = json!({"user_id": dan.id, "post_root_id": root});
    r.ann.post(&format!("/channels/{}/members", r.room), body).expect(201);
    let heard = updated(&mut socket);
    assert_eq!((&heard["thread"]["unread_mentions"], &heard["thread"]["unread_replies"]), (&json!(1), &json!(1)));
    assert_eq!(r.thread(&dan, &root).0, 200);
}
