//! Two teams whose people do not know of each other, and everything that each of them has.

use serde_json::json;

use crate::own::Own;
use crate::world::{Person, Socket, send, unique};

/// What one of the teams has, by the names of places in addresses.
#[derive(Debug, Clone, Default)]
pub struct Things {
    pub user: String,
    pub username: String,
    pub email: String,
    pub bot: String,
    pub team: String,
    pub team_name: String,
    pub channel: String,
    pub channel_name: String,
    pub post: String,
    pub file: String,
    pub hook: String,
    pub outgoing: String,
    pub command: String,
    pub emoji: String,
    pub emoji_name: String,
    pub app: String,
    pub group: String,
    pub bookmark: String,
    pub scheduled: String,
    pub upload: String,
    pub token: String,
    pub category: String,
    pub direct: String,
}

pub struct Town {
    /// In team A only.
    pub ann: Person,
    /// A guest in team A.
    pub guest: Person,
    /// In no team.
    pub teamless: Person,
    /// Without a session.
    pub visitor: Person,
    /// Administers the server.
    pub admin: Person,
    /// In team B only.
    pub ben: Person,
    /// In team B only, who talks with Ben.
    pub bea: Person,
    /// What Ann has.
    pub here: Things,
    /// What Ben has.
    pub there: Things,
    /// Texts that Ann must not read anywhere.
    pub marks: Vec<String>,
    /// Nobody's name and id.
    nobody_name: String,
}

pub const NOBODY_ID: &str = "nobody1nobody1nobody1nobod";

/// What follows the word of a team in the texts that its people make.
const MARKS: &str = "user other nick first last position custom team room purpose header direct said reply file content hook \
                     outgoing trigger cmd command bot program does mark later draft part token side";

