//! `/terms_of_service`, and what else an organisation tells everybody

use serde_json::{Value, json};

use crate::own::Own;
use crate::world::Person;

fn config(person: &Person) -> Value {
    person.get("/config/client?format=old").expect(200).json
}

#[test]
fn clients_are_told_which_terms_to_accept_and_when_they_were() {
    let own = Own::start(&[]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    assert_eq!(ann.get("/license/client?format=old").expect(200).json["CustomTermsOfService"], "true");
    assert!(config(&ann).get("EnableCustomTermsOfService").is_none());
    ann.post("/terms_of_service", json!({"text": "be kind"})).expect(403);
    let refused = admin.post("/terms_of_service", json!({"text": ""})).expect(400);
    assert_eq!(refused.error(), "api.create_terms_of_service.empty_text.app_error");
    let first = admin.post("/terms_of_service", json!({"text": "be kind"})).expect(200);
    let settings =
        json!({"SupportSettings": {"CustomTermsOfServiceEnabled": true, "CustomTermsOfServiceReAcceptancePeriod": 30}});
    admin.put("/config/patch", settings).expect(200);
    let told = config(&ann);
    assert_eq!(
        (&told["EnableCustomTermsOfService"], &told["CustomTermsOfServiceId"]),
        (&json!("true"), &json!(first.id()))
    );
    assert_eq!(told["CustomTermsOfServiceReAcceptancePeriod"], "30");
    assert_eq!(config(&ann.logged_out())["CustomTermsOfServiceId"], first.id().as_str());
    // Clients compare what the account accepted, and when, with that.
    assert!(ann.get("/users/me").expect(200).json.get("terms_of_service_id").is_none());
    let answer = |id: &str, accepts: bool| json!({"termsOfServiceId": id, "accepted": accepts});
    ann.post("/users/me/terms_of_service", answer(&first.id(), true)).expect(200);
    let me = ann.get("/users/me").expect(200).json;
    assert_eq!(me["terms_of_service_id"], first.id().as_str());
    assert!(me["terms_of_service_create_at"].as_i64().unwrap() > 0);
    let accepted = ann.get("/users/me/terms_of_service").expect(200).json;
    assert_eq!(accepted["create_at"], me["terms_of_service_create_at"]);
    ann.post("/users/me/terms_of_service", answer(&first.id(), false)).expect(200);
    assert!(ann.get("/users/me").expect(200).json.get("terms_of_service_id").is_none());
    admin.put("/config/patch", json!({"SupportSettings": {"CustomTermsOfServiceEnabled": false}})).expect(200);
    assert_eq!(config(&ann)["EnableCustomTermsOfService"], "false");
}

#[test]
fn new_terms_are_told_at_once() {
    let own = Own::start(&[]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    admin.post("/terms_of_service", json!({"text": "be kind"})).expect(200);
    admin.put("/config/patch", json!({"SupportSettings": {"CustomTermsOfServiceEnabled": true}})).expect(200);
    let mut socket = ann.listens();
    let second = admin.post("/terms_of_service", json!({"text": "be very kind"})).expect(200);
    let heard = socket.heard();
    let changed = heard.iter().find(|e| e["event"] == "config_changed").unwrap();
    assert_eq!(changed["data"]["config"]["CustomTermsOfServiceId"], second.id().as_str());
    let same = admin.post("/terms_of_service", json!({"text": "be very kind"})).expect(200);
    assert_eq!(same.id(), second.id());
    assert!(!socket.names().contains(&"config_changed".to_owned()), "nothing is new");
}

#[test]
fn a_banner_appears_with_those_who_are_there() {
    let own = Own::start(&[]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    assert_eq!(ann.get("/license/client?format=old").expect(200).json["Announcement"], "true");
    let mut socket = ann.listens();
    let banner = json!({"EnableBanner": true, "BannerText": "Closed on Friday", "BannerColor": "#112233"});
    admin.put("/config/patch", json!({"AnnouncementSettings": banner})).expect(200);
    let heard = socket.heard();
    let told = &heard.iter().find(|e| e["event"] == "config_changed").unwrap()["data"]["config"];
    assert_eq!((&told["EnableBanner"], &told["BannerText"]), (&json!("true"), &json!("Closed on Friday")));
    assert_eq!(config(&ann)["BannerColor"], "#112233");
}

#[test]
fn everybody_sees_names_the_same_way_where_that_is_decided() {
    let own = Own::start(&[]);
    let (admin, ann) = (own.admin(), own.person("ann"));
    assert_eq!(ann.get("/license/client?format=old").expect(200).json["LockTeammateNameDisplay"], "true");
    let names = json!({"LockTeammateNameDisplay": true, "TeammateNameDisplay": "full_name"});
    admin.put("/config/patch", json!({"TeamSettings": names})).expect(200);
    let told = config(&ann);
    assert_eq!((&told["LockTeammateNameDisplay"], &told["TeammateNameDisplay"]), (&json!("true"), &json!("full_name")));
    let odd = admin.put("/config/patch", json!({"TeamSettings": {"TeammateNameDisplay": "odd"}})).expect(400);
    assert_eq!(odd.error(), "model.config.is_valid.teammate_name_display.app_error");
}
