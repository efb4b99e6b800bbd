//! The log: what is in it, in which form, and what never is.

use serde_json::{Value, json};

use crate::world::{PASSWORD, Server, Setup, eventually};

fn loud() -> Setup {
    Setup::new().set("LogSettings.ConsoleLevel", "TRACE").set("LogSettings.FileLevel", "TRACE")
}

/// All that was logged, to the console and to files.
fn all(server: &Server) -> String {
    let files = server.log_files().into_iter().map(|file| std::fs::read_to_string(file).unwrap());
    files.collect::<String>() + &server.stderr() + &server.stdout()
}

#[test]
fn lines_are_json_with_the_request_s_id() {
    let server = loud().start();
    let answer = server.get("/api/v4/system/ping");
    let id = answer.header("x-request-id").to_owned();
    let found = |text: &str| {
        let lines = text.lines().filter(|line| line.contains(&id));
        lines.map(|line| serde_json::from_str::<Value>(line).unwrap()).next()
    };
    eventually("the request is logged", || found(&server.stderr()).is_some());
    let line = found(&server.stderr()).unwrap();
    assert_eq!((line["request_id"].as_str(), line["status"].as_i64()), (Some(id.as_str()), Some(200)));
    assert!(
        line["timestamp"].is_string() && line["level"] == "DEBUG" && line["route"] == "/api/v4/system/ping",
        "{line}"
    );
    let file = std::fs::read_to_string(&server.log_files()[0]).unwrap();
    assert!(file.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{file}");
    assert!(found(&file).is_some());
}

#[test]
fn lines_are_text_where_that_is_set() {
    let setup = loud().set("LogSettings.ConsoleJson", "false").set("LogSettings.FileJson", "false");
    let server = setup.start();
    let id = server.get("/api/v4/system/ping").header("x-request-id").to_owned();
    eventually("the request is logged", || server.stderr().contains(&id));
    let log = all(&server);
    assert!(!log.contains("\u{1b}["), "no colours where nobody asked for them");
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_err()));
}

#[test]
fn levels_and_places_are_heeded() {
    let setup = Setup::new().set("LogSettings.ConsoleLevel", "ERROR").set("LogSettings.EnableFile", "false");
    let server = setup.start();
    server.get("/api/v4/system/ping").expect(200);
    assert_eq!(server.stderr(), "");
    assert!(!server.folder().join("data/logs").exists());
    let setup = Setup::new().set("LogSettings.EnableConsole", "false");
    let folder = setup.folder().join("elsewhere");
    let server = setup.set("LogSettings.FileLocation", folder.to_str().unwrap()).start();
    server.get("/api/v4/system/ping").expect(200);
    assert_eq!(server.stderr(), "");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    let setup = Setup::new();
    std::fs::write(setup.folder().join("file"), "").unwrap();
    let said = setup.set("LogSettings.FileLocation", "file/logs").refused();
    assert!(said.contains("LogSettings.FileLocation") && said.contains("file/logs"), "{said}");
}

#[test]
fn a_level_changes_while_the_server_runs() {
    let setup = Setup::new().write(&json!({"LogSettings": {"ConsoleLevel": "ERROR"}}));
    let server = setup.start();
    server.sign_up("ann");
    let token = server.log_in("ann");
    assert_eq!(server.stderr(), "");
    server.call("PUT", "/config/patch", &token, &json!({"LogSettings": {"ConsoleLevel": "DEBUG"}})).expect(200);
    eventually("requests are logged", || {
        let id = server.get("/api/v4/system/ping").header("x-request-id").to_owned();
        server.stderr().contains(&id)
    });
}

/// Everything that people would not want to be read by whoever reads the log.
struct Secrets(Vec<(String, String)>);

impl Secrets {
    fn keep(&mut self, what: &str, secret: &str) -> String {
        assert!(secret.len() > 5, "{what} is too short to be looked for: {secret}");
        self.0.push((what.to_owned(), secret.to_owned()));
        secret.to_owned()
    }

