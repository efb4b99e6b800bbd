//! The server under test and the people on it.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

pub const PASSWORD: &str = "Secret-pass-1!";

/// A running server. Nothing drops a static, so a shell stands between: it ends the server when the test process, in
/// whatever way, lets go of its standard input.
pub struct Server {
    pub base: String,
    data: tempfile::TempDir,
    shell: Child,
}

const SHELL: &str = r#""$@" < /dev/null & server=$!; cat > /dev/null; kill -9 $server"#;

static SERVER: OnceLock<Server> = OnceLock::new();
static COUNT: AtomicU32 = AtomicU32::new(0);

fn start() -> Server {
    let mut settings = vec![("MM_GUESTACCOUNTSSETTINGS_ENABLE", "true".to_owned())];
    if let Ok(url) = std::env::var("KOLLEGIUM_TEST_POSTGRES") {
        settings.extend([("MM_SQLSETTINGS_DRIVERNAME", "postgres".to_owned()), ("MM_SQLSETTINGS_DATASOURCE", url)]);
    }
    launch(tempfile::tempdir().unwrap(), &settings)
}

impl Server {
    /// A server of a test's own, for what all on it feel. It runs on the embedded database; `admin` is its first account.
    pub fn own() -> Server {
        let server = launch(tempfile::tempdir().unwrap(), &[]);
        server.anonymous().signs_up("admin");
        server
    }

    /// Ends it and starts it anew, with these settings in its environment.
    pub fn again(mut self, settings: &[(&str, String)]) -> Server {
        drop(self.shell.stdin.take());
        self.shell.wait().unwrap();
        launch(self.data, settings)
    }

    /// Where its configuration file and its data are.
    pub fn folder(&self) -> &std::path::Path {
        self.data.path()
    }

    /// A visitor without a session.
    pub fn anonymous(&self) -> Person {
        Person { base: Some(self.base.clone()), ..Person::default() }
    }

    /// Somebody who signs up and logs in.
    pub fn person(&self, label: &str) -> Person {
        let name = unique(label);
        self.anonymous().signs_up(&name);
        self.log_in(&name)
    }

    /// Logs in under a name.
    pub fn log_in(&self, username: &str) -> Person {
        self.anonymous().logs_in(username)
    }
}

/// Starts a server in a folder, which may have its configuration file, with these settings in its environment.
pub fn launch(data: tempfile::TempDir, settings: &[(&str, String)]) -> Server {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = format!("http://127.0.0.1:{port}");
    let mut command = Command::new("sh");
    command
        .args(["-c", SHELL, "sh", env!("CARGO_BIN_EXE_kollegium"), "serve", "--config"])
        .arg(data.path().join("config.json"))
        .arg("--data-dir")
        .arg(data.path().join("data"))
        .env("MM_SERVICESETTINGS_LISTENADDRESS", format!("127.0.0.1:{port}"))
        .env("MM_SERVICESETTINGS_SITEURL", &base)
        .env("MM_SERVICESETTINGS_ENABLEDEVELOPER", "true")
        .env("MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS", "true")
        // Programs and pages of the tests are there; the other loopback addresses stay internal.
        .env("MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS", "127.0.0.1 127.0.0.3")
        .env("MM_TEAMSETTINGS_ENABLEOPENSERVER", "true")
        .env("MM_TEAMSETTINGS_MAXUSERSPERTEAM", "1000")
        .env("MM_KOLLEGIUMSETTINGS_PASSWORDWORKFACTOR", "1000")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .envs(settings.iter().map(|(name, value)| (name, value)));
    let shell = command.spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "the server did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    Server { base, data, shell }
}

/// The address of the server, which is started by whoever asks first.
pub fn base() -> &'static str {
    let server = SERVER.get_or_init(|| {
        let server = start();
        let admin = json!({"username": "admin", "email": "admin@example.com", "password": PASSWORD});
        assert_eq!(call_at(&server.base, "POST", "/users", None, Some(&admin)).status, 201, "the first sign-up");
        server
    });
    &server.base
}

/// An answer: its status, its JSON (`null` if it has none), and its headers.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub json: Value,
    pub headers: ureq::http::HeaderMap,
}

impl Answer {
    /// The error id of a refusal.
    pub fn error(&self) -> &str {
        self.json["id"].as_str().unwrap_or_default()
    }

    /// The `id` of what was answered.
    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_default().to_owned()
    }

    /// The answer, which must be no refusal.
    #[track_caller]
    pub fn fine(self) -> Answer {
        assert!(self.status < 300, "{} {}", self.status, self.json);
        self
    }

    /// The answer, which must have that status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.json);
        self
    }
}

