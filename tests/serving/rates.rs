//! How often a client may ask.

use serde_json::json;

use crate::world::{PASSWORD, Server, Setup};

const PING: &str = "/api/v4/system/ping";

fn limited(burst: &str) -> Setup {
    Setup::new()
        .set("RateLimitSettings.Enable", "true")
        .set("RateLimitSettings.PerSec", "1")
        .set("RateLimitSettings.MaxBurst", burst)
}

/// How many of so many requests with these headers are answered.
fn answered(server: &Server, count: usize, headers: &[(&str, &str)]) -> usize {
    (0..count).filter(|_| server.ask("GET", PING, headers, b"").status == 200).count()
}

#[test]
fn whoever_asks_too_often_is_told_to_wait() {
    let server = limited("5").start();
    let first = server.get(PING).expect(200);
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("5", "4"));
    assert!(first.header("x-ratelimit-reset").parse::<u64>().unwrap() >= 1);
    assert_eq!(first.header("retry-after"), "");
    answered(&server, 4, &[]);
    let refused = server.get(PING).expect(429);
    assert_eq!(refused.text().trim(), "limit exceeded");
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=5).contains(&wait), "{wait}");
    assert_eq!(server.get("/").status, 429, "pages are limited too");
    std::thread::sleep(std::time::Duration::from_secs(wait));
    server.get(PING).expect(200);
}

#[test]
fn an_address_cannot_be_made_up() {
    let server = limited("3").start();
    let made_up = (0..10).filter(|n| {
        let address = format!("203.0.113.{n}");
        let headers = [("X-Forwarded-For", address.as_str()), ("X-Real-IP", address.as_str())];
        server.ask("GET", PING, &headers, b"").status == 200
    });
    assert!(made_up.count() <= 4);
}

#[test]
fn users_are_told_apart() {
    let server = limited("40").set("RateLimitSettings.VaryByUser", "true").start();
    server.sign_up("ann");
    server.sign_up("bob");
    let (ann, bob) = (format!("Bearer {}", server.log_in("ann")), format!("BEARER {}", server.log_in("bob")));
    let ann = answered(&server, 60, &[("Authorization", &ann)]);
    assert!((40..50).contains(&ann), "{ann}");
    let bob = answered(&server, 20, &[("Authorization", &bob)]);
    assert_eq!(bob, 20);
}

#[test]
fn a_header_tells_clients_apart() {
    let setup = limited("3").set("RateLimitSettings.VaryByRemoteAddr", "false");
    let server = setup.set("RateLimitSettings.VaryByHeader", "X-School").start();
    assert!(answered(&server, 8, &[("X-School", "north")]) <= 4);
    assert_eq!(answered(&server, 3, &[("X-School", "south")]), 3);
}

#[test]
fn log_ins_are_limited_more_closely_wherever_the_server_lies() {
    for (site, base) in [("http://127.0.0.1", ""), ("http://127.0.0.1/chat", "/chat")] {
        let server = limited("1000").set("ServiceSettings.SiteURL", site).start();
        let body = json!({"login_id": "nobody", "password": PASSWORD}).to_string();
        let path = format!("{base}/api/v4/users/login");
        let tried = (0..30).filter(|_| server.ask("POST", &path, &[], body.as_bytes()).status == 401).count();
        assert!((10..25).contains(&tried), "{tried} with {site}");
    }
}

#[test]
fn the_memory_of_clients_is_bounded() {
    let setup = limited("1000").set("RateLimitSettings.VaryByHeader", "X-School");
    let server = setup.set("RateLimitSettings.MemoryStoreSize", "100").start();
    let before = memory(&server);
    let long = "x".repeat(4000);
    for n in 0..4000 {
        server.ask("GET", PING, &[("X-School", &format!("{n}{long}"))], b"");
    }
    let after = memory(&server);
    assert!(after < before + 12_000, "{before} kB became {after} kB");
}

/// Resident memory in kilobytes.
fn memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
