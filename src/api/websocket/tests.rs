//! Sockets over the loopback, with a real client and an application of a few lines.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use actix_web::{App, HttpServer, web};
use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader};
use tungstenite::{Message, WebSocket};

use super::*;
use crate::events::access::AccessEvent;
use crate::events::channels::ChannelEvent;
use crate::events::hub::{Hub, Memberships, Session};
use crate::events::users::UserEvent;
use crate::model::Id;

/// An application in which the tokens are names and everybody is in one room.
#[derive(Clone)]
struct Fake {
    hub: Hub,
    room: Id,
    sessions: Arc<Mutex<HashMap<String, Session>>>,
    pongs: Arc<Mutex<usize>>,
}

impl Backend for Fake {
    fn origins(&self) -> Origins {
        Origins { site_url: "http://chat.example.com".into(), allow_cors_from: String::new() }
    }

    fn version(&self) -> String {
        "11.6.0".into()
    }

    fn server_version(&self) -> String {
        "11.6.0.1.abc.true".into()
    }

    fn server_hostname(&self) -> Option<String> {
        None
    }

    async fn session(&self, token: &str) -> Result<Option<Session>> {
        Ok(self.sessions.lock().unwrap().get(token).cloned())
    }

    async fn memberships(&self, _: Id) -> Result<Memberships> {
        Ok(Memberships { channels: vec![self.room], teams: Vec::new() })
    }

    async fn typing(&self, caller: Caller, channel: Id, parent: String) -> Result<bool> {
        let typing = ChannelEvent::Typing { channel, user: caller.user_id, parent };
        self.hub.publish(vec![typing.into()]);
        Ok(channel == self.room)
    }

    async fn set_active(&self, caller: Caller, is_active: bool, manual: bool) -> Result<()> {
        if !is_active && manual {
            self.hub.publish(vec![UserEvent::StatusChanged { user: caller.user_id, status: "away" }.into()]);
        }
        Ok(())
    }

    async fn statuses(&self, _: Caller) -> Result<Vec<(Id, String)>> {
        Ok(self.hub.connected_users().into_iter().map(|user| (user, "online".into())).collect())
    }

    async fn statuses_of(&self, _: Caller, users: Vec<Id>) -> Result<Vec<(Id, String)>> {
        Ok(users.into_iter().filter(|user| self.hub.is_connected(*user)).map(|user| (user, "online".into())).collect())
    }

    async fn pong(&self, _: Caller) {
        *self.pongs.lock().unwrap() += 1;
    }
}

struct Server {
    fake: Fake,
    port: u16,
}

/// A server with two workers, so that sockets of one test are on different shards.
fn server(timing: Timing) -> Server {
    let (hub, _) = Hub::new();
    let fake = Fake { hub, room: Id::random(), sessions: Arc::default(), pongs: Arc::default() };
    let (port, told) = mpsc::channel();
    let app = fake.clone();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let (shard, task) = app.hub.open_shard();
                actix_web::rt::spawn(task);
                let app = app.clone();
                let connect = move |request: HttpRequest, payload: web::Payload| {
                    let (app, shard) = (app.clone(), shard.clone());
                    async move {
                        let token = request.headers().get("authorization").and_then(|token| token.to_str().ok());
                        let token = token.map(str::to_owned);
                        let answer = connect_timed(&request, payload.into_inner(), token, app, shard, timing).await;
                        answer.unwrap_or_else(|error| {
                            HttpResponse::build(actix_web::http::StatusCode::from_u16(error.status).unwrap()).finish()
                        })
                    }
                };
                App::new().route("/ws", web::get().to(connect))
            });
            let server = server.workers(2).bind(("127.0.0.1", 0)).unwrap();
            port.send(server.addrs()[0].port()).unwrap();
            server.run().await.unwrap();
        });
    });
    Server { fake, port: told.recv().unwrap() }
}

fn patient() -> Server {
    server(Timing::default())
}

struct Client(WebSocket<TcpStream>);

impl Server {
    /// Makes a person; their token is their name.
    fn person(&self, name: &str) -> Id {
        let user_id = Id::random();
        let session = Session {
            user_id,
            session_id: Id::random(),
            expires_at: 0,
            is_admin: false,
            is_guest: false,
            oversees: false,
        };
        self.fake.sessions.lock().unwrap().insert(name.to_owned(), session);
        user_id
    }

    fn open_with(&self, token: &str, query: &str, origin: &str) -> std::result::Result<Client, u16> {
        let mut request = format!("ws://127.0.0.1:{}/ws{query}", self.port).into_client_request().unwrap();
        for (name, value) in [("authorization", token), ("origin", origin)] {
            if !value.is_empty() {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => Ok(Client(socket)),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
                Err(answer.status().as_u16())
            }
            Err(other) => panic!("{other}"),
        }
    }

