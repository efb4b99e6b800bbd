//! A channel with everything in it that can be read, and somebody who is out of it in a moment.

use serde_json::{Value, json};

use super::is_open_to_team;
use crate::world::{Person, Socket, base, seconds, send, unique};

/// A channel with everything in it that can be read, and somebody who will be out of it.
pub struct Room {
    /// Stays, and manages it.
    pub ann: Person,
    /// Goes.
    pub ben: Person,
    /// Stays, and says things.
    pub cid: Person,
    pub team: String,
    team_name: String,
    pub id: String,
    /// Stands in all that is said here and in no place else.
    word: String,
    /// By Ann, with a file, reactions and replies; pinned, saved by Ben, followed by Ben.
    post: String,
    /// Ben's own.
    own: String,
    pub file: String,
    /// A public channel of another team in which Ben stays, and a message there that leads to `post`.
    pub lobby: String,
    link: String,
    /// An upload of Ben's that is not finished.
    upload: String,
}

impl Room {
    pub fn furnish(kind: &str) -> Room {
        let (ann, ben, cid) = (Person::new("ann"), Person::new("ben"), Person::new("cid"));
        let (team, elsewhere) = (ann.makes_team("crew"), ann.makes_team("elsewhere"));
        let lobby = ann.makes_channel(&elsewhere, "lobby", "O");
        for person in [&ben, &cid] {
            ann.adds_to_team(&team, person);
        }
        ann.adds_to_team(&elsewhere, &ben);
        ann.adds_to_channel(&lobby, &ben);
        let id = match kind {
            "D" => ann.post("/channels/direct", json!([ann.id, ben.id])).fine().id(),
            "G" => ann.post("/channels/group", json!([ann.id, ben.id, cid.id])).fine().id(),
            _ => ann.makes_channel(&team, "room", kind),
        };
        if ["O", "P"].contains(&kind) {
            ann.adds_to_channel(&id, &ben);
            ann.adds_to_channel(&id, &cid);
        }
        let word = unique("zanzibar").replace('-', "");
        let file = ann.uploads(&id, &format!("{word}.txt"), &word);
        let message = json!({"channel_id": id, "message": format!("{word} #{word}"), "file_ids": [file]});
        let post = ann.post("/posts", message).fine().id();
        let own = ben.says(&id, &format!("{word} of ben"));
        ben.post("/posts", json!({"channel_id": id, "root_id": post, "message": format!("{word} reply")})).fine();
        ann.post("/posts", json!({"channel_id": id, "root_id": post, "message": format!("{word} again")})).fine();
        for person in [&ann, &ben] {
            let reaction = json!({"user_id": person.id, "post_id": post, "emoji_name": "tada"});
            person.post("/reactions", reaction).fine();
        }
        ann.post(&format!("/posts/{post}/pin"), json!({})).fine();
        let saved = json!([{"user_id": ben.id, "category": "flagged_post", "name": post, "value": "true"}]);
        ben.put("/users/me/preferences", saved).fine();
        let bookmark = json!({"type": "link", "display_name": word, "link_url": "https://example.org/"});
        ann.post(&format!("/channels/{id}/bookmarks"), bookmark).fine();
        ben.post("/drafts", json!({"channel_id": id, "message": "a draft", "user_id": ben.id})).fine();
        let session = json!({"channel_id": id, "filename": "x.txt", "file_size": 5});
        let upload = ben.post("/uploads", session).fine().id();
        let team_name = ann.get(&format!("/teams/{team}")).fine().json["name"].as_str().unwrap().to_owned();
        let link = ann.says(&lobby, &format!("see {}/{team_name}/pl/{post}", base()));
        let room = Room { ann, ben, cid, team, team_name, id, word, post, own, file, lobby, link, upload };
        room.is_open_to(&room.ben);
        room
    }

