//! Groups of the directory: linked, tied to teams and channels, and kept as the directory has them.

use ldap3::Mod;
use serde_json::{Value, json};

use crate::server::{Answer, Server, eventually, settings};
use crate::slapd::{BASE, Slapd, is_there, person};
use crate::sync::synced;

/// A group of staff with a group in it, and one that nobody links.
fn groups() -> String {
    let group = |name: &str, number: u32, members: &[String]| {
        let members: String = members.iter().map(|dn| format!("member: {dn}\n")).collect();
        format!("dn: {}\nobjectClass: groupOfNames\ncn: {name}\ndescription: {number}\n{members}\n", dn_of(name))
    };
    let staff = group("All Staff", 1, &[person("ann"), dn_of("Deans")]);
    staff + &group("Deans", 2, &[person("dora")]) + &group("Others", 3, &[person("fay")])
}

fn dn_of(group: &str) -> String {
    format!("cn={group},ou=groups,{BASE}")
}

struct Scene {
    slapd: Slapd,
    server: Server,
    root: String,
    /// Somebody's team, with themself and hal in it.
    team: String,
    ann: Answer,
    dora: Answer,
    fay: Answer,
    hal: Answer,
}

impl Scene {
    fn new() -> Scene {
        let slapd = Slapd::start_with(&groups());
        let mut ldap = settings(&slapd);
        ldap["GroupIdAttribute"] = json!("description");
        ldap["GroupDisplayNameAttribute"] = json!("cn");
        let server = Server::start(ldap, json!({}));
        let [ann, dora, fay, hal] =
            ["ann", "dora", "fay", "hal"].map(|name| server.log_in(name, &format!("{name}-secret")).expect(200));
        let root = server.root();
        let team = json!({"name": "crew", "display_name": "Crew", "type": "I"});
        let team = server.post("/teams", &root, team).expect(201).text("id").to_owned();
        let scene = Scene { slapd, server, root, team, ann, dora, fay, hal };
        scene.add(&scene.hal, 201);
        scene
    }

    fn add(&self, person: &Answer, status: u16) -> Answer {
        let body = json!({"team_id": self.team, "user_id": person.text("id")});
        self.server.post(&format!("/teams/{}/members", self.team), &self.root, body).expect(status)
    }

    fn put(&self, path: &str, body: Value) -> Answer {
        self.server.put(path, &self.root, body)
    }

    fn link(&self, remote: &str) -> String {
        let path = format!("/ldap/groups/{remote}/link");
        self.server.post(&path, &self.root, json!({})).expect(201).text("id").to_owned()
    }

    fn is_member(&self, person: &Answer) -> bool {
        let member = self.server.get(&format!("/teams/{}/members/{}", self.team, person.text("id")), &self.root);
        member.status == 200 && member.json["delete_at"] == 0
    }

    fn is_in(&self, channel: &str, person: &Answer) -> bool {
        self.server.get(&format!("/channels/{channel}/members/{}", person.text("id")), &self.root).status == 200
    }

    fn come_and_go(&self, inside: &[&Answer], outside: &[&Answer]) {
        eventually(|| {
            let all = inside.iter().all(|person| self.is_member(person));
            (all && !outside.iter().any(|person| self.is_member(person))).then_some(())
        });
    }
}

