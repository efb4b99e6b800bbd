//! `/oauth/{service}`, `/signup/{service}`, `/users/login/switch` and `/users/migrate_auth`: what is refused where no
//! provider is set up. Journeys by real providers are in compat-tests/sso, and by a directory in tests/ldap.

use serde_json::json;

use crate::world::Person;

#[test]
fn what_is_switched_off_says_so_on_a_page() {
    let nobody = Person::anonymous();
    for path in ["//oauth/openid/login", "//oauth/nothing/signup", "//oauth/gitlab/mobile_login?redirect_to=mmauth://x"]
    {
        nobody.get(path).expect(501);
    }
    for path in ["//login/sso/saml", "/users/migrate_auth/saml"] {
        let method = if path.starts_with("//") { "GET" } else { "POST" };
        nobody.asks(method, path, json!({})).expect(501);
    }
    // Where people are sent afterwards is judged first: they must not land on another site.
    nobody.get("//oauth/openid/login?redirect_to=//evil.example").expect(400);
    nobody.get("//oauth/openid/mobile_login?redirect_to=evil://x").expect(400);
}

#[test]
fn nobody_comes_back_who_did_not_leave() {
    let nobody = Person::anonymous();
    for path in ["//signup/openid/complete", "//login/gitlab/complete", "//oauth/google/complete"] {
        nobody.get(path).expect(400);
        nobody.get(&format!("{path}?code=x&state={}", "a".repeat(64))).expect(400);
        nobody.get(&format!("{path}?error=access_denied")).expect(400);
    }
    let code = json!({"login_code": "x", "code_verifier": "y", "state": "z"});
    nobody.post("/users/login/sso/code-exchange", code).expect(410);
    nobody.post("/users/login/desktop_token", json!({"token": "x".repeat(64)})).expect(401);
}

#[test]
fn accounts_are_switched_only_in_known_ways() {
    let ann = Person::new("ann");
    let switch = |from: &str, to: &str| {
        let body = json!({"current_service": from, "new_service": to, "email": "x@example.com", "password": "wrong"});
        ann.post("/users/login/switch", body)
    };
    for (from, to) in [("email", "email"), ("openid", "gitlab"), ("", ""), ("email", "saml"), ("ldap", "openid")] {
        switch(from, to).expect(400);
    }
    assert_eq!(switch("ldap", "email").expect(403).error(), "api.user.ldap_to_email.not_available.app_error");
    switch("email", "ldap").expect(501);
    switch("email", "openid").expect(401);
    // Whoever has a password here has no provider to leave.
    switch("openid", "email").expect(403);
}

#[test]
fn accounts_are_moved_by_administrators() {
    let (ann, admin) = (Person::new("ann"), Person::admin());
    let body = json!({"from": "email", "match_field": "email", "force": true});
    Person::anonymous().post("/users/migrate_auth/ldap", body.clone()).expect(401);
    ann.post("/users/migrate_auth/ldap", body.clone()).expect(403);
    assert_eq!(admin.post("/users/migrate_auth/ldap", body).expect(501).error(), "ent.ldap.disabled.app_error");
    for wrong in [
        json!({}),
        json!({"from": "email", "match_field": "email"}),
        json!({"from": "email", "match_field": "shoe size", "force": true}),
        json!({"from": "ldap", "match_field": "email", "force": true}),
    ] {
        admin.post("/users/migrate_auth/ldap", wrong).expect(400);
    }
}
