//! How much, how many and how fast: limits that an organisation sets

use serde_json::{Value, json};

use crate::own::Own;
use crate::world::{Answer, Person, unique};

fn tries_to_say(person: &Person, channel: &str, message: &str) -> Answer {
    person.post("/posts", json!({"channel_id": channel, "message": message}))
}

fn says_twice(person: &Person, channel: &str) -> u16 {
    person.says(channel, "one");
    tries_to_say(person, channel, "two").status
}

/// Does that several times at once; how often it went well.
fn at_once(times: usize, act: impl Fn(usize) -> Answer + Sync) -> usize {
    std::thread::scope(|scope| {
        let acts: Vec<_> = (0..times)
            .map(|i| {
                scope.spawn({
                    let act = &act;
                    move || act(i).status
                })
            })
            .collect();
        acts.into_iter().map(|act| act.join().unwrap()).filter(|status| *status < 300).count()
    })
}

#[test]
fn a_message_has_its_length() {
    let own = Own::start(&[("MM_KOLLEGIUMSETTINGS_MAXPOSTSIZE", "20")]);
    let ann = own.person("ann");
    assert_eq!(ann.get("/config/client?format=old").expect(200).json["MaxPostSize"], "20");
    let room = ann.makes_channel(&ann.makes_team("crew"), "room", "O");
    let post = ann.says(&room, &"ü".repeat(20));
    let long = "ü".repeat(21);
    assert_eq!(tries_to_say(&ann, &room, &long).expect(400).error(), "model.post.is_valid.message_length.app_error");
    ann.put(&format!("/posts/{post}/patch"), json!({"message": long})).expect(400);
    let later = json!({"channel_id": room, "message": long, "scheduled_at": 4_000_000_000_000_i64});
    ann.post("/posts/schedule", later).expect(400);
}

