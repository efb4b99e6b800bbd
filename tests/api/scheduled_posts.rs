//! `/posts/schedule`, `/posts/scheduled`

use serde_json::{Value, json};

use crate::world::{Answer, Person, Socket, eventually, seconds};

/// Two people in a room of the first: them, the team, the room.
fn room() -> (Person, Person, String, String) {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    (ann, ben, team, room)
}

/// Asks for a message to be sent some seconds from now.
fn schedule(person: &Person, channel: &str, message: &str, after: i64) -> Answer {
    let body = json!({"channel_id": channel, "message": message, "scheduled_at": (seconds() + after) * 1000});
    person.post("/posts/schedule", body)
}

fn listed(person: &Person, team: &str) -> Value {
    person.get(&format!("/posts/scheduled/team/{team}?includeDirectChannels=true")).expect(200).json
}

/// The scheduled posts that events of that name told of.
fn told(heard: &[Value], name: &str) -> Vec<Value> {
    let events = heard.iter().filter(|e| e["event"] == name);
    events.map(|e| serde_json::from_str(e["data"]["scheduledPost"].as_str().unwrap()).unwrap()).collect()
}

fn messages(person: &Person, channel: &str) -> Vec<String> {
    let page = person.get(&format!("/channels/{channel}/posts")).expect(200).json;
    let ids = page["order"].as_array().unwrap();
    ids.iter().map(|id| page["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn one_schedules_changes_and_removes_a_message() {
    let (ann, ben, team, room) = room();
    let mut sockets = [ann.listens(), ben.listens()];
    let made = schedule(&ann, &room, "later", 3600).expect(201).json;
    assert_eq!((&made["user_id"], &made["processed_at"], &made["error_code"]), (&json!(ann.id), &json!(0), &json!("")));
    assert_eq!(listed(&ann, &team), json!({&team: [made], "directChannels": []}));
    assert_eq!(listed(&ben, &team), json!({&team: [], "directChannels": []}));
    let path = format!("/posts/schedule/{}", made["id"].as_str().unwrap());
    let mut wish = made.clone();
    wish["message"] = json!("even later");
    wish["scheduled_at"] = json!(made["scheduled_at"].as_i64().unwrap() + 1000);
    ben.put(&path, wish.clone()).expect(403);
    let changed = ann.put(&path, wish.clone()).expect(201).json;
    assert_eq!((&changed["message"], &changed["create_at"]), (&json!("even later"), &made["create_at"]));
    ben.delete(&path).expect(403);
    let gone = ann.delete(&path).expect(201).json;
    assert_eq!(gone["id"], made["id"]);
    ann.delete(&path).expect(404);
    ann.put(&path, wish).expect(404);
    let [own, other] = sockets.each_mut().map(Socket::heard);
    assert_eq!(told(&own, "scheduled_post_created"), [made]);
    assert_eq!(told(&own, "scheduled_post_updated"), [changed]);
    assert_eq!(told(&own, "scheduled_post_deleted").len(), 1);
    assert!(other.iter().all(|e| !e["event"].as_str().unwrap_or_default().starts_with("scheduled")));
}

#[test]
fn a_scheduled_message_is_sent_once_at_its_time() {
    let (ann, ben, team, room) = room();
    let root = ben.says(&room, "question");
    let (mut own, mut other) = (ann.listens(), ben.listens());
    let priority = json!({"priority": {"priority": "important", "requested_ack": true}});
    let at = (seconds() + 1) * 1000;
    let message = format!("@{} news", ben.username);
    let body = json!({"channel_id": room, "message": message, "scheduled_at": at, "metadata": priority});
    ann.post("/posts/schedule", body).expect(201);
    let reply = json!({"channel_id": room, "root_id": root, "message": "answer", "scheduled_at": at});
    ann.post("/posts/schedule", reply).expect(201);
    eventually(|| (listed(&ann, &team)[&team] == json!([])).then_some(()));
    let page = ben.get(&format!("/channels/{room}/posts")).expect(200).json;
    let posts: Vec<&Value> = page["posts"].as_object().unwrap().values().collect();
    let news: Vec<&&Value> = posts.iter().filter(|p| p["message"] == message.as_str()).collect();
    assert_eq!(news.len(), 1);
    assert!(news[0]["create_at"].as_i64().unwrap() >= at - 1000);
    assert_eq!(news[0]["metadata"]["priority"]["requested_ack"], true);
    let answer = posts.iter().find(|p| p["message"] == "answer").unwrap();
    assert_eq!(answer["root_id"], root.as_str());
    let heard = other.heard();
    let posted: Vec<&Value> = heard.iter().filter(|e| e["event"] == "posted").collect();
    assert_eq!(posted.len(), 2);
    assert!(posted.iter().any(|e| e["data"]["mentions"].as_str().is_some_and(|m| m.contains(&ben.id))));
    assert_eq!(told(&own.heard(), "scheduled_post_deleted").len(), 2);
    let unread = ben.get(&format!("/users/me/channels/{room}/unread")).expect(200).json;
    assert_eq!(unread["mention_count"], 1);
}

#[test]
fn conversations_have_a_list_of_their_own() {
    let (ann, ben, team, _) = room();
    let direct = ann.post("/channels/direct", json!([ann.id, ben.id])).expect(201).id();
    let made = schedule(&ann, &direct, "hello", 3600).expect(201).json;
    assert_eq!(listed(&ann, &team), json!({&team: [], "directChannels": [made]}));
    assert!(ann.get(&format!("/posts/scheduled/team/{team}")).expect(200).json.get("directChannels").is_none());
    Person::new("eve").get(&format!("/posts/scheduled/team/{team}")).expect(403);
}

#[test]
fn what_cannot_be_sent_says_why() {
    let (ann, ben, team, room) = room();
    let other = ann.makes_channel(&team, "other", "O");
    ann.adds_to_channel(&other, &ben);
    let root = ann.says(&other, "thread");
    schedule(&ben, &room, "to an archive", 3).expect(201);
    let reply =
        json!({"channel_id": other, "root_id": root, "message": "to nobody", "scheduled_at": (seconds() + 3) * 1000});
    ben.post("/posts/schedule", reply).expect(201);
    let left = ann.makes_channel(&team, "left", "O");
    ann.adds_to_channel(&left, &ben);
    schedule(&ben, &left, "from outside", 3).expect(201);
    ann.delete(&format!("/channels/{room}")).expect(200);
    ann.delete(&format!("/posts/{root}")).expect(200);
    ann.delete(&format!("/channels/{left}/members/{}", ben.id)).expect(200);
    let mut socket = ben.listens();
    let failed = eventually(|| {
        let list = listed(&ben, &team)[&team].as_array().unwrap().clone();
        list.iter().all(|post| post["error_code"] != "").then_some(list)
    });
    let why = |message: &str| failed.iter().find(|p| p["message"] == message).unwrap()["error_code"].clone();
    assert_eq!(why("to an archive"), "channel_archived");
    assert_eq!(why("to nobody"), "thread_deleted");
    assert_eq!(why("from outside"), "no_channel_member");
    assert!(failed.iter().all(|post| post["processed_at"].as_i64().unwrap() > 0));
    let heard = socket.heard();
    assert_eq!(told(&heard, "scheduled_post_updated").len(), 3);
    let notice = heard.iter().find(|e| e["event"] == "posted").expect("the server's bot says so");
    assert_eq!(notice["data"]["channel_type"], "D");
    assert!(messages(&ann, &left).iter().all(|message| message != "from outside"));
    // Sent after all, once it can be.
    ann.adds_to_channel(&left, &ben);
    let mut again = failed.iter().find(|p| p["message"] == "from outside").unwrap().clone();
    again["scheduled_at"] = json!((seconds() + 1) * 1000);
    let path = format!("/posts/schedule/{}", again["id"].as_str().unwrap());
    assert_eq!(ben.put(&path, again).expect(201).json["error_code"], "");
    eventually(|| messages(&ann, &left).contains(&"from outside".to_owned()).then_some(()));
}

#[test]
fn whoever_is_deactivated_sends_nothing() {
    let (ann, ben, _, room) = room();
    schedule(&ben, &room, "good bye", 2).expect(201);
    Person::admin().put(&format!("/users/{}/active", ben.id), json!({"active": false})).expect(200);
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(!messages(&ann, &room).contains(&"good bye".to_owned()));
}

#[test]
fn bad_wishes_are_refused() {
    let (ann, _, team, room) = room();
    let admin = Person::admin();
    let refused = |answer: Answer, status: u16, id: &str| assert_eq!(answer.expect(status).error(), id);
    refused(schedule(&ann, &room, "", 60), 400, "model.scheduled_post.is_valid.empty_post.app_error");
    refused(schedule(&ann, &room, "x", -60), 400, "model.scheduled_post.is_valid.scheduled_at.app_error");
    refused(schedule(&ann, "x", "x", 60), 403, "api.context.permissions.app_error");
    let file = json!({"channel_id": room, "message": "x", "scheduled_at": (seconds() + 60) * 1000, "file_ids": [room]});
    ann.post("/posts/schedule", file).expect(201);
    let eve = Person::new("eve");
    schedule(&eve, &room, "x", 60).expect(403);
    // Whoever may write without being in the channel may not do so later.
    refused(schedule(&admin, &room, "x", 60), 404, "app.channel.get_member.missing.app_error");
    let id = schedule(&ann, &room, "x", 60).expect(201).id();
    ann.put(&format!("/posts/schedule/{id}"), json!({"id": room})).expect(400);
    Person::anonymous().get(&format!("/posts/scheduled/team/{team}")).expect(401);
    ann.delete(&format!("/channels/{room}")).expect(200);
    refused(schedule(&ann, &room, "x", 60), 400, "app.save_scheduled_post.channel_deleted.app_error");
}
