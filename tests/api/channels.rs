//! `/channels`

use serde_json::json;

use crate::world::Person;

#[test]
fn a_private_channel_is_for_its_members() {
    let (ann, ben, eve) = (Person::new("ann"), Person::new("ben"), Person::new("eve"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    ann.adds_to_team(&team, &eve);
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_channel(&room, &ben);
    ben.get(&format!("/channels/{room}")).expect(200);
    eve.get(&format!("/channels/{room}")).expect(403);
    eve.get(&format!("/channels/{room}/posts")).expect(403);
}

#[test]
fn whoever_is_removed_hears_and_reads_nothing_from_then_on() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_channel(&room, &ben);
    let mut socket = ben.listens();
    ann.says(&room, "before");
    assert!(socket.names().contains(&"posted".to_owned()));
    ann.delete(&format!("/channels/{room}/members/{}", ben.id)).expect(200);
    ann.says(&room, "after");
    // Other tests make people meanwhile, of whom everybody hears.
    let heard = socket.names().into_iter().filter(|name| name != "new_user");
    assert_eq!(heard.collect::<Vec<_>>(), ["user_removed"]);
    ben.get(&format!("/channels/{room}/posts")).expect(403);
}

#[test]
fn what_makes_no_sense_is_refused_before_who_asks() {
    let (ann, stranger) = (Person::new("ann"), Person::new("stranger"));
    let team = ann.makes_team("crew");
    let room = ann.makes_channel(&team, "room", "P");
    let path = format!("/channels/{room}");
    let refused = stranger.put(&format!("{path}/patch"), json!({})).expect(400);
    assert_eq!(refused.error(), "api.channel.patch_update_channel.no_changes.app_error");
    stranger.put(&path, json!({"id": team})).expect(400);
    stranger.post(&format!("{path}/members"), json!({})).expect(400);
    stranger.post(&format!("{path}/members/ids"), json!([])).expect(400);
    stranger.post(&format!("/teams/{team}/channels/ids"), json!(["x"])).expect(400);
    stranger.put(&format!("{path}/patch"), json!({"header": "x"})).expect(403);
    ann.get(&format!("/users/me/teams/{team}/channels?last_delete_at=x")).expect(200);
}

#[test]
fn a_group_keeps_its_name() {
    let (ann, ben, cid) = (Person::new("ann"), Person::new("ben"), Person::new("cid"));
    let group = ann.post("/channels/group", json!([ann.id, ben.id, cid.id])).expect(201);
    let (path, name) = (format!("/channels/{}/patch", group.id()), &group.json["display_name"]);
    ann.put(&path, json!({"display_name": name, "header": "h"})).expect(200);
    ann.put(&path, json!({"display_name": "other"})).expect(400);
}
