//! The web client's files over HTTP.

use std::fs;
use std::io::Read as _;

use actix_web::dev::ServiceResponse;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};

use super::*;

const ROOT: &str = "<head><title>Mattermost</title><link href='/static/a.css'></head>";

fn client() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("files")).unwrap();
    for (name, content) in [
        ("root.html", ROOT),
        ("main.1.js", "packed by hand"),
        ("main.1.js.br", "BROTLI"),
        ("plain.js", &"not packed ".repeat(100)),
        ("remote_entry.js", "x"),
        ("a.css", "a{background:url(/static/files/b.png)}"),
        ("files/b.png", "0123456789"),
    ] {
        fs::write(dir.path().join(name), content).unwrap();
    }
    dir
}

fn page() -> ClientPage {
    ClientPage { site_name: "Süd".to_owned(), version: "9.8.7".to_owned(), ..ClientPage::default() }
}

async fn answer(files: &Data<ClientFiles>, request: TestRequest) -> ServiceResponse {
    let app = init_service(App::new().app_data(files.clone()).default_service(web::route().to(serve))).await;
    call_service(&app, request.to_request()).await.map_into_boxed_body()
}

struct Got {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

async fn get_with(files: &Data<ClientFiles>, path: &str, headers: &[(&str, &str)]) -> Got {
    let request = headers.iter().fold(TestRequest::get().uri(path), |request, header| request.insert_header(*header));
    let response = answer(files, request).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Got { status, headers, body: read_body(response).await.to_vec() }
}

async fn get(files: &Data<ClientFiles>, path: &str) -> Got {
    get_with(files, path, &[]).await
}

fn open(dir: &tempfile::TempDir, base: &str) -> Data<ClientFiles> {
    Data::new(ClientFiles::open(Some(dir.path()), base, page()))
}

#[actix_web::test]
async fn every_page_is_the_app() {
    let dir = client();
    let files = open(&dir, "");
    assert!(files.installed());
    for path in ["/", "/team/channels/town-square", "/login?x=1", "/staticx", "/%00", "/a/../b"] {
        let got = get(&files, path).await;
        assert_eq!(got.status, 200, "{path}");
        assert_eq!(got.text(), ROOT.replace("Mattermost", "Süd"));
        assert_eq!(got.header("cache-control"), ASK_AGAIN);
        assert_eq!(got.header("x-frame-options"), "SAMEORIGIN");
        assert_eq!(got.header("content-security-policy"), "frame-ancestors 'self'; script-src 'self'");
        assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
    }
    let first = get(&files, "/").await;
    let again = get_with(&files, "/", &[("if-none-match", first.header("etag"))]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("x-frame-options"), "SAMEORIGIN");
    assert_eq!(get(&files, "/robots.txt").await.text(), "User-agent: *\nDisallow: /\n");
}

#[actix_web::test]
async fn head_is_answered_and_other_methods_are_not() {
    let dir = client();
    let files = open(&dir, "");
    let head = answer(&files, TestRequest::default().method(Method::HEAD).uri("/")).await;
    assert_eq!(head.status(), 200);
    let post = answer(&files, TestRequest::post().uri("/login")).await;
    assert_eq!((post.status().as_u16(), post.headers().get("allow").unwrap().to_str().unwrap()), (405, "GET, HEAD"));
}

#[actix_web::test]
async fn files_have_types_validators_and_long_lives() {
    let dir = client();
    let files = open(&dir, "");
    let script = get(&files, "/static/main.1.js").await;
    assert_eq!((script.status, script.text().as_str()), (200, "packed by hand"));
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.header("cache-control"), FOR_EVER);
    assert_eq!(script.header("vary"), "Accept-Encoding");
    assert_eq!(get(&files, "/static/remote_entry.js").await.header("cache-control"), ASK_AGAIN);
    let picture = get(&files, "/static/files/b.png").await;
    assert_eq!((picture.header("content-type"), picture.header("vary")), ("image/png", ""));
    for header in [("if-none-match", picture.header("etag")), ("if-modified-since", picture.header("last-modified"))] {
        let again = get_with(&files, "/static/files/b.png", &[header]).await;
        assert_eq!((again.status, again.body.len(), again.header("cache-control")), (304, 0, FOR_EVER), "{header:?}");
    }
    let changed = get_with(
        &files,
        "/static/files/b.png",
        &[("if-none-match", "\"other\""), ("if-modified-since", picture.header("last-modified"))],
    )
    .await;
    assert_eq!(changed.status, 200);
}

