//! The web client's files.

use std::io::Read;
use std::path::Path;

use crate::world::{Server, Setup, eventually};

pub const ROOT: &str = "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self' js.example.org\">\
    <title>Mattermost</title><link href=\"/static/css/app.css\"><script id=\"publicPathInWindowScript\"></script>\
    <script src=\"/static/main.1234.js\"></script></head></html>";

/// What is shown of it: the title is the site's name.
pub fn shown() -> String {
    ROOT.replace("<title>Mattermost", "<title>Kollegium")
}

/// A client of a few files, unpacked.
pub fn install(folder: &Path) {
    let client = folder.join("data/client");
    let write = |name: &str, content: &[u8]| {
        let file = client.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    };
    write("root.html", ROOT.as_bytes());
    write("main.1234.js", b"console.log(1)");
    write("large.5678.js", "function f() { return 'chat'; }\n".repeat(2000).as_bytes());
    write("css/app.css", b"a{background:url(/static/images/a.png)}");
    write("images/a.png", &[0x89, b'P', b'N', b'G', 0, 1, 2, 3]);
    write("manifest.json", b"{\"icons\":[{\"src\":\"/static/icon.png\"}]}");
    write("remote_entry.js", b"remote()");
    write("with space.txt", b"space");
}

fn serving() -> Server {
    let setup = Setup::new();
    install(setup.folder());
    setup.start()
}

fn accepting(server: &Server, path: &str, encoding: &str) -> crate::world::Answer {
    server.ask("GET", path, &[("Accept-Encoding", encoding)], b"").expect(200)
}

#[test]
fn every_page_is_the_client() {
    let server = serving();
    for page in [
        "/",
        "/login",
        "/signup_user_complete/?id=abc",
        "/team/channels/town-square",
        "/team/pl/abc",
        "/a.b/c.html",
        "/error?x",
    ] {
        let answer = server.get(page).expect(200);
        assert_eq!(answer.text(), shown(), "{page}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache, max-age=31556926, public");
        assert_eq!(answer.header("x-frame-options"), "SAMEORIGIN");
        assert_eq!(answer.header("content-security-policy"), "frame-ancestors 'self'; script-src 'self'");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{page}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{page}");
        assert_eq!(server.ask("HEAD", page, &[], b"").expect(200).body.len(), 0);
    }
    assert_eq!(server.ask("POST", "/login", &[], b"x").status, 405);
    assert!(server.get("/robots.txt").expect(200).text().contains("Disallow"));
}

#[test]
fn files_are_kept_by_browsers() {
    let server = serving();
    for (path, kind) in [
        ("/static/main.1234.js", "text/javascript; charset=utf-8"),
        ("/static/css/app.css", "text/css; charset=utf-8"),
        ("/static/images/a.png", "image/png"),
        ("/static/manifest.json", "application/json"),
        ("/static/with%20space.txt", "text/plain; charset=utf-8"),
    ] {
        let answer = server.get(path).expect(200);
        assert_eq!((answer.header("content-type"), answer.header("cache-control")), (kind, "max-age=31556926, public"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let known = answer.header("etag").to_owned();
        assert!(known.starts_with('"'), "{known}");
        let again = server.ask("GET", path, &[("If-None-Match", &known)], b"").expect(304);
        assert_eq!((again.body.len(), again.header("etag")), (0, known.as_str()));
        server.ask("GET", path, &[("If-None-Match", "\"other\"")], b"").expect(200);
        server.ask("GET", path, &[("If-Modified-Since", answer.header("last-modified"))], b"").expect(304);
    }
    assert_eq!(server.get("/static/remote_entry.js").header("cache-control"), "no-cache, max-age=31556926, public");
    let page = server.get("/login");
    server.ask("GET", "/", &[("If-None-Match", page.header("etag"))], b"").expect(304);
}

#[test]
fn nothing_outside_of_the_folder_is_served() {
    let server = serving();
    for path in [
        "/static/nothing.js",
        "/static/../config.json",
        "/static/..%2f..%2fdata/kollegium.db",
        "/static/%2e%2e/kollegium.db",
        "/static/..\\kollegium.db",
        "/static/",
        "/static/css",
        "/static/css/",
        "/static/main.1234.js%00",
        "/static/%ff",
    ] {
        let mut wire = server.connect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let (status, said) = wire.says(request.as_bytes()).hears();
        assert!(status == 404 || status == 400, "{path}: {said}");
        assert!(status == 400 || said.contains("cache-control: no-cache, public"), "{path}: {said}");
    }
}

#[test]
fn what_is_worth_it_is_compressed() {
    let server = serving();
    let plain = accepting(&server, "/static/large.5678.js", "identity");
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "Accept-Encoding"));
    let gzip = accepting(&server, "/static/large.5678.js", "gzip, deflate");
    assert_eq!(gzip.header("content-encoding"), "gzip");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&gzip.body[..]).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == plain.body && gzip.body.len() * 10 < plain.body.len());
    let brotli = accepting(&server, "/static/large.5678.js", "gzip, deflate, br, zstd");
    assert_eq!(brotli.header("content-encoding"), "br");
    unpacked.clear();
    brotli::Decompressor::new(&brotli.body[..], 4096).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    assert_eq!(brotli.header("content-length"), brotli.body.len().to_string());
    let tags = [&plain, &gzip, &brotli].map(|answer| answer.header("etag").to_owned());
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2], "{tags:?}");
    let small = accepting(&server, "/static/main.1234.js", "gzip, br");
    assert_eq!(small.header("content-encoding"), "", "too small");
    let picture = accepting(&server, "/static/images/a.png", "gzip, br");
    assert_eq!(picture.header("content-encoding"), "", "compressed already");
    let part = [("Range", "bytes=0-9"), ("Accept-Encoding", "br")];
    let part = server.ask("GET", "/static/large.5678.js", &part, b"").expect(206);
    assert_eq!((part.text().as_str(), part.header("content-encoding")), ("function f", ""));
}