    fn open(&self, token: &str, query: &str) -> Client {
        self.open_with(token, query, "").unwrap()
    }

    /// Opens an authenticated socket and gives the id that `hello` told.
    fn signed_in(&self, token: &str) -> (Client, String) {
        let mut client = self.open(token, "");
        let hello = client.one();
        assert_eq!((&hello["event"], &hello["seq"]), (&json!("hello"), &json!(0)));
        (client, hello["data"]["connection_id"].as_str().unwrap().to_owned())
    }

    fn say(&self, message: &str) {
        let post = crate::events::Json::of(&json!({"message": message}));
        let event = crate::events::posts::PostEvent::Edited { channel: self.fake.room, post: post.into() };
        self.fake.hub.publish(vec![event.into()]);
    }

    fn gone(&self, user: Id) {
        let end = Instant::now() + Duration::from_secs(3);
        while self.fake.hub.is_connected(user) {
            assert!(Instant::now() < end, "the socket is still there");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Client {
    /// The next text, or why there is none: `None` for silence, `Err` when the server has hung up.
    fn next(&mut self) -> std::result::Result<Option<Value>, ()> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Ok(Some(serde_json::from_str(&text).unwrap())),
                Ok(Message::Close(_)) => return Err(()),
                Ok(_) => {}
                Err(tungstenite::Error::Io(e)) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Ok(None);
                }
                Err(_) => return Err(()),
            }
        }
    }

    fn one(&mut self) -> Value {
        let end = Instant::now() + Duration::from_secs(3);
        loop {
            match self.next() {
                Ok(Some(value)) => return value,
                Ok(None) if Instant::now() < end => {}
                other => panic!("{other:?}"),
            }
        }
    }

    fn is_silent(&mut self) -> bool {
        self.next() == Ok(None)
    }

    fn is_closed_within(&mut self, time: Duration) -> bool {
        let end = Instant::now() + time;
        while Instant::now() < end {
            match self.next() {
                Err(()) => return true,
                Ok(Some(value)) => panic!("a word before the end: {value}"),
                Ok(None) => {}
            }
        }
        false
    }

    fn is_closed(&mut self) -> bool {
        self.is_closed_within(Duration::from_secs(2))
    }

    fn send(&mut self, text: &str) -> &mut Client {
        self.0.send(Message::text(text)).unwrap();
        self
    }

    fn ask(&mut self, request: Value) -> Value {
        self.send(&request.to_string()).one()
    }

    fn challenge(&mut self, token: &str) {
        self.send(&json!({"seq": 1, "action": "authentication_challenge", "data": {"token": token}}).to_string());
    }

    fn is_alive(&mut self) -> bool {
        self.ask(json!({"seq": 99, "action": "ping"}))["data"]["text"] == "pong"
    }
}

