//! What `TeamSettings.RestrictDirectMessage` = `team` and `KollegiumSettings.PeopleVisibleTo` = `team` leave people: those of
//! their teams, the conversations that they have had, and bots; and what those see who manage the server's people.

use serde_json::{Value, json};

use crate::own::Own;
use crate::world::Person;

fn says(person: &Person, channel: &str) -> u16 {
    person.post("/posts", json!({"channel_id": channel, "message": "hello"})).status
}

/// What is done in a conversation, with the refusal where people may not write to each other any more.
fn is_shut(person: &Person, channel: &str, post: &str) {
    let refused = |method: &str, path: &str, body: Value, error: &str| {
        assert_eq!(person.asks(method, path, body).expect(400).error(), error, "{method} {path}");
    };
    let said = json!({"channel_id": channel, "message": "hello"});
    refused("POST", "/posts", said.clone(), "api.post.create_post.can_not_post_in_restricted_dm.error");
    refused("POST", "/drafts", said, "api.draft.create_draft.can_not_draft_to_restricted_dm.error");
    let upload = json!({"channel_id": channel, "filename": "x.txt", "file_size": 5});
    refused("POST", "/uploads", upload, "app.upload.create.cannot_upload_to_restricted_dm.error");
    let reaction = json!({"user_id": person.id, "post_id": post, "emoji_name": "tada"});
    refused("POST", "/reactions", reaction, "api.reaction.save.restricted_dm.error");
    let taken_back = format!("/users/me/posts/{post}/reactions/smile");
    refused("DELETE", &taken_back, Value::Null, "api.reaction.delete.restricted_dm.error");
    let header = json!({"header": "new"});
    let patch = format!("/channels/{channel}/patch");
    refused("PUT", &patch, header, "api.channel.patch_update_channel.restricted_dm.app_error");
    let path = format!("/files?channel_id={channel}&filename=x.txt");
    let file = crate::world::send(person.base(), "POST", &path, person.token.as_deref(), b"hello".into());
    assert_eq!(file.expect(400).error(), "api.file.upload_file.restricted_dm.error");
}

#[test]
fn people_write_only_to_those_of_their_teams() {
    let server = Own::start(&[]);
    let (admin, ann, ben, cid) = (server.admin(), server.person("ann"), server.person("ben"), server.person("cid"));
    let direct = ann.post("/channels/direct", json!([ann.id, ben.id])).expect(201).id();
    let group = ann.post("/channels/group", json!([ann.id, ben.id, cid.id])).expect(201).id();
    let (post, in_group) = (ann.says(&direct, "hello"), ben.says(&group, "hello"));
    admin.put("/config/patch", json!({"TeamSettings": {"RestrictDirectMessage": "team"}})).expect(200);
    is_shut(&ann, &direct, &post);
    is_shut(&cid, &group, &in_group);
    let refused = cid.post("/channels/direct", json!([ann.id, cid.id])).expect(403);
    assert_eq!(refused.error(), "api.channel.create_channel.direct_channel.team_restricted_error");
    let team = ann.makes_team("crew");
    admin.adds_to_team(&team, &ben);
    assert_eq!((says(&ann, &direct), says(&ann, &group)), (201, 400));
    admin.adds_to_team(&team, &cid);
    assert_eq!((says(&ann, &direct), says(&cid, &group)), (201, 201));
    // People are still found: that is another setting.
    server.person("dan").get(&format!("/users/{}", ann.id)).expect(200);
}

#[test]
fn people_know_those_of_their_teams() {
    let server = Own::start(&[("MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION", "true")]);
    let (admin, ann, ben) = (server.admin(), server.person("ann"), server.person("ben"));
    let (cid, eve, manager) = (server.person("cid"), server.person("eve"), server.person("manager"));
    let manages = json!({"roles": "system_user system_user_manager"});
    admin.put(&format!("/users/{}/roles", manager.id), manages).expect(200);
    let (team, other) = (ann.makes_team("crew"), eve.makes_team("others"));
    admin.adds_to_team(&team, &ben);
    admin.adds_to_team(&team, &cid);
    admin.adds_to_team(&other, &cid);
    let old = ann.post("/channels/direct", json!([ann.id, eve.id])).expect(201).id();
    ann.says(&old, "hello");
    let bot =
        admin.post("/bots", json!({"username": "helper"})).expect(201).json["user_id"].as_str().unwrap().to_owned();
    let patch = json!({"KollegiumSettings": {"PeopleVisibleTo": "team"}});
    // The setting is the machine's, not the System Console's: this changes nothing.
    admin.put("/config/patch", patch).expect(200);
    ben.get(&format!("/users/{}", eve.id)).expect(200);
    let server = server.again(&[("MM_KOLLEGIUMSETTINGS_PEOPLEVISIBLETO", "team")]);
    let [admin, ann, ben, cid, eve, manager] =
        [&admin, &ann, &ben, &cid, &eve, &manager].map(|p| server.log_in(&p.username));
    let sees = |who: &Person, whom: &str| who.get(&format!("/users/{whom}")).status == 200;
    assert!(sees(&ann, &ben.id) && sees(&ben, &ann.id), "a team");
    assert!(sees(&ben, &cid.id) && sees(&eve, &cid.id) && !sees(&ben, &eve.id), "one who is in two teams");
    assert!(sees(&admin, &eve.id) && sees(&manager, &eve.id) && sees(&manager, &ann.id), "who manages people");
    assert!(!sees(&ben, &bot) && sees(&admin, &bot), "a bot");
    admin.post(&format!("/teams/{team}/members"), json!({"team_id": team, "user_id": bot})).expect(201);
    assert!(sees(&ben, &bot) && !sees(&eve, &bot), "a bot in a team");
    // A conversation that they have had stays to be read, with its names; nothing is added, and no new one is begun.
    assert!(sees(&ann, &eve.id) && sees(&eve, &ann.id));
    assert_eq!(ann.get(&format!("/channels/{old}/posts")).expect(200).json["order"].as_array().unwrap().len(), 1);
    assert_eq!((says(&ann, &old), says(&eve, &old)), (400, 400));
    ben.post("/channels/direct", json!([ben.id, eve.id])).expect(403);
    cid.post("/channels/direct", json!([cid.id, eve.id])).expect(201);
    cid.post("/channels/group", json!([cid.id, ben.id, eve.id])).expect(403);
    cid.post("/channels/group", json!([cid.id, ben.id, eve.id, bot])).expect(403);
    assert_eq!(ann.get("/config/client?format=old").expect(200).json["RestrictDirectMessage"], "team");
    // Nobody is known by being put somewhere, and whoever leaves is not known any more.
    ben.post(&format!("/teams/{team}/members"), json!({"team_id": team, "user_id": eve.id})).expect(404);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &cid);
    let root = cid.says(&room, "a question");
    for person in [&ann, &cid] {
        person.post("/posts", json!({"channel_id": room, "root_id": root, "message": "an answer"})).expect(201);
    }
    let thread = format!("/users/me/teams/{team}/threads/{root}?extended=true");
    assert!(ann.get(&thread).expect(200).json["participants"].to_string().contains(&cid.username));
    cid.delete(&format!("/teams/{team}/members/{}", cid.id)).expect(200);
    assert!(!sees(&ben, &cid.id));
    let told =
        ben.get(&format!("/posts/{root}/thread?collapsedThreads=true&collapsedThreadsExtended=true")).expect(200);
    let participants = told.json["posts"][&root]["participants"].to_string();
    assert!(participants.contains(&cid.id) && !participants.contains(&cid.username), "{participants}");
}