/// A picture of one point.
const PICTURE: [u8; 67] = [
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0,
    1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// Somebody makes an emoji; its id.
fn makes_emoji(person: &Person, name: &str) -> String {
    let input = json!({"name": name, "creator_id": person.id});
    let mut body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"emoji\"\r\n\r\n{input}\r\n--x\r\nContent-Disposition: form-data; \
         name=\"image\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend(PICTURE);
    body.extend(b"\r\n--x--\r\n");
    let request = ureq::post(format!("{}/api/v4/emoji", person.base()))
        .header("Authorization", format!("Bearer {}", person.token.as_deref().unwrap_or_default()))
        .header("Content-Type", "multipart/form-data; boundary=x");
    let answer = request.send(&body).unwrap().body_mut().read_json::<serde_json::Value>().unwrap();
    answer["id"].as_str().unwrap().to_owned()
}

/// Two people of a team of their own, and everything that one of them makes there. Every text has the word in it, but for
/// those that the whole server sees.
fn furnish(server: &Own, word: &str) -> (Person, Person, Things) {
    let admin = server.admin();
    let (one, other) = (server.person(&format!("{word}user")), server.person(&format!("{word}other")));
    let team_name = unique(&format!("{word}team"));
    let team = json!({"name": team_name, "display_name": format!("{word}team"), "type": "I"});
    let team = one.post("/teams", team).fine().id();
    one.put(&format!("/teams/{team}/patch"), json!({"allow_open_invite": false})).fine();
    admin.adds_to_team(&team, &other);
    let profile = json!({
        "nickname": format!("{word}nick"), "first_name": format!("{word}first"), "last_name": format!("{word}last"),
        "position": format!("{word}position"),
    });
    one.put("/users/me/patch", profile).fine();
    one.put("/users/me/status/custom", json!({"emoji": "tada", "text": format!("{word}custom")})).fine();
    one.put("/users/me/status", json!({"user_id": one.id, "status": "dnd", "dnd_end_time": 0})).fine();
    let channel_name = unique(&format!("{word}room"));
    let room = json!({"team_id": team, "name": channel_name, "display_name": format!("{word}room"), "type": "O",
        "purpose": format!("{word}purpose"), "header": format!("{word}header")});
    let channel = one.post("/channels", room).fine().id();
    one.adds_to_channel(&channel, &other);
    let direct = one.post("/channels/direct", json!([one.id, other.id])).fine().id();
    one.says(&direct, &format!("{word}direct"));
    let file = one.uploads(&channel, &format!("{word}file.txt"), &format!("{word}content"));
    let message =
        json!({"channel_id": channel, "message": format!("{word}said @{}", other.username), "file_ids": [file]});
    let post = one.post("/posts", message).fine().id();
    other.post("/posts", json!({"channel_id": channel, "root_id": post, "message": format!("{word}reply")})).fine();
    other.post("/reactions", json!({"user_id": other.id, "post_id": post, "emoji_name": "tada"})).fine();
    one.post(&format!("/posts/{post}/pin"), json!({})).fine();
    // The system administrator gives what only administrators of teams have.
    let hook = json!({"channel_id": channel, "display_name": format!("{word}hook"), "username": format!("{word}hook")});
    let hook = one.post("/hooks/incoming", hook).fine().id();
    let outgoing = json!({"team_id": team, "channel_id": channel, "display_name": format!("{word}outgoing"),
        "trigger_words": [format!("{word}trigger")], "callback_urls": [format!("http://127.0.0.9/{word}")]});
    let outgoing = one.post("/hooks/outgoing", outgoing).fine().id();
    let command = json!({"team_id": team, "trigger": format!("{word}cmd"), "method": "P", "auto_complete": true,
        "url": format!("http://127.0.0.9/{word}"), "display_name": format!("{word}command")});
    let command = one.post("/commands", command).fine().id();
    let bot_name = unique(&format!("{word}bot"));
    let bot =
        json!({"username": bot_name, "display_name": format!("{word}program"), "description": format!("{word}does")});
    let bot = admin.post("/bots", bot).fine().json["user_id"].as_str().unwrap().to_owned();
    admin.post(&format!("/teams/{team}/members"), json!({"team_id": team, "user_id": bot})).fine();
    let app = json!({"name": "program", "description": "of the whole server", "homepage": "https://example.org",
        "callback_urls": ["https://example.org/back"], "is_trusted": false});
    let app = admin.post("/oauth/apps", app).fine().id();
    // Emoji and groups are everybody's; who made them and who is in them is not.
    let emoji_name = unique("shape").replace('-', "_");
    let emoji = makes_emoji(&one, &emoji_name);
    let group_name = unique("circle");
    let group = json!({"name": group_name, "display_name": group_name, "source": "custom", "allow_reference": true,
        "user_ids": [one.id, other.id]});
    let group = one.post("/groups", group).fine().id();
    let bookmark = json!({"type": "link", "display_name": format!("{word}mark"), "link_url": "https://example.org/"});
    let bookmark = one.post(&format!("/channels/{channel}/bookmarks"), bookmark).fine().id();
    let later = (crate::world::seconds() + 7200) * 1000;
    let scheduled = json!({"channel_id": channel, "message": format!("{word}later"), "scheduled_at": later});
    let scheduled = one.post("/posts/schedule", scheduled).fine().id();
    one.post("/drafts", json!({"channel_id": channel, "message": format!("{word}draft"), "user_id": one.id})).fine();
    let session = json!({"channel_id": channel, "filename": format!("{word}part.txt"), "file_size": 5});
    let upload = one.post("/uploads", session).fine().id();
    let token =
        admin.post(&format!("/users/{}/tokens", one.id), json!({"description": format!("{word}token")})).fine().id();
    let side = json!({"user_id": one.id, "team_id": team, "display_name": format!("{word}side"), "channel_ids": []});
    let side = one.post(&format!("/users/{}/teams/{team}/channels/categories", one.id), side).fine().id();
    let things = Things {
        user: one.id.clone(),
        username: one.username.clone(),
        email: format!("{}@example.com", one.username),
        bot,
        team,
        team_name,
        channel,
        channel_name,
        post,
        file,
        hook,
        outgoing,
        command,
        emoji,
        emoji_name,
        app,
        group,
        bookmark,
        scheduled,
        upload,
        token,
        category: side,
        direct,
    };
    (one, other, things)
}

impl Town {
    pub fn build(server: &Own) -> Town {
        let admin = server.admin();
        let (ann, _, here) = furnish(server, "aa");
        let (ben, bea, there) = furnish(server, "zebrax");
        let (guest, teamless) = (server.person("visiting"), server.person("teamless"));
        admin.post(&format!("/users/{}/demote", guest.id), json!({})).fine();
        admin.adds_to_team(&here.team, &guest);
        admin.adds_to_channel(&here.channel, &guest);
        // Ann uses what is everybody's, although Ben made it.
        let said = ann.says(&here.channel, &format!("look :{}:", there.emoji_name));
        ann.post("/reactions", json!({"user_id": ann.id, "post_id": said, "emoji_name": there.emoji_name})).fine();
        let mut visitor = Person::anonymous_at(ann.base());
        visitor.username = "visitor".into();
        let mut marks: Vec<String> = MARKS.split_whitespace().map(|kind| format!("zebrax{kind}")).collect();
        let ids = [
            &there.user,
            &there.bot,
            &there.team,
            &there.channel,
            &there.post,
            &there.file,
            &there.hook,
            &there.outgoing,
            &there.command,
            &there.bookmark,
            &there.scheduled,
            &there.upload,
            &there.token,
            &there.direct,
            &bea.id,
        ];
        marks.extend(ids.into_iter().cloned());
        let nobody_name = there.username.replace("zebraxuser", "quaggauser");
        Town { admin, ann, guest, teamless, visitor, ben, bea, here, there, marks, nobody_name }
    }

    /// What Ben is called by, to be taken out of answers.
    pub fn somebody(&self) -> [String; 2] {
        [self.there.user.clone(), self.there.username.clone()]
    }

    /// What nobody is called by.
    pub fn nobody(&self) -> [String; 2] {
        [NOBODY_ID.to_owned(), self.nobody_name.clone()]
    }

    /// Everything that can happen to Ben and his team.
    pub fn lives(&self, socket: &mut Socket) {
        let Town { ben, bea, there, .. } = self;
        let Things { channel, team, .. } = there;
        ben.put("/users/me/patch", json!({"nickname": "zebraxnick changed"})).fine();
        ben.put("/users/me/status/custom", json!({"emoji": "tada", "text": "zebraxcustom"})).fine();
        ben.put("/users/me/status", json!({"user_id": ben.id, "status": "online"})).fine();
        send(ben.base(), "DELETE", &format!("/users/{}/image", ben.id), ben.token.as_deref(), Vec::new());
        let said = ben.says(channel, &format!("zebraxsaid hello @{} @{}", bea.username, self.ann.username));
        bea.post("/posts", json!({"channel_id": channel, "root_id": said, "message": "zebraxsaid again"})).fine();
        ben.put(&format!("/posts/{said}/patch"), json!({"message": "zebraxsaid edited"})).fine();
        bea.post("/reactions", json!({"user_id": bea.id, "post_id": said, "emoji_name": "smile"})).fine();
        socket.acts(1, "user_typing", json!({"channel_id": channel, "parent_id": ""}));
        ben.put(&format!("/channels/{channel}/patch"), json!({"header": "zebraxheader new"})).fine();
        ben.put(&format!("/teams/{team}/patch"), json!({"description": "zebraxheader new"})).fine();
        let made = ben.makes_channel(team, "zebraxroom", "O");
        ben.adds_to_channel(&made, bea);
        ben.delete(&format!("/channels/{made}/members/{}", bea.id)).fine();
        ben.put(&format!("/channels/{made}/privacy"), json!({"privacy": "P"})).fine();
        ben.delete(&format!("/channels/{made}")).fine();
        self.admin.adds_to_team(team, &self.teamless);
        ben.delete(&format!("/teams/{team}/members/{}", self.teamless.id)).fine();
        makes_emoji(ben, &unique("form").replace('-', "_"));
        let group = json!({"name": unique("ring"), "display_name": "ring", "source": "custom", "allow_reference": true,
            "user_ids": [ben.id, bea.id]});
        ben.post("/groups", group).fine();
        ben.delete(&format!("/posts/{said}")).fine();
        Person::anonymous_at(ben.base()).signs_up(&unique("zebraxuser"));
    }
}
