//! `/oauth`: applications that people log in to with their account here.

use serde_json::{Value, json};

use crate::world::{Answer, Person, base, send};

const BACK: &str = "https://app.example.com/back";

/// An application of the administrator's.
fn application(more: Value) -> Value {
    let mut body = json!({"name": "App", "callback_urls": [BACK], "homepage": "https://app.example.com"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Person::admin().post("/oauth/apps", body).expect(201).json
}

fn outside(who: &Person, path: &str, body: &Value) -> Answer {
    send(base(), "POST", path, who.token.as_deref(), serde_json::to_vec(body).unwrap())
}

/// The code that somebody's consent gives the application.
fn code(who: &Person, app: &Value) -> String {
    let asked = json!({"response_type": "code", "client_id": app["id"], "redirect_uri": BACK, "state": "s"});
    let redirect = outside(who, "//oauth/authorize", &asked).expect(200).json["redirect"].as_str().unwrap().to_owned();
    redirect.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).unwrap().to_owned()
}

fn token(app: &Value, more: &[(&str, &str)]) -> Answer {
    let text = |key: &str| app[key].as_str().unwrap().to_owned();
    let mut form = format!("client_id={}&client_secret={}&redirect_uri={BACK}", text("id"), text("client_secret"));
    for (name, value) in more {
        form.push_str(&format!("&{name}={value}"));
    }
    send(base(), "POST", "//oauth/access_token", None, form.into_bytes())
}

fn by_token(answer: &Answer) -> Person {
    let mut program = Person::anonymous();
    program.token = Some(answer.json["access_token"].as_str().unwrap().to_owned());
    program
}

#[test]
fn an_application_acts_for_somebody_until_they_say_no() {
    let (ann, app) = (Person::new("ann"), application(json!({})));
    let first = code(&ann, &app);
    let given = token(&app, &[("grant_type", "authorization_code"), ("code", &first)]).expect(200);
    assert_eq!(by_token(&given).get("/users/me").expect(200).json["id"], ann.id.as_str());
    token(&app, &[("grant_type", "authorization_code"), ("code", &first)]).expect(400);
    let refresh = given.json["refresh_token"].as_str().unwrap();
    let renewed = token(&app, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).expect(200);
    by_token(&given).get("/users/me").expect(401);
    by_token(&renewed).get("/users/me").expect(200);
    outside(&ann, "//oauth/deauthorize", &json!({"client_id": app["id"]})).expect(200);
    by_token(&renewed).get("/users/me").expect(401);
    let refresh = renewed.json["refresh_token"].as_str().unwrap();
    token(&app, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).expect(404);
}

#[test]
fn a_session_that_was_revoked_is_not_renewed() {
    let (ann, app) = (Person::new("ann"), application(json!({})));
    let given = token(&app, &[("grant_type", "authorization_code"), ("code", &code(&ann, &app))]).expect(200);
    let sessions = ann.get("/users/me/sessions").expect(200).json;
    let session = sessions.as_array().unwrap().iter().find(|session| session["is_oauth"] == true).unwrap();
    ann.post("/users/me/sessions/revoke", json!({"session_id": session["id"]})).expect(200);
    by_token(&given).get("/users/me").expect(401);
    let refresh = given.json["refresh_token"].as_str().unwrap();
    token(&app, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).expect(404);
    let again = token(&app, &[("grant_type", "authorization_code"), ("code", &code(&ann, &app))]).expect(200);
    by_token(&again).get("/users/me").expect(200);
}

#[test]
fn secrets_and_codes_are_those_of_one_application() {
    let (ann, app, other) = (Person::new("ann"), application(json!({})), application(json!({})));
    let code = code(&ann, &app);
    let exchange = |app: &Value| token(app, &[("grant_type", "authorization_code"), ("code", &code)]);
    exchange(&other).expect(400);
    let mut thief = app.clone();
    thief["client_secret"] = other["client_secret"].clone();
    exchange(&thief).expect(401);
    exchange(&app).expect(200);
    ann.post("/oauth/apps", json!({"name": "App"})).expect(403);
    ann.delete(&format!("/oauth/apps/{}", app["id"].as_str().unwrap())).expect(403);
}