#[actix_web::test]
async fn packed_files_are_used_or_made() {
    let dir = client();
    let files = open(&dir, "");
    let accepting = [("accept-encoding", "gzip, br")];
    let ready = get_with(&files, "/static/main.1.js", &accepting).await;
    assert_eq!((ready.header("content-encoding"), ready.text().as_str()), ("br", "BROTLI"));
    assert_ne!(ready.header("etag"), get(&files, "/static/main.1.js").await.header("etag"));
    for _ in 0..2 {
        let made = get_with(&files, "/static/plain.js", &[("accept-encoding", "gzip")]).await;
        assert_eq!(made.header("content-encoding"), "gzip");
        let mut plain = String::new();
        flate2::read::GzDecoder::new(&made.body[..]).read_to_string(&mut plain).unwrap();
        assert!(plain.starts_with("not packed"));
    }
    assert_eq!(get_with(&files, "/static/files/b.png", &accepting).await.header("content-encoding"), "");
    assert_eq!(get(&files, "/static/main.1.js.br").await.status, 404);
    // An older packed file is of another plain one.
    let old = fs::File::options().write(true).open(dir.path().join("main.1.js.br")).unwrap();
    old.set_modified(std::time::UNIX_EPOCH).unwrap();
    let stale = get_with(&open(&dir, ""), "/static/main.1.js", &accepting).await;
    assert_ne!(stale.body, b"BROTLI");
}

#[actix_web::test]
async fn parts_are_given() {
    let dir = client();
    let files = open(&dir, "");
    let part = get_with(&files, "/static/files/b.png", &[("range", "bytes=2-4")]).await;
    assert_eq!((part.status, part.text().as_str(), part.header("content-range")), (206, "234", "bytes 2-4/10"));
    let beyond = get_with(&files, "/static/files/b.png", &[("range", "bytes=20-")]).await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */10"));
    let other = get_with(&files, "/static/files/b.png", &[("range", "bytes=2-4"), ("if-range", "\"other\"")]).await;
    assert_eq!(other.status, 200);
    let script = get_with(&files, "/static/main.1.js", &[("range", "bytes=0-5"), ("accept-encoding", "br")]).await;
    assert_eq!((script.text().as_str(), script.header("content-encoding")), ("packed", ""));
}

#[actix_web::test]
async fn nothing_outside_the_folder_is_served() {
    let dir = client();
    let outside = tempfile::NamedTempFile::new().unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.path(), dir.path().join("out.txt")).unwrap();
        std::os::unix::fs::symlink("/etc", dir.path().join("etc")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("a.css"), dir.path().join("in.css")).unwrap();
    }
    let files = open(&dir, "");
    let name = outside.path().file_name().unwrap().to_str().unwrap();
    for path in [
        "out.txt",
        "etc/passwd",
        "../etc/passwd",
        "..%2f..%2fetc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "files/../../etc/passwd",
        "/etc/passwd",
        "files/",
        "files",
        "",
        "missing.js",
        &format!("../{name}"),
        "a.css%00",
    ] {
        let got = get(&files, &format!("/static/{path}")).await;
        assert_eq!((got.status, got.header("cache-control")), (404, "no-cache, public"), "{path}");
    }
    #[cfg(unix)]
    assert_eq!(get(&files, "/static/in.css").await.status, 200);
}

#[actix_web::test]
async fn under_a_base_everything_moves() {
    let dir = client();
    let files = open(&dir, "/chat/");
    for path in ["/", "/chat", "/chat?x=1"] {
        let got = get(&files, path).await;
        assert_eq!(got.status, 302, "{path}");
        assert!(got.header("location").starts_with("/chat/"), "{path}");
    }
    let page = get(&files, "/chat/team").await;
    assert!(
        page.text().contains("href='/chat/static/a.css'") && page.text().contains("window.publicPath='/chat/static/'")
    );
    assert!(page.header("content-security-policy").contains("script-src 'self' 'sha256-"));
    let style = get(&files, "/chat/static/a.css").await;
    assert_eq!(style.text(), "a{background:url(/chat/static/files/b.png)}");
    assert_eq!(get(&files, "/chat/static/main.1.js").await.status, 200);
    for path in ["/static/main.1.js", "/chatty", "/team"] {
        assert_eq!(get(&files, path).await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn without_a_client_the_landing_page_helps() {
    let empty = tempfile::tempdir().unwrap();
    let files = open(&empty, "");
    assert!(!files.installed());
    for files in [&files, &Data::new(ClientFiles::open(None, "", page()))] {
        let got = get(files, "/team/x").await;
        assert_eq!(got.status, 200);
        assert!(
            got.text().contains("Süd")
                && got.text().contains("9.8.7")
                && got.text().contains("kollegium client install")
        );
        assert!(got.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(get(files, "/static/main.js").await.status, 404);
    }
}

#[actix_web::test]
async fn a_client_installed_later_and_new_settings_are_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let files = open(&dir, "");
    assert!(get(&files, "/").await.text().contains("kollegium client install"));
    fs::write(dir.path().join("root.html"), ROOT).unwrap();
    *files.looked.lock().unwrap() -= LOOK_AGAIN;
    assert!(get(&files, "/").await.text().contains("<title>Süd</title>"));
    files.set_page(ClientPage { site_name: "Nord".to_owned(), description: "\"a\"".to_owned(), ..page() });
    assert!(
        get(&files, "/")
            .await
            .text()
            .contains("<title>Nord</title><meta property=\"og:description\" content=\"&quot;a&quot;\" />")
    );
}
