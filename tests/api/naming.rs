//! What an organisation wants of names and addresses.

use serde_json::json;

use crate::own::Own;
use crate::world::{PASSWORD, Person};

const RULES: &[(&str, &str)] = &[
    ("MM_KOLLEGIUMSETTINGS_USERNAMERULE", "{first}.{last}"),
    ("MM_KOLLEGIUMSETTINGS_REQUIREFULLNAME", "true"),
    ("MM_KOLLEGIUMSETTINGS_FORBIDNICKNAMES", "true"),
    ("MM_KOLLEGIUMSETTINGS_FIXEDEMAILADDRESSES", "true"),
    ("MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION", "true"),
];

fn account(username: &str, first: &str, last: &str, nickname: &str) -> serde_json::Value {
    json!({
        "username": username, "email": format!("{username}@schule.example"), "password": PASSWORD,
        "first_name": first, "last_name": last, "nickname": nickname,
    })
}

#[test]
fn names_are_as_the_organisation_wants_them() {
    // The first account was made before there were rules.
    let own = Own::start(&[]).again(RULES);
    let admin = own.admin();
    let visitor = admin.logged_out();
    for somebody in [&visitor, &admin] {
        for (username, first, last, nickname, error) in [
            ("jmueller", "Jörg", "Müller", "", "kollegium.user.username_rule.app_error"),
            ("joerg.mueller", "Jörg", "", "", "kollegium.user.full_name.app_error"),
            ("joerg.mueller", "  ", "Müller", "", "kollegium.user.full_name.app_error"),
            ("joerg.mueller", "Jörg", "Müller", "Jojo", "kollegium.user.nickname.app_error"),
        ] {
            let refused = somebody.post("/users", account(username, first, last, nickname)).expect(400);
            assert_eq!(refused.error(), error, "{username}");
        }
    }
    let refused = visitor.post("/users", account("jm", "Jörg", "Müller", "")).json["message"].clone();
    assert!(refused.as_str().unwrap().contains("joerg.mueller"), "{refused}");
    visitor.post("/users", account("joerg.mueller", "Jörg", "Müller", "")).expect(201);
    visitor.post("/users", account("joerg.mueller2", "Jörg", "Müller", "")).expect(201);
    let joerg = visitor.logs_in("joerg.mueller");
    let of_joerg = format!("/users/{}/patch", joerg.id);
    for somebody in [&joerg, &admin] {
        for wrong in [
            json!({"nickname": "Jojo"}),
            json!({"first_name": ""}),
            json!({"last_name": "Meier"}),
            json!({"username": "jm"}),
        ] {
            somebody.put(&of_joerg, wrong).expect(400);
        }
        let whole = json!({"id": joerg.id, "username": "joerg.mueller", "email": "joerg.mueller@schule.example"});
        assert_eq!(
            somebody.put(&format!("/users/{}", joerg.id), whole).expect(400).error(),
            "kollegium.user.full_name.app_error"
        );
    }
    joerg.put(&of_joerg, json!({"last_name": "Meier", "username": "joerg.meier"})).expect(200);
    joerg.put(&of_joerg, json!({"position": "Teacher"})).expect(200);
    let address = json!({"email": "other@schule.example", "password": PASSWORD});
    assert_eq!(joerg.put(&of_joerg, address.clone()).expect(403).error(), "kollegium.user.fixed_email.app_error");
    admin.put(&of_joerg, address).expect(200);
    // An account from before the rules is used as it is.
    admin.put("/users/me/patch", json!({"position": "Head"})).expect(200);
    admin.put("/users/me/patch", json!({"username": "head"})).expect(400);
    let bot = admin.post("/bots", json!({"username": "robot"})).expect(201).json["user_id"].clone();
    admin.put(&format!("/users/{}/patch", bot.as_str().unwrap()), json!({"nickname": "Robby"})).expect(200);
}

#[test]
fn without_rules_names_are_free() {
    let ann: Person = Person::new("ann");
    ann.put("/users/me/patch", json!({"nickname": "A", "first_name": "", "last_name": "x"})).expect(200);
}
