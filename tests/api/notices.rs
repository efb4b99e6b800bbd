//! Mail of messages to people who are away

use std::time::Duration;

use serde_json::{Value, json};

use crate::mailbox::Mailbox;
use crate::own::Own;
use crate::world::Person;

fn server(mailbox: &Mailbox, further: &[(&str, &str)]) -> Own {
    let port = mailbox.port.to_string();
    let settings = [("MM_EMAILSETTINGS_SMTPSERVER", "127.0.0.1"), ("MM_EMAILSETTINGS_SMTPPORT", port.as_str())];
    Own::start(&[&settings[..], further].concat())
}

/// Ann's room with ben in it, who has read everything and is away.
fn room(own: &Own) -> (Person, Person, String) {
    let (ann, ben) = (own.person("ann"), own.person("ben"));
    let team = ann.makes_team("crew");
    let room = ann.makes_channel(&team, "room", "P");
    comes(&ann, &ben, &team, &room);
    (ann, ben, room)
}

fn comes(ann: &Person, who: &Person, team: &str, room: &str) {
    ann.adds_to_team(team, who);
    ann.adds_to_channel(room, who);
    who.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    is_now(who, "offline");
}

fn is_now(person: &Person, status: &str) {
    person.put(&format!("/users/{}/status", person.id), json!({"user_id": person.id, "status": status})).expect(200);
}

fn quiet() {
    std::thread::sleep(Duration::from_millis(2500));
}

#[test]
fn who_is_away_is_told_of_mentions_and_direct_messages_by_mail() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox, &[]);
    let (ann, ben, room) = room(&own);
    let post = ann.says(&room, &format!("the plan & more for @{}", ben.username));
    let mail = mailbox.one_to(&ben);
    assert!(
        mail.contains(&format!("/pl/{post}")) && mail.contains("the plan & more") && mail.contains("room (crew)"),
        "{mail}"
    );
    assert!(mailbox.to(&ann).is_empty());
    ann.says(&room, "nothing for anybody");
    let eve = own.person("eve");
    let direct = ann.post("/channels/direct", json!([ann.id, eve.id])).expect(201).id();
    ann.says(&direct, "between us");
    let mail = mailbox.one_to(&eve);
    assert!(mail.contains("between us") && mail.contains("wrote to you") && mail.contains("/_redirect/pl/"), "{mail}");
    assert_eq!(mailbox.to(&ben).len(), 1);
}

#[test]
fn followers_of_a_thread_are_told_of_replies() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox, &[("MM_EMAILSETTINGS_EMAILNOTIFICATIONCONTENTSTYPE", "generic")]);
    let (ann, ben, room) = room(&own);
    let root = ben.says(&room, "who knows?");
    is_now(&ben, "away");
    ann.post("/posts", json!({"channel_id": room, "root_id": root, "message": "a secret"})).expect(201);
    let mail = mailbox.one_to(&ben);
    assert!(!mail.contains("a secret") && mail.contains(&ann.username), "{mail}");
    let props = json!({"email": "true", "email_threads": "mention", "channel": "true"});
    ben.put("/users/me/patch", json!({"notify_props": props})).expect(200);
    ann.post("/posts", json!({"channel_id": room, "root_id": root, "message": "more"})).expect(201);
    quiet();
    assert_eq!(mailbox.to(&ben).len(), 1);
}

#[test]
fn who_is_there_or_wants_none_gets_no_mail() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox, &[]);
    let (ann, ben, room) = room(&own);
    let team = ann.get(&format!("/channels/{room}")).expect(200).json["team_id"].as_str().unwrap().to_owned();
    let others: Vec<Person> = ["here", "busy", "none", "muted"].iter().map(|label| own.person(label)).collect();
    for person in &others {
        comes(&ann, person, &team, &room);
    }
    let [here, busy, none, muted] = &others[..] else { unreachable!("there are four") };
    is_now(here, "online");
    is_now(busy, "dnd");
    none.put("/users/me/patch", json!({"notify_props": {"email": "false", "channel": "true"}})).expect(200);
    let mute = json!({"mark_unread": "mention", "user_id": muted.id, "channel_id": room});
    muted.put(&format!("/channels/{room}/members/{}/notify_props", muted.id), mute).expect(200);
    let all: Vec<String> = others.iter().chain([&ben]).map(|person| format!("@{}", person.username)).collect();
    ann.says(&room, &all.join(" "));
    mailbox.one_to(&ben);
    quiet();
    for person in &others {
        assert!(mailbox.to(person).is_empty(), "{}", person.username);
    }
}

#[test]
fn messages_are_collected_and_told_as_far_as_they_are_still_to_be_read() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox, &[("MM_EMAILSETTINGS_ENABLEEMAILBATCHING", "true")]);
    let (admin, (ann, ben, room)) = (own.admin(), room(&own));
    let team = ann.get(&format!("/channels/{room}")).expect(200).json["team_id"].as_str().unwrap().to_owned();
    let others: Vec<Person> = ["reader", "closed", "outside", "quick"].iter().map(|label| own.person(label)).collect();
    for person in &others {
        comes(&ann, person, &team, &room);
    }
    let [reader, closed, outside, quick] = &others[..] else { unreachable!("there are four") };
    let at_once = json!([{"user_id": quick.id, "category": "notifications", "name": "email_interval", "value": "30"}]);
    quick.put("/users/me/preferences", at_once).expect(200);
    let names: Vec<String> = others.iter().chain([&ben]).map(|person| format!("@{}", person.username)).collect();
    ann.says(&room, &format!("the first: {}", names.join(" ")));
    let deleted = ann.says(&room, &format!("regretted @{}", ben.username));
    ann.says(&room, &format!("the second @{}", ben.username));
    assert!(mailbox.one_to(quick).contains("the first"));
    ann.delete(&format!("/posts/{deleted}")).expect(200);
    reader.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    admin.put(&format!("/users/{}/active", closed.id), json!({"active": false})).expect(200);
    ann.delete(&format!("/channels/{room}/members/{}", outside.id)).expect(200);
    quiet();
    assert!(mailbox.to(&ben).is_empty());
    own.alter("UPDATE kollegium_notices SET due_at = create_at");
    let job: Value = admin.has_done("mail_notices");
    assert_eq!(job["status"], "success");
    let mail = mailbox.one_to(&ben);
    assert!(mail.contains("the first") && mail.contains("the second") && !mail.contains("regretted"), "{mail}");
    assert!(mail.contains("2 new messages"), "{mail}");
    quiet();
    let but_quick = others.iter().filter(|person| person.id != quick.id && person.id != closed.id);
    assert!(but_quick.into_iter().all(|person| mailbox.to(person).is_empty()));
    assert!(mailbox.to(closed).iter().all(|mail| !mail.contains("the first")), "only of the deactivation");
}
