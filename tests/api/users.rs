//! `/users`

use serde_json::json;

use crate::world::{PASSWORD, Person, unique};

#[test]
fn somebody_signs_up_logs_in_and_sees_themself() {
    let ann = Person::new("ann");
    let me = ann.get("/users/me").expect(200);
    assert_eq!(me.json["username"], ann.username.as_str());
    assert_eq!(me.json["roles"], "system_user");
    assert!(me.json.get("password").is_none());
}

#[test]
fn the_first_to_sign_up_administers() {
    assert_eq!(Person::admin().get("/users/me").expect(200).json["roles"], "system_admin system_user");
}

#[test]
fn a_name_is_taken_once() {
    let ann = Person::new("ann");
    let again =
        json!({"username": ann.username, "email": format!("{}@example.com", unique("x")), "password": PASSWORD});
    let refused = Person::anonymous().post("/users", again).expect(400);
    assert_eq!(refused.error(), "app.user.save.username_exists.app_error");
}

#[test]
fn a_wrong_password_and_an_unknown_name_look_the_same() {
    let ann = Person::new("ann");
    for login_id in [ann.username.as_str(), "nobody-at-all"] {
        let refused =
            Person::anonymous().post("/users/login", json!({"login_id": login_id, "password": "wrong"})).expect(401);
        assert_eq!(refused.error(), "api.user.login.invalid_credentials_email_username");
    }
}

#[test]
fn without_a_session_nothing_is_shown() {
    let refused = Person::anonymous().get("/users/me").expect(401);
    assert_eq!(refused.error(), "api.context.session_expired.app_error");
}

#[test]
fn a_guest_who_is_in_no_channel_is_made_a_member() {
    let (admin, gil) = (Person::admin(), Person::new("gil"));
    admin.put(&format!("/users/{}/roles", gil.id), json!({"roles": "system_guest"})).expect(200);
    admin.post(&format!("/users/{}/promote", gil.id), json!({})).expect(200);
    assert_eq!(admin.get(&format!("/users/{}", gil.id)).expect(200).json["roles"], "system_user");
}
