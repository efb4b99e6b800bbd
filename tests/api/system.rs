//! `/system`, `/config`, `/license`

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
