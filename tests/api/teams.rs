//! `/teams`

use crate::world::Person;

#[test]
fn whoever_makes_a_team_is_in_it_and_in_its_standard_channels() {
    let ann = Person::new("ann");
    let team = ann.makes_team("crew");
    let channels = ann.get(&format!("/users/me/teams/{team}/channels")).expect(200);
    let names: Vec<&str> = channels.json.as_array().unwrap().iter().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!(names, ["off-topic", "town-square"]);
    let member = ann.get(&format!("/teams/{team}/members/me")).expect(200);
    assert_eq!(member.json["roles"], "team_user team_admin");
}

#[test]
fn a_stranger_does_not_learn_what_is_in_a_team() {
    let (ann, eve) = (Person::new("ann"), Person::new("eve"));
    let team = ann.makes_team("crew");
    for path in ["", "/stats", "/members"] {
        eve.get(&format!("/teams/{team}{path}")).expect(403);
    }
}
