//! Accounts with a password here that come to the directory: by their owners, and by administrators.

use serde_json::json;

use crate::server::{PASSWORD, Server, settings};
use crate::slapd::{Slapd, is_there};

/// Somebody with a password here, by the name and address of somebody in the directory.
fn signs_up(server: &Server, name: &str, email: &str) -> String {
    server.post("/users", "", json!({"username": name, "email": email, "password": PASSWORD})).expect(201);
    server.log_in(name, PASSWORD).expect(200).token
}

#[test]
fn somebody_switches_to_the_directory_who_has_both_passwords() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let server = Server::start(settings(&slapd), json!({}));
    let session = signs_up(&server, "annie", "annie@elsewhere.example");
    let switch = |password: &str, name: &str, there: &str| {
        let body = json!({"current_service": "email", "new_service": "ldap", "email": "annie@elsewhere.example",
            "password": password, "ldap_id": name, "new_password": there});
        server.post("/users/login/switch", "", body)
    };
    switch("wrong", "ann", "ann-secret").expect(401);
    switch(PASSWORD, "ann", "wrong").expect(401);
    switch(PASSWORD, "nobody-at-all", "ann-secret").expect(401);
    // A student, who may not be here.
    switch(PASSWORD, "ben", "ben-secret").expect(401);
    server.get("/users/me", &session).expect(200);
    assert_eq!(switch(PASSWORD, "ann", "ann-secret").expect(200).text("follow_link"), "/login?extra=signin_change");
    server.get("/users/me", &session).expect(401);
    server.log_in("annie", PASSWORD).expect(401);
    let ann = server.log_in("ann", "ann-secret").expect(200);
    assert_eq!((ann.text("auth_service"), ann.text("email")), ("ldap", "ann.arbor@campus.example"));
    // The directory's accounts stay there.
    let back = json!({"current_service": "ldap", "new_service": "email", "email": "ann.arbor@campus.example",
        "password": "ann-secret", "new_password": PASSWORD});
    server.post("/users/login/switch", &ann.token, back).expect(403);
}

#[test]
fn administrators_move_accounts_to_the_directory() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let server = Server::start(settings(&slapd), json!({}));
    let ann = signs_up(&server, "anna", "ann.arbor@campus.example");
    let eve = signs_up(&server, "eve", "eve@elsewhere.example");
    let migrate = |force: bool| {
        let body = json!({"from": "email", "match_field": "email", "force": force});
        server.post("/users/migrate_auth/ldap", &server.root(), body)
    };
    let tried = server.command(&["auth", "migrate", "--from", "email", "--to", "ldap", "--by", "mail", "--dry-run"]);
    let tried = String::from_utf8(tried.stdout).unwrap();
    assert!(tried.contains("@anna: 1001") && tried.contains("@eve stays: the directory has nobody"), "{tried}");
    // One who cannot be moved keeps all where they are, unless that is forced.
    let refused = migrate(false).expect(400);
    assert!(refused.text("message").contains("@eve stays"), "{}", refused.json);
    server.get("/users/me", &ann).expect(200);
    migrate(true).expect(200);
    server.get("/users/me", &ann).expect(401);
    server.get("/users/me", &eve).expect(200);
    assert_eq!(server.log_in("ann", "ann-secret").expect(200).text("auth_service"), "ldap");
    server.log_in("root", PASSWORD).expect(200);
}
