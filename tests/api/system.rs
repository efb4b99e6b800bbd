//! `/system`, `/config`, `/license`

use serde_json::json;

use crate::world::Person;

#[test]
fn ping_answers_anybody() {
    assert_eq!(Person::anonymous().get("/system/ping").expect(200).json["status"], "OK");
}

#[test]
fn strangers_are_told_less_of_the_configuration() {
    let (few, all) =
        (Person::anonymous().get("/config/client?format=old"), Person::new("ann").get("/config/client?format=old"));
    let (few, all) = (few.expect(200).json, all.expect(200).json);
    assert_eq!(few["Version"], "11.6.0");
    assert!(few.as_object().unwrap().len() < all.as_object().unwrap().len());
    assert!(all.as_object().unwrap().values().all(serde_json::Value::is_string));
}

#[test]
fn what_is_not_served_says_so() {
    let answer = Person::new("ann").get("/cloud/products").expect(501);
    assert_eq!(answer.error(), "api.context.not_served.app_error");
}

#[test]
fn an_unknown_path_is_not_found() {
    assert_eq!(Person::new("ann").get("/nothing").expect(404).error(), "api.context.404.app_error");
}

#[test]
fn permissions_bring_others_with_them() {
    let ann = Person::new("ann");
    let named = json!(["sysconsole_write_site_customization", "nonsense"]);
    let all = ann.post("/permissions/ancillary", named).expect(200);
    assert_eq!(all.json, json!(["sysconsole_write_site_customization", "nonsense", "edit_brand"]));
    assert_eq!(ann.post("/permissions/ancillary", json!([])).expect(400).error(), "api.payload.parse.error");
    Person::anonymous().post("/permissions/ancillary", json!(["x"])).expect(401);
}

#[test]
fn a_team_that_is_none_has_no_figures() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let direct = ann.post("/channels/direct", json!([ann.id, ben.id])).expect(201).id();
    ann.says(&direct, "in no team");
    let counts = Person::admin().get("/analytics/old?name=standard&team_id=bad").expect(200);
    let posts = counts.json.as_array().unwrap().iter().find(|row| row["name"] == "post_count").unwrap();
    assert_eq!(posts["value"], 0);
}
