//! Guests see the channels and people they share, and nothing else (`/users/{id}/demote`, `/promote`, and every door
//! through which one might look further).

use serde_json::{Value, json};

use crate::world::{Person, Server, Socket, unique};

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

#[test]
fn a_guest_finds_nothing_said_where_they_are_not() {
    let s = scene();
    let word = unique("w").replace('-', "");
    let post = s.ann.says(&s.staff, &format!("{word} among us"));
    let file = s.eve.uploads(&s.staff, &format!("{word}.txt"), &word);
    let with_file = json!({"channel_id": s.staff, "message": "a file", "root_id": post, "file_ids": [file]});
    s.eve.post("/posts", with_file).expect(201);
    let here = s.ann.says(&s.room, &format!("{word} for all"));
    let (terms, team) = (json!({"terms": word}), &s.team);
    for path in ["/posts/search".to_owned(), format!("/teams/{team}/posts/search")] {
        assert_eq!(s.guest.post(&path, terms.clone()).expect(200).json["order"], json!([here]));
    }
    for path in ["/files/search".to_owned(), format!("/teams/{team}/files/search")] {
        assert_eq!(s.eve.post(&path, terms.clone()).expect(200).json["order"], json!([file]));
        assert_eq!(s.guest.post(&path, terms.clone()).expect(200).json["order"], json!([]));
    }
    for path in ["", "/info", "/thumbnail", "/preview"] {
        s.guest.get(&format!("/files/{file}{path}")).expect(403);
    }
    let follow = format!("/users/me/teams/{team}/threads/{post}");
    s.guest.put(&format!("{follow}/following"), json!({})).expect(403);
    s.guest.get(&follow).expect(403);
    assert_eq!(s.guest.get(&format!("/users/me/teams/{team}/threads")).expect(200).json["total"], 0);
    assert_eq!(s.guest.post("/posts/ids", json!([post, here])).expect(200).json.as_array().unwrap().len(), 1);
    for (method, path) in [("POST", "/posts/ids/reactions"), ("POST", "/channels/group/search")] {
        let found = s.guest.asks(method, path, json!([post]));
        assert!(!text(&found.json).contains(&word), "{path}");
    }
}

#[test]
fn a_guest_hears_nothing_of_people_they_do_not_know() {
    let s = scene();
    let mut socket = s.guest.listens();
    let (mut theirs, mut bens) = (s.eve.listens(), s.ben.listens());
    theirs.acts(1, "user_typing", json!({"channel_id": s.staff, "parent_id": ""}));
    s.eve.put(&format!("/users/{}/status", s.eve.id), json!({"user_id": s.eve.id, "status": "dnd"})).expect(200);
    let custom = json!({"emoji": "tada", "text": "at lunch"});
    s.eve.put("/users/me/status/custom", custom).expect(200);
    s.eve.says(&s.staff, &format!("hello @{}", s.guest.username));
    s.ann.put(&format!("/channels/{}/patch", s.staff), json!({"header": "new"})).expect(200);
    let made = s.ann.makes_channel(&s.team, "made", "O");
    s.ann.adds_to_channel(&made, &s.eve);
    s.ann.put(&format!("/channels/{made}/privacy"), json!({"privacy": "P"})).expect(200);
    s.ann.delete(&format!("/channels/{made}")).expect(200);
    Person::admin().put(&format!("/users/{}/active", s.eve.id), json!({"active": false})).expect(200);
    bens.acts(1, "user_typing", json!({"channel_id": s.room, "parent_id": ""}));
    let heard = socket.heard();
    for strange in [&s.eve.id, &s.staff, &made] {
        assert!(!heard.iter().any(|event| event.to_string().contains(strange.as_str())), "{heard:?}");
    }
    assert!(heard.iter().any(|event| event["event"] == "typing" && event["data"]["user_id"] == s.ben.id.as_str()));
}

/// Whether guests may be, as the server says and as it does.
fn guests_are(admin: &Person, on: bool) {
    let told = admin.get("/config/client?format=old").expect(200).json;
    assert_eq!(told["EnableGuestAccounts"], on.to_string());
    let license = admin.get("/license/client?format=old").expect(200).json;
    assert_eq!(license["GuestAccounts"], "true");
}

