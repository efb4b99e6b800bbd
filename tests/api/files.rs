//! `/files`, `/uploads`, and files of posts

use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{Person, base, send};

const BOUNDARY: &str = "----files";

/// A raw answer: status, headers, bytes.
struct Sent {
    status: u16,
    headers: ureq::http::HeaderMap,
    bytes: Vec<u8>,
}

impl Sent {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

fn call(method: &str, path: &str, person: &Person, headers: &[(&str, &str)], body: Vec<u8>) -> Sent {
    let path =
        if let Some(outside) = path.strip_prefix("//") { format!("/{outside}") } else { format!("/api/v4{path}") };
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", base()));
    if let Some(token) = &person.token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(60)))
        .build();
    let mut answer = ureq::Agent::new_with_config(config).run(request.body(body).unwrap()).unwrap();
    Sent {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        bytes: answer.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap(),
    }
}

fn get(path: &str, person: &Person) -> Sent {
    call("GET", path, person, &[], Vec::new())
}

/// Uploads one file in a form; the name goes into the header as it is.
fn upload(person: &Person, channel: &str, name: &str, content: &[u8]) -> Sent {
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"channel_id\"\r\n\r\n{channel}\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    call("POST", "/files", person, &[("Content-Type", &kind)], body)
}

fn uploaded(person: &Person, channel: &str, name: &str, content: &[u8]) -> Value {
    let sent = upload(person, channel, name, content);
    assert_eq!(sent.status, 201, "{}", sent.json());
    sent.json()["file_infos"][0].clone()
}

fn id(info: &Value) -> String {
    info["id"].as_str().unwrap().to_owned()
}

fn place() -> (Person, Person, String) {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_channel(&room, &ben);
    (ann, ben, room)
}

/// A PNG whose head says that it has this size; there are no pixels in it.
fn png_head(width: u32, height: u32) -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, 2, 0, 0, 0]);
    let crc = crc32(&head);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(head);
    png.extend(crc.to_be_bytes());
    png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn what_is_uploaded_comes_back_whole_and_in_parts() {
    let (ann, ben, room) = place();
    let content: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    let file = id(&uploaded(&ann, &room, "numbers.bin", &content));
    let whole = get(&format!("/files/{file}"), &ben);
    assert!(whole.status == 200 && whole.bytes == content);
    let part = call("GET", &format!("/files/{file}"), &ben, &[("Range", "bytes=1000-1999")], Vec::new());
    assert_eq!((part.status, part.header("content-range")), (206, "bytes 1000-1999/300000"));
    assert_eq!(part.bytes, content[1000..2000]);
    let head = call("HEAD", &format!("/files/{file}"), &ben, &[], Vec::new());
    assert_eq!((head.status, head.header("content-length")), (200, "300000"));
    let known = [("If-Modified-Since", whole.header("last-modified"))];
    assert_eq!(call("GET", &format!("/files/{file}"), &ben, &known, Vec::new()).status, 304);
    assert_eq!(get(&format!("/files/{file}"), &Person::new("zoe")).status, 403);
    assert_eq!(get(&format!("/files/{file}"), &Person::anonymous()).status, 401);
}

#[test]
fn names_lead_nowhere() {
    let (ann, _, room) = place();
    for (given, kept) in [
        ("../../../etc/passwd", "passwd"),
        ("..", ".."),
        (".", "."),
        ("/", "/"),
        (".kollegium-x", ".kollegium-x"),
        ("a\u{202e}gnp.exe", "agnp.exe"),
        ("%2e%2e%2fx.txt", "%2e%2e%2fx.txt"),
    ] {
        let info = uploaded(&ann, &room, given, b"content");
        assert_eq!(info["name"], kept, "{given}");
        let sent = get(&format!("/files/{}", id(&info)), &ann);
        assert!(sent.status == 200 && sent.bytes == b"content", "{given}");
        assert!(sent.header("content-disposition").starts_with("attachment;"), "{given}");
    }
    let long = "ü".repeat(600) + ".txt";
    let info = uploaded(&ann, &room, &long, b"x");
    assert!(info["name"].as_str().unwrap().chars().count() <= 256);
    assert_eq!(get(&format!("/files/{}", id(&info)), &ann).status, 200);
}

#[test]
fn an_upload_is_never_a_page() {
    let (ann, _, room) = place();
    for name in ["page.html", "page.HTM", "code.js", "picture.svg", "feed.xhtml", "text.xml", "noext"] {
        let file = id(&uploaded(&ann, &room, name, b"<script>alert(1)</script>"));
        let sent = get(&format!("/files/{file}"), &ann);
        assert!(sent.header("content-disposition").starts_with("attachment;"), "{name}");
        assert_eq!(sent.header("x-content-type-options"), "nosniff");
        assert!(!sent.header("content-type").starts_with("text/html"), "{name}");
        assert!(!sent.header("content-type").contains("javascript"), "{name}");
    }
}

