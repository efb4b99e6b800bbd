//! A server of a test's own, and what is asked of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

pub const PASSWORD: &str = "Secret-pass-1!";

/// How long a server may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that is yet to be started.
pub struct Setup {
    folder: TempDir,
    address: SocketAddr,
    settings: Vec<(String, String)>,
}

impl Setup {
    /// On the loopback address and a free port.
    pub fn new() -> Setup {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let setup = Setup { folder: tempfile::tempdir().unwrap(), address, settings: Vec::new() };
        setup
            .set("ServiceSettings.ListenAddress", &address.to_string())
            .set("TeamSettings.EnableOpenServer", "true")
            .set("KollegiumSettings.PasswordWorkFactor", "1000")
    }

    /// With a setting (`Section.Key`), which the environment decides.
    pub fn set(mut self, path: &str, value: &str) -> Setup {
        let name = format!("MM_{}", path.replace('.', "_").to_uppercase());
        self.settings.retain(|(known, _)| *known != name);
        self.settings.push((name, value.to_owned()));
        self
    }

    /// With a configuration file, for settings that the test changes while the server runs.
    pub fn write(self, settings: &Value) -> Setup {
        std::fs::write(self.folder.path().join("config.json"), settings.to_string()).unwrap();
        self
    }

    /// Reached at another address than the one it is told to listen on.
    pub fn reached_at(self, address: SocketAddr) -> Setup {
        Setup { address, ..self }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    fn command(&self) -> Command {
        let mut command = kollegium(self.folder.path(), &["serve"]);
        command.envs(self.settings.iter().cloned());
        command
    }

    /// The running server, which answers.
    pub fn start(self) -> Server {
        let log = std::fs::File::create(self.folder.path().join("stderr")).unwrap();
        let said = std::fs::File::create(self.folder.path().join("stdout")).unwrap();
        let child = self.command().stdin(Stdio::null()).stdout(said).stderr(log).spawn().unwrap();
        let mut server = Server { folder: self.folder, address: self.address, settings: self.settings, child };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(server.address).is_err() {
            if let Some(status) = server.child.try_wait().unwrap() {
                panic!("the server ended with {status}: {}", server.stderr());
            }
            assert!(Instant::now() < deadline, "the server did not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }

    /// What a server says that refuses to start.
    pub fn refused(&self) -> String {
        let mut child =
            self.command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let status = ended(&mut child, PATIENCE).unwrap_or_else(|| {
            child.kill().unwrap();
            panic!("the server started")
        });
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!status.success(), "{said}");
        said
    }
}

/// A command in a folder, without settings from the tester's environment.
pub fn kollegium(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kollegium"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MM_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(args);
    command
}

/// Waits for a process to end.
fn ended(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + patience;
    loop {
        match child.try_wait().unwrap() {
            None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            status => return status,
        }
    }
}

/// A running server; it is killed with the test.
pub struct Server {
    folder: TempDir,
    address: SocketAddr,
    settings: Vec<(String, String)>,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it wrote to its standard error, where the log goes.
    pub fn stderr(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }

    /// What it wrote to its standard output, once it is up.
    pub fn stdout(&self) -> String {
        let said = || std::fs::read_to_string(self.folder.path().join("stdout")).unwrap();
        eventually("it says where it listens", || said().contains("next"));
        said()
    }

    /// The log files.
    pub fn log_files(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.folder.path().join("data/logs")).unwrap();
        files.map(|file| file.unwrap().path()).collect()
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The same server, started again after its end.
    pub fn again(mut self) -> Server {
        let (folder, settings) =
            (std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap()), self.settings.clone());
        Setup { folder, address: self.address, settings }.start()
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    /// How it ended, and how long that took.
    #[track_caller]
    pub fn ends(&mut self) -> (ExitStatus, Duration) {
        let start = Instant::now();
        let status = ended(&mut self.child, PATIENCE).unwrap_or_else(|| panic!("the server does not end"));
        (status, start.elapsed())
    }

    /// A request without anything special.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// A request with headers and a body, on a connection of its own.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .accept_encoding("")
            .build();
        Answer::of(ureq::Agent::new_with_config(config).run(request.body(body.to_owned()).unwrap()).unwrap())
    }

    /// A call of the API with a JSON body.
    pub fn call(&self, method: &str, path: &str, token: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers: &[_] = if token.is_empty() { &[] } else { &[("Authorization", bearer.as_str())] };
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.ask(method, &format!("/api/v4{path}"), headers, &body)
    }

    /// Somebody signs up; the first one administers the server.
    pub fn sign_up(&self, name: &str) -> String {
        let body = json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
        self.call("POST", "/users", "", &body).expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Somebody logs in; their token.
    pub fn log_in(&self, name: &str) -> String {
        let body = json!({"login_id": name, "password": PASSWORD});
        self.call("POST", "/users/login", "", &body).expect(200).header("token").to_owned()
    }

    /// A bare connection.
    pub fn connect(&self) -> Wire {
        Wire::new(TcpStream::connect(self.address).unwrap())
    }

    /// A socket of somebody, at a path below the server's address.
    pub fn socket(&self, path: &str, headers: &[(&str, &str)]) -> Result<WebSocket<TcpStream>, u16> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            let name: tungstenite::http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => Ok(socket),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(refusal))) => {
                Err(refusal.status().as_u16())
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// The next message of a socket as JSON.
pub fn heard(socket: &mut WebSocket<TcpStream>) -> Value {
    loop {
        if let Message::Text(text) = socket.read().unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    fn of(mut response: ureq::http::Response<ureq::Body>) -> Answer {
        let body = response.body_mut().with_config().limit(1 << 28).read_to_vec().unwrap();
        Answer { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    /// The answer, which must have that status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{} {:?}", self.text(), self.headers);
        self
    }

    /// A header, `""` if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// All values of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The error id of a refusal.
    pub fn error(&self) -> String {
        self.json()["id"].as_str().unwrap_or_default().to_owned()
    }
}

/// A connection on which a test says what no client would.
pub struct Wire(pub TcpStream);

impl Wire {
    fn new(stream: TcpStream) -> Wire {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Wire(stream)
    }

    pub fn says(&mut self, text: &[u8]) -> &mut Wire {
        self.0.write_all(text).unwrap();
        self
    }

    /// The head of the next answer and as much of its body as is announced.
    pub fn hears(&mut self) -> (u16, String) {
        let (mut seen, mut byte) = (Vec::new(), [0]);
        while !seen.ends_with(b"\r\n\r\n") && self.0.read(&mut byte).unwrap() == 1 {
            seen.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&seen).to_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).unwrap();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        (status, head + &String::from_utf8_lossy(&body))
    }

    /// How long it takes until the server closes the connection; what it says before is read.
    #[track_caller]
    pub fn closes(&mut self) -> Duration {
        let (start, mut some) = (Instant::now(), [0; 4096]);
        loop {
            match self.0.read(&mut some) {
                Ok(0) => return start.elapsed(),
                Ok(_) => {}
                Err(e) if e.kind() == std::io::ErrorKind::ConnectionReset => return start.elapsed(),
                Err(e) => panic!("the connection stays open: {e}"),
            }
        }
    }
}

/// Asks again and again until it is so; gives up after a while.
#[track_caller]
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A mail server that takes everything.
pub struct MailServer {
    pub port: u16,
    mails: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub fn start() -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, mails) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let kept = mails.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = kept.clone();
                std::thread::spawn(move || take_mail(stream.unwrap(), &kept));
            }
        });
        MailServer { port, mails }
    }

    /// The tokens of the links in the mails, in the order in which the mails came.
    pub fn tokens(&self) -> Vec<String> {
        let mails = self.mails.lock().unwrap();
        let joined = mails.iter().map(|mail| mail.replace("=\n", "").replace("=3D", "="));
        let token = |mail: String| {
            let rest = ["?token=", "&t=", "?t="]
                .iter()
                .find_map(|name| mail.split_once(name))
                .map(|(_, rest)| rest.to_owned())?;
            Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect())
        };
        joined.filter_map(token).collect()
    }
}

fn take_mail(stream: TcpStream, mails: &Mutex<Vec<String>>) {
    let (mut lines, mut out) = (BufReader::new(stream.try_clone().unwrap()).lines(), stream);
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).is_ok();
    say("220 test");
    while let Some(Ok(line)) = lines.next() {
        let word = line.to_uppercase();
        if word == "DATA" {
            say("354 go on");
            let text: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
            mails.lock().unwrap().push(text.join("\n"));
        }
        say(if word.starts_with("QUIT") { "221 bye" } else { "250 ok" });
    }
}
