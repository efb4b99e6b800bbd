//! Requests that no client sends: every route refuses them with an error id, none fails.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::world::{Person, base, send};

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

#[track_caller]
fn check(person: &Person, method: &str, path: &str, body: Vec<u8>) {
    let answer = send(base(), method, path, person.token.as_deref(), body.clone());
    let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
    assert!(answer.status < 500 || answer.status == 501, "{method} {path} {shown}: {} {}", answer.status, answer.json);
    if answer.status >= 400 {
        assert!(!answer.error().is_empty() || answer.json.is_null(), "{method} {path} {shown}: {}", answer.json);
    }
}

/// An administrator of this test's own: what is tried here may harm their account, and the other tests need theirs.
fn administrator() -> Person {
    let person = Person::new("operator");
    let roles = serde_json::json!({"roles": "system_admin system_user"});
    Person::admin().put(&format!("/users/{}/roles", person.id), roles).expect(200);
    Person::log_in(&person.username)
}

/// Whether a call for oneself ends or changes what one may do, after which nothing else would be tried.
fn harms_oneself(method: &str, path: &str) -> bool {
    let account = ["/users/{user_id}/active", "/users/{user_id}/convert_to_bot", "/users/{user_id}/roles"];
    account.contains(&path) || (method == "DELETE" && path == "/users/{user_id}")
}

#[test]
fn no_route_fails_on_malformed_requests() {
    let people = [Person::new("ann"), administrator()];
    for (method, path) in routes() {
        for place in ["me", "x", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "%00", "%ff%fe", "a%2Fb", "-1"] {
            if place == "me" && harms_oneself(&method, &path) {
                continue;
            }
            let path = filled(&path, place);
            for person in &people {
                for body in bodies().into_iter().take(if method == "GET" { 1 } else { usize::MAX }) {
                    check(person, &method, &path, body);
                }
                check(
                    person,
                    &method,
                    &format!(
                        "{path}?page=-1&per_page=x&since=%00&before=x&after=%ff&sort=x&term=%00&name=%00&limit=-5"
                    ),
                    b"{}".to_vec(),
                );
            }
        }
    }
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
            check(&ann, &method, &filled(&path, "me"), serde_json::to_vec(&body).unwrap());
            Ok(())
        })
        .unwrap();
}
