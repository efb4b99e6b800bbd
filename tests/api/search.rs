//! `/posts/search`, `/teams/{team_id}/posts/search`

use serde_json::{Value, json};

use crate::world::{Answer, Person, unique};

/// A channel of its own to look for things in.
struct Place {
    ann: Person,
    team: String,
    room: String,
}

impl Place {
    fn new() -> Place {
        let ann = Person::new("ann");
        let team = ann.makes_team("crew");
        let room = ann.makes_channel(&team, "room", "O");
        Place { ann, team, room }
    }

    fn say(&self, message: &str) -> String {
        self.ann.says(&self.room, message)
    }

    fn search(&self, terms: &str, more: Value) -> Answer {
        search(&self.ann, &self.team, terms, more)
    }

    /// What a search finds, newest first.
    #[track_caller]
    fn finds(&self, terms: &str) -> Vec<String> {
        order(&self.search(terms, json!({})).expect(200))
    }
}

fn search(who: &Person, team: &str, terms: &str, more: Value) -> Answer {
    let mut body = more;
    body["terms"] = terms.into();
    who.post(&format!("/teams/{team}/posts/search"), body)
}

fn order(answer: &Answer) -> Vec<String> {
    answer.json["order"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

#[test]
fn words_in_every_form_of_theirs_but_not_parts_of_them() {
    let place = Place::new();
    let running = place.say("They were Running, didn't they?");
    let banana = place.say("banana-split at example.com/menu for ann@example.org");
    assert_eq!(place.finds("runs"), [running.as_str()]);
    assert_eq!(place.finds("they runs the"), [running.as_str()], "words that say nothing are left out");
    assert_eq!(place.finds("the they"), [""; 0]);
    assert_eq!(place.finds("ban"), [""; 0]);
    assert_eq!(place.finds("ban*"), [banana.as_str()]);
    assert_eq!(place.finds("BANANA split"), [banana.as_str()]);
    assert_eq!(place.finds("\"split banana\""), [""; 0]);
    assert_eq!(place.finds("example.com ann@example.org"), [banana.as_str()]);
    assert_eq!(place.finds("-banana"), [""; 0], "something must be there");
    assert_eq!(order(&place.search("banana running", json!({"is_or_search": true}))), [banana, running]);
}

#[test]
fn scripts_without_spaces_are_found_by_any_part() {
    let place = Place::new();
    let japanese = place.say("明日の会議は東京です deploy");
    let umlaut = place.say("Größe und Übermut");
    for terms in ["東京", "会", "会議は東", "\"東京で\" deploy"] {
        assert_eq!(place.finds(terms), [japanese.as_str()], "{terms}");
    }
    assert_eq!(place.finds("京東"), [""; 0]);
    assert_eq!(place.finds("deploy -東京"), [""; 0]);
    assert_eq!(place.finds("übermut größe"), [umlaut.as_str()]);
}

#[test]
fn nothing_that_is_typed_breaks_a_search() {
    let place = Place::new();
    let post = place.say("it's 100% \"quoted\" c:\\path a_b (x) OR y");
    for terms in [
        "\"",
        "\"\"\"",
        "'",
        "''",
        "it's",
        "\\",
        "a'; DROP TABLE posts; --",
        "NEAR(a b)",
        "message:a",
        "marks : \"c\"",
        "a AND",
        "OR",
        "NOT a",
        "^a",
        "{a b}:c",
        "a + b",
        "a & | !",
        "!",
        "(",
        ")",
        ":*",
        "a:*b",
        "a**",
        "%",
        "_",
        "a\u{0}b",
        "🎉",
        "#",
        "#\"",
        "\"#\" x",
        "<->",
        "a <2> b",
        "from:",
        "in:@",
        "in:@,",
        "in:@,,,",
        "in:~",
        "from:@",
        "on:0000-00-00",
        "on:9999-12-31",
        "after:9999-12-31",
        "before:0000-01-01",
        "on:-1-1-1",
        "ext:",
        "-",
        "--",
        "-\"",
        "-\"a",
        "-:",
        ":",
    ] {
        place.search(terms, json!({})).expect(200);
        place.search(terms, json!({"is_or_search": true, "time_zone_offset": i64::MAX})).expect(200);
        place.search(&format!("quoted {terms} -{terms}"), json!({"time_zone_offset": i64::MIN})).expect(200);
    }
    let long = "word ".repeat(5_000) + &"x".repeat(20_000) + &" in:a from:b".repeat(1_000);
    place.search(&long, json!({})).expect(200);
    assert_eq!(place.finds("it's 100% \"quoted\""), [post.as_str()]);
    assert_eq!(place.finds("a_b"), [post.as_str()]);
    for body in [json!([]), json!({"terms": {}}), json!({"terms": "a", "page": "1"}), json!("a")] {
        let refused = place.ann.post("/posts/search", body).expect(400);
        assert_eq!(refused.error(), "api.post.search_posts.invalid_body.app_error");
    }
}

#[test]
fn only_what_one_may_read_is_found() {
    let place = Place::new();
    let word = unique("secret").replace('-', "");
    let (ben, eve) = (Person::new("ben"), Person::new("eve"));
    place.ann.adds_to_team(&place.team, &ben);
    let cave = place.ann.makes_channel(&place.team, "cave", "P");
    let dm = place.ann.post("/channels/direct", json!([place.ann.id, ben.id])).expect(201).id();
    let posts = [place.ann.says(&dm, &word), place.ann.says(&cave, &word), place.say(&format!("{word} #{word}"))];
    let own: Vec<String> = posts.iter().rev().cloned().collect();
    assert_eq!(place.finds(&word), own);
    for terms in
        [word.clone(), format!("{word} in:{cave}"), format!("from:{}", place.ann.username), format!("#{word} {word}")]
    {
        assert!(!order(&search(&ben, &place.team, &terms, json!({})).expect(200)).contains(&posts[1]), "{terms}");
    }
    assert_eq!(order(&search(&ben, &place.team, &word, json!({}))), [posts[0].as_str()]);
    search(&eve, &place.team, &word, json!({})).expect(403);
    assert_eq!(order(&eve.post("/posts/search", json!({"terms": word})).expect(200)), [""; 0]);
    // Who leaves finds nothing any more.
    place.ann.adds_to_channel(&cave, &ben);
    assert!(order(&search(&ben, &place.team, &word, json!({}))).contains(&posts[1]));
    ben.delete(&format!("/channels/{cave}/members/me")).expect(200);
    assert!(!order(&search(&ben, &place.team, &word, json!({}))).contains(&posts[1]));
}

#[test]
fn what_changes_is_found_as_it_is() {
    let place = Place::new();
    let post = place.say("before #old");
    place.ann.put(&format!("/posts/{post}/patch"), json!({"message": "afterwards #new"})).expect(200);
    for (terms, found) in [("before", false), ("#old", false), ("afterwards", true), ("#NEW", true), ("#ne", false)] {
        assert_eq!(place.finds(terms).contains(&post), found, "{terms}");
    }
    place.ann.delete(&format!("/posts/{post}")).expect(200);
    assert_eq!(place.finds("afterwards"), [""; 0]);
}