#[test]
fn an_anonymous_socket_signs_in_by_its_first_message() {
    let server = patient();
    server.person("ann");
    let mut ann = server.open("", "?connection_id=short&sequence_number=0");
    ann.send(r#"{"seq":1,"action":"ping"}"#).send(r#"{"action":"authentication_challenge","data":{"token":"ann"}}"#);
    assert!(ann.is_silent());
    ann.challenge("ann");
    let hello = ann.one();
    assert_eq!((&hello["event"], &hello["seq"]), (&json!("hello"), &json!(0)));
    assert_eq!(hello["data"]["server_version"], "11.6.0.1.abc.true");
    assert_eq!(ann.one(), json!({"status": "OK", "seq_reply": 1}));
    ann.challenge("wrong");
    assert!(ann.is_silent(), "later challenges are not answered");
    assert!(ann.is_alive());
}

#[test]
fn bad_challenges_end_the_socket() {
    let server = patient();
    for data in [json!({"token": "nobody"}), json!({"token": 7}), json!({}), json!(null)] {
        let mut socket = server.open("", "");
        socket.send(&json!({"seq": 1, "action": "authentication_challenge", "data": data}).to_string());
        assert!(socket.is_closed(), "{data}");
    }
}

#[test]
fn who_does_not_sign_in_is_hung_up_on() {
    let server = server(Timing { sign_in: Duration::from_millis(400), ..Timing::default() });
    let mut wrong = server.open("nobody", "");
    server.say("unheard");
    assert!(wrong.is_silent());
    assert!(wrong.is_closed());
}

#[test]
fn the_server_pings_and_hangs_up_on_the_deaf() {
    let timing = Timing { ping: Duration::from_millis(200), pong: Duration::from_millis(500), ..Timing::default() };
    let server = server(timing);
    let ann = server.person("ann");
    let (mut deaf, _) = server.signed_in("ann");
    let (mut listening, _) = server.signed_in("ann");
    let end = Instant::now() + Duration::from_millis(1200);
    while Instant::now() < end {
        assert!(listening.is_silent(), "reading answers pings");
    }
    assert!(listening.is_alive() && *server.fake.pongs.lock().unwrap() > 2);
    deaf.0.get_mut().set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert_eq!(server.fake.hub.connections_of(ann), 1);
    assert!(deaf.is_closed());
}

#[test]
fn requests_are_answered_in_order_and_refused_as_recorded() {
    let server = patient();
    let user = server.person("ann");
    let (mut ann, _) = server.signed_in("ann");
    let id = |reply: &Value| {
        reply["error"]["id"].as_str().unwrap_or_default().rsplit('.').nth(1).unwrap_or_default().to_owned()
    };
    for (request, expected, seq) in [
        (json!({"seq": 1, "action": "nonsense"}), "bad_action", json!(1)),
        (json!({"seq": 2, "action": ""}), "no_action", json!(2)),
        (json!({"seq": 3, "action": "PING"}), "bad_action", json!(3)),
        (json!({"seq": 0, "action": "ping"}), "bad_seq", json!(null)),
        (json!({"seq": -3, "action": "ping"}), "bad_seq", json!(-3)),
        (json!({"seq": 5}), "no_action", json!(5)),
        (json!(null), "no_action", json!(null)),
        (json!({"seq": 6, "action": "user_typing", "data": {"channel_id": "short"}}), "invalid_param", json!(6)),
        (json!({"seq": 7, "action": "user_typing", "data": {"channel_id": Id::random()}}), "invalid_param", json!(7)),
        (
            json!({"seq": 8, "action": "user_update_active_status", "data": {"user_is_active": 1}}),
            "invalid_param",
            json!(8),
        ),
        (json!({"seq": 9, "action": "get_statuses_by_ids", "data": {"user_ids": user}}), "invalid_param", json!(9)),
    ] {
        let reply = ann.ask(request.clone());
        assert_eq!(
            (id(&reply), &reply["seq_reply"], &reply["status"]),
            (expected.into(), &seq, &json!("FAIL")),
            "{request}"
        );
    }
    let statuses = json!({"seq": 10, "action": "get_statuses_by_ids", "data": {"user_ids": [user, user, "short"]}});
    assert_eq!(ann.ask(statuses)["data"], json!({user.as_str(): "online", "short": "offline"}));
    assert_eq!(ann.ask(json!({"seq": 11, "action": "posted_notify_ack"})), json!({"status": "OK", "seq_reply": 11}));
    ann.send(r#"{"seq":12,"action":"custom_plugin_hello"}"#);
    let away =
        json!({"seq": 13, "action": "user_update_active_status", "data": {"user_is_active": false, "manual": true}});
    assert_eq!(ann.ask(away)["event"], "status_change");
    assert_eq!(ann.one()["seq_reply"], 13);
    for (channel, seq) in [(json!(""), 14), (json!(7), 15)] {
        let presence = json!({"seq": seq, "action": "presence", "data": {"channel_id": channel}});
        assert_eq!(ann.ask(presence), json!({"status": "OK", "seq_reply": seq}));
    }
}

#[test]
fn typing_is_heard_by_the_others() {
    let server = patient();
    let user = server.person("ann");
    server.person("bob");
    let ((mut ann, _), (mut bob, _)) = (server.signed_in("ann"), server.signed_in("bob"));
    ann.send(
        &json!({"seq": 1, "action": "user_typing", "data": {"channel_id": server.fake.room, "parent_id": 7}})
            .to_string(),
    );
    assert_eq!(ann.one()["status"], "OK");
    let typing = bob.one();
    assert_eq!((&typing["event"], &typing["data"]), (&json!("typing"), &json!({"parent_id": "", "user_id": user})));
    assert_eq!(typing["broadcast"]["omit_users"], json!({user.as_str(): true}));
    assert!(ann.is_silent());
}

#[test]
fn broken_frames_end_the_socket() {
    let server = patient();
    server.person("ann");
    for text in [
        "nonsense",
        "[1,2]",
        "\"ping\"",
        r#"{"seq":1.5,"action":"ping"}"#,
        r#"{"seq":1,"action":"ping","data":[]}"#,
        "",
    ] {
        let (mut ann, _) = server.signed_in("ann");
        assert!(ann.send(text).is_closed(), "{text}");
    }
    let (mut ann, _) = server.signed_in("ann");
    assert_eq!(ann.send(r#"{"seq":1,"action":"ping"} and more"#).one()["seq_reply"], 1);
    ann.0.send(Message::binary(b"\x82\xa6action\xa4ping\xa3seq\x05".as_slice())).unwrap();
    assert_eq!(ann.one()["seq_reply"], 5);
    ann.0.send(Message::binary(br#"{"seq":1,"action":"ping"}"#.as_slice())).unwrap();
    assert!(ann.is_closed());
}

/// A request of exactly that many bytes.
fn long(size: usize) -> String {
    let head = r#"{"seq":1,"action":"ping","data":{"x":""#;
    format!("{head}{}\"}}}}", "y".repeat(size - head.len() - 3))
}

#[test]
fn the_limit_counts_the_whole_message() {
    let server = patient();
    server.person("ann");
    let in_two = |client: &mut Client, text: &str| {
        let (first, rest) = text.as_bytes().split_at(5000);
        for (bytes, opcode, is_final) in [(first, Data::Text, false), (rest, Data::Continue, true)] {
            let header = FrameHeader { is_final, opcode: OpCode::Data(opcode), ..FrameHeader::default() };
            client.0.send(Message::Frame(Frame::from_payload(header, bytes.to_vec().into()))).unwrap();
        }
    };
    for (size, is_taken) in [(4000, true), (8192, true), (8193, false), (20_000, false)] {
        let (mut whole, _) = server.signed_in("ann");
        whole.send(&long(size));
        assert_eq!(if is_taken { whole.one()["seq_reply"] == 1 } else { !whole.is_closed() }, is_taken, "{size}");
        if size > 5000 {
            let (mut parts, _) = server.signed_in("ann");
            in_two(&mut parts, &long(size));
            assert_eq!(
                if is_taken { parts.one()["seq_reply"] == 1 } else { !parts.is_closed() },
                is_taken,
                "{size} in two"
            );
        }
    }
}

#[test]
fn a_connection_is_resumed_without_loss() {
    let server = patient();
    let user = server.person("ann");
    let (first, id) = server.signed_in("ann");
    drop(first);
    server.gone(user);
    server.say("missed");
    let mut back = server.open("ann", &format!("?connection_id={id}&sequence_number=1"));
    let missed = back.one();
    assert_eq!((&missed["event"], &missed["seq"]), (&json!("post_edited"), &json!(1)));
    drop(back);
    server.gone(user);
    let mut again = server.open("ann", &format!("?connection_id={id}&sequence_number=1"));
    assert_eq!(again.one()["seq"], 1);
    assert!(again.is_alive());
    let mut other = server.open("ann", &format!("?connection_id={id}&sequence_number=1"));
    let hello = other.one();
    assert_eq!(hello["event"], "hello");
    assert_ne!(hello["data"]["connection_id"], id);
    for query in ["?connection_id=short&sequence_number=0".to_owned(), format!("?connection_id={id}")] {
        assert!(server.open("ann", &query).is_closed(), "{query}");
    }
}

#[test]
fn a_revoked_session_is_silent_and_may_be_replaced() {
    let server = patient();
    server.person("ann");
    let (mut ann, _) = server.signed_in("ann");
    let session = server.fake.sessions.lock().unwrap().remove("ann").unwrap();
    server.fake.hub.publish(vec![AccessEvent::SessionRevoked { session: session.session_id }.into()]);
    server.say("unheard");
    let refused = ann.ask(json!({"seq": 1, "action": "nonsense"}));
    assert_eq!(refused["error"]["id"], "api.web_socket_router.not_authenticated.app_error");
    server.person("again");
    ann.challenge("again");
    assert_eq!(ann.one()["event"], "hello");
    assert_eq!(ann.one()["status"], "OK");
    assert!(ann.is_alive());
}

#[test]
fn what_is_no_handshake_or_comes_from_elsewhere_is_refused() {
    let server = patient();
    server.person("ann");
    assert_eq!(server.open_with("ann", "", "http://elsewhere.example.com").err(), Some(403));
    assert!(server.open_with("ann", "", "http://CHAT.example.com").is_ok());
    let plain = ureq::get(format!("http://127.0.0.1:{}/ws", server.port)).call();
    assert!(matches!(plain, Err(ureq::Error::StatusCode(400))));
}

#[test]
fn everybody_is_sent_away_when_the_server_stops() {
    let server = patient();
    let user = server.person("ann");
    let (mut ann, _) = server.signed_in("ann");
    server.fake.hub.close_all();
    assert!(ann.is_closed());
    server.gone(user);
    ann.0.close(None).ok();
}