#[test]
fn groups_of_the_directory_are_listed_and_linked() {
    if !is_there() {
        return;
    }
    let s = Scene::new();
    let listed = |query: &str| s.server.get(&format!("/ldap/groups?{query}"), &s.root).expect(200).json;
    let names = |list: &Value| {
        let groups = list["groups"].as_array().unwrap().iter();
        groups.map(|group| group["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = listed("");
    assert_eq!((names(&all), &all["count"]), (vec!["All Staff".into(), "Deans".into(), "Others".into()], &json!(3)));
    let unknown = json!({"mattermost_group_id": null, "name": "All Staff", "primary_key": "1", "has_syncables": null});
    assert_eq!(all["groups"][0], unknown);
    assert_eq!(names(&listed("q=DEA")), ["Deans"]);
    let second = listed("page=1&per_page=2");
    assert_eq!((names(&second), &second["count"]), (vec!["Others".into()], &json!(3)));
    s.server.get("/ldap/groups", &s.ann.token).expect(403);
    s.server.post("/ldap/groups/1/link", &s.ann.token, json!({})).expect(403);
    s.server.post("/ldap/groups/9/link", &s.root, json!({})).expect(404);
    let id = s.link("1");
    assert_eq!(s.server.post("/ldap/groups/1/link", &s.root, json!({})).expect(200).text("id"), id);
    let group = s.server.get(&format!("/groups/{id}"), &s.root).expect(200);
    assert_eq!((group.text("source"), group.text("remote_id"), group.text("display_name")), ("ldap", "1", "All Staff"));
    // Only administrators see one that cannot be mentioned.
    s.server.get(&format!("/groups/{id}"), &s.ann.token).expect(403);
    assert_eq!(names(&listed("is_linked=true")), ["All Staff"]);
    assert_eq!(names(&listed("is_linked=false")), ["Deans", "Others"]);
    assert!(names(&listed("is_configured=true")).is_empty());
    s.server.post(&format!("/groups/{id}/members"), &s.root, json!({"user_ids": [s.hal.text("id")]})).expect(400);
    assert_eq!(
        s.server.call("DELETE", &format!("/groups/{id}"), &s.root, &json!({})).expect(400).error(),
        "app.group.crud_permission"
    );
    // Members come with the synchronisation, those of groups in it too.
    let job = synced(&s.server, json!({}));
    assert_eq!((&job["status"], &job["data"]["group_members_added"]), (&json!("success"), &json!("2")), "{job}");
    let members = |id: &str| {
        let page = s.server.get(&format!("/groups/{id}/members"), &s.root).expect(200).json;
        let names = page["members"].as_array().unwrap().iter();
        names.map(|user| user["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(members(&id), ["ann", "dora"]);
    let named = json!({"name": "all-staff", "allow_reference": true});
    s.put(&format!("/groups/{id}/patch"), named).expect(200);
    assert_eq!(s.server.get(&format!("/groups/{id}"), &s.ann.token).expect(200).text("name"), "all-staff");
    s.slapd.modify(&dn_of("Deans"), vec![Mod::Add("member".to_owned(), [person("hal")].into())]);
    s.slapd.modify(&dn_of("All Staff"), vec![Mod::Delete("member".to_owned(), [person("ann")].into())]);
    let job = synced(&s.server, json!({}));
    assert_eq!(job["data"]["group_members_removed"], "1", "{job}");
    assert_eq!(members(&id), ["dora", "hal"]);
    // One that the directory does not show keeps its members.
    s.slapd.delete(&dn_of("All Staff"));
    assert_eq!(synced(&s.server, json!({}))["data"]["groups_missing"], "1");
    assert_eq!(members(&id).len(), 2);
    s.server.call("DELETE", "/ldap/groups/1/link", &s.root, &json!({})).expect(200);
    assert!(s.server.get(&format!("/groups/{id}"), &s.root).expect(200).json["delete_at"].as_i64().unwrap() > 0);
    s.server.call("DELETE", "/ldap/groups/9/link", &s.root, &json!({})).expect(404);
}

#[test]
fn a_team_takes_its_members_from_a_group() {
    if !is_there() {
        return;
    }
    let s = Scene::new();
    let id = s.link("1");
    synced(&s.server, json!({}));
    let tie = format!("/groups/{id}/teams/{}", s.team);
    let patch = json!({"auto_add": true, "scheme_admin": false});
    s.server.post(&format!("{tie}/link"), &s.ann.token, patch.clone()).expect(403);
    let tied = s.server.post(&format!("{tie}/link"), &s.root, patch).expect(201);
    assert_eq!(
        (tied.text("type"), tied.text("team_id"), &tied.json["auto_add"]),
        ("Team", s.team.as_str(), &json!(true))
    );
    s.come_and_go(&[&s.ann, &s.dora, &s.hal], &[&s.fay]);
    let listed = s.server.get(&format!("/groups/{id}/teams"), &s.root).expect(200).json;
    assert_eq!((&listed[0]["team_display_name"], &listed[0]["team_type"]), (&json!("Crew"), &json!("I")));
    let of_team = s.server.get(&format!("/teams/{}/groups", s.team), &s.root).expect(200).json;
    assert_eq!((&of_team["total_group_count"], &of_team["groups"][0]["scheme_admin"]), (&json!(1), &json!(false)));
    s.server.get(&tie, &s.ann.token).expect(403);
    // Whoever leaves is not put back, but for an order that says so.
    s.server
        .call("DELETE", &format!("/teams/{}/members/{}", s.team, s.ann.text("id")), &s.ann.token, &json!({}))
        .expect(200);
    synced(&s.server, json!({}));
    assert!(!s.is_member(&s.ann));
    s.server.post(&format!("/ldap/users/{}/group_sync_memberships", s.ann.text("id")), &s.root, json!({})).expect(200);
    assert!(s.is_member(&s.ann));
    // Where groups decide, whoever is in none goes and cannot be added, and nobody is removed alone.
    let outside = format!("/teams/{}/members_minus_group_members?group_ids={id}", s.team);
    let outside = s.server.get(&outside, &s.root).expect(200).json;
    assert!(outside["users"].as_array().unwrap().iter().any(|user| user["username"] == "hal"), "{outside}");
    s.put(&format!("/teams/{}/patch", s.team), json!({"group_constrained": true})).expect(200);
    s.come_and_go(&[&s.ann, &s.dora], &[&s.hal, &s.fay]);
    assert_eq!(s.add(&s.fay, 400).error(), "api.team.add_members.user_denied");
    let remove = format!("/teams/{}/members/{}", s.team, s.ann.text("id"));
    assert_eq!(
        s.server.call("DELETE", &remove, &s.root, &json!({})).expect(400).error(),
        "api.team.remove_member.group_constrained.app_error"
    );
    // The group's members administer the team once that is said.
    s.put(&format!("{tie}/patch"), json!({"scheme_admin": true})).expect(200);
    eventually(|| (s.server.get(&remove, &s.root).expect(200).json["scheme_admin"] == true).then_some(()));
    // Somebody comes into the group and somebody goes.
    s.slapd.modify(&dn_of("Deans"), vec![Mod::Add("member".to_owned(), [person("fay")].into())]);
    s.slapd.modify(&dn_of("All Staff"), vec![Mod::Delete("member".to_owned(), [person("ann")].into())]);
    synced(&s.server, json!({}));
    s.come_and_go(&[&s.dora, &s.fay], &[&s.ann, &s.hal]);
    s.server.get(&format!("/teams/{}/channels/name/town-square", s.team), &s.ann.token).expect(403);
    // A directory that is away moves nobody.
    s.server.call("DELETE", &format!("{tie}/link"), &s.root, &json!({})).expect(200);
    assert_eq!(
        s.server.call("DELETE", &format!("{tie}/link"), &s.root, &json!({})).expect(400).error(),
        "app.group.group_syncable_already_deleted"
    );
    assert!(s.is_member(&s.dora));
}

#[test]
fn a_channel_takes_its_members_from_a_group() {
    if !is_there() {
        return;
    }
    let s = Scene::new();
    let id = s.link("2");
    synced(&s.server, json!({}));
    let channel = json!({"team_id": s.team, "name": "deans", "display_name": "Deans", "type": "P"});
    let channel = s.server.post("/channels", &s.root, channel).expect(201).text("id").to_owned();
    let tie = format!("/groups/{id}/channels/{channel}");
    let tied =
        s.server.post(&format!("{tie}/link"), &s.root, json!({"auto_add": true, "scheme_admin": true})).expect(201);
    assert_eq!((tied.text("channel_id"), tied.text("team_id")), (channel.as_str(), s.team.as_str()));
    eventually(|| s.is_in(&channel, &s.dora).then_some(()));
    assert!(s.is_member(&s.dora));
    // Its team is tied with it.
    assert_eq!(s.server.get(&format!("/groups/{id}/teams"), &s.root).expect(200).json.as_array().unwrap().len(), 1);
    let listed = s.server.get(&format!("/groups/{id}/channels"), &s.root).expect(200).json;
    assert_eq!((&listed[0]["channel_display_name"], &listed[0]["channel_type"]), (&json!("Deans"), &json!("P")));
    let by_channel = s.server.get(&format!("/teams/{}/groups_by_channels", s.team), &s.root).expect(200).json;
    assert_eq!(by_channel["groups"][&channel][0]["id"], id.as_str());
    let members = format!("/channels/{channel}/members");
    let hal = json!({"user_id": s.hal.text("id")});
    s.server.post(&members, &s.root, hal.clone()).expect(201);
    let outside = format!("/channels/{channel}/members_minus_group_members?group_ids={id}");
    assert!(s.server.get(&outside, &s.root).expect(200).json.to_string().contains(s.hal.text("id")));
    s.put(&format!("/channels/{channel}/patch"), json!({"group_constrained": true})).expect(200);
    eventually(|| (!s.is_in(&channel, &s.hal)).then_some(()));
    assert!(s.is_in(&channel, &s.dora));
    assert_eq!(s.server.post(&members, &s.root, hal).expect(400).error(), "api.channel.add_members.user_denied");
    let dora = format!("{members}/{}", s.dora.text("id"));
    assert_eq!(
        s.server.call("DELETE", &dora, &s.root, &json!({})).expect(400).error(),
        "api.channel.remove_member.group_constrained.app_error"
    );
    eventually(|| (s.server.get(&dora, &s.root).expect(200).json["scheme_admin"] == true).then_some(()));
    // With the team go its channels.
    s.server.call("DELETE", &format!("/groups/{id}/teams/{}/link", s.team), &s.root, &json!({})).expect(200);
    assert_eq!(s.server.get(&format!("/groups/{id}/channels"), &s.root).expect(200).json, json!([]));
    // Where groups decide on the team, only its groups are tied to its channels; groups that members made to nothing.
    s.put(&format!("/teams/{}/patch", s.team), json!({"group_constrained": true})).expect(200);
    let refused = s.server.post(&format!("{tie}/link"), &s.root, json!({"auto_add": true})).expect(400);
    assert_eq!(refused.error(), "group_not_associated_to_synced_team");
    let own =
        json!({"name": "own", "display_name": "Own", "source": "custom", "allow_reference": true, "user_ids": []});
    let own = s.server.post("/groups", &s.root, own).expect(201).text("id").to_owned();
    let refused = s.server.post(&format!("/groups/{own}/teams/{}/link", s.team), &s.root, json!({})).expect(400);
    assert_eq!(refused.error(), "app.group.crud_permission");
}