    fn keep_all(&mut self, what: &str, value: &Value, names: &[&str]) {
        for name in names {
            self.keep(&format!("{name} of {what}"), value[name].as_str().unwrap_or_else(|| panic!("{what}: {value}")));
        }
    }
}

#[test]
fn nothing_that_is_secret_is_logged() {
    let mail = crate::world::MailServer::start();
    let server = loud()
        .set("EmailSettings.SMTPServer", "127.0.0.1")
        .set("EmailSettings.SMTPPort", &mail.port.to_string())
        .set("EmailSettings.SendEmailNotifications", "true")
        .set("EmailSettings.EnableSMTPAuth", "false")
        .set("EmailSettings.SMTPPassword", "hush-mail-password")
        .set("ServiceSettings.EnableUserAccessTokens", "true")
        .set("ServiceSettings.EnableMultifactorAuthentication", "true")
        .set("ServiceSettings.EnableBotAccountCreation", "true")
        .set("ServiceSettings.EnableEmailInvitations", "true")
        .set("FileSettings.EnablePublicLink", "true")
        .start();
    let mut secrets = Secrets(Vec::new());
    secrets.keep("the mail server's password", "hush-mail-password");
    secrets.keep("the password", PASSWORD);
    server.sign_up("ann");
    server.sign_up("bob");
    let token = secrets.keep("a session's token", &server.log_in("ann"));
    let bob = secrets.keep("bob's token", &server.log_in("bob"));
    let post = |path: &str, body: Value| server.call("POST", path, &token, &body);

    let wrong = secrets.keep("a wrong password", "Wrong-pass-word-9!");
    post("/users/login", json!({"login_id": "ann", "password": wrong})).expect(401);
    let unreadable = secrets.keep("a password in a broken body", "Broken-pass-word-9!");
    server.ask("POST", "/api/v4/users/login", &[], format!("{{\"password\":\"{unreadable}\"").as_bytes());
    let dead = secrets.keep("a dead token", "deaddeaddeaddeaddeaddead99");
    server.call("GET", "/users/me", &dead, &json!(null)).expect(401);
    server.get(&format!("/api/v4/users/me?access_token={dead}"));

    let made = post("/users/me/tokens", json!({"description": "for tests"})).expect(200).json();
    let mine = secrets.keep("a personal access token", made["token"].as_str().unwrap());
    server.call("GET", "/users/me", &mine, &json!(null)).expect(200);
    let bot = post("/bots", json!({"username": "robot"})).expect(201).json();
    let path = format!("/users/{}/tokens", bot["user_id"].as_str().unwrap());
    let made = post(&path, json!({"description": "of the bot"})).expect(200).json();
    secrets.keep("a bot's token", made["token"].as_str().unwrap());

    let mfa = server.call("POST", "/users/me/mfa/generate", &bob, &json!(null)).expect(200).json();
    secrets.keep_all("MFA", &mfa, &["secret"]);
    server.call("PUT", "/users/me/mfa", &bob, &json!({"activate": true, "code": "934815"}));
    secrets.keep("a code of MFA", "934815");

    post("/users/password/reset/send", json!({"email": "bob@example.com"})).expect(200);
    eventually("the mail for a new password arrives", || mail.tokens().len() == 1);
    let reset = secrets.keep("the token of a mailed link", &mail.tokens()[0]);
    let new = secrets.keep("the new password", "Entirely-new-1!");
    post("/users/password/reset", json!({"token": reset, "new_password": new})).expect(200);
    let reset = secrets.keep("a token that nobody has", &"z".repeat(64));
    post("/users/password/reset", json!({"token": reset, "new_password": new})).expect(400);

    let team =
        post("/teams", json!({"name": "team", "display_name": "Team of secrets", "type": "O"})).expect(201).json();
    secrets.keep_all("the team", &team, &["invite_id"]);
    let invite = format!("/teams/invite/{}", team["invite_id"].as_str().unwrap());
    server.get(&format!("/api/v4{invite}")).expect(200);
    server.get(&format!("/signup_user_complete/?id={}", team["invite_id"].as_str().unwrap()));
    let team = team["id"].as_str().unwrap();
    post(&format!("/teams/{team}/invite/email"), json!(["cid@example.com"])).expect(200);
    eventually("the invitation arrives", || mail.tokens().len() == 2);
    secrets.keep("the token of an invitation", &mail.tokens()[1]);

    let channel =
        post("/channels", json!({"team_id": team, "name": "room", "display_name": "Room of secrets", "type": "P"}));
    let channel = channel.expect(201).json()["id"].as_str().unwrap().to_owned();
    let text = |secrets: &mut Secrets, what: &str| secrets.keep(what, &format!("the {what} nobody may read"));
    let message = text(&mut secrets, "message");
    let made = post("/posts", json!({"channel_id": channel, "message": message})).expect(201).json();
    let id = made["id"].as_str().unwrap();
    let edited = text(&mut secrets, "edited message");
    server.call("PUT", &format!("/posts/{id}/patch"), &token, &json!({"message": edited})).expect(200);
    let searched = text(&mut secrets, "searched message");
    post(&format!("/teams/{team}/posts/search"), json!({"terms": searched, "is_or_search": false})).expect(200);
    let draft = text(&mut secrets, "draft");
    post("/drafts", json!({"channel_id": channel, "message": draft}));
    let header = text(&mut secrets, "header");
    server.call("PUT", &format!("/channels/{channel}/patch"), &token, &json!({"header": header})).expect(200);
    let file = text(&mut secrets, "file");
    let path = format!("/api/v4/files?channel_id={channel}&filename=secret-file-name.txt");
    let bearer = format!("Bearer {token}");
    let uploaded = server.ask("POST", &path, &[("Authorization", bearer.as_str())], file.as_bytes()).expect(201).json();
    let file = uploaded["file_infos"][0]["id"].as_str().unwrap().to_owned();
    post("/posts", json!({"channel_id": channel, "message": "with a file", "file_ids": [file]})).expect(201);
    let link = server.call("GET", &format!("/files/{file}/link"), &token, &json!(null)).json();
    if let Some(hash) = link["link"].as_str().and_then(|link| link.split("h=").nth(1)) {
        secrets.keep("the hash of a public link", hash);
        server.get(&format!("/files/{file}/public?h={hash}"));
    }
    let hook = post("/hooks/incoming", json!({"channel_id": channel, "display_name": "hook"})).expect(201).json();
    let hook = secrets.keep("the address of a webhook", hook["id"].as_str().unwrap());
    let by_hook = text(&mut secrets, "message of a hook");
    server.ask("POST", &format!("/hooks/{hook}"), &[], json!({"text": by_hook}).to_string().as_bytes()).expect(200);
    server.ask("POST", &format!("/hooks/{hook}"), &[], format!("{{\"text\":\"{by_hook}").as_bytes());
    let setting = secrets.keep("a secret setting", "hush-storage-key");
    server
        .call("PUT", "/config/patch", &token, &json!({"FileSettings": {"AmazonS3SecretAccessKey": setting}}))
        .expect(200);

    let mut socket = server.socket("/api/v4/websocket", &[]).unwrap();
    let challenge = json!({"seq": 1, "action": "authentication_challenge", "data": {"token": token}}).to_string();
    socket.send(tungstenite::Message::text(challenge)).unwrap();
    assert_eq!(crate::world::heard(&mut socket)["event"], "hello");
    server.call("POST", "/users/logout", &token, &json!(null)).expect(200);

    let log = all(&server);
    assert!(log.contains("/api/v4/users/login"), "requests are logged: {log}");
    for (what, secret) in &secrets.0 {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert!(line.is_none(), "{what} is in the log: {}", line.unwrap_or_default());
    }
    assert!(secrets.0.len() > 20);
}
