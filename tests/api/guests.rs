//! Guests see the channels and people they share, and nothing else (`/users/{id}/demote`, `/promote`, and every door
//! through which one might look further).

use serde_json::{Value, json};

use crate::world::{Person, Socket, unique};

/// A team with a room for all and a room for staff; the guest is in the first only.
struct Scene {
    ann: Person,
    ben: Person,
    /// Somebody of the team who shares no channel with the guest.
    eve: Person,
    guest: Person,
    team: String,
    room: String,
    staff: String,
}

fn scene() -> Scene {
    let (ann, ben, eve) = (Person::new("ann"), Person::new("ben"), Person::new("eve"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    ann.adds_to_team(&team, &eve);
    let (room, staff) = (ann.makes_channel(&team, "room", "O"), ann.makes_channel(&team, "staff", "O"));
    ann.adds_to_channel(&room, &ben);
    ann.adds_to_channel(&staff, &eve);
    let guest = Person::guest("guest", &team, &[&room]);
    Scene { ann, ben, eve, guest, team, room, staff }
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().filter_map(|item| item["id"].as_str()).collect()
}

fn text(answer: &Value) -> String {
    answer.to_string()
}

#[test]
fn only_administrators_demote_and_promote() {
    let (ann, ben, admin) = (Person::new("ann"), Person::new("ben"), Person::admin());
    ann.post(&format!("/users/{}/demote", ben.id), json!({})).expect(403);
    Person::anonymous().post(&format!("/users/{}/demote", ben.id), json!({})).expect(401);
    let again = |verb: &str| admin.post(&format!("/users/{}/{verb}", ben.id), json!({}));
    again("demote").expect(200);
    assert_eq!(again("demote").expect(501).error(), "api.user.demote_user_to_guest.already_guest.app_error");
    assert_eq!(ben.get("/users/me").expect(200).json["roles"], "system_guest");
    again("promote").expect(200);
    assert_eq!(ben.get("/users/me").expect(200).json["roles"], "system_user");
    assert_eq!(again("promote").expect(501).error(), "api.user.promote_guest_to_user.no_guest.app_error");
}

#[test]
fn a_guest_finds_only_people_they_share_a_channel_with() {
    let s = scene();
    let sees =
        |path: &str| ids(&s.guest.get(path).expect(200).json).iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    for path in ["/users?per_page=200".to_owned(), format!("/users?in_team={}", s.team)] {
        let seen = sees(&path);
        assert!(seen.contains(&s.ben.id) && seen.contains(&s.guest.id) && !seen.contains(&s.eve.id), "{path}");
    }
    let (eve, name) = (&s.eve.id, &s.eve.username);
    for path in [
        format!("/users/{eve}"),
        format!("/users/username/{name}"),
        format!("/users/email/{name}@example.com"),
        format!("/users/{eve}/image"),
        format!("/users/{eve}/image/default"),
        format!("/users/{eve}/status"),
        format!("/users?in_channel={}", s.staff),
        format!("/users?not_in_channel={}&in_team={}", s.staff, s.team),
        format!("/channels/{}/members", s.staff),
        format!("/channels/{}/stats", s.staff),
        format!("/channels/{}/timezones", s.staff),
    ] {
        s.guest.get(&path).expect(403);
    }
    let posts = [
        ("/users/ids", json!([eve])),
        ("/users/usernames", json!([name])),
        ("/users/status/ids", json!([eve])),
        ("/users/search", json!({"term": name})),
        ("/users/group_channels", json!([s.staff])),
    ];
    for (path, body) in posts {
        let shown = s.guest.post(path, body).expect(200).json;
        assert!(!text(&shown).contains(eve.as_str()), "{path}: {shown}");
    }
    let team_members = format!("/teams/{}/members", s.team);
    assert!(!text(&s.guest.get(&team_members).expect(200).json).contains(eve.as_str()));
    assert!(!text(&s.guest.post(&format!("{team_members}/ids"), json!([eve])).expect(200).json).contains(eve.as_str()));
    s.guest.get(&format!("{team_members}/{eve}")).expect(403);
    for path in ["/users/autocomplete?name=", &format!("/users/autocomplete?in_team={}&name=", s.team)] {
        assert!(!text(&s.guest.get(&format!("{path}{name}")).expect(200).json).contains(eve.as_str()));
    }
    let beside = format!("/users/autocomplete?in_team={}&in_channel={}&name={name}", s.team, s.room);
    assert!(!text(&s.guest.get(&beside).expect(200).json).contains(eve.as_str()));
    // The room's people are the guest's; so is the number of people.
    assert_eq!(s.guest.get("/users/known").expect(200).json.as_array().unwrap().len(), 2);
    assert_eq!(s.guest.get("/users/stats").expect(200).json["total_users_count"], 3);
    assert_eq!(s.guest.get(&format!("/teams/{}/stats", s.team)).expect(200).json["total_member_count"], 3);
}

#[test]
fn a_guest_writes_only_to_people_they_share_a_channel_with() {
    let s = scene();
    let (me, eve, ben, ann) = (&s.guest.id, &s.eve.id, &s.ben.id, &s.ann.id);
    s.guest.post("/channels/direct", json!([me, eve])).expect(403);
    s.guest.post("/channels/direct", json!([me, "x".repeat(26)])).expect(403);
    s.guest.post("/channels/group", json!([me, ben, eve])).expect(403);
    let direct = s.guest.post("/channels/direct", json!([me, ben])).expect(201);
    assert_eq!(direct.json["type"], "D");
    s.guest.post("/channels/group", json!([me, ben, ann])).expect(201);
}

#[test]
fn a_guest_finds_only_their_channels() {
    let s = scene();
    let post = s.ann.says(&s.staff, "for staff only");
    for path in [
        format!("/channels/{}", s.staff),
        format!("/channels/{}/posts", s.staff),
        format!("/channels/{}/pinned", s.staff),
        format!("/posts/{post}"),
        format!("/posts/{post}/thread"),
        format!("/posts/{post}/reactions"),
        format!("/teams/{}/channels", s.team),
        format!("/teams/{}/channels/deleted", s.team),
        format!("/teams/{}/channels/private", s.team),
        format!("/teams/{}/channels/autocomplete?name=st", s.team),
        format!("/teams/{}/channels/name/{}", s.team, name_of(&s.ann, &s.staff)),
    ] {
        s.guest.get(&path).expect(403);
    }
    s.guest.get(&format!("/posts/{post}/info")).expect(404);
    s.guest.post(&format!("/teams/{}/channels/ids", s.team), json!([s.staff])).expect(404);
    s.guest.post("/channels/stats/member_count", json!([s.staff])).expect(403);
    let searched = s.guest.post(&format!("/teams/{}/channels/search", s.team), json!({"term": "staff"})).expect(200);
    assert_eq!(searched.json, json!([]));
    for path in [format!("/teams/{}/channels/search_autocomplete?name=staff", s.team), "/channels?name=st".to_owned()] {
        assert!(!text(&s.guest.get(&path).json).contains(&s.staff), "{path}");
    }
    let mine = s.guest.get(&format!("/users/me/teams/{}/channels", s.team)).expect(200);
    assert_eq!(ids(&mine.json), [s.room.as_str()]);
    s.guest.post(&format!("/channels/{}/members", s.staff), json!({"user_id": s.guest.id})).expect(403);
    let channel = json!({"team_id": s.team, "name": unique("x"), "display_name": "x", "type": "O"});
    s.guest.post("/channels", channel).expect(403);
    s.guest.post("/posts", json!({"channel_id": s.staff, "message": "hi"})).expect(403);
    // A link to what they may not read shows nothing of it.
    let link = format!("{}/{}/pl/{post}", crate::world::base(), name_of_team(&s.ann, &s.team));
    let shared = s.ann.says(&s.room, &format!("look: {link}"));
    let seen = s.guest.get(&format!("/posts/{shared}")).expect(200);
    assert!(!text(&seen.json["metadata"]).contains("for staff only"), "{}", seen.json);
}

fn name_of(person: &Person, channel: &str) -> String {
    person.get(&format!("/channels/{channel}")).expect(200).json["name"].as_str().unwrap().to_owned()
}

fn name_of_team(person: &Person, team: &str) -> String {
    person.get(&format!("/teams/{team}")).expect(200).json["name"].as_str().unwrap().to_owned()
}

#[test]
fn naming_a_stranger_tells_a_guest_nothing() {
    let s = scene();
    let mut socket = s.guest.listens();
    s.guest.says(&s.room, &format!("hello @{}", s.eve.username));
    let heard = socket.heard();
    assert!(heard.iter().all(|event| event["event"] != "ephemeral_message"), "{heard:?}");
}

fn about(socket: &mut Socket, id: &str) -> Vec<String> {
    let heard = socket.heard().into_iter().filter(|event| event.to_string().contains(id));
    heard.map(|event| event["event"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_guest_hears_of_people_they_share_a_channel_with() {
    let s = scene();
    let mut socket = s.guest.listens();
    s.ben.put("/users/me/patch", json!({"nickname": "Benny"})).expect(200);
    assert_eq!(about(&mut socket, &s.ben.id), ["user_updated"]);
    s.eve.put("/users/me/patch", json!({"nickname": "Evie"})).expect(200);
    let stranger = Person::new("stranger");
    assert_eq!(about(&mut socket, &s.eve.id), [""; 0]);
    s.ann.post(&format!("/teams/{}/members", s.team), json!({"team_id": s.team, "user_id": stranger.id})).expect(201);
    s.ann.delete(&format!("/teams/{}/members/{}", s.team, stranger.id)).expect(200);
    assert_eq!(about(&mut socket, &stranger.id), [""; 0]);
    s.ann.delete(&format!("/channels/{}", s.staff)).expect(200);
    assert_eq!(about(&mut socket, &s.staff), [""; 0]);
    // From the moment they meet, and until they part.
    s.ann.adds_to_channel(&s.room, &s.eve);
    socket.heard();
    s.eve.put("/users/me/patch", json!({"nickname": "Eve"})).expect(200);
    assert_eq!(about(&mut socket, &s.eve.id), ["user_updated"]);
    s.ann.delete(&format!("/channels/{}/members/{}", s.room, s.eve.id)).expect(200);
    socket.heard();
    s.eve.put("/users/me/patch", json!({"nickname": "Evie"})).expect(200);
    assert_eq!(about(&mut socket, &s.eve.id), [""; 0]);
}

#[test]
fn statuses_over_the_socket_are_those_of_people_a_guest_knows() {
    let s = scene();
    let (_ben, _eve) = (s.ben.listens(), s.eve.listens());
    let mut socket = s.guest.listens();
    socket.acts(1, "get_statuses", json!({}));
    let all = socket.heard().into_iter().find(|e| e["seq_reply"] == 1).unwrap();
    assert!(!all["data"][&s.ben.id].is_null() && all["data"][&s.eve.id].is_null(), "{all}");
    socket.acts(2, "get_statuses_by_ids", json!({"user_ids": [s.ben.id, s.eve.id]}));
    let some = socket.heard().into_iter().find(|e| e["seq_reply"] == 2).unwrap();
    assert_eq!((&some["data"][&s.ben.id], &some["data"][&s.eve.id]), (&json!("online"), &json!("offline")));
}

#[test]
fn whoever_is_demoted_keeps_their_channels_and_nothing_else() {
    let s = scene();
    let secret = s.ann.says(&s.staff, "for members");
    s.ben.get(&format!("/posts/{secret}")).expect(200);
    let mut socket = s.ben.listens();
    Person::admin().post(&format!("/users/{}/demote", s.ben.id), json!({})).expect(200);
    let told = socket.names();
    for name in ["user_updated", "memberrole_updated", "channel_member_updated"] {
        assert!(told.contains(&name.to_owned()), "{told:?}");
    }
    s.ben.get(&format!("/posts/{secret}")).expect(403);
    s.ben.get(&format!("/users/{}", Person::new("stranger").id)).expect(403);
    s.ben.post(&format!("/channels/{}/members", s.staff), json!({"user_id": s.ben.id})).expect(403);
    let member = s.ben.get(&format!("/channels/{}/members/me", s.room)).expect(200).json;
    assert_eq!((&member["roles"], &member["scheme_guest"]), (&json!("channel_guest"), &json!(true)));
    let member = s.ben.get(&format!("/teams/{}/members/me", s.team)).expect(200).json;
    assert_eq!((&member["roles"], &member["scheme_guest"]), (&json!("team_guest"), &json!(true)));
    s.ann.says(&s.room, "still here");
    assert_eq!(socket.names(), ["posted"]);
    s.ann.says(&s.staff, "among us");
    Person::new("somebody-new");
    assert_eq!(socket.names(), [""; 0]);
    assert_eq!(s.ann.get(&format!("/channels/{}/stats", s.room)).expect(200).json["guest_count"], 2);
}