    /// What there is to read, as method, path and body; and whether it must be refused or may be answered without it.
    fn doors(&self, who: &Person) -> Vec<(&'static str, String, Value, bool)> {
        let Room { team, id, word, post, own, file, .. } = self;
        let me = format!("/users/{}", who.id);
        let refused = [
            format!("/channels/{id}"),
            format!("/channels/{id}/posts"),
            format!("/channels/{id}/posts?since=1"),
            format!("/channels/{id}/posts?before={own}"),
            format!("/channels/{id}/posts?after={post}"),
            format!("/channels/{id}/pinned"),
            format!("/channels/{id}/members"),
            format!("/channels/{id}/members/{}", self.ann.id),
            format!("/channels/{id}/members/{}", who.id),
            format!("/channels/{id}/stats"),
            format!("/channels/{id}/timezones"),
            format!("/channels/{id}/bookmarks"),
            format!("/channels/{id}/common_teams"),
            format!("{me}/channels/{id}/posts/unread"),
            format!("{me}/channels/{id}/unread"),
            format!("/posts/{post}"),
            format!("/posts/{post}/thread"),
            format!("/posts/{post}/thread?perPage=1&fromCreateAt=1"),
            format!("/posts/{post}/reactions"),
            format!("/posts/{post}/files/info"),
            format!("/posts/{post}/edit_history"),
            format!("/posts/{own}"),
            format!("/posts/{own}/edit_history"),
            format!("/files/{file}"),
            format!("/files/{file}/info"),
            format!("/files/{file}/thumbnail"),
            format!("/files/{file}/preview"),
            format!("/files/{file}/link"),
            format!("/users?in_channel={id}"),
            format!("{me}/teams/{team}/threads/{post}"),
        ];
        let empty = [
            format!("/posts/{post}/info"),
            format!("{me}/posts/flagged"),
            format!("{me}/posts/flagged?team_id={team}"),
            format!("{me}/posts/flagged?channel_id={id}"),
            format!("{me}/teams/{team}/threads?extended=true"),
            format!("{me}/teams/{team}/threads?deleted=true&since=1"),
            format!("{me}/teams/{team}/drafts"),
            format!("{me}/channels"),
            format!("{me}/teams/{team}/channels"),
            format!("{me}/teams/{team}/channels?include_deleted=true&last_delete_at=0"),
            format!("{me}/channel_members"),
            format!("{me}/teams/{team}/channels/members"),
            format!("{me}/teams/{team}/channels/categories"),
            format!("/users/autocomplete?in_team={team}&in_channel={id}&name=ci"),
            format!("/teams/{team}/channels/autocomplete?name="),
            format!("/teams/{team}/channels/search_autocomplete?name="),
            format!("/posts/scheduled/team/{team}?includeDirectChannels=true"),
            format!("/posts/{}", self.link),
            format!("/posts/{}/thread", self.link),
            format!("/channels/{}/posts", self.lobby),
        ];
        let bodies = [
            ("/posts/ids", json!([post, own])),
            ("/posts/ids/reactions", json!([post])),
            ("/posts/search", json!({"terms": word})),
            ("/posts/search", json!({"terms": format!("#{word}")})),
            ("/posts/search", json!({"terms": format!("from:{}", self.ann.username)})),
            ("/files/search", json!({"terms": word})),
            ("/channels/group/search", json!({"term": self.cid.username})),
            ("/channels/stats/member_count", json!([id])),
            ("/users/group_channels", json!([id])),
            (&*format!("/teams/{team}/posts/search"), json!({"terms": word, "include_deleted_channels": true})),
            (&*format!("/teams/{team}/files/search"), json!({"terms": word, "include_deleted_channels": true})),
            (&*format!("/teams/{team}/channels/ids"), json!([id])),
            (&*format!("/teams/{team}/channels/search"), json!({"term": "room"})),
            ("/users/search", json!({"term": self.cid.username, "in_channel_id": id})),
        ]
        .map(|(path, body)| ("POST", path.to_owned(), body, false));
        let get = |paths: Vec<String>, strict| paths.into_iter().map(move |path| ("GET", path, Value::Null, strict));
        get(refused.into(), true).chain(get(empty.into(), false)).chain(bodies).collect()
    }

