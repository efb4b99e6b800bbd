//! `/commands`, and what people press and fill in: programs that answer, and those that must not be called.

use std::time::Duration;

use serde_json::{Value, json};

use crate::program::Program;
use crate::world::{Person, base, send};

/// A room of somebody's in a team of the administrator's, and a command there that a program answers.
fn command(trigger: &str, url: &str) -> (Person, Person, String) {
    let (admin, ann) = (Person::admin(), Person::new("ann"));
    let team = admin.makes_team("crew");
    admin.adds_to_team(&team, &ann);
    let room = ann.makes_channel(&team, "room", "O");
    let body = json!({"team_id": team, "trigger": trigger, "url": url, "method": "P"});
    admin.post("/commands", body).expect(201);
    (admin, ann, room)
}

fn run(who: &Person, room: &str, command: &str) -> crate::world::Answer {
    who.post("/commands/execute", json!({"channel_id": room, "command": command}))
}

fn field(form: &str, name: &str) -> String {
    let pair = form.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap();
    pair.replace("%3A", ":").replace("%2F", "/").replace("%3D", "=").replace("%2B", "+")
}

#[test]
fn a_program_answers_and_opens_a_dialog() {
    let program = Program::answering(200, r#"{"text": "rolled out", "response_type": "in_channel"}"#);
    let (_, ann, room) = command("deploy", &program.url);
    assert_eq!(run(&ann, &room, "/deploy web").expect(200).json["text"], "rolled out");
    let call = program.heard();
    assert!(call.line.starts_with("POST ") && call.headers.contains("authorization: token "), "{call:?}");
    assert_eq!(field(&call.body, "text"), "web");
    let mut socket = ann.listens();
    let trigger = field(&call.body, "trigger_id");
    let dialog = json!({"trigger_id": trigger, "url": program.url, "dialog": {"title": "Really?"}});
    Person::anonymous().post("/actions/dialogs/open", dialog).expect(200);
    assert!(socket.names().contains(&"open_dialog".to_owned()));
    let foreign = json!({"trigger_id": format!("{}AAAA", &trigger[..trigger.len() - 4]), "url": program.url});
    Person::anonymous().post("/actions/dialogs/open", foreign).expect(400);
    let later = field(&call.body, "response_url");
    let path = format!("/{}", later.strip_prefix(base()).unwrap());
    assert_eq!(send(base(), "POST", &path, None, br#"done"#.to_vec()).status, 200);
    assert!(socket.names().contains(&"ephemeral_message".to_owned()));
}

#[test]
fn no_command_or_button_calls_into_the_own_network() {
    let inside = Program::at("127.0.0.2", 200, r#"{"text": "from inside"}"#.into(), Duration::ZERO);
    let (_, ann, room) = command("look", &inside.url);
    run(&ann, &room, "/look").expect(400);
    let action = json!({"id": "go", "name": "Go", "integration": {"url": inside.url}});
    let post = json!({"channel_id": room, "message": "m", "props": {"attachments": [{"actions": [action]}]}});
    let post = ann.post("/posts", post).expect(201).id();
    ann.post(&format!("/posts/{post}/actions/go"), json!({})).expect(400);
    let form = json!({"url": inside.url, "channel_id": room, "team_id": ann.get(&format!("/channels/{room}")).json["team_id"]});
    ann.post("/actions/dialogs/submit", form.clone()).expect(400);
    ann.post("/actions/dialogs/lookup", form).expect(400);
    assert!(inside.calls().is_empty());
}

#[test]
fn a_redirect_into_the_own_network_is_not_followed() {
    let inside = Program::at("127.0.0.2", 200, r#"{"text": "from inside"}"#.into(), Duration::ZERO);
    let lure = Program::redirecting(&inside.url);
    let (_, ann, room) = command("lure", &lure.url);
    run(&ann, &room, "/lure").expect(400);
    lure.heard();
    assert!(inside.calls().is_empty());
}

#[test]
fn an_answer_that_is_too_large_is_refused() {
    let large = Program::answering(200, format!(r#"{{"text": "{}"}}"#, "x".repeat(1 << 20)));
    let (_, ann, room) = command("large", &large.url);
    let refused = run(&ann, &room, "/large").expect(400);
    assert_eq!(refused.error(), "api.command.execute_command.failed.app_error");
}

#[test]
fn buttons_of_what_only_one_person_sees() {
    let program = Program::answering(200, r#"{"ephemeral_text": "pressed"}"#);
    let action = json!({"id": "go", "name": "Go", "integration": {"url": program.url, "context": {"secret": 1}}});
    let shown = json!({"text": "look", "attachments": [{"actions": [action, {"id": "stop", "name": "Stop"}]}]});
    let asked = Program::answering(200, shown.to_string());
    let (_, ann, room) = command("buttons", &asked.url);
    let mut socket = ann.listens();
    run(&ann, &room, "/buttons").expect(200);
    let event = socket.heard().into_iter().find(|e| e["event"] == "ephemeral_message").unwrap();
    let post: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    let actions = &post["props"]["attachments"][0]["actions"];
    assert!(!event.to_string().contains("secret") && actions[1].get("cookie").is_none(), "{event}");
    let cookie = actions[0]["cookie"].as_str().unwrap();
    let path = |action: &str| format!("/posts/{}/actions/{action}", post["id"].as_str().unwrap());
    ann.post(&path("go"), json!({"cookie": cookie})).expect(200);
    assert!(program.heard().body.contains(r#""context":{"secret":1}"#));
    ann.post(&path("stop"), json!({"cookie": cookie})).expect(400);
    Person::new("eve").post(&path("go"), json!({"cookie": cookie})).expect(403);
    assert_eq!(program.calls().len(), 1);
}