fn call_at(base: &str, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
    let body = body.map_or_else(Vec::new, |b| serde_json::to_vec(b).unwrap());
    send(base, method, path, token, body)
}

/// One request with a body as it is.
pub fn send(base: &str, method: &str, path: &str, token: Option<&str>, body: Vec<u8>) -> Answer {
    let path =
        if let Some(outside) = path.strip_prefix("//") { format!("/{outside}") } else { format!("/api/v4{path}") };
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{base}{path}"));
    request = request.header("X-Requested-With", "XMLHttpRequest");
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(30)))
        .build();
    let mut response = ureq::Agent::new_with_config(config).run(request.body(body).unwrap()).unwrap();
    let text = response.body_mut().read_to_vec().unwrap();
    Answer {
        status: response.status().as_u16(),
        json: serde_json::from_slice(&text).unwrap_or_default(),
        headers: response.headers().clone(),
    }
}

/// Somebody, logged in or not.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub id: String,
    pub username: String,
    pub token: Option<String>,
    /// Where, if not on the server that all tests share.
    base: Option<String>,
}

impl Person {
    /// A visitor without a session.
    pub fn anonymous() -> Person {
        Person::default()
    }

    /// A visitor of the server at that address.
    pub fn anonymous_at(base: &str) -> Person {
        Person { base: Some(base.to_owned()), ..Person::default() }
    }

    /// The administrator.
    pub fn admin() -> Person {
        Person::log_in("admin")
    }

    /// Somebody who signs up and logs in.
    pub fn new(label: &str) -> Person {
        let username = unique(label);
        Person::anonymous().signs_up(&username);
        Person::log_in(&username)
    }

    /// Logs in under a name.
    pub fn log_in(username: &str) -> Person {
        Person::anonymous().logs_in(username)
    }

    pub fn signs_up(&self, username: &str) {
        let body = json!({"username": username, "email": format!("{username}@example.com"), "password": PASSWORD});
        self.post("/users", body).expect(201);
    }

    pub fn logs_in(self, username: &str) -> Person {
        let answer = self.post("/users/login", json!({"login_id": username, "password": PASSWORD})).expect(200);
        let token = answer.headers["token"].to_str().unwrap().to_owned();
        Person { id: answer.id(), username: username.to_owned(), token: Some(token), ..self }
    }