    /// What one does there.
    fn deeds(&self, who: &Person) -> Vec<(&'static str, String, Value)> {
        let Room { id, word, post, own, .. } = self;
        let reaction = json!({"user_id": who.id, "post_id": post, "emoji_name": "smile"});
        let later = json!({"channel_id": id, "message": word, "scheduled_at": (seconds() + 3600) * 1000});
        let said = json!({"channel_id": id, "message": word});
        let mut changed = said.clone();
        changed["id"] = json!(own);
        vec![
            ("POST", "/posts".into(), said.clone()),
            ("POST", "/posts".into(), json!({"channel_id": id, "root_id": post, "message": word})),
            ("POST", "/drafts".into(), json!({"channel_id": id, "message": word, "user_id": who.id})),
            ("POST", "/posts/schedule".into(), later),
            ("POST", "/reactions".into(), reaction),
            ("DELETE", format!("/users/{}/posts/{post}/reactions/tada", who.id), Value::Null),
            ("POST", format!("/posts/{post}/pin"), json!({})),
            ("POST", format!("/posts/{post}/unpin"), json!({})),
            ("PUT", format!("/posts/{own}"), changed),
            ("PUT", format!("/posts/{own}/patch"), json!({"message": "changed"})),
            ("DELETE", format!("/posts/{own}"), Value::Null),
            ("POST", format!("/users/{}/posts/{post}/set_unread", who.id), json!({})),
            ("POST", format!("/users/{}/posts/{post}/ack", who.id), json!({})),
            ("POST", format!("/users/{}/posts/{post}/reminder", who.id), json!({"target_time": seconds() + 3600})),
            ("PUT", format!("/users/{}/teams/{}/threads/{post}/following", who.id, self.team), json!({})),
            ("PUT", format!("/channels/{id}/patch"), json!({"header": word})),
            ("PUT", format!("/channels/{id}/members/{}/notify_props", who.id), json!({"desktop": "all"})),
            ("POST", format!("/channels/{id}/members"), json!({"user_id": who.id})),
            (
                "POST",
                format!("/channels/{id}/bookmarks"),
                json!({"type": "link", "display_name": "x", "link_url": "https://example.org"}),
            ),
            ("POST", "/uploads".into(), json!({"channel_id": id, "filename": "x.txt", "file_size": 5})),
            ("POST", format!("/users/{}/typing", who.id), json!({"channel_id": id})),
            ("POST", "/hooks/incoming".into(), json!({"channel_id": id, "display_name": "h"})),
        ]
    }

    fn shows(&self, answer: &Value) -> bool {
        let text = answer.to_string();
        let mut hidden = [&self.word, &self.id, &self.file].into_iter();
        hidden.any(|hidden| text.contains(hidden.as_str()))
    }

    /// The doors lead somewhere, so that finding them shut says something.
    #[track_caller]
    pub fn is_open_to(&self, who: &Person) {
        let found = self
            .doors(who)
            .into_iter()
            .filter(|(method, path, body, _)| self.shows(&who.asks(method, path, body.clone()).json));
        let found = found.count();
        assert!(found >= 25, "{found} doors lead to something");
    }

    #[track_caller]
    pub fn is_shut_to(&self, who: &Person, case: &str) {
        let mut open: Vec<String> = Vec::new();
        for (method, path, body, strict) in self.doors(who) {
            let answer = who.asks(method, &path, body);
            if self.shows(&answer.json) || (strict && ![401, 403, 404].contains(&answer.status)) {
                open.push(format!("{method} {path}: {} {}", answer.status, answer.json));
            }
        }
        for (method, path, body) in self.deeds(who) {
            let answer = who.asks(method, &path, body);
            if answer.status < 400 {
                open.push(format!("{method} {path}: {} {}", answer.status, answer.json));
            }
        }
        let path = format!("/uploads/{}", self.upload);
        let rest = send(base(), "POST", &path, who.token.as_deref(), b"hello".into());
        if rest.status < 400 {
            open.push(format!("the rest of an upload: {}", rest.json));
        }
        let linked = who.post("/posts", json!({"channel_id": self.lobby, "message": self.link()}));
        if self.shows(&linked.json) {
            open.push(format!("a link of one's own: {}", linked.json));
        }
        assert!(open.is_empty(), "whoever {case}:\n{}", open.join("\n"));
    }