fn allow_guests(admin: &Person, on: bool) {
    admin.put("/config/patch", json!({"GuestAccountsSettings": {"Enable": on}})).expect(200);
    guests_are(admin, on);
}

#[test]
fn where_there_are_no_guests_their_doors_are_shut() {
    let server = Server::own();
    let (admin, ann, guest) = (server.log_in("admin"), server.person("ann"), server.person("guest"));
    let demote = format!("/users/{}/demote", guest.id);
    guests_are(&admin, false);
    assert_eq!(admin.post(&demote, json!({})).expect(501).error(), "api.team.demote_user_to_guest.disabled.error");
    let team = admin.makes_team("crew");
    let room = admin.makes_channel(&team, "room", "O");
    let invite = json!({"emails": ["x@example.com"], "channels": [room], "message": ""});
    admin.post(&format!("/teams/{team}/invite-guests/email"), invite).expect(501);
    allow_guests(&admin, true);
    admin.post(&demote, json!({})).expect(200);
    admin.adds_to_team(&team, &guest);
    admin.adds_to_channel(&room, &guest);
    let token = admin.post(&format!("/users/{}/tokens", guest.id), json!({"description": "x"})).expect(200).json;
    let bearer = guest.with_token(token["token"].as_str().unwrap());
    bearer.get("/users/me").expect(200);
    let (mut socket, mut others) = (guest.listens(), ann.listens());
    allow_guests(&admin, false);
    assert!(others.names().contains(&"guests_deactivated".to_owned()));
    admin.says(&room, "among us");
    assert!(!socket.names().contains(&"posted".to_owned()));
    for shut in [&guest, &bearer] {
        shut.get("/users/me").expect(401);
        assert!(Socket::try_open(shut, "").is_none_or(|socket| socket.connection_id.is_empty()));
    }
    let again = json!({"login_id": guest.username, "password": crate::world::PASSWORD});
    server.anonymous().post("/users/login", again.clone()).expect(401);
    let activate = format!("/users/{}/active", guest.id);
    let refused = admin.put(&activate, json!({"active": true})).expect(401);
    assert_eq!(refused.error(), "api.user.update_active.cannot_enable_guest_when_guest_feature_is_disabled.app_error");
    allow_guests(&admin, true);
    admin.put(&activate, json!({"active": true})).expect(200);
    server.anonymous().post("/users/login", again).expect(200);
    // The setting may also change while the server does not run.
    let server = server.again(&[("MM_GUESTACCOUNTSSETTINGS_ENABLE", "false".to_owned())]);
    let deactivated = server.log_in("admin").get(&format!("/users/{}", guest.id)).expect(200).json["delete_at"].clone();
    assert!(deactivated.as_i64().unwrap() > 0);
}

#[test]
fn somebody_must_administer_the_server() {
    let server = Server::own();
    let (admin, ann) = (server.log_in("admin"), server.person("ann"));
    allow_guests(&admin, true);
    let ordinary = json!({"roles": "system_user"});
    let resign = format!("/users/{}/roles", admin.id);
    assert_eq!(admin.put(&resign, ordinary.clone()).expect(400).error(), "app.user.update.lastAdmin.app_error");
    let demote = format!("/users/{}/demote", admin.id);
    assert_eq!(admin.post(&demote, json!({})).expect(400).error(), "app.user.update.lastAdmin.app_error");
    admin.put(&resign, json!({"roles": "system_user system_admin"})).expect(200);
    admin.put(&format!("/users/{}/roles", ann.id), json!({"roles": "system_user system_admin"})).expect(200);
    ann.put(&format!("/users/{}/active", admin.id), json!({"active": false})).expect(200);
    ann.put(&format!("/users/{}/roles", ann.id), ordinary.clone()).expect(400);
    ann.put(&format!("/users/{}/active", admin.id), json!({"active": true})).expect(200);
    ann.put(&resign, ordinary.clone()).expect(200);
    ann.put(&format!("/users/{}/roles", ann.id), ordinary).expect(400);
}
