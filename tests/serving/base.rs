//! Below a path of a site that other programs share.

use serde_json::json;

use crate::client::{ROOT, install};
use crate::world::{PASSWORD, Server, Setup, heard};

fn below(path: &str) -> Server {
    let setup = Setup::new();
    let site = format!("http://127.0.0.1:{}{path}", setup.port());
    install(setup.folder());
    setup.set("ServiceSettings.SiteURL", &site).start()
}

#[test]
fn everything_lies_below_the_path() {
    for site in ["/chat", "/tools/chat/"] {
        let (server, base) = (below(site), site.trim_end_matches('/'));
        let at = |path: &str| server.get(&format!("{base}{path}"));
        at("/api/v4/system/ping").expect(200);
        assert_eq!(at("/api/v4/nothing").expect(404).error(), "api.context.404.app_error");
        assert_eq!(at("/plugins/x").expect(501).error(), "app.plugin.disabled.app_error");
        for page in ["/", "/login", "/team/channels/town-square", "/admin_console"] {
            let page = at(page).expect(200).text();
            assert!(page.contains(&format!("window.publicPath='{base}/static/'")), "{page}");
            assert!(page.contains(&format!("src=\"{base}/static/main.1234.js\"")), "{page}");
        }
        assert_eq!(at("/static/main.1234.js").expect(200).text(), "console.log(1)");
        let style = at("/static/css/app.css").expect(200).text();
        assert_eq!(style, format!("a{{background:url({base}/static/images/a.png)}}"));
        assert!(at("/static/manifest.json").expect(200).text().contains(&format!("\"{base}/static/icon.png\"")));
        assert_eq!(at("").expect(302).header("location"), format!("{base}/"));
    }
}

#[test]
fn whoever_asks_outside_is_sent_in() {
    let server = below("/chat");
    for (path, location) in [
        ("/", "/chat/"),
        ("/team/pl/abc?x=1", "/chat/team/pl/abc?x=1"),
        ("/chatty", "/chat/chatty"),
        ("/api/v4/system/ping", "/chat/api/v4/system/ping"),
    ] {
        assert_eq!(server.get(path).expect(302).header("location"), location);
    }
    // Never to another host.
    for path in ["//evil.example.org", "//evil.example.org/%2e%2e", "/\\evil.example.org"] {
        let answer = server.get(path);
        let location = answer.header("location");
        assert!(location.is_empty() || location.starts_with("/chat/"), "{path} leads to {location}");
    }
    assert_eq!(server.get("/chat//api/v4/system/ping").expect(301).header("location"), "/chat/api/v4/system/ping");
}

#[test]
fn without_a_path_doubled_slashes_lead_nowhere_else() {
    let server = Setup::new().start();
    for path in ["//evil.example.org", "//evil.example.org/api//", "/api//evil.example.org", "/\\evil.example.org"] {
        let answer = server.get(path);
        assert!(
            !answer.header("location").starts_with("//") && !answer.header("location").contains("://"),
            "{answer:?}"
        );
    }
}

#[test]
fn people_work_there() {
    let server = below("/chat/");
    let body = json!({"username": "ann", "email": "ann@example.com", "password": PASSWORD}).to_string();
    server.ask("POST", "/chat/api/v4/users", &[], body.as_bytes()).expect(201);
    let body = json!({"login_id": "ann", "password": PASSWORD}).to_string();
    let browser = [("X-Requested-With", "XMLHttpRequest")];
    let answer = server.ask("POST", "/chat/api/v4/users/login", &browser, body.as_bytes()).expect(200);
    let cookies = answer.all("set-cookie");
    assert_eq!(cookies.len(), 3);
    // With a slash at its end the path would not fit `/chat` itself (RFC 6265 §5.1.4).
    assert!(cookies.iter().all(|cookie| cookie.contains("; Path=/chat;")), "{cookies:?}");
    let token = answer.header("token");
    let cookie = format!("MMAUTHTOKEN={token}");
    let mut socket = server.socket("/chat/api/v4/websocket", &[("Cookie", &cookie)]).unwrap();
    assert_eq!(heard(&mut socket)["event"], "hello");
    let dead = server.ask("GET", "/chat/api/v4/users/me", &[("Cookie", "MMAUTHTOKEN=dead")], b"").expect(401);
    assert!(dead.header("set-cookie").contains("Path=/chat;"), "{dead:?}");
    let config = server.get("/chat/api/v4/config/client?format=old").expect(200).json();
    assert_eq!(config["SiteURL"], format!("{}/chat", server.base()));
    assert!(server.stdout().contains("/chat"), "{}", server.stdout());
}

#[test]
fn the_landing_page_is_there_too() {
    let setup = Setup::new();
    let site = format!("http://127.0.0.1:{}/chat", setup.port());
    let server = setup.set("ServiceSettings.SiteURL", &site).start();
    assert!(server.get("/chat/").expect(200).text().contains("kollegium client install"));
    assert!(!ROOT.contains("kollegium client install"));
}
