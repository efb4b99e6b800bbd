//! How it ends.

use std::time::Duration;

use serde_json::json;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Error, Message};

use crate::world::{PASSWORD, Setup, heard};

#[test]
fn a_quiet_server_ends_at_once() {
    let mut server = Setup::new().start();
    server.get("/api/v4/system/ping").expect(200);
    server.terminate();
    let (status, took) = server.ends();
    assert!(status.success() && took < Duration::from_secs(3), "{status} after {took:?}");
}

#[test]
fn idle_connections_hold_nothing_up() {
    let mut server = Setup::new().start();
    let mut wires: Vec<_> = (0..5).map(|_| server.connect()).collect();
    for wire in wires.iter_mut().skip(2) {
        assert_eq!(wire.says(b"GET /api/v4/system/ping HTTP/1.1\r\nHost: x\r\n\r\n").hears().0, 200);
    }
    server.terminate();
    let (status, took) = server.ends();
    assert!(status.success() && took < Duration::from_secs(4), "{status} after {took:?}");
}

#[test]
fn sockets_are_told_to_come_back() {
    let mut server = Setup::new().start();
    server.sign_up("ann");
    let bearer = format!("Bearer {}", server.log_in("ann"));
    let mut sockets: Vec<_> =
        (0..20).map(|_| server.socket("/api/v4/websocket", &[("Authorization", &bearer)]).unwrap()).collect();
    assert!(sockets.iter_mut().all(|socket| heard(socket)["event"] == "hello"));
    let mut anonymous = server.socket("/api/v4/websocket", &[]).unwrap();
    server.terminate();
    for socket in &mut sockets {
        let farewell = loop {
            match socket.read() {
                Ok(Message::Close(frame)) => break frame.map(|frame| frame.code),
                Ok(_) => {}
                Err(Error::ConnectionClosed) => break None,
                Err(other) => panic!("no farewell: {other}"),
            }
        };
        assert_eq!(farewell, Some(CloseCode::Away));
    }
    // Who has not signed in yet has missed nothing: that the connection ends is enough.
    let farewell = anonymous.read();
    assert!(
        matches!(farewell, Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::Protocol(_))),
        "{farewell:?}"
    );
    let (status, took) = server.ends();
    assert!(status.success() && took < Duration::from_secs(5), "{status} after {took:?}");
}

#[test]
fn what_is_in_work_is_finished() {
    // A log-in takes its time with so many rounds.
    let mut server = Setup::new().set("KollegiumSettings.PasswordWorkFactor", "600000").start();
    server.sign_up("ann");
    let body = json!({"login_id": "ann", "password": PASSWORD}).to_string();
    let head = format!("POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    let mut wire = server.connect();
    wire.says(head.as_bytes()).says(body.as_bytes());
    std::thread::sleep(Duration::from_millis(50));
    server.terminate();
    let (status, said) = wire.hears();
    assert_eq!(status, 200, "{said}");
    let (status, took) = server.ends();
    assert!(status.success() && took < Duration::from_secs(5), "{status} after {took:?}");
}

#[test]
fn a_request_that_never_ends_is_not_waited_for() {
    let mut server = Setup::new().start();
    let mut wire = server.connect();
    wire.says(b"POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
    std::thread::sleep(Duration::from_millis(100));
    server.terminate();
    let (status, took) = server.ends();
    assert!(status.success() && took < Duration::from_secs(13), "{status} after {took:?}");
}

#[test]
fn nobody_is_let_in_any_more() {
    let mut server = Setup::new().start();
    let mut wire = server.connect();
    wire.says(b"POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
    std::thread::sleep(Duration::from_millis(100));
    server.terminate();
    std::thread::sleep(Duration::from_millis(1500));
    let late = std::net::TcpStream::connect(("127.0.0.1", server.port()));
    assert!(late.is_err(), "a new connection is accepted");
    drop(wire);
    assert!(server.ends().0.success());
}

#[test]
fn what_was_said_is_there_at_the_next_start() {
    let mut server = Setup::new().start();
    let ann = server.sign_up("ann");
    let token = server.log_in("ann");
    let team = json!({"name": "team", "display_name": "Team", "type": "O"});
    let team = server.call("POST", "/teams", &token, &team).expect(201).json();
    let square = format!("/teams/{}/channels/name/town-square", team["id"].as_str().unwrap());
    let square = server.call("GET", &square, &token, &json!(null)).expect(200).json();
    let post = json!({"channel_id": square["id"], "message": "still there"});
    let post = server.call("POST", "/posts", &token, &post).expect(201).json();
    server.terminate();
    assert!(server.ends().0.success());
    let wal = server.folder().join("data/kollegium.db-wal");
    assert!(!wal.exists() || wal.metadata().unwrap().len() == 0, "the database is left in one file");
    let server = server.again();
    let path = format!("/posts/{}", post["id"].as_str().unwrap());
    let found = server.call("GET", &path, &token, &json!(null)).expect(200).json();
    assert_eq!((found["message"].as_str(), found["user_id"].as_str()), (Some("still there"), Some(ann.as_str())));
}
