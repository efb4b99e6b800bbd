//! `/hooks`: what programs may say by a webhook, and what not; what they are told.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::program::Program;
use crate::world::{Person, base, eventually, send};

/// A webhook of the administrator's in a room of theirs.
fn hook(admin: &Person, more: serde_json::Value) -> (String, String, String) {
    let team = admin.makes_team("crew");
    let room = admin.makes_channel(&team, "room", "O");
    let mut body = json!({"channel_id": room, "display_name": "Build"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    (team, room, admin.post("/hooks/incoming", body).expect(201).id())
}

fn newest(who: &Person, channel: &str) -> serde_json::Value {
    let page = who.get(&format!("/channels/{channel}/posts?per_page=1")).expect(200).json;
    let id = page["order"][0].as_str().unwrap().to_owned();
    page["posts"][id].clone()
}

#[test]
fn whoever_knows_the_address_posts() {
    let admin = Person::admin();
    let (_, room, hook) = hook(&admin, json!({"username": "ci"}));
    let call = |body: &[u8]| send(base(), "POST", &format!("//hooks/{hook}"), None, body.to_vec());
    assert_eq!(call(br#"{"text": "done, see <http://example.org|the log>"}"#).status, 200);
    let post = newest(&admin, &room);
    assert_eq!(post["message"], "done, see [the log](http://example.org)");
    assert_eq!(
        (&post["props"]["from_webhook"], &post["props"]["webhook_display_name"]),
        (&json!("true"), &json!("Build"))
    );
    assert!(post["props"].get("override_username").is_none(), "other names are shown only where the settings allow it");
    for bad in [&b"{"[..], b"[]", b"{\"text\": 5}", b"{}", b"\xff\xfe", b"{\"text\": \"a\\u0000\", \"attachments\": 1}"]
    {
        assert_eq!(call(bad).status, 400, "{}", String::from_utf8_lossy(bad));
    }
    assert_eq!(call(br#"{"text": "a\u0000b", "props": {"x\u0000": "\u0000"}}"#).status, 200);
    assert_eq!(newest(&admin, &room)["message"], "ab");
}

#[test]
fn a_locked_webhook_stays_in_its_channel() {
    let admin = Person::admin();
    let (team, _, hook) = hook(&admin, json!({"channel_locked": true}));
    let other = admin.makes_channel(&team, "other", "O");
    let name = admin.get(&format!("/channels/{other}")).expect(200).json["name"].as_str().unwrap().to_owned();
    let address = format!("//hooks/{hook}");
    for channel in [name.as_str(), "@admin"] {
        let body = serde_json::to_vec(&json!({"text": "x", "channel": channel})).unwrap();
        assert_eq!(send(base(), "POST", &address, None, body).status, 403, "{channel}");
    }
    admin.delete(&format!("/hooks/incoming/{hook}")).expect(200);
    let gone = send(base(), "POST", &address, None, br#"{"text": "x"}"#.to_vec());
    assert_eq!((gone.status, gone.error()), (400, "web.incoming_webhook.general.app_error"));
}

#[test]
fn members_do_not_make_webhooks_unless_they_may() {
    let (admin, ann) = (Person::admin(), Person::new("ann"));
    let (team, room, hook) = hook(&admin, json!({}));
    admin.adds_to_team(&team, &ann);
    admin.adds_to_channel(&room, &ann);
    ann.post("/hooks/incoming", json!({"channel_id": room})).expect(403);
    ann.get(&format!("/hooks/incoming/{hook}")).expect(403);
    ann.delete(&format!("/hooks/incoming/{hook}")).expect(403);
}

/// A room in a team of the administrator's, and an outgoing webhook there that calls these addresses.
fn outgoing(admin: &Person, urls: &[&str], more: serde_json::Value) -> (String, serde_json::Value) {
    let team = admin.makes_team("crew");
    let room = admin.makes_channel(&team, "room", "O");
    let mut body = json!({"team_id": team, "channel_id": room, "callback_urls": urls, "display_name": "Out"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let hook = admin.post("/hooks/outgoing", body).expect(201).json;
    (room, hook)
}

#[test]
fn programs_hear_what_is_said_and_answer() {
    let admin = Person::admin();
    let program = Program::answering(200, r#"{"text": "heard", "response_type": "comment"}"#);
    let (room, hook) = outgoing(&admin, &[&program.url], json!({"content_type": "application/json"}));
    let post = admin.says(&room, "hello, program");
    let call = program.heard();
    let told: serde_json::Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!((&told["text"], &told["post_id"]), (&json!("hello, program"), &json!(post)));
    assert_eq!(told["token"], hook["token"]);
    let answer = eventually(|| Some(newest(&admin, &room)).filter(|post| post["message"] == "heard"));
    assert_eq!((&answer["root_id"], &answer["props"]["from_webhook"]), (&json!(post), &json!("true")));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(program.calls().len(), 1, "what a webhook says triggers none");
    let path = format!("/hooks/outgoing/{}", hook["id"].as_str().unwrap());
    admin.delete(&path).expect(200);
    admin.says(&room, "still there?");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(program.calls().len(), 1, "a deleted webhook tells nobody anything");
}

#[test]
fn no_webhook_calls_into_the_own_network() {
    let admin = Person::admin();
    let inside = Program::at("127.0.0.2", 200, r#"{"text": "from inside"}"#.into(), Duration::ZERO);
    let outside = Program::answering(200, "");
    let (room, _) = outgoing(&admin, &[&inside.url, &outside.url], json!({}));
    admin.says(&room, "go");
    outside.heard();
    std::thread::sleep(Duration::from_millis(300));
    assert!(inside.calls().is_empty());
    assert_eq!(newest(&admin, &room)["message"], "go");
}

#[test]
fn a_slow_program_delays_nobody() {
    let admin = Person::admin();
    let (slow, quick) = (Program::slow(Duration::from_secs(8)), Program::answering(200, ""));
    let (room, _) = outgoing(&admin, &[&slow.url, &quick.url], json!({}));
    let before = Instant::now();
    for n in 0..30 {
        admin.says(&room, &format!("message {n}"));
    }
    assert!(before.elapsed() < Duration::from_secs(5), "authors do not wait");
    eventually(|| (quick.calls().len() == 30).then_some(()));
    assert!(before.elapsed() < Duration::from_secs(6), "nor does the other program");
    let at_once = slow.calls().len();
    assert!((1..=16).contains(&at_once), "{at_once} calls of one host at a time");
}

#[test]
fn an_answer_that_is_too_large_is_not_posted() {
    let admin = Person::admin();
    let large = Program::answering(200, format!(r#"{{"text": "large", "x": "{}"}}"#, "x".repeat(1 << 20)));
    let (room, _) = outgoing(&admin, &[&large.url], json!({}));
    admin.says(&room, "go");
    large.heard();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(newest(&admin, &room)["message"], "go");
}