    pub fn is_followed_by(&self, who: &Person) {
        let path = format!("/users/{}/teams/{}/threads/{}/following", who.id, self.team, self.post);
        who.put(&path, json!({})).fine();
    }

    fn link(&self) -> String {
        format!("{}/{}/pl/{}", base(), self.team_name, self.post)
    }

    /// Everything that can happen there, of which members hear.
    pub fn is_lively(&self, socket: &mut Socket) {
        let Room { ann, cid, id, word, post, lobby, .. } = self;
        let said = ann.says(id, &format!("{word} @{} @channel", self.ben.username));
        ann.post("/posts", json!({"channel_id": id, "root_id": post, "message": format!("{word} more")})).fine();
        ann.put(&format!("/posts/{said}/patch"), json!({"message": format!("{word} edited")})).fine();
        ann.post("/reactions", json!({"user_id": ann.id, "post_id": said, "emoji_name": "smile"})).fine();
        ann.delete(&format!("/users/me/posts/{said}/reactions/smile")).fine();
        ann.post(&format!("/posts/{said}/pin"), json!({})).fine();
        socket.acts(1, "user_typing", json!({"channel_id": id, "parent_id": ""}));
        ann.put(&format!("/channels/{id}/patch"), json!({"header": word})).fine();
        ann.post("/channels/members/me/view", json!({"channel_id": id})).fine();
        let bookmark = json!({"type": "link", "display_name": word, "link_url": "https://example.org/"});
        ann.post(&format!("/channels/{id}/bookmarks"), bookmark).fine();
        ann.says(lobby, &format!("{} and {}/{}/pl/{said}", self.link(), base(), self.team_name));
        ann.put(&format!("/posts/{}/patch", self.link), json!({"message": format!("look {}", self.link())})).fine();
        ann.delete(&format!("/posts/{said}")).fine();
        if ann.get(&format!("/channels/{id}")).fine().json["team_id"] != "" {
            ann.delete(&format!("/channels/{id}/members/{}", cid.id)).fine();
            ann.adds_to_channel(id, cid);
        }
    }
}

/// Somebody's open socket, and one that was open until a moment ago and may be taken up again.
pub struct Ears {
    pub person: Person,
    pub open: Socket,
    resumable: String,
}

impl Ears {
    pub fn of(person: &Person) -> Ears {
        let (mut open, mut before) = (person.listens(), person.listens());
        open.heard();
        let count = 1 + before.heard().len();
        let resumable = format!("connection_id={}&sequence_number={count}", before.connection_id);
        Ears { person: person.clone(), open, resumable }
    }

    /// Nothing of the room comes, but what tells the person that they are out of it.
    #[track_caller]
    pub fn hear_nothing_of(&mut self, room: &Room, case: &str) {
        let open_to_team = is_open_to_team(case);
        let mut heard = self.open.heard();
        if let Some(mut socket) = Socket::try_open(&self.person, &self.resumable) {
            heard.extend(socket.heard());
        }
        let mut wrongly: Vec<Value> = Vec::new();
        for event in heard {
            let own = [
                "user_removed",
                "channel_converted",
                "leave_team",
                "sidebar_category_updated",
                "channel_member_updated",
                "memberrole_updated",
            ];
            let told = own.contains(&event["event"].as_str().unwrap_or_default());
            if open_to_team && event["broadcast"]["channel_id"] == room.lobby.as_str() {
                continue;
            }
            let shown = event.to_string().contains(&room.word) || (!told && event.to_string().contains(&room.id));
            if shown {
                wrongly.push(event);
            }
        }
        assert!(wrongly.is_empty(), "whoever {case}: {wrongly:?}");
    }
}
