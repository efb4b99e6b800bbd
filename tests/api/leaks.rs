//! Where people know only of those with whom they share a team (`KollegiumSettings.PeopleVisibleTo`), nothing that the
//! server serves shows anything of anybody else: every route of the OpenAPI document is called by somebody of one team
//! with all that is known of somebody of another one, and every answer and every event is searched for the rest.

mod calls;
mod town;

use std::collections::BTreeSet;

use serde_json::json;

use self::calls::{Call, Outcome, changing, reading};
use self::town::{NOBODY_ID, Town};
use crate::own::Own;
use crate::world::{Person, Socket};

/// A server on which strangers are hidden, with all that can be served switched on.
fn server() -> Own {
    Own::start(&[
        ("MM_KOLLEGIUMSETTINGS_PEOPLEVISIBLETO", "team"),
        ("MM_GUESTACCOUNTSSETTINGS_ENABLE", "true"),
        ("MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION", "true"),
        ("MM_SERVICESETTINGS_ENABLEOAUTHSERVICEPROVIDER", "true"),
        ("MM_SERVICESETTINGS_THREADAUTOFOLLOW", "true"),
        ("MM_SERVICESETTINGS_COLLAPSEDTHREADS", "default_on"),
        ("MM_FILESETTINGS_ENABLEPUBLICLINK", "true"),
    ])
}

/// What an answer shows of the other team that was not in the question.
fn leaks(town: &Town, call: &Call, outcome: &Outcome) -> Vec<String> {
    let marks = town.marks.iter().filter(|mark| !call.contains(mark));
    marks.filter(|mark| outcome.shows(mark)).cloned().collect()
}

/// Calls everything as that person; what was shown that must not be, a line each.
fn search(town: &Town, person: &Person, calls: Vec<Call>) -> Vec<String> {
    let mut found = Vec::new();
    for call in calls {
        // Somebody who is hidden must not be told from somebody who is not there. Nobody comes before and after: what is
        // asked may have been done by then.
        let of_nobody = call.of_nobody(town).filter(|call| !call.claims_a_name());
        let before = of_nobody.as_ref().map(|call| call.by(person));
        let outcome = call.by(person);
        let after = of_nobody.as_ref().map(|call| call.by(person));
        for mark in leaks(town, &call, &outcome) {
            found.push(format!("{} as {} shows {mark}: {}", call, person.username, outcome.text()));
        }
        let of_ben = outcome.without(&town.somebody());
        let nobodies: Vec<&Outcome> = before.iter().chain(&after).collect();
        if nobodies.iter().all(|nobody| nobody.without(&town.nobody()) != of_ben) && !nobodies.is_empty() {
            let texts: Vec<String> = nobodies.iter().map(|nobody| nobody.text()).collect();
            found.push(format!("{} as {} is not like nobody: {}, {texts:?}", call, person.username, outcome.text()));
        }
    }
    found
}

#[track_caller]
fn assert_none(found: Vec<String>) {
    let routes: BTreeSet<&str> = found.iter().map(|line| line.split(" as ").next().unwrap_or_default()).collect();
    assert!(found.is_empty(), "{} leaks at {} doors:\n{}", found.len(), routes.len(), found.join("\n"));
}

#[test]
fn nothing_is_read_of_people_without_a_shared_team() {
    let server = server();
    let town = Town::build(&server);
    let mut found = Vec::new();
    for person in [&town.ann, &town.guest, &town.teamless, &town.visitor] {
        found.extend(search(&town, person, reading(&town, person)));
    }
    assert_none(found);
}

#[test]
fn nothing_is_answered_of_people_without_a_shared_team() {
    let server = server();
    let town = Town::build(&server);
    let mut found = Vec::new();
    for person in [&town.ann, &town.guest, &town.visitor] {
        found.extend(search(&town, person, changing(&town, person)));
    }
    assert_none(found);
}

#[test]
fn nothing_is_heard_of_people_without_a_shared_team() {
    let server = server();
    let town = Town::build(&server);
    let mut ears: Vec<(&Person, Socket)> = [&town.ann, &town.guest].map(|person| (person, person.listens())).into();
    let mut bens = town.ben.listens();
    town.lives(&mut bens);
    let mut found = Vec::new();
    for (person, socket) in &mut ears {
        socket.acts(1, "get_statuses", json!({}));
        socket.acts(2, "get_statuses_by_ids", json!({"user_ids": [town.ben.id, NOBODY_ID]}));
        for mut event in socket.heard() {
            if event["seq_reply"] == 2 {
                let asked = event["data"].take();
                if asked[&town.ben.id] != asked[NOBODY_ID] {
                    found.push(format!("a status as {} is not like nobody's: {asked}", person.username));
                }
            }
            let text = event.to_string();
            let shown = town.marks.iter().filter(|mark| text.contains(mark.as_str()));
            found.extend(shown.map(|mark| format!("event as {} shows {mark}: {text}", person.username)));
        }
    }
    assert_none(found);
    assert!(bens.heard().iter().any(|event| event["event"] == "user_updated"), "Ben hears of himself");
}
