//! Pages of other sites.

use crate::world::{Answer, Server, Setup};

const WIKI: &str = "https://wiki.example.org";

fn from(server: &Server, origin: &str) -> Answer {
    server.ask("GET", "/api/v4/system/ping", &[("Origin", origin)], b"").expect(200)
}

fn preflight(server: &Server, origin: &str) -> Answer {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "authorization,content-type"),
    ];
    server.ask("OPTIONS", "/api/v4/users/me/patch", &headers, b"")
}

#[test]
fn nothing_is_said_of_other_sites_by_default() {
    let server = Setup::new().start();
    for answer in [from(&server, WIKI), preflight(&server, WIKI)] {
        assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control")), "{answer:?}");
    }
    assert_eq!(server.socket("/api/v4/websocket", &[("Origin", WIKI)]).err(), Some(403));
}

#[test]
fn named_sites_may_call() {
    let setup = Setup::new().set("ServiceSettings.AllowCorsFrom", &format!("http://other.example.org {WIKI}"));
    let setup = setup.set("ServiceSettings.CorsExposedHeaders", "X-Request-Id Token");
    let server = setup.set("ServiceSettings.CorsAllowCredentials", "true").start();
    let answer = from(&server, WIKI);
    assert_eq!(answer.header("access-control-allow-origin"), WIKI);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert_eq!(answer.header("access-control-expose-headers"), "X-Request-Id, Token");
    let answer = preflight(&server, WIKI);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, WIKI));
    assert!(answer.header("access-control-allow-methods").contains("PUT"));
    assert_eq!(answer.header("access-control-allow-headers"), "authorization,content-type");
    assert_eq!(answer.header("access-control-max-age"), "86400");
    for foreign in
        ["https://evil.example.org", "https://wiki.example.org.evil.example", "http://wiki.example.org", "null"]
    {
        for answer in [from(&server, foreign), preflight(&server, foreign)] {
            assert_eq!(answer.header("access-control-allow-origin"), "", "{foreign}");
            assert!(answer.all("vary").iter().any(|vary| vary.contains("Origin")), "a cache must tell them apart");
        }
    }
    assert!(server.get("/api/v4/system/ping").all("vary").contains(&"Origin"));
    assert!(server.socket("/api/v4/websocket", &[("Origin", WIKI)]).is_ok());
    assert_eq!(server.socket("/api/v4/websocket", &[("Origin", "https://evil.example.org")]).err(), Some(403));
}

#[test]
fn everybody_may_call_but_not_with_somebodys_cookies() {
    let setup = Setup::new().set("ServiceSettings.AllowCorsFrom", "*");
    let server = setup.set("ServiceSettings.CorsAllowCredentials", "true").start();
    // Browsers send no cookies to whom `*` is said (Fetch §3.3.5), so no site acts in the name of its visitors.
    assert_eq!(from(&server, WIKI).header("access-control-allow-origin"), "*");
    assert_eq!(preflight(&server, "null").header("access-control-allow-origin"), "*");
    assert!(server.socket("/api/v4/websocket", &[("Origin", WIKI)]).is_ok());
}

#[test]
fn patterns_name_the_hosts_of_a_domain() {
    let server = Setup::new().set("ServiceSettings.AllowCorsFrom", "https://*.example.org").start();
    assert_eq!(from(&server, WIKI).header("access-control-allow-origin"), WIKI);
    for foreign in ["https://example.org", "https://example.org.evil.example", "http://wiki.example.org"] {
        assert_eq!(from(&server, foreign).header("access-control-allow-origin"), "", "{foreign}");
    }
}

#[test]
fn decisions_are_told_to_whoever_looks_for_a_fault() {
    let setup = Setup::new().set("ServiceSettings.AllowCorsFrom", WIKI).set("ServiceSettings.CorsDebug", "true");
    let server = setup.set("LogSettings.ConsoleLevel", "DEBUG").start();
    from(&server, "https://evil.example.org");
    from(&server, WIKI);
    let log = server.stderr();
    let line = |origin: &str| log.lines().find(|line| line.contains(origin)).unwrap_or_default().to_owned();
    assert!(line("evil.example.org").contains("refused") && line(WIKI).contains("granted"), "{log}");
}
