//! Requests that are too large, too slow, or no requests.

use std::time::Duration;

use crate::world::{Setup, Wire};

/// A body of that many bytes, as JSON.
fn body(length: usize) -> Vec<u8> {
    format!("{{\"login_id\":\"{}\"}}", "x".repeat(length - 15)).into_bytes()
}

#[test]
fn bodies_have_a_limit() {
    let server = Setup::new().set("ServiceSettings.MaximumPayloadSizeBytes", "5000").start();
    assert_ne!(server.ask("POST", "/api/v4/users/login", &[], &body(5000)).status, 413);
    let refused = server.ask("POST", "/api/v4/users/login", &[], &body(5001)).expect(413);
    assert_eq!(refused.error(), "api.context.request_body_too_large.app_error");
    // Announced, but never sent: refused at once.
    let head = "POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: 90000000\r\n\r\n";
    let (status, said) = server.connect().says(head.as_bytes()).hears();
    assert_eq!(status, 413, "{said}");
    // In pieces without a length.
    let mut wire = server.connect();
    wire.says(b"POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for _ in 0..6 {
        wire.says(b"400\r\n").says(&[b' '; 1024]).says(b"\r\n");
    }
    assert_eq!(wire.hears().0, 413);
}

#[test]
fn what_follows_a_refused_body_is_no_request() {
    let server = Setup::new().set("ServiceSettings.MaximumPayloadSizeBytes", "100").start();
    let smuggled = "GET /api/v4/system/ping HTTP/1.1\r\nHost: x\r\n\r\n";
    let body = format!("{}{smuggled}", " ".repeat(200));
    let head = format!("POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    let mut wire = server.connect();
    wire.says(head.as_bytes()).says(body.as_bytes());
    assert_eq!(wire.hears().0, 413);
    let after = wire.says(smuggled.as_bytes()).hears();
    assert!(after.0 == 200 || after.0 == 0, "the next request is answered, or the connection is closed: {after:?}");
}

#[test]
fn addresses_and_heads_have_a_limit() {
    let server = Setup::new().start();
    let path = format!("/api/v4/users/me?x={}", "y".repeat(2040));
    assert_eq!(server.get(&path).expect(414).error(), "basic_security_check.url.too_long_error");
    let mut wire = server.connect();
    wire.says(b"GET / HTTP/1.1\r\nHost: x\r\n");
    for n in 0..2000 {
        use std::io::Write;
        if wire.0.write_all(format!("X-H{n}: {}\r\n", "y".repeat(500)).as_bytes()).is_err() {
            break;
        }
    }
    let (status, said) = wire.hears();
    assert!(status == 0 || (400..500).contains(&status), "{said}");
}

#[test]
fn what_is_no_request_is_refused() {
    let server = Setup::new().start();
    for nonsense in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
    ] {
        let (status, said) = server.connect().says(nonsense).hears();
        assert!(status == 0 || (400..500).contains(&status), "{}: {said}", String::from_utf8_lossy(nonsense));
    }
    server.get("/api/v4/system/ping").expect(200);
}

#[test]
fn the_slow_are_hung_up_on() {
    let setup = Setup::new().set("ServiceSettings.ReadTimeout", "2").set("ServiceSettings.IdleTimeout", "3");
    let server = setup.start();
    let (near, late) = (Duration::from_millis(1000), Duration::from_secs(9));
    let closes = |wire: &mut Wire, what: &str| {
        let took = wire.closes();
        assert!(took > near && took < late, "{what}: {took:?}");
    };
    closes(&mut server.connect(), "nothing is said");
    closes(server.connect().says(b"GET /api/v4/system/ping HTTP/1.1\r\nHost: x\r\n"), "half a head");
    let head = b"POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{";
    closes(server.connect().says(head), "half a body");
    let mut wire = server.connect();
    assert_eq!(wire.says(b"GET /api/v4/system/ping HTTP/1.1\r\nHost: x\r\n\r\n").hears().0, 200);
    closes(&mut wire, "a connection that is not used");
}

#[test]
fn a_byte_at_a_time_is_too_slow() {
    let setup = Setup::new().set("ServiceSettings.ReadTimeout", "2");
    let server = setup.start();
    for (head, drip) in [
        ("GET / HTTP/1.1\r\nHost: x\r\n", "X-H: y\r\n"),
        ("POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n", " "),
    ] {
        let mut wire = server.connect();
        wire.says(head.as_bytes());
        let ended = (0..60).find(|_| {
            use std::io::{Read, Write};
            std::thread::sleep(Duration::from_millis(100));
            wire.0.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
            let closed = wire.0.read(&mut [0; 4096]).is_ok();
            closed || wire.0.write_all(drip.as_bytes()).is_err()
        });
        assert!(ended.is_some_and(|tenths| (12..50).contains(&tenths)), "{head}: {ended:?}");
    }
}

#[test]
fn an_upload_that_stops_is_given_up() {
    let setup = Setup::new().set("ServiceSettings.ReadTimeout", "2");
    let server = setup.start();
    server.sign_up("ann");
    let token = server.log_in("ann");
    let team = serde_json::json!({"name": "team", "display_name": "Team", "type": "O"});
    let team = server.call("POST", "/teams", &token, &team).expect(201).json();
    let channels = format!("/users/me/teams/{}/channels", team["id"].as_str().unwrap());
    let channel = server.call("GET", &channels, &token, &().into()).expect(200).json()[0]["id"].clone();
    let head = format!(
        "POST /api/v4/files?channel_id={}&filename=a.txt HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 100000\r\n\r\nabc",
        channel.as_str().unwrap()
    );
    let took = server.connect().says(head.as_bytes()).closes();
    assert!(took > Duration::from_secs(1) && took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn whoever_never_reads_is_given_up() {
    let setup =
        Setup::new().set("ServiceSettings.WriteTimeout", "3").set("ServiceSettings.MaximumPayloadSizeBytes", "1000");
    crate::client::install(setup.folder());
    std::fs::write(setup.folder().join("data/client/huge.bin"), vec![7; 60_000_000]).unwrap();
    let server = setup.start();
    let mut wire = server.connect();
    wire.says(b"GET /static/huge.bin HTTP/1.1\r\nHost: x\r\n\r\n");
    let connections = || {
        let port = format!(":{:04X}", server.port());
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        // Established, of this server.
        table
            .lines()
            .filter(|line| {
                line.split_whitespace().nth(1).is_some_and(|local| local.ends_with(&port)) && line.contains(" 01 ")
            })
            .count()
    };
    crate::world::eventually("it is connected", || connections() == 1);
    crate::world::eventually("it is given up", || connections() == 0);
}