#[test]
fn a_team_has_as_many_members_as_it_may() {
    let own = Own::start(&[("MM_TEAMSETTINGS_MAXUSERSPERTEAM", "4")]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    let team = ann.makes_team("crew");
    let others: Vec<Person> = (0..6).map(|_| own.person("ben")).collect();
    let path = format!("/teams/{team}/members");
    let joined = at_once(6, |i| admin.post(&path, json!({"team_id": team, "user_id": others[i].id})));
    assert_eq!(joined, 3, "with ann they are four");
    let is_out = |person: &&Person| ann.get(&format!("{path}/{}", person.id)).status == 404;
    let (out, inside) = (others.iter().find(is_out).unwrap(), others.iter().find(|p| !is_out(p)).unwrap());
    let body = json!({"team_id": team, "user_id": out.id});
    assert_eq!(
        ann.post(&path, body.clone()).expect(400).error(),
        "app.team.join_user_to_team.save_member.max_accounts.app_error"
    );
    let batch = ann.post(&format!("{path}/batch?graceful=true"), json!([body])).expect(201).json;
    assert!(batch[0]["error"].is_object());
    let invite = ann.get(&format!("/teams/{team}")).expect(200).json["invite_id"].clone();
    out.post(&format!("/teams/members/invite?invite_id={}", invite.as_str().unwrap()), json!({})).expect(400);
    // Whoever leaves makes room, and finds it taken on return.
    ann.delete(&format!("{path}/{}", inside.id)).expect(200);
    ann.post(&path, body).expect(201);
    ann.post(&path, json!({"team_id": team, "user_id": inside.id})).expect(400);
}

#[test]
fn a_team_has_as_many_channels_as_it_may() {
    let own = Own::start(&[("MM_TEAMSETTINGS_MAXCHANNELSPERTEAM", "4")]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    let (ben, eve) = (own.person("ben"), own.person("eve"));
    let (team, other) = (ann.makes_team("crew"), ann.makes_team("other"));
    let body = || json!({"team_id": team, "name": unique("room"), "display_name": "room", "type": "O"});
    assert_eq!(at_once(5, |_| ann.post("/channels", body())), 2, "with the standard ones they are four");
    let refused = ann.post("/channels", body()).expect(400);
    assert_eq!(refused.error(), "api.channel.create_channel.max_channel_limit.app_error");
    let elsewhere = ann.makes_channel(&other, "room", "O");
    let moved = admin.post(&format!("/channels/{elsewhere}/move"), json!({"team_id": team, "force": true})).expect(400);
    assert_eq!(moved.error(), "api.channel.create_channel.max_channel_limit.app_error");
    for person in [&ben, &eve] {
        ann.adds_to_team(&team, person);
    }
    let group = ann.post("/channels/group", json!([ann.id, ben.id, eve.id])).expect(201).id();
    let home = json!({"channel_id": group, "team_id": team, "name": "club", "display_name": "Club"});
    ann.post(&format!("/channels/{group}/convert_to_channel?team_id={team}"), home).expect(400);
}

#[test]
fn people_write_at_a_pace_of_the_servers_choosing() {
    let own =
        Own::start(&[("MM_KOLLEGIUMSETTINGS_MESSAGESPERMINUTE", "1"), ("MM_KOLLEGIUMSETTINGS_MESSAGEBURST", "3")]);
    let (ann, ben) = (own.person("ann"), own.person("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    assert_eq!(at_once(6, |i| tries_to_say(&ann, &room, &format!("{i}"))), 3);
    let refused = tries_to_say(&ann, &room, "and again").expect(429);
    assert_eq!(refused.error(), "api.post.create_post.rate_limit.app_error");
    ben.says(&room, "everybody has a pace of their own");
}

#[test]
fn slow_channels_let_people_wait() {
    let rules = json!([{"Channel": "off-topic", "Seconds": 3600}, {"Role": "system_guest", "Seconds": 9}]);
    let own = Own::configured(&json!({"KollegiumSettings": {"SlowMode": rules}}));
    let (ann, ben) = (own.person("ann"), own.person("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let channel = |name: &str| ann.get(&format!("/teams/{team}/channels/name/{name}")).expect(200).id();
    let (slow, quick) = (channel("off-topic"), channel("town-square"));
    assert_eq!(at_once(4, |i| tries_to_say(&ben, &slow, &format!("{i}"))), 1);
    let refused = tries_to_say(&ben, &slow, "again").expect(429);
    assert_eq!(refused.error(), "api.post.create_post.slow_mode.app_error");
    assert_eq!(says_twice(&ben, &quick), 201);
    assert_eq!(says_twice(&ann, &slow), 201, "who moderates the team does not wait");
}

#[test]
fn own_messages_can_be_deleted_for_a_while() {
    let own = Own::start(&[("MM_KOLLEGIUMSETTINGS_POSTDELETETIMELIMIT", "1")]);
    let (ann, ben) = (own.person("ann"), own.person("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    let (early, late) = (ben.says(&room, "early"), ben.says(&room, "late"));
    ben.delete(&format!("/posts/{early}")).expect(200);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let refused = ben.delete(&format!("/posts/{late}")).expect(400);
    assert_eq!(refused.error(), "api.post.delete_post.permissions_time_limit.app_error");
    ann.delete(&format!("/posts/{late}")).expect(200);
}

#[test]
fn who_may_edit_and_for_how_long_is_decided_by_settings_and_roles() {
    let own = Own::start(&[]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    let room = ann.makes_channel(&ann.makes_team("crew"), "room", "O");
    let post = ann.says(&room, "first");
    let edit = |message: &str| ann.put(&format!("/posts/{post}/patch"), json!({"message": message}));
    edit("second").expect(200);
    admin.put("/config/patch", json!({"ServiceSettings": {"PostEditTimeLimit": 0}})).expect(200);
    assert_eq!(ann.get("/config/client?format=old").expect(200).json["PostEditTimeLimit"], "0");
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert_eq!(edit("third").expect(400).error(), "api.post.update_post.permissions_time_limit.app_error");
    admin.put("/config/patch", json!({"ServiceSettings": {"PostEditTimeLimit": -1}})).expect(200);
    edit("third").expect(200);
    let role = admin.get("/roles/name/channel_user").expect(200).json;
    let without: Vec<&Value> = role["permissions"].as_array().unwrap().iter().filter(|p| **p != "edit_post").collect();
    admin.put(&format!("/roles/{}/patch", role["id"].as_str().unwrap()), json!({"permissions": without})).expect(200);
    let by_member = edit("fourth").status;
    assert!(by_member == 403 || by_member == 200 && role["permissions"] == json!(without), "{by_member}");
}

#[test]
fn standard_channels_have_names_of_the_schools_choosing_and_there_may_be_more() {
    let own = Own::start(&[
        ("MM_KOLLEGIUMSETTINGS_TOWNSQUARENAME", "Marktplatz"),
        ("MM_KOLLEGIUMSETTINGS_OFFTOPICNAME", "Pausenhof"),
        ("MM_TEAMSETTINGS_EXPERIMENTALDEFAULTCHANNELS", "off-topic news"),
    ]);
    let (ann, ben) = (own.person("ann"), own.person("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let channels = ben.get(&format!("/users/me/teams/{team}/channels")).expect(200).json;
    let named = |name: &str| {
        let mut all = channels.as_array().unwrap().iter();
        all.find(|c| c["name"] == name).map(|c| c["display_name"].clone())
    };
    assert_eq!(named("town-square"), Some(json!("Marktplatz")));
    assert_eq!(named("off-topic"), Some(json!("Pausenhof")));
    assert_eq!(named("news"), Some(json!("news")));
}