#[test]
fn a_picture_is_judged_by_its_head() {
    let (ann, _, room) = place();
    let sent = upload(&ann, &room, "bomb.png", &png_head(60_000, 60_000));
    assert_eq!((sent.status, &sent.json()["id"]), (400, &json!("api.file.upload_file.large_image_detailed.app_error")));
    let broken = uploaded(&ann, &room, "broken.png", &png_head(100, 100));
    assert!(broken.get("width").is_none() && broken["mini_preview"].is_null(), "{broken}");
    assert_eq!(get(&format!("/files/{}/thumbnail", id(&broken)), &ann).status, 400);
}

#[test]
fn posts_carry_their_files() {
    let (ann, ben, room) = place();
    let [one, two, three] = ["one.txt", "two.txt", "three.txt"].map(|name| id(&uploaded(&ann, &room, name, b"x")));
    let mut socket = ben.listens();
    let body = json!({"channel_id": room, "message": "look", "file_ids": [two, one]});
    let post = ann.post("/posts", body).expect(201);
    assert_eq!(post.json["file_ids"], json!([two, one]));
    assert_eq!(post.json["metadata"]["files"].as_array().map(Vec::len), Some(2));
    let heard = socket.heard();
    let posted = heard.iter().find(|event| event["event"] == "posted").unwrap();
    assert!(posted["data"]["post"].as_str().unwrap().contains("one.txt") && posted["data"]["otherFile"] == "true");
    let post = post.id();
    let shown = || ben.get(&format!("/channels/{room}/posts")).expect(200).json["posts"][&post]["metadata"].clone();
    assert_eq!(shown()["files"].as_array().map(Vec::len), Some(2));
    let others = json!({"channel_id": room, "message": "mine", "file_ids": [three]});
    assert!(ben.post("/posts", others).expect(201).json["file_ids"].is_null(), "a file of somebody else");
    let change = |ids: Value| {
        let body = json!({"file_ids": ids}).to_string().into_bytes();
        send(base(), "PUT", &format!("/posts/{post}/patch"), ann.token.as_deref(), body).expect(200)
    };
    assert_eq!(change(json!([one, three])).json["file_ids"], json!([one, three]));
    assert_eq!(get(&format!("/files/{two}/info"), &ann).status, 404);
    assert!(shown()["files"].to_string().contains("three.txt") && !shown()["files"].to_string().contains("two.txt"));
    let history = ann.get(&format!("/posts/{post}/edit_history")).expect(200);
    assert!(history.json[0]["metadata"]["files"].to_string().contains("two.txt"), "{}", history.json);
    let version = history.json[0]["id"].as_str().unwrap();
    ann.post(&format!("/posts/{post}/restore/{version}"), json!({})).expect(200);
    assert_eq!(get(&format!("/files/{two}/info"), &ann).status, 200);
    assert_eq!(ben.get(&format!("/posts/{post}/files/info")).expect(200).json.as_array().map(Vec::len), Some(2));
    ann.delete(&format!("/posts/{post}")).expect(200);
    assert_eq!(get(&format!("/files/{one}"), &ann).status, 404);
    ann.get(&format!("/posts/{post}/files/info")).expect(404);
}

#[test]
fn an_upload_goes_on_where_it_ended() {
    let (ann, ben, room) = place();
    let first = vec![b'a'; 5 << 20];
    let body = json!({"channel_id": room, "filename": "big.txt", "file_size": first.len() + 3});
    let upload = ann.post("/uploads", body).expect(201).id();
    let path = format!("/uploads/{upload}");
    assert_eq!(call("POST", &path, &ann, &[], b"abc".to_vec()).status, 400, "too short for a first part");
    assert_eq!(call("POST", &path, &ben, &[], first.clone()).status, 403);
    assert_eq!(call("POST", &path, &ann, &[], first.clone()).status, 204);
    assert_eq!(ann.get(&path).expect(200).json["file_offset"], first.len());
    assert_eq!(call("POST", &path, &ann, &[], b"xyz!".to_vec()).status, 400, "more than is left");
    let info = call("POST", &path, &ann, &[], b"xyz".to_vec());
    assert_eq!(info.status, 200);
    let sent = get(&format!("/files/{}", id(&info.json())), &ann);
    assert!(sent.bytes.len() == first.len() + 3 && sent.bytes.ends_with(b"axyz"));
    ann.get(&path).expect(404);
}

#[test]
fn files_are_found_by_those_who_read_them() {
    let (ann, ben, room) = place();
    let word = crate::world::unique("fund").replace('-', "");
    let file = id(&uploaded(&ann, &room, &format!("Bericht_{word}_100%.pdf"), b"x"));
    let search = |who: &Person, terms: &str| {
        let found = who.post("/files/search", json!({"terms": terms})).expect(200);
        found.json["order"].as_array().map(Vec::len)
    };
    assert_eq!(search(&ann, &word), Some(0), "it is not attached yet");
    ann.post("/posts", json!({"channel_id": room, "message": "m", "file_ids": [file]})).expect(201);
    for terms in [word.clone(), format!("{word} ext:pdf"), format!("from:{} {word}", ann.username)] {
        assert_eq!((search(&ben, &terms), search(&Person::new("zoe"), &terms)), (Some(1), Some(0)), "{terms}");
    }
    for terms in [format!("{word} -ext:pdf"), format!("{word} ext:md"), format!("{word} before:2001-01-01")] {
        assert_eq!(search(&ben, &terms), Some(0), "{terms}");
    }
}
