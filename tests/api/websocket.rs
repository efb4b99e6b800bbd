//! `/websocket`

use serde_json::json;

use crate::world::{Person, Socket};

#[test]
fn a_socket_greets_and_answers() {
    let ann = Person::new("ann");
    let mut socket = ann.listens();
    assert_eq!(socket.connection_id.len(), 26);
    socket.acts(1, "ping", json!({}));
    let heard = socket.heard();
    let pong = heard.iter().find(|e| e["seq_reply"] == 1).unwrap();
    assert_eq!(pong["data"]["text"], "pong");
}

#[test]
fn whoever_reconnects_gets_what_was_missed_once_and_in_order() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "O");
    ann.adds_to_channel(&room, &ben);
    let mut socket = ben.listens();
    let next = socket.heard().last().map_or(1, |e| e["seq"].as_i64().unwrap() + 1);
    let connection = socket.connection_id.clone();
    drop(socket);
    std::thread::sleep(std::time::Duration::from_millis(300));
    for i in 0..5 {
        ann.says(&room, &format!("message {i}"));
    }
    let mut socket = Socket::open(&ben, &format!("connection_id={connection}&sequence_number={next}"));
    let heard = socket.heard();
    let first_is_event = socket.connection_id.is_empty();
    assert!(first_is_event, "no hello: the connection goes on");
    let seqs: Vec<i64> = heard.iter().filter_map(|e| e["seq"].as_i64()).collect();
    assert!(seqs.windows(2).all(|w| w[1] == w[0] + 1), "gapless: {seqs:?}");
}
