//! A removed, deactivated or demoted person hears nothing and reads nothing from that instant: over every door, for
//! every kind of channel.

mod room;

use serde_json::{Value, json};

use self::room::{Ears, Room};
use crate::world::{Person, eventually, seconds};

const CONVERSATIONS: [&str; 2] = ["D", "G"];
const CHANNELS: [&str; 2] = ["O", "P"];
const ALL: [&str; 4] = ["O", "P", "D", "G"];

/// What is said in a public channel is read by the whole team, and shown where somebody leads there.
fn is_open_to_team(case: &str) -> bool {
    case.ends_with("the channel, O")
}

/// Lets it happen to Ben in a room of that kind; he must hear nothing, and read nothing unless the room is open to his team.
fn goes(kind: &str, how: &str, happens: impl FnOnce(&Room)) -> Room {
    let (case, room) = (format!("{how}, {kind}"), Room::furnish(kind));
    let mut ears = Ears::of(&room.ben);
    let mut ann = room.ann.listens();
    happens(&room);
    room.is_lively(&mut ann);
    ears.hear_nothing_of(&room, &case);
    if !is_open_to_team(&case) {
        room.is_shut_to(&room.ben, &case);
    }
    ears.hear_nothing_of(&room, &case);
    room
}

#[test]
fn whoever_is_out_of_a_channel() {
    for kind in CHANNELS {
        goes(kind, "is removed from the channel", |room| {
            room.ann.delete(&format!("/channels/{}/members/{}", room.id, room.ben.id)).fine();
        });
        goes(kind, "leaves the channel", |room| {
            room.ben.delete(&format!("/channels/{}/members/{}", room.id, room.ben.id)).fine();
        });
    }
    let room = goes("O", "leaves a channel that becomes private", |room| {
        room.ben.delete(&format!("/channels/{}/members/{}", room.id, room.ben.id)).fine();
        room.is_followed_by(&room.ben);
        room.ann.put(&format!("/channels/{}/privacy", room.id), json!({"privacy": "P"})).fine();
    });
    room.ann.delete(&format!("/channels/{}", room.id)).fine();
    room.is_shut_to(&room.ben, "leaves a channel that is archived");
}

#[test]
fn whoever_is_out_of_a_team() {
    for kind in CHANNELS {
        let out = |room: &Room| format!("/teams/{}/members/{}", room.team, room.ben.id);
        let room = goes(kind, "is removed from the team", |room| {
            room.ann.delete(&out(room)).fine();
        });
        if kind == "P" {
            room.ann.adds_to_team(&room.team, &room.ben);
            room.is_shut_to(&room.ben, "comes back into the team");
        }
        room.ann.delete(&format!("/channels/{}", room.id)).fine();
        room.is_shut_to(&room.ben, "is removed from the team, archived");
        goes(kind, "leaves the team", |room| {
            room.ben.delete(&out(room)).fine();
        });
    }
}

#[test]
fn whose_account_or_session_ends() {
    let admin = Person::admin();
    for kind in ALL {
        goes(kind, "is deactivated", |room| {
            admin.put(&format!("/users/{}/active", room.ben.id), json!({"active": false})).fine();
        });
        goes(kind, "is logged out everywhere", |room| {
            admin.post(&format!("/users/{}/sessions/revoke/all", room.ben.id), json!({})).fine();
        });
    }
    goes("P", "logs out", |room| {
        room.ben.post("/users/logout", json!({})).fine();
    });
    goes("D", "loses the session", |room| {
        let sessions = room.ben.get("/users/me/sessions").fine().json;
        for session in sessions.as_array().unwrap() {
            let revoked = json!({"session_id": session["id"]});
            admin.post(&format!("/users/{}/sessions/revoke", room.ben.id), revoked).fine();
        }
    });
}

#[test]
fn whose_access_token_ends() {
    let admin = Person::admin();
    for (kind, end) in [("P", "revoke"), ("O", "disable"), ("D", "deactivate"), ("G", "revoke")] {
        let mut room = Room::furnish(kind);
        let made = admin.post(&format!("/users/{}/tokens", room.ben.id), json!({"description": "x"})).fine().json;
        room.ben = room.ben.with_token(made["token"].as_str().unwrap());
        room.is_open_to(&room.ben);
        let (mut ears, mut ann) = (Ears::of(&room.ben), room.ann.listens());
        match end {
            "deactivate" => admin.put(&format!("/users/{}/active", room.ben.id), json!({"active": false})),
            verb => admin.post(&format!("/users/tokens/{verb}"), json!({"token_id": made["id"]})),
        }
        .fine();
        room.is_lively(&mut ann);
        ears.hear_nothing_of(&room, end);
        room.is_shut_to(&room.ben, end);
    }
}

