//! `/users/{user_id}/posts/{post_id}/reminder`

use serde_json::{Value, json};

use crate::world::{Person, eventually, seconds};

/// The posts in somebody's conversation with the server's bot, the newest first.
fn reminders(person: &Person) -> Vec<Value> {
    let found = Person::admin().post("/users/usernames", json!(["system-bot"])).expect(200).json;
    let Some(bot) = found[0]["id"].as_str() else { return Vec::new() };
    let direct = person.post("/channels/direct", json!([person.id, bot])).expect(201).id();
    let page = person.get(&format!("/channels/{direct}/posts")).expect(200).json;
    let ids = page["order"].as_array().unwrap();
    ids.iter().map(|id| page["posts"][id.as_str().unwrap()].clone()).collect()
}

#[test]
fn a_reminder_comes_once_when_it_is_due() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_channel(&room, &ben);
    let post = ben.says(&room, "mind this");
    let mut socket = ann.listens();
    let path = format!("/users/me/posts/{post}/reminder");
    ann.post(&path, json!({"target_time": seconds() + 3600})).expect(200);
    ann.post(&path, json!({"target_time": seconds() + 1})).expect(200);
    let found = eventually(|| Some(reminders(&ann)).filter(|found| !found.is_empty()));
    assert_eq!(found.len(), 1, "a second reminder of a post replaces the first: {found:?}");
    assert_eq!((&found[0]["type"], &found[0]["props"]["post_id"]), (&json!("reminder"), &json!(post)));
    assert_eq!(found[0]["props"]["username"], ben.username.as_str());
    assert!(found[0]["message"].as_str().unwrap().contains(&format!("/pl/{post}")));
    let posted: Vec<Value> = socket.heard().into_iter().filter(|e| e["event"] == "posted").collect();
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0]["data"]["channel_type"], "D");
    assert!(posted[0]["data"]["mentions"].as_str().unwrap().contains(&ann.id));
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(reminders(&ann).len(), 1);
}

#[test]
fn nobody_is_reminded_of_what_they_read_no_more() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_channel(&room, &ben);
    let (hidden, gone) = (ann.says(&room, "secret"), ann.says(&room, "gone"));
    let open = ann.makes_channel(&team, "open", "O");
    let shown = ann.says(&open, "shown");
    for post in [&hidden, &gone, &shown] {
        ben.post(&format!("/users/me/posts/{post}/reminder"), json!({"target_time": seconds() + 2})).expect(200);
    }
    ann.delete(&format!("/posts/{gone}")).expect(200);
    ann.delete(&format!("/channels/{room}/members/{}", ben.id)).expect(200);
    let found = eventually(|| Some(reminders(&ben)).filter(|found| !found.is_empty()));
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["props"]["post_id"], shown.as_str());
    assert_eq!(reminders(&ben).len(), 1);
}
