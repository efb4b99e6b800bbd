//! Requests that no client sends: every route refuses them with an error id, none fails.

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::own::Own;
use crate::world::{Person, send};

/// The routes of the API by the document that is made from them: (method, path).
fn routes() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(include_str!("../../api-spec/openapi.json")).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.push((method.to_uppercase(), path.replacen("/api/v4", "", 1)));
        }
    }
    // These end what the other tests stand on, or ask a mail server that is not there.
    routes.retain(|(_, path)| {
        ![
            "logout",
            "revoke",
            "/restart",
            "/websocket",
            "invalidate",
            "recycle",
            "/email/test",
            "server_busy",
            "convert_to_bot",
            "/demote",
        ]
        .iter()
        .any(|p| path.contains(p))
    });
    routes
}

/// Bodies that break something in most servers.
fn bodies() -> Vec<Vec<u8>> {
    let deep = [vec![b'['; 5000], vec![b']'; 5000]].concat();
    let many: String = (0..10_000).map(|i| format!("\"k{i}\":{i},")).collect();
    vec![
        b"".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        b"[null]".to_vec(),
        b"\"text\"".to_vec(),
        b"{\"id\":5,\"name\":[],\"message\":{},\"user_id\":true,\"channel_id\":\"\\u0000\"}".to_vec(),
        b"{\"message\":\"a\\u0000b\",\"display_name\":\"\\u0000\",\"username\":\"\\u0000\",\"term\":\"\\u0000\",\"terms\":\"\\u0000\"}".to_vec(),
        vec![0xff, 0xfe, b'{', 0xc3, 0x28, b'}'],
        format!("{{{}\"z\":1}}", many).into_bytes(),
        deep,
        b"[\"aaaaaaaaaaaaaaaaaaaaaaaaaa\",\"\\u0000\",\"x\"]".to_vec(),
        b"{\"create_at\":1e400,\"update_at\":-9223372036854775808,\"per_page\":99999999999999999999}".to_vec(),
    ]
}

fn filled(path: &str, place: &str) -> String {
    let mut out = String::new();
    for part in path.split('/').skip(1) {
        out.push('/');
        out.push_str(if part.starts_with('{') { place } else { part });
    }
    out
}

thread_local! {
    /// One client a thread, which keeps its connection: there are tens of thousands of requests.
    static CLIENT: ureq::Agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build(),
    );
}

/// Sends a request, which must be answered, by no failure of the server's, and if it is refused then with an error id.
#[track_caller]
fn check(person: &Person, method: &str, path: &str, body: &[u8]) -> u16 {
    let token = person.token.as_deref().unwrap_or_default();
    let request = ureq::http::Request::builder().method(method).uri(format!("{}/api/v4{path}", person.base()));
    let request =
        request.header("X-Requested-With", "XMLHttpRequest").header("Authorization", format!("Bearer {token}"));
    let shown = || format!("{method} {path} {}", String::from_utf8_lossy(&body[..body.len().min(80)]));
    let answer = CLIENT.with(|client| client.run(request.body(body).unwrap()));
    let mut answer = answer.unwrap_or_else(|error| panic!("{}: {error}", shown()));
    let (status, text) = (answer.status().as_u16(), answer.body_mut().read_to_vec().unwrap_or_default());
    assert!(status < 500 || status == 501, "{}: {status} {}", shown(), String::from_utf8_lossy(&text));
    if status >= 400 {
        let error: Value = serde_json::from_slice(&text).unwrap_or_default();
        // The doors for applications say it as RFC 6749 and RFC 7591 have it: `error`.
        let says = |key: &str| error[key].as_str().is_some_and(|id| !id.is_empty());
        assert!(error.is_null() || says("id") || says("error"), "{}: {error}", shown());
    }
    status
}

/// An administrator beside the first: what is tried here may harm their account.
fn administrator(own: &Own) -> Person {
    let person = own.person("operator");
    let roles = serde_json::json!({"roles": "system_admin system_user"});
    own.admin().put(&format!("/users/{}/roles", person.id), roles).expect(200);
    person.logged_out().logs_in(&person.username)
}

/// Whether a call for oneself ends or changes what one may do, after which nothing else would be tried.
fn harms_oneself(method: &str, path: &str) -> bool {
    let harmful = ["active", "convert_to_bot", "roles", "demote", "promote"];
    path.strip_prefix("/users/{user_id}/").is_some_and(|what| harmful.contains(&what))
        || (method == "DELETE" && path == "/users/{user_id}")
}

