//! Answers that the server keeps: after whatever changes them they are what would be read anew.

use serde_json::{Value, json};

use crate::world::Person;

/// Two people in a team, and what clients ask for when they start.
struct Stage {
    ann: Person,
    ben: Person,
    team: String,
    room: String,
    other: String,
}

impl Stage {
    fn set() -> Stage {
        let (ann, ben) = (Person::new("ann"), Person::new("ben"));
        let team = ann.makes_team("crew");
        ann.adds_to_team(&team, &ben);
        let (room, other) = (ann.makes_channel(&team, "room", "O"), ann.makes_channel(&team, "other", "O"));
        for channel in [&room, &other] {
            ann.adds_to_channel(channel, &ben);
        }
        Stage { ann, ben, team, room, other }
    }

    fn paths(&self) -> Vec<String> {
        let Stage { team, room, .. } = self;
        vec![
            "/users/me".into(),
            "/users/me/teams".into(),
            "/users/me/teams/members".into(),
            "/users/me/teams/unread".into(),
            "/users/me/teams/unread?include_collapsed_threads=true".into(),
            format!("/users/me/teams/{team}/channels"),
            format!("/users/me/teams/{team}/channels?include_deleted=true"),
            format!("/users/me/teams/{team}/channels/members"),
            format!("/users/me/teams/{team}/channels/categories"),
            format!("/users/me/teams/{team}/threads?extended=true"),
            format!("/users/me/teams/{team}/threads?extended=false&unread=true"),
            format!("/channels/{room}/stats"),
            format!("/channels/{room}/posts"),
            format!("/users?in_channel={room}"),
        ]
    }

    fn answers(&self) -> Vec<(String, Value)> {
        let readers = [("ann", &self.ann), ("ben", &self.ben)];
        let all = readers.into_iter().flat_map(|(name, reader)| {
            let answer = move |path: &str| {
                let answer = reader.get(path);
                match answer.json {
                    // A refusal names its request.
                    _ if answer.status != 200 => json!(answer.status),
                    // Some lists have no order.
                    Value::Array(mut items) => {
                        items.sort_by_key(Value::to_string);
                        Value::Array(items)
                    }
                    other => other,
                }
            };
            self.paths().into_iter().map(move |path| (format!("{name} {path}"), answer(&path)))
        });
        all.collect()
    }

    /// Does something, and compares what is answered then with what is answered when nothing is kept.
    #[track_caller]
    fn after(&self, what: &str, act: impl FnOnce(&Stage)) {
        let before = self.answers();
        act(self);
        let kept = self.answers();
        Person::admin().post("/caches/invalidate", json!({})).expect(200);
        let fresh = self.answers();
        for ((path, kept), (_, fresh)) in kept.iter().zip(&fresh) {
            assert_eq!(kept, fresh, "after {what}: {path}");
        }
        assert!(before != fresh, "{what} changes nothing");
    }
}

#[test]
fn posts_and_reading() {
    let stage = Stage::set();
    let Stage { ann, ben, room, other, team } = &stage;
    let me = |text: &str| format!("{text} @{}", ben.username);
    stage.after("a post", |_| drop(ann.says(room, "hello")));
    stage.after("a mention", |_| drop(ann.says(room, &me("hello"))));
    stage.after("a mention of all", |_| drop(ann.says(room, "hello @channel")));
    stage.after("a look", |_| {
        ben.post("/channels/members/me/view", json!({"channel_id": room})).expect(200);
    });
    let post = ann.says(room, &me("again"));
    stage.after("marking as unread", |_| {
        ben.post(&format!("/users/me/posts/{post}/set_unread"), json!({})).expect(200);
    });
    stage.after("an edit", |_| {
        ann.put(&format!("/posts/{post}/patch"), json!({"message": "edited"})).expect(200);
    });
    stage.after("a pin", |_| {
        ann.post(&format!("/posts/{post}/pin"), json!({})).expect(200);
    });
    stage.after("a reaction", |_| {
        let reaction = json!({"user_id": ben.id, "post_id": post, "emoji_name": "smile"});
        ben.post("/reactions", reaction).expect(200);
    });
    stage.after("a deletion", |_| {
        ann.delete(&format!("/posts/{post}")).expect(200);
    });
    stage.after("a post elsewhere", |_| drop(ann.says(other, &me("there"))));
    stage.after("all read", |_| {
        ben.post("/channels/members/me/mark_read", json!([room, other])).expect(200);
    });
    let direct = ann.post("/channels/direct", json!([ann.id, ben.id])).expect(201).id();
    stage.after("a direct message", |_| drop(ann.says(&direct, "psst")));
    stage.after("leaving a team", |_| {
        ann.delete(&format!("/teams/{team}/members/{}", ben.id)).expect(200);
    });
}

