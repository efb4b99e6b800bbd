//! Synchronisation.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{Server, eventually, settings};
use crate::slapd::{BASE, Slapd, is_there, person};

/// Orders a synchronisation and waits until it is over; the job.
pub fn synced(server: &Server, data: Value) -> Value {
    let root = server.root();
    let ordered = server.post("/jobs", &root, json!({"type": "ldap_sync", "data": data})).expect(201);
    eventually(|| {
        let job = server.get(&format!("/jobs/{}", ordered.text("id")), &root).expect(200).json;
        (job["status"] != "pending" && job["status"] != "in_progress").then_some(job)
    })
}

#[test]
fn attributes_come_over_people_leave_and_come_back() {
    if !is_there() {
        return;
    }
    let mut slapd = Slapd::start();
    let server = Server::start(settings(&slapd), json!({}));
    let [ann, dora, fay, hal] =
        ["ann", "dora", "fay", "hal"].map(|name| server.log_in(name, &format!("{name}-secret")).expect(200));
    let team =
        server.post("/teams", &server.root(), json!({"name": "crew", "display_name": "c", "type": "O"})).expect(201);
    let members = format!("/teams/{}/members", team.text("id"));
    server.post(&members, &server.root(), json!({"team_id": team.text("id"), "user_id": hal.text("id")})).expect(201);
    let square = format!("/teams/{}/channels/name/town-square", team.text("id"));
    let square = server.get(&square, &hal.token).expect(200);
    let said = json!({"channel_id": square.text("id"), "message": "hello"});
    let said = server.post("/posts", &hal.token, said).expect(201);
    // Nothing has changed.
    let job = synced(&server, json!({}));
    assert_eq!((&job["status"], &job["data"]["people"]), (&json!("success"), &json!("5")), "{job}");
    assert!(job["data"]["updated"].is_null(), "{job}");
    slapd.replace("ann", "sn", "Baum");
    slapd.replace("hal", "employeeType", "former");
    slapd.delete(&person("fay"));
    let job = synced(&server, json!({}));
    assert_eq!((&job["data"]["updated"], &job["data"]["deactivated"]), (&json!("1"), &json!("2")), "{job}");
    assert_eq!(server.user("ann")["last_name"], "Baum");
    for gone in [&hal, &fay] {
        server.get("/users/me", &gone.token).expect(401);
        assert!(server.user(gone.text("username"))["delete_at"].as_i64().unwrap() > 0);
    }
    for here in [&ann, &dora] {
        server.get("/users/me", &here.token).expect(200);
    }
    assert_eq!(server.get(&format!("/posts/{}", said.text("id")), &server.root()).expect(200).text("message"), "hello");
    // Back in the filter; whom an administrator has closed stays closed.
    let close = format!("/users/{}/active", dora.text("id"));
    server.put(&close, &server.root(), json!({"active": false})).expect(200);
    slapd.replace("hal", "employeeType", "staff");
    let job = synced(&server, json!({}));
    assert_eq!(job["data"]["reactivated"], "1", "{job}");
    assert_eq!(server.user("hal")["delete_at"].as_i64().unwrap_or(0), 0);
    assert!(server.user("dora")["delete_at"].as_i64().unwrap() > 0);
    server.log_in("hal", "hal-secret").expect(200);
    // A directory that is away deactivates nobody.
    slapd.down();
    let job = synced(&server, json!({}));
    assert_eq!(job["status"], "error");
    server.get("/users/me", &ann.token).expect(200);
}

#[test]
fn a_run_that_would_lock_out_too_many_stops() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let mut server = Server::start(settings(&slapd), json!({}));
    let all = ["ann", "dora", "fay", "hal", "o*dd(na,me)"];
    let tokens: Vec<String> = all
        .iter()
        .map(|name| {
            server.log_in(name, &format!("{}-secret", if name.contains('*') { "odd" } else { name })).expect(200).token
        })
        .collect();
    let inside = |server: &Server| tokens.iter().filter(|token| server.get("/users/me", token).status == 200).count();
    // Nobody at all, by a filter or by a place that is empty.
    for change in [
        json!({"UserFilter": "(employeeType=nobody)"}),
        json!({"UserFilter": "", "BaseDN": format!("ou=services,{BASE}")}),
    ] {
        server.set(json!({"LdapSettings": change}));
        assert_eq!(synced(&server, json!({}))["status"], "error");
        assert_eq!(inside(&server), 5);
    }
    // Four of five: more than a fifth, and more than the few that always may.
    server.set(json!({"LdapSettings": {"UserFilter": "(employeeType=operator)", "BaseDN": BASE}}));
    let job = synced(&server, json!({}));
    assert_eq!(job["status"], "error");
    assert!(job["data"]["error"].as_str().unwrap().contains("4 of 5"), "{job}");
    assert_eq!(inside(&server), 5);
    // An administrator says that it is right; an exception stays.
    server.set(json!({"KollegiumSettings": {"AdmissionAllow": "fay"}}));
    let job = synced(&server, json!({"lock_out_any": "true"}));
    assert_eq!((&job["status"], &job["data"]["deactivated"]), (&json!("success"), &json!("3")), "{job}");
    assert_eq!(inside(&server), 2);
}