#[test]
fn packed_files_are_taken_where_they_lie() {
    let setup = Setup::new();
    install(setup.folder());
    // No packed form of that file, so that it can be told from one that is made.
    std::fs::write(setup.folder().join("data/client/large.5678.js.br"), "stored").unwrap();
    let server = setup.start();
    assert_eq!(accepting(&server, "/static/large.5678.js", "br").text(), "stored");
    assert_eq!(server.get("/static/large.5678.js.br").status, 404);
}

#[test]
fn answers_of_the_api_are_compressed_when_large() {
    let server = Setup::new().start();
    server.sign_up("ann");
    let bearer = format!("Bearer {}", server.log_in("ann"));
    let ask = |path: &str, encoding: &str| {
        server.ask("GET", path, &[("Authorization", bearer.as_str()), ("Accept-Encoding", encoding)], b"").expect(200)
    };
    let packed = ask("/api/v4/config", "gzip");
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "Accept-Encoding"));
    assert_eq!(ask("/api/v4/config", "identity").header("content-encoding"), "");
    assert_eq!(ask("/api/v4/users/me", "gzip").header("content-encoding"), "", "too small");
    let server = Setup::new().set("ServiceSettings.WebserverMode", "uncompressed").start();
    server.sign_up("ann");
    let bearer = format!("Bearer {}", server.log_in("ann"));
    let headers = [("Authorization", bearer.as_str()), ("Accept-Encoding", "gzip")];
    assert_eq!(server.ask("GET", "/api/v4/config", &headers, b"").header("content-encoding"), "");
    install(server.folder());
    eventually("the client is noticed", || server.get("/").text() == shown());
    assert_eq!(accepting(&server, "/static/large.5678.js", "gzip").header("content-encoding"), "");
}

#[test]
fn a_disabled_web_server_serves_the_api_alone() {
    let setup = Setup::new();
    install(setup.folder());
    let server = setup.set("ServiceSettings.WebserverMode", "disabled").start();
    server.get("/api/v4/system/ping").expect(200);
    for path in ["/", "/login", "/static/main.1234.js"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn the_page_heeds_settings_that_change() {
    let setup = Setup::new();
    install(setup.folder());
    let server = setup.start();
    server.sign_up("ann");
    let token = server.log_in("ann");
    let patch = serde_json::json!({"TeamSettings": {"SiteName": "Campus & Co"}, "ServiceSettings": {"FrameAncestors": "https://portal.example.org"}});
    server.call("PUT", "/config/patch", &token, &patch).expect(200);
    eventually("the name is shown", || server.get("/").text().contains("<title>Campus &amp; Co</title>"));
    assert!(
        server
            .get("/")
            .header("content-security-policy")
            .starts_with("frame-ancestors 'self' https://portal.example.org;")
    );
}
