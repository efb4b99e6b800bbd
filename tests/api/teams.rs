//! `/teams`

use serde_json::json;

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

#[test]
fn a_body_that_is_none_is_told_before_the_right_is_asked_for() {
    let (ann, eve) = (Person::new("ann"), Person::new("eve"));
    let team = ann.makes_team("crew");
    let path = format!("/teams/{team}");
    let refused = [
        eve.put(&path, json!({"id": eve.id, "display_name": "Mine"})),
        eve.put(&path, json!([])),
        eve.put(&format!("{path}/patch"), json!({"display_name": 3})),
        eve.put(&format!("{path}/privacy"), json!({"privacy": "P"})),
        eve.post(&format!("{path}/members/ids"), json!([])),
        eve.post(&format!("{path}/members/batch"), json!([])),
        eve.put(&format!("{path}/members/{}/roles", ann.id), json!({"roles": "No Role!"})),
        eve.put(&format!("{path}/members/{}/schemeRoles", ann.id), json!([])),
        eve.get(&format!("{path}/members_minus_group_members")),
        // Alone this role is taken for a mistake, in a team as well.
        ann.put(&format!("{path}/members/{}/roles", ann.id), json!({"roles": "system_admin"})),
    ];
    for answer in refused {
        assert!(answer.status == 400 && answer.error() != "api.context.invalid_url_param.app_error", "{}", answer.json);
    }
    eve.put(&path, json!({"id": team, "display_name": "Mine"})).expect(403);
    eve.put("/teams/short/patch", json!([])).expect(400);
    let nowhere = "abcdefghijklmnopqrstuvwxyz";
    let members = json!([{"team_id": nowhere, "user_id": eve.id}]);
    eve.post(&format!("/teams/{nowhere}/members/batch"), members).expect(404);
}

#[test]
fn a_search_by_retention_policy_is_for_those_who_see_policies() {
    let ann = Person::new("ann");
    ann.post("/teams/search", json!({"term": "x", "exclude_policy_constrained": false})).expect(403);
    ann.post("/teams/search", json!({"term": "x", "policy_id": ann.id})).expect(200);
}