/// Things that exist, by the name of their place in a path: what is found is looked at more closely.
fn found(ann: &Person, bob: &Person, operator: &Person) -> HashMap<&'static str, String> {
    let team = ann.makes_team("team");
    let channel = ann.makes_channel(&team, "room", "O");
    let post = ann.says(&channel, "hello");
    let session = bob.get("/users/me/sessions").expect(200).json[0]["id"].as_str().unwrap().to_owned();
    let hook = json!({"channel_id": channel, "display_name": "hook"});
    let hook = operator.post("/hooks/incoming", hook).expect(201).id();
    let token = operator.post("/users/me/tokens", json!({"description": "token"})).expect(200).id();
    let bookmark = json!({"display_name": "bookmark", "type": "link", "link_url": "https://example.org"});
    let bookmark = ann.post(&format!("/channels/{channel}/bookmarks"), bookmark).expect(201).id();
    let path = format!("/files?channel_id={channel}&filename=a.txt");
    let file = send(ann.base(), "POST", &path, ann.token.as_deref(), b"text".to_vec()).expect(201).json;
    [
        ("{team_id}", team),
        ("{channel_id}", channel),
        ("{post_id}", post.clone()),
        ("{thread_id}", post),
        ("{user_id}", bob.id.clone()),
        ("{session_id}", session),
        ("{hook_id}", hook),
        ("{token_id}", token),
        ("{bookmark_id}", bookmark),
        ("{file_id}", file["file_infos"][0]["id"].as_str().unwrap().to_owned()),
    ]
    .into()
}

/// Every body, on things that exist and on things that do not; every oddity in the path and in the query.
fn try_out(people: &[Person], found: &HashMap<&str, String>, method: &str, path: &str) {
    let real = path.split('/').skip(1).fold(String::new(), |out, part| {
        out + "/" + found.get(part).map_or(if part.starts_with('{') { "me" } else { part }, String::as_str)
    });
    let bodies = if method == "GET" { vec![Vec::new()] } else { bodies() };
    for person in people {
        for path in [&real, &filled(path, "aaaaaaaaaaaaaaaaaaaaaaaaaa")] {
            bodies.iter().for_each(|body| _ = check(person, method, path, body));
        }
        for place in ["me", "x", "%00", "%ff%fe", "a%2Fb", "-1"] {
            if place == "me" && harms_oneself(method, path) {
                continue;
            }
            let path = filled(path, place);
            check(person, method, &path, b"{}");
            let query = "page=-1&per_page=x&since=%00&before=x&after=%ff&sort=x&term=%00&name=%00&limit=-5";
            check(person, method, &format!("{path}?{query}"), b"{}");
        }
    }
}

/// Does something for all routes, on four threads; what deletes comes last, when there is nothing more to be tried on
/// what it deletes.
fn for_all(each: impl Fn(&str, &str) + Sync) {
    let (last, first): (Vec<_>, Vec<_>) = routes().into_iter().partition(|(method, _)| method == "DELETE");
    for routes in [first, last] {
        std::thread::scope(|scope| {
            for some in routes.chunks(routes.len().div_ceil(4)) {
                scope.spawn(|| some.iter().for_each(|(method, path)| each(method, path)));
            }
        });
    }
}

#[test]
fn no_route_fails_on_malformed_requests() {
    // What an administrator does here, others would notice: a list of mail domains, for example.
    let own = Own::start(&[("MM_GUESTACCOUNTSSETTINGS_ENABLE", "true")]);
    let (people, bob) = ([own.person("ann"), administrator(&own)], own.person("bob"));
    let found = found(&people[0], &bob, &people[1]);
    for_all(|method, path| try_out(&people, &found, method, path));
    // Otherwise much of it was refused for another reason.
    people[0].get("/users/me").expect(200);
    people[1].get("/config").expect(200);
}

#[test]
fn no_route_takes_a_body_without_end() {
    let ann = Person::new("ann");
    let large = format!("{{\"message\":\"{}\"}}", "x".repeat(300_000)).into_bytes();
    let refused = std::sync::atomic::AtomicUsize::new(0);
    for_all(|method, path| {
        if method != "GET" && check(&ann, method, &filled(path, "aaaaaaaaaaaaaaaaaaaaaaaaaa"), &large) == 413 {
            refused.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    // All but the few that take files, and those that nobody serves.
    assert!(refused.into_inner() > 150);
}

#[test]
fn no_route_fails_on_random_json() {
    let json = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
    ]
    .prop_recursive(3, 24, 6, |inner| {
        let key = prop_oneof![
            Just("id"),
            Just("user_id"),
            Just("channel_id"),
            Just("team_id"),
            Just("message"),
            Just("props"),
            Just("name"),
            Just("type"),
            Just("display_name"),
            Just("roles"),
            Just("notify_props"),
            Just("username"),
            Just("email"),
            Just("terms"),
            Just("metadata"),
        ]
        .prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(key, inner, 0..6).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    });
    let writes: Vec<(String, String)> = routes().into_iter().filter(|(method, _)| method != "GET").collect();
    let ann = Person::new("ann");
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    runner
        .run(&(prop::sample::select(writes), json), |((method, path), body)| {
            check(&ann, &method, &filled(&path, "me"), &serde_json::to_vec(&body).unwrap());
            Ok(())
        })
        .unwrap();
}
