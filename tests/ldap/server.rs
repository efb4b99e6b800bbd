//! A server of a test's own, whose settings name a directory.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use diesel::Connection;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::slapd::{BASE, Slapd};

pub const PASSWORD: &str = "Secret-pass-1!";
const SHELL: &str = r#""$@" < /dev/null & server=$!; cat > /dev/null; kill -9 $server"#;
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A running server; it ends when this is dropped.
pub struct Server {
    pub base: String,
    folder: tempfile::TempDir,
    settings: Value,
    database: Option<String>,
    shell: Child,
}

/// An answer: its status, its JSON (`null` if it has none), and the token of a log-in.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub json: Value,
    pub token: String,
}

impl Answer {
    pub fn error(&self) -> &str {
        self.json["id"].as_str().unwrap_or_default()
    }

    pub fn text(&self, field: &str) -> &str {
        self.json[field].as_str().unwrap_or_default()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.json);
        self
    }
}

/// The settings for that directory: staff is whose `employeeType` says so.
pub fn settings(slapd: &Slapd) -> Value {
    json!({
        "Enable": true,
        "LdapServer": "127.0.0.1",
        "LdapPort": slapd.port,
        "BaseDN": BASE,
        "BindUsername": format!("cn=kollegium,ou=services,{BASE}"),
        "BindPassword": "search-secret",
        "UserFilter": "(employeeType=staff)",
        "IdAttribute": "employeeNumber",
        "LoginIdAttribute": "uid",
        "UsernameAttribute": "uid",
        "EmailAttribute": "mail",
        "FirstNameAttribute": "givenName",
        "LastNameAttribute": "sn",
        "NicknameAttribute": "displayName",
        "PositionAttribute": "title",
        "PictureAttribute": "jpegPhoto",
        "QueryTimeout": 5,
        "MaximumLoginAttempts": 4,
    })
}

impl Server {
    /// Starts one with these `LdapSettings`, and whatever else is to be set. `root` is its first account.
    pub fn start(ldap: Value, more: Value) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let base = format!("http://127.0.0.1:{port}");
        let mut settings = json!({
            "ServiceSettings": {
                "ListenAddress": format!("127.0.0.1:{port}"), "SiteURL": base, "EnableDeveloper": true,
                "EnableUserAccessTokens": true, "EnableBotAccountCreation": true,
            },
            "TeamSettings": {"EnableOpenServer": true},
            "KollegiumSettings": {"PasswordWorkFactor": 1000},
            "LdapSettings": ldap,
        });
        merge(&mut settings, &more);
        let database = std::env::var("KOLLEGIUM_TEST_POSTGRES").ok().map(|url| own_database(&url));
        if let Some(url) = &database {
            settings["SqlSettings"] = json!({"DriverName": "postgres", "DataSource": url});
        }
        std::fs::write(folder.path().join("config.json"), settings.to_string()).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "sh", env!("CARGO_BIN_EXE_kollegium"), "serve", "--config"]);
        command.arg(folder.path().join("config.json")).arg("--data-dir").arg(folder.path().join("data"));
        let output = std::fs::File::create(folder.path().join("log")).unwrap();
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(output);
        let shell = command.spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the server did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        let server = Server { base, folder, settings, database, shell };
        let root = json!({"username": "root", "email": "root@example.com", "password": PASSWORD});
        server.call("POST", "/users", "", &root).expect(201);
        server
    }

    /// Changes settings in the file and has it read again.
    pub fn set(&mut self, change: Value) {
        merge(&mut self.settings, &change);
        std::fs::write(self.folder.path().join("config.json"), self.settings.to_string()).unwrap();
        self.post("/config/reload", &self.root(), json!({})).expect(200);
    }

    /// One call.
    pub fn call(&self, method: &str, path: &str, token: &str, body: &Value) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}/api/v4{path}", self.base));
        if !token.is_empty() {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let config = ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true);
        let agent = ureq::Agent::new_with_config(config.timeout_global(Some(Duration::from_secs(60))).build());
        let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(body).unwrap() };
        let mut response = agent.run(request.body(body).unwrap()).unwrap();
        let text = response.body_mut().read_to_vec().unwrap();
        Answer {
            status: response.status().as_u16(),
            json: serde_json::from_slice(&text).unwrap_or_default(),
            token: response.headers().get("token").map_or("", |t| t.to_str().unwrap()).to_owned(),
        }
    }

    pub fn get(&self, path: &str, token: &str) -> Answer {
        self.call("GET", path, token, &Value::Null)
    }

    pub fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call("POST", path, token, &body)
    }

    pub fn put(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call("PUT", path, token, &body)
    }

    /// Tries to log in.
    pub fn log_in(&self, name: &str, password: &str) -> Answer {
        self.post("/users/login", "", json!({"login_id": name, "password": password}))
    }

    /// The token of the first administrator.
    pub fn root(&self) -> String {
        self.log_in("root", PASSWORD).expect(200).token
    }

    /// What somebody is like, for the administrator.
    pub fn user(&self, name: &str) -> Value {
        self.get(&format!("/users/username/{name}"), &self.root()).expect(200).json
    }

    /// Runs a command on the server's settings and database.
    pub fn command(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kollegium"));
        command.arg("--config").arg(self.folder.path().join("config.json"));
        command.arg("--data-dir").arg(self.folder.path().join("data")).args(arguments).output().unwrap()
    }

    /// The process of the server.
    pub fn process(&self) -> u32 {
        let output = Command::new("pgrep").args(["-P", &self.shell.id().to_string(), "kollegium"]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().parse().unwrap()
    }

    /// Changes its database behind its back.
    pub fn alter(&self, statement: &str) {
        match &self.database {
            Some(url) => diesel::PgConnection::establish(url).unwrap().batch_execute(statement).unwrap(),
            None => {
                let path = self.folder.path().join("data/kollegium.db");
                let mut conn = diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                conn.batch_execute("PRAGMA busy_timeout=10000").unwrap();
                conn.batch_execute(statement).unwrap();
            }
        }
    }

    /// What it wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// Asks again and again until the answer is as wanted.
#[track_caller]
pub fn eventually<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(40);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "it did not happen");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn merge(into: &mut Value, change: &Value) {
    match (into, change) {
        (Value::Object(into), Value::Object(change)) => {
            for (key, value) in change {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, change) => *into = change.clone(),
    }
}

/// Another database beside that one.
fn own_database(url: &str) -> String {
    let name = format!("ldap_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    diesel::PgConnection::establish(url).unwrap().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let mut other = url::Url::parse(url).unwrap();
    other.set_path(&name);
    other.into()
}