#[test]
fn threads() {
    let stage = Stage::set();
    let Stage { ann, ben, team, room, .. } = &stage;
    let root = ann.says(room, "a thread");
    let answers = |who: &Person, text: &str| {
        who.post("/posts", json!({"channel_id": room, "root_id": root, "message": text})).expect(201).id()
    };
    let reply = answers(ben, "first");
    stage.after("a reply", |_| drop(answers(ann, "second")));
    stage.after("a mention in a reply", |_| drop(answers(ann, &format!("third @{}", ben.username))));
    stage.after("an edited root", |_| {
        ann.put(&format!("/posts/{root}/patch"), json!({"message": "a better thread"})).expect(200);
    });
    stage.after("a reaction to the root", |_| {
        ben.post("/reactions", json!({"user_id": ben.id, "post_id": root, "emoji_name": "eyes"})).expect(200);
    });
    stage.after("a participant's new name", |_| {
        ann.put("/users/me/patch", json!({"nickname": "Annie"})).expect(200);
    });
    stage.after("reading", |_| {
        ben.put(&format!("/users/me/teams/{team}/threads/{root}/read/9999999999999"), json!({})).expect(200);
    });
    stage.after("marking as unread", |_| {
        ben.post(&format!("/users/me/teams/{team}/threads/{root}/set_unread/{reply}"), json!({})).expect(200);
    });
    stage.after("reading all", |_| {
        ben.put(&format!("/users/me/teams/{team}/threads/read"), json!({})).expect(200);
    });
    stage.after("a deleted reply", |_| {
        ben.delete(&format!("/posts/{reply}")).expect(200);
    });
    stage.after("unfollowing", |_| {
        ben.delete(&format!("/users/me/teams/{team}/threads/{root}/following")).expect(200);
    });
    stage.after("following", |_| {
        ben.put(&format!("/users/me/teams/{team}/threads/{root}/following"), json!({})).expect(200);
    });
    stage.after("leaving the channel", |_| {
        ben.delete(&format!("/channels/{room}/members/{}", ben.id)).expect(200);
    });
    stage.after("coming back", |_| ann.adds_to_channel(room, ben));
    stage.after("a deleted root", |_| {
        ann.delete(&format!("/posts/{root}")).expect(200);
    });
}

#[test]
fn places_and_people() {
    let stage = Stage::set();
    let Stage { ann, ben, team, room, other } = &stage;
    let admin = Person::admin();
    stage.after("a new channel", |_| drop(ben.makes_channel(team, "third", "P")));
    stage.after("a header", |_| {
        ann.put(&format!("/channels/{room}/patch"), json!({"header": "what for"})).expect(200);
    });
    stage.after("a new title", |_| {
        ann.put(&format!("/channels/{other}/patch"), json!({"display_name": "Aardvarks"})).expect(200);
    });
    stage.after("settings of a membership", |_| {
        let path = format!("/channels/{room}/members/{}/notify_props", ben.id);
        ben.put(&path, json!({"user_id": ben.id, "channel_id": room, "mark_unread": "mention"})).expect(200);
    });
    stage.after("an archived channel", |_| {
        ann.delete(&format!("/channels/{other}")).expect(200);
    });
    stage.after("a restored channel", |_| {
        ann.post(&format!("/channels/{other}/restore"), json!({})).expect(200);
    });
    stage.after("a favourite", |_| {
        let favourite = json!([{"user_id": ben.id, "category": "favorite_channel", "name": room, "value": "true"}]);
        ben.put("/users/me/preferences", favourite).expect(200);
    });
    stage.after("a category", |_| {
        let category = json!({"user_id": ben.id, "team_id": team, "display_name": "Mine", "channel_ids": [other]});
        ben.post(&format!("/users/me/teams/{team}/channels/categories"), category).expect(200);
    });
    stage.after("another order", |_| {
        let path = format!("/users/me/teams/{team}/channels/categories/order");
        let mut order: Vec<Value> = ben.get(&path).json.as_array().unwrap().clone();
        order.reverse();
        ben.put(&path, json!(order)).expect(200);
    });
    stage.after("a profile", |_| {
        ben.put("/users/me/patch", json!({"first_name": "Ben"})).expect(200);
    });
    stage.after("a team's name", |_| {
        ann.put(&format!("/teams/{team}/patch"), json!({"description": "all of us"})).expect(200);
    });
    stage.after("rights in a team", |_| {
        let roles = json!({"scheme_user": true, "scheme_admin": true, "scheme_guest": false});
        ann.put(&format!("/teams/{team}/members/{}/schemeRoles", ben.id), roles).expect(200);
    });
    stage.after("rights in a channel", |_| {
        let roles = json!({"scheme_user": true, "scheme_admin": true, "scheme_guest": false});
        ann.put(&format!("/channels/{room}/members/{}/schemeRoles", ben.id), roles).expect(200);
    });
    stage.after("a newcomer", |_| {
        let eve = Person::new("eve");
        ann.adds_to_team(team, &eve);
        ann.adds_to_channel(room, &eve);
        admin.put(&format!("/users/{}/active", eve.id), json!({"active": false})).expect(200);
    });
    stage.after("a private channel", |_| {
        ann.put(&format!("/channels/{room}/privacy"), json!({"privacy": "P"})).expect(200);
    });
    stage.after("a new password", |_| {
        admin.put(&format!("/users/{}/password", ben.id), json!({"new_password": "Another-pass-1!"})).expect(200);
    });
}