#[test]
fn whoever_administers_no_more() {
    let admin = Person::admin();
    for kind in ALL {
        let room = Room::furnish(kind);
        let was = Person::new("was");
        let roles = format!("/users/{}/roles", was.id);
        admin.put(&roles, json!({"roles": "system_user system_admin"})).fine();
        if kind != "O" {
            admin.adds_to_team(&room.team, &was);
        }
        room.is_followed_by(&was);
        was.get(&format!("/channels/{}/posts", room.id)).fine();
        was.get(&format!("/files/{}", room.file)).fine();
        let (mut ears, mut ann) = (Ears::of(&was), room.ann.listens());
        admin.put(&roles, json!({"roles": "system_user"})).fine();
        room.is_lively(&mut ann);
        ears.hear_nothing_of(&room, "administers no more");
        room.is_shut_to(&was, "administers no more");
        room.ann.put("/users/me/patch", json!({"nickname": "Annie"})).fine();
        let told = ears.open.heard();
        let updated =
            |event: &&Value| event["event"] == "user_updated" && event["data"]["user"]["id"] == room.ann.id.as_str();
        let updated: Vec<&Value> = told.iter().filter(updated).collect();
        assert!(updated.len() == 1 && updated[0]["data"]["user"].get("notify_props").is_none(), "{updated:?}");
    }
}

#[test]
fn whoever_becomes_a_guest() {
    let room = goes("O", "becomes a guest outside", |room| {
        room.ben.delete(&format!("/channels/{}/members/{}", room.id, room.ben.id)).fine();
        room.is_followed_by(&room.ben);
        Person::admin().post(&format!("/users/{}/demote", room.ben.id), json!({})).fine();
    });
    room.ben.get(&format!("/channels/{}/posts", room.lobby)).fine();
}

#[test]
fn whoever_manages_a_channel_or_team_no_more() {
    let room = Room::furnish("P");
    let (id, team, ben) = (&room.id, &room.team, &room.ben);
    let scheme = |admin: bool| json!({"scheme_user": true, "scheme_admin": admin});
    let (in_room, in_team) = (
        format!("/channels/{id}/members/{}/schemeRoles", ben.id),
        format!("/teams/{team}/members/{}/schemeRoles", ben.id),
    );
    let theirs = room.ann.says(id, "theirs");
    let deeds = [
        ("PUT", format!("/channels/{id}/members/{}/schemeRoles", room.cid.id), scheme(false)),
        ("PUT", format!("/channels/{id}/members/{}/roles", room.cid.id), json!({"roles": "channel_user"})),
        ("PUT", format!("/teams/{team}/patch"), json!({"description": "x"})),
        ("PUT", format!("/posts/{theirs}/patch"), json!({"message": "mine"})),
        ("DELETE", format!("/posts/{theirs}"), Value::Null),
    ];
    for path in [&in_room, &in_team] {
        Person::admin().put(path, scheme(true)).fine();
    }
    for (method, path, body) in &deeds[..3] {
        ben.asks(method, path, body.clone()).fine();
    }
    for path in [&in_room, &in_team] {
        Person::admin().put(path, scheme(false)).fine();
    }
    for (method, path, body) in deeds {
        ben.asks(method, &path, body).expect(403);
    }
}

#[test]
fn nothing_is_sent_later_by_whoever_is_gone() {
    let admin = Person::admin();
    let gone = |kind: &'static str, happens: &dyn Fn(&Room)| {
        let room = Room::furnish(kind);
        let message = json!({"channel_id": room.id, "message": "too late", "scheduled_at": (seconds() + 3) * 1000});
        room.ben.post("/posts/schedule", message).fine();
        happens(&room);
        room
    };
    let deactivated = |room: &Room| {
        admin.put(&format!("/users/{}/active", room.ben.id), json!({"active": false})).fine();
    };
    let mut rooms: Vec<Room> = ALL.map(|kind| gone(kind, &deactivated)).into();
    for kind in CHANNELS {
        rooms.push(gone(kind, &|room| {
            room.ann.delete(&format!("/channels/{}/members/{}", room.id, room.ben.id)).fine();
        }));
        rooms.push(gone(kind, &|room| {
            room.ann.delete(&format!("/teams/{}/members/{}", room.team, room.ben.id)).fine();
        }));
    }
    for kind in CONVERSATIONS {
        let stays = gone(kind, &|_| ());
        eventually(|| says(&stays, "too late").then_some(()));
    }
    for room in rooms {
        assert!(!says(&room, "too late"));
    }
}

fn says(room: &Room, message: &str) -> bool {
    room.ann.get(&format!("/channels/{}/posts", room.id)).fine().json.to_string().contains(message)
}