    /// The same person with another token.
    pub fn with_token(&self, token: &str) -> Person {
        Person { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The address of the person's server.
    pub fn base(&self) -> &str {
        self.base.as_deref().unwrap_or_else(|| base())
    }

    pub fn get(&self, path: &str) -> Answer {
        call_at(self.base(), "GET", path, self.token.as_deref(), None)
    }

    /// Asks for what is not known under that tag.
    pub fn get_unless(&self, path: &str, tag: &str) -> Answer {
        let mut request = ureq::get(format!("{}/api/v4{path}", base())).header("If-None-Match", tag);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let response = request.config().http_status_as_error(false).build().call().unwrap();
        Answer { status: response.status().as_u16(), json: Value::Null, headers: response.headers().clone() }
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        call_at(self.base(), "POST", path, self.token.as_deref(), Some(&body))
    }

    pub fn put(&self, path: &str, body: Value) -> Answer {
        call_at(self.base(), "PUT", path, self.token.as_deref(), Some(&body))
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        call_at(self.base(), "PATCH", path, self.token.as_deref(), Some(&body))
    }

    pub fn delete(&self, path: &str) -> Answer {
        call_at(self.base(), "DELETE", path, self.token.as_deref(), None)
    }

    /// A guest, who is in this team and these channels only; made by the administrator.
    pub fn guest(label: &str, team: &str, channels: &[&str]) -> Person {
        let (admin, guest) = (Person::admin(), Person::new(label));
        admin.post(&format!("/users/{}/demote", guest.id), json!({})).expect(200);
        admin.adds_to_team(team, &guest);
        for channel in channels {
            admin.post(&format!("/channels/{channel}/members"), json!({"user_id": guest.id})).expect(201);
        }
        guest
    }

    /// A team of this person's making.
    pub fn makes_team(&self, label: &str) -> String {
        self.post("/teams", json!({"name": unique(label), "display_name": label, "type": "O"})).expect(201).id()
    }

    /// A channel of this person's making; `O` or `P`.
    pub fn makes_channel(&self, team: &str, label: &str, kind: &str) -> String {
        let body = json!({"team_id": team, "name": unique(label), "display_name": label, "type": kind});
        self.post("/channels", body).expect(201).id()
    }

    /// Adds somebody to a team.
    pub fn adds_to_team(&self, team: &str, other: &Person) {
        self.post(&format!("/teams/{team}/members"), json!({"team_id": team, "user_id": other.id})).expect(201);
    }

    /// Adds somebody to a channel.
    pub fn adds_to_channel(&self, channel: &str, other: &Person) {
        self.post(&format!("/channels/{channel}/members"), json!({"user_id": other.id})).expect(201);
    }

    /// The same person without a session.
    pub fn logged_out(&self) -> Person {
        Person { token: None, ..self.clone() }
    }

    /// Orders a job and waits until it is over; the job.
    pub fn has_done(&self, kind: &str) -> Value {
        let id = self.post("/jobs", json!({"type": kind})).expect(201).id();
        eventually(|| {
            let job = self.get(&format!("/jobs/{id}")).expect(200).json;
            (job["status"] != "pending" && job["status"] != "in_progress").then_some(job)
        })
    }

    /// Says something; the post's id.
    pub fn says(&self, channel: &str, message: &str) -> String {
        self.post("/posts", json!({"channel_id": channel, "message": message})).expect(201).id()
    }

    /// Uploads a text into a channel; the file's id.
    pub fn uploads(&self, channel: &str, name: &str, content: &str) -> String {
        let path = format!("/files?channel_id={channel}&filename={name}");
        let answer = send(self.base(), "POST", &path, self.token.as_deref(), content.as_bytes().to_vec());
        answer.expect(201).json["file_infos"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Any call, with a body where the method has one.
    pub fn asks(&self, method: &str, path: &str, body: Value) -> Answer {
        call_at(self.base(), method, path, self.token.as_deref(), (method != "GET").then_some(&body))
    }

    /// Opens a WebSocket and waits for `hello`.
    pub fn listens(&self) -> Socket {
        Socket::open(self, "")
    }
}

/// Asks again and again until the answer is as wanted, for what happens by itself; gives up after a while.
#[track_caller]
pub fn eventually<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(25);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "it did not happen");
        std::thread::sleep(Duration::from_millis(150));
    }
}

/// Seconds since 1970.
pub fn seconds() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64
}

/// A name that nobody else has.
pub fn unique(label: &str) -> String {
    format!("{label}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// An open WebSocket.
pub struct Socket {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    pub connection_id: String,
}

impl Socket {
    /// Opens one with these query parameters; `connection_id` is `""` unless a `hello` came.
    pub fn open(person: &Person, query: &str) -> Socket {
        Socket::try_open(person, query).unwrap()
    }

    /// The same, where it may be refused.
    pub fn try_open(person: &Person, query: &str) -> Option<Socket> {
        let url = format!("{}/api/v4/websocket?{query}", person.base().replace("http", "ws"));
        let mut request = tungstenite::client::IntoClientRequest::into_client_request(url).unwrap();
        if let Some(token) = &person.token {
            request.headers_mut().insert("Authorization", format!("Bearer {token}").parse().unwrap());
        }
        let (socket, _) = tungstenite::connect(request).ok()?;
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
        }
        let mut socket = Socket { socket, connection_id: String::new() };
        if let Some(hello) = socket.next().filter(|e| e["event"] == "hello") {
            socket.connection_id = hello["data"]["connection_id"].as_str().unwrap().to_owned();
        }
        Some(socket)
    }

    /// The next message, unless none comes for a while.
    pub fn next(&mut self) -> Option<Value> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Everything that comes until it is quiet for a while.
    pub fn heard(&mut self) -> Vec<Value> {
        std::iter::from_fn(|| self.next()).collect()
    }

    /// The names of the events that come until it is quiet. Those about statuses are left out, and those about groups, of
    /// which everybody hears while other tests make some.
    pub fn names(&mut self) -> Vec<String> {
        let names = self.heard().into_iter().filter_map(|e| e["event"].as_str().map(str::to_owned));
        names.filter(|name| !["status_change", "received_group"].contains(&name.as_str())).collect()
    }

    /// Shows that the client is there, as a browser does by itself.
    pub fn pongs(&mut self) {
        self.socket.send(Message::Pong(Vec::new().into())).unwrap();
    }

    /// Sends an action.
    pub fn acts(&mut self, seq: u64, action: &str, data: Value) {
        let text = json!({"seq": seq, "action": action, "data": data}).to_string();
        self.socket.send(Message::text(text)).unwrap();
    }
}
