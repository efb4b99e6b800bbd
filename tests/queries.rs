//! How often a request asks the database: the same for little and for much. A server of its own and one test alone, since
//! the server counts all statements together.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "api/world.rs"]
#[expect(dead_code, reason = "the API tests use the rest of it")]
mod world;

use world::{Answer, Person};

/// How many statements the database was sent for this answer.
fn queries(answer: &Answer) -> u64 {
    answer.headers["x-database-queries"].to_str().unwrap().parse().unwrap()
}

/// Background work may ask in between, so the least of a few counts.
#[track_caller]
fn least(person: &Person, path: &str) -> u64 {
    (0..6).map(|_| queries(&person.get(path).expect(200))).min().unwrap()
}

#[test]
fn requests_ask_the_database_a_constant_number_of_times() {
    lists_cost_the_same_however_long_they_are();
    oneself_costs_nothing();
    searches_cost_the_same_however_much_is_found();
}

fn lists_cost_the_same_however_long_they_are() {
    let ann = Person::new("ann");
    let (small, large) = (ann.makes_team("small"), ann.makes_team("large"));
    let room = ann.makes_channel(&small, "room", "O");
    ann.says(&room, "one");
    let mut rooms = Vec::new();
    for i in 0..12 {
        rooms.push(ann.makes_channel(&large, &format!("room{i}"), "O"));
    }
    for i in 0..30 {
        ann.says(&rooms[0], &format!("message {i} for @{}", ann.username));
    }
    for (little, much) in [
        (format!("/users/me/teams/{small}/channels"), format!("/users/me/teams/{large}/channels")),
        (format!("/users/me/teams/{small}/channels/members"), format!("/users/me/teams/{large}/channels/members")),
        (
            format!("/users/me/teams/{small}/channels/categories"),
            format!("/users/me/teams/{large}/channels/categories"),
        ),
        (format!("/channels/{room}/posts"), format!("/channels/{}/posts", rooms[0])),
        (format!("/users?in_channel={room}"), format!("/users?in_channel={}", rooms[0])),
    ] {
        assert_eq!(least(&ann, &little), least(&ann, &much), "{little}");
    }
}

fn oneself_costs_nothing() {
    let ann = Person::new("ann");
    ann.get("/users/me").expect(200);
    assert_eq!(least(&ann, "/users/me"), 0);
}

fn searches_cost_the_same_however_much_is_found() {
    let ann = Person::new("ann");
    let team = ann.makes_team("crew");
    let room = ann.makes_channel(&team, "room", "O");
    let asks = |terms: &str| {
        let path = format!("/teams/{team}/posts/search");
        let ask = || queries(&ann.post(&path, serde_json::json!({ "terms": terms })).expect(200));
        (0..6).map(|_| ask()).min().unwrap()
    };
    ann.says(&room, "counted");
    let one = asks("counted");
    for _ in 0..30 {
        ann.says(&room, "counted");
    }
    assert_eq!(asks("counted"), one);
    let names = |count: usize| format!("counted {}", "in:@nobody from:nobody ".repeat(count));
    assert_eq!(asks(&names(1)), asks(&names(20)));
}
