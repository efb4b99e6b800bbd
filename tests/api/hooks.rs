//! `/hooks`: what programs may say by a webhook, and what not.

use serde_json::json;

use crate::world::{Person, base, send};

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
