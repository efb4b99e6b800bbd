//! `/users/{user_id}/status`, and what makes people away and online

use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{Person, eventually};

fn status(person: &Person) -> Value {
    person.get(&format!("/users/{}/status", person.id)).expect(200).json
}

#[test]
fn whoever_does_nothing_is_away_after_the_time_that_is_set_and_back_by_looking() {
    let (ann, ben, admin) = (Person::new("ann"), Person::new("ben"), Person::admin());
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    let mut socket = ben.listens();
    let away_after = |seconds: i64| {
        let patch = json!({"TeamSettings": {"UserStatusAwayTimeout": seconds}});
        admin.put("/config/patch", patch).expect(200);
    };
    ben.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    std::thread::sleep(Duration::from_millis(1200));
    socket.pongs();
    assert_eq!(status(&ben)["status"], "online", "five minutes are not over");
    away_after(1);
    eventually(|| {
        socket.pongs();
        (status(&ben)["status"] == "away").then_some(())
    });
    away_after(300);
    assert_eq!(status(&ben)["manual"], false);
    ann.says(&room, "@here nobody");
    ben.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    eventually(|| (status(&ben)["status"] == "online").then_some(()));
    ann.says(&room, "@here somebody");
    let unread = ben.get(&format!("/users/me/channels/{room}/unread")).expect(200).json;
    assert_eq!(unread["mention_count"], 1, "@here is for those who are there");
    let told: Vec<Value> = socket.heard().into_iter().filter(|e| e["event"] == "status_change").collect();
    let told: Vec<&Value> = told.iter().map(|e| &e["data"]["status"]).collect();
    assert_eq!(told[told.len() - 2..], [&json!("away"), &json!("online")]);
}

#[test]
fn what_one_chose_stays() {
    let ann = Person::new("ann");
    let path = format!("/users/{}/status", ann.id);
    ann.put(&path, json!({"user_id": ann.id, "status": "away"})).expect(200);
    let _socket = ann.listens();
    assert_eq!((&status(&ann)["status"], &status(&ann)["manual"]), (&json!("away"), &json!(true)));
    ann.put(&path, json!({"user_id": ann.id, "status": "online"})).expect(200);
    assert_eq!((&status(&ann)["status"], &status(&ann)["manual"]), (&json!("online"), &json!(false)));
}

#[test]
fn what_is_no_status_is_told_before_the_right_is_asked_for() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let path = format!("/users/{}/status", ann.id);
    ben.put(&path, json!({"user_id": ben.id, "status": "away"})).expect(400);
    ben.put(&path, json!({"user_id": ann.id, "status": "nonsense"})).expect(403);
    ben.put(&format!("{path}/custom"), json!({"emoji": "", "text": ""})).expect(400);
    ben.put(&format!("{path}/custom"), json!({"emoji": "calendar", "text": "x"})).expect(403);
    ben.post(&format!("{path}/custom/recent/delete"), json!([])).expect(400);
}