#[test]
fn it_is_ordered_tried_and_done_by_itself() {
    if !is_there() {
        return;
    }
    let mut slapd = Slapd::start();
    let mut server = Server::start(settings(&slapd), json!({}));
    let root = server.root();
    server.post("/ldap/test", &root, json!({})).expect(200);
    let trial = |change: Value| {
        let mut all = settings(&slapd);
        all["BindPassword"] = json!("********************************");
        all.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        server.post("/ldap/test_connection", &root, all).status
    };
    assert_eq!(trial(json!({})), 200, "the password in force");
    assert_eq!(trial(json!({"BindPassword": "wrong"})), 400);
    assert_eq!(trial(json!({"BaseDN": "dc=nowhere"})), 400);
    assert_eq!(trial(json!({"LdapServer": "127.0.0.1:9", "BindPassword": "search-secret"})), 400);
    // The password in force goes nowhere else.
    assert_eq!(trial(json!({"LdapServer": "127.0.0.1:9"})), 400);
    let found = server.post("/ldap/test_diagnostics?test=filters", &root, settings(&slapd)).expect(200).json;
    let counts: Vec<(&str, i64)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["test_name"].as_str().unwrap(), one["total_count"].as_i64().unwrap()))
        .collect();
    assert_eq!(counts, [("BaseDN", 1), ("UserFilter", 6), ("GroupFilter", 4)], "{found}");
    let found = server.post("/ldap/test_diagnostics?test=attributes", &root, settings(&slapd)).expect(200).json;
    assert_eq!(
        (&found[0]["test_name"], &found[0]["entries_with_value"]),
        (&json!("IdAttribute"), &json!(5)),
        "{found}"
    );
    server.post("/ldap/test_diagnostics?test=other", &root, json!({})).expect(400);
    let ann = server.log_in("ann", "ann-secret").expect(200);
    for path in ["/ldap/test", "/ldap/sync", "/ldap/test_connection"] {
        server.post(path, &ann.token, json!({})).expect(403);
    }
    slapd.replace("ann", "sn", "Baum");
    server.post("/ldap/sync", &root, json!({"include_removed_members": false})).expect(200);
    eventually(|| (server.user("ann")["last_name"] == "Baum").then_some(()));
    slapd.down();
    assert_eq!(server.post("/ldap/test", &root, json!({})).status, 400);
    server.set(json!({"LdapSettings": {"Enable": false}}));
    assert_eq!(server.post("/ldap/sync", &root, json!({})).status, 501);
    assert_eq!(server.post("/ldap/test", &root, json!({})).status, 501);
}

/// 20,000 people in under a minute and under 200 MB; run alone, on a release build:
/// `cargo test --release --test ldap many_people -- --ignored --nocapture`
#[test]
#[ignore = "takes long in a debug build"]
fn many_people_are_synchronised_soon_and_in_little_memory() {
    if !is_there() {
        return;
    }
    const PEOPLE: usize = 20_000;
    let mut more = String::new();
    for i in 0..PEOPLE {
        let _ = write!(
            more,
            "dn: uid=p{i},ou=people,{BASE}\nobjectClass: inetOrgPerson\nuid: p{i}\nemployeeNumber: n{i}\n\
             employeeType: staff\ncn: P {i}\ngivenName: Given{i}\nsn: Name{i}\nmail: p{i}@campus.example\n\n"
        );
    }
    let slapd = Slapd::start_with(&more);
    let server = Server::start(settings(&slapd), json!({}));
    let ids = |i: usize| format!("{i:0>26}");
    for start in (0..PEOPLE).step_by(500) {
        let rows: Vec<String> = (start..start + 500)
            .map(|i| {
                format!(
                    "('{}',1,1,0,'p{i}','','n{i}','ldap','p{i}@campus.example',true,'','Old{i}','Name{i}','',\
                     'system_user','en',false,'{{}}','{{}}','{{}}',0,0,0,false,'',0)",
                    ids(i)
                )
            })
            .collect();
        server.alter(&format!(
            "INSERT INTO users (id,createat,updateat,deleteat,username,password,authdata,authservice,email,emailverified,\
             nickname,firstname,lastname,position,roles,locale,allowmarketing,props,notifyprops,timezone,lastpasswordupdate,\
             lastpictureupdate,failedattempts,mfaactive,mfasecret,lastlogin) VALUES {}",
            rows.join(",")
        ));
    }
    for round in ["everybody changes", "nobody changes"] {
        let began = Instant::now();
        let job = synced(&server, json!({}));
        let took = began.elapsed();
        assert_eq!(job["status"], "success", "{job}");
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.process())).unwrap();
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        let peak: u64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
        println!("{round}: {:.1} s, at most {} MB, {}", took.as_secs_f64(), peak / 1024, job["data"]);
        assert!(took < Duration::from_secs(60), "{took:?}");
        assert!(peak < 200 * 1024, "{peak} kB");
    }
}
