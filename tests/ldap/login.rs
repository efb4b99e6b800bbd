//! Logging in on the ordinary form.

use ldap3::Mod;
use serde_json::json;

use crate::server::{PASSWORD, Server, eventually, settings};
use crate::slapd::{BASE, Slapd, is_there, person};

const WRONG: &str = "api.user.login.invalid_credentials_email_username";
const TURNED_AWAY: &str = "ent.ldap.do_login.user_filtered.app_error";

#[test]
fn staff_comes_in_with_what_the_directory_says_of_them() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let server = Server::start(settings(&slapd), json!({}));
    let ann = server.log_in("ann", "ann-secret").expect(200);
    let said = ["username", "email", "first_name", "last_name", "nickname", "position", "auth_service", "roles"];
    assert_eq!(
        said.map(|field| ann.text(field)),
        ["ann", "ann.arbor@campus.example", "Ann", "Arbor", "Annie", "Professor", "ldap", "system_user"]
    );
    assert_eq!(server.user("ann")["auth_data"], "1001");
    assert_eq!(server.get("/users/me", &ann.token).expect(200).text("id"), ann.text("id"));
    // The same person by the address, in any case, and by the account's name.
    for name in ["ANN", "Ann.Arbor@campus.example", " ann "] {
        assert_eq!(server.log_in(name, "ann-secret").expect(200).text("id"), ann.text("id"), "{name}");
    }
    // New attributes at the next log-in; the id stays, so the account does.
    slapd.replace("ann", "sn", "Baum");
    slapd.replace("ann", "mail", "ann.baum@campus.example");
    let again = server.log_in("ann", "ann-secret").expect(200);
    assert_eq!((again.text("id"), again.text("last_name")), (ann.text("id"), "Baum"));
    assert_eq!(again.text("email"), "ann.baum@campus.example");
    // What the directory decides is not changed here; the rest is.
    let patch = |field: &str| server.put("/users/me/patch", &again.token, json!({field: "Other"}));
    for field in ["first_name", "last_name", "nickname", "position", "username"] {
        patch(field).expect(409);
    }
    server.put("/users/me/patch", &again.token, json!({"locale": "de"})).expect(200);
    // Accounts with a password here are untouched.
    server.log_in("root", PASSWORD).expect(200);
    assert_eq!(server.log_in("root", "ann-secret").expect(401).error(), WRONG);
}

#[test]
fn a_log_in_costs_one_search_and_one_bind() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let server = Server::start(settings(&slapd), json!({}));
    server.log_in("ann", "ann-secret").expect(200);
    let (searches, binds) = slapd.operations();
    for _ in 0..5 {
        server.log_in("ann", "ann-secret").expect(200);
    }
    assert_eq!(slapd.operations(), (searches + 5, binds + 5));
}

#[test]
fn nobody_comes_in_by_guessing_or_by_tricks() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let server = Server::start(settings(&slapd), json!({"ServiceSettings": {"MaximumLoginAttempts": 100}}));
    let tries = [
        ("ann", "wrong"),
        ("nobody", "wrong"),
        ("*", "ann-secret"),
        ("a*", "ann-secret"),
        ("ann)(uid=*", "ann-secret"),
        ("ann)(|(uid=*", "ann-secret"),
        ("*)(employeeType=staff", "ann-secret"),
        ("\\61nn", "ann-secret"),
        ("ann\u{1}", "ann-secret"),
        ("uid=ann,ou=people,dc=campus,dc=example", "ann-secret"),
        ("noid", "noid-secret"),
        ("cn=kollegium", "search-secret"),
    ];
    for (name, password) in tries {
        let answer = server.log_in(name, password);
        assert_eq!((answer.status, answer.error()), (401, WRONG), "{name:?} {password:?}");
    }
    // A blank password would be nobody's, and the directory would say yes.
    assert_eq!(server.log_in("ann", "").expect(400).error(), "api.user.login.blank_pwd.app_error");
    // Strange names are names all the same.
    let odd = server.log_in("o*dd(na,me)", "odd-secret").expect(200);
    assert_eq!(odd.text("username"), "oddname");
}

#[test]
fn too_many_guesses_lock_the_account() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let server = Server::start(settings(&slapd), json!({}));
    let ann = server.log_in("ann", "ann-secret").expect(200);
    for _ in 0..4 {
        assert_eq!(server.log_in("ann", "wrong").expect(401).error(), WRONG);
    }
    let locked = server.log_in("ann", "ann-secret").expect(401);
    assert_eq!(locked.error(), "api.user.check_user_login_attempts.too_many_ldap.app_error");
    // By the address, too.
    assert_eq!(server.log_in("ann.arbor@campus.example", "ann-secret").expect(401).error(), locked.error());
    let path = format!("/users/{}/reset_failed_attempts", ann.text("id"));
    server.post(&path, &server.root(), json!({})).expect(200);
    server.log_in("ann", "ann-secret").expect(200);
}

#[test]
fn students_read_why_they_are_turned_away_once_they_have_proven_who_they_are() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let text = "This chat is for staff. Please ask chat@campus.example.";
    let mut server = Server::start(settings(&slapd), json!({"KollegiumSettings": {"AdmissionRefusalText": text}}));
    let ben = server.log_in("ben", "ben-secret").expect(401);
    assert_eq!((ben.error(), ben.text("message")), (TURNED_AWAY, text));
    assert_eq!(server.log_in("ben", "wrong").expect(401).error(), WRONG);
    assert_eq!(server.get("/users/username/ben", &server.root()).status, 404);
    // An exception for him, and one against a professor.
    server.set(json!({"KollegiumSettings": {"AdmissionAllow": "ben@campus.example", "AdmissionDeny": "1001"}}));
    server.log_in("ben", "ben-secret").expect(200);
    assert_eq!(server.log_in("ann", "ann-secret").expect(401).error(), TURNED_AWAY);
}

#[test]
fn groups_in_groups_guests_and_administrators() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let more = json!({
        "GuestAccountsSettings": {"Enable": true},
        "KollegiumSettings": {"LdapStaffGroup": format!("CN=Staff, OU=Groups,{BASE}")},
        "LdapSettings": {
            "GuestFilter": "employeeType=visitor", "EnableAdminFilter": true, "AdminFilter": "(employeeType=operator)",
        },
    });
    let mut server = Server::start(settings(&slapd), more);
    // Directly, and by one and two groups between.
    for (name, roles) in [("ann", "system_user"), ("fay", "system_user"), ("dora", "system_admin system_user")] {
        assert_eq!(server.log_in(name, &format!("{name}-secret")).expect(200).text("roles"), roles, "{name}");
    }
    assert_eq!(server.log_in("gus", "gus-secret").expect(200).text("roles"), "system_guest");
    assert_eq!(server.log_in("hal", "hal-secret").expect(401).error(), TURNED_AWAY);
    // What changes there changes here at the next log-in.
    slapd.replace("gus", "employeeType", "staff");
    assert_eq!(server.log_in("gus", "gus-secret").expect(401).error(), TURNED_AWAY);
    let staff = format!("cn=staff,ou=groups,{BASE}");
    let members = std::collections::HashSet::from([person("gus"), person("hal")]);
    slapd.modify(&staff, vec![Mod::Add("member".to_owned(), members)]);
    assert_eq!(server.log_in("gus", "gus-secret").expect(200).text("roles"), "system_user");
    slapd.replace("dora", "employeeType", "staff");
    assert_eq!(server.log_in("dora", "dora-secret").expect(200).text("roles"), "system_user");
    // A group that is not there admits nobody, and says nothing about anybody.
    server.set(json!({"KollegiumSettings": {"LdapStaffGroup": format!("cn=none,ou=groups,{BASE}")}}));
    assert_eq!(server.log_in("ann", "ann-secret").expect(401).error(), WRONG);
}

#[test]
fn names_and_addresses_of_others_are_not_taken_over() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let server = Server::start(settings(&slapd), json!({}));
    let sign_up = |name: &str, email: &str| {
        let body = json!({"username": name, "email": email, "password": PASSWORD});
        server.post("/users", "", body).expect(201)
    };
    sign_up("someone", "hal@campus.example");
    let hal = server.log_in("hal", "hal-secret").expect(401);
    assert_eq!(hal.error(), WRONG);
    assert!(hal.text("message").contains("administrator"), "{}", hal.text("message"));
    // A name here that is also one there means the account here.
    sign_up("fay", "other@example.com");
    assert_eq!(server.log_in("fay", "fay-secret").expect(401).error(), WRONG);
    assert_eq!(server.log_in("fay@campus.example", "fay-secret").expect(401).error(), WRONG);
    // Somebody who has an account keeps it, with the old name.
    let ann = server.log_in("ann", "ann-secret").expect(200);
    slapd.replace("ann", "mail", "hal@campus.example");
    let again = server.log_in("ann", "ann-secret").expect(200);
    assert_eq!((again.text("id"), again.text("email")), (ann.text("id"), "ann.arbor@campus.example"));
}

#[test]
fn connections_are_protected_and_another_server_is_tried() {
    if !is_there() {
        return;
    }
    let mut slapd = Slapd::start();
    let mut server = Server::start(settings(&slapd), json!({}));
    let authority = slapd.authority();
    let authority = authority.to_str().unwrap();
    for (port, security) in [(slapd.tls_port, "TLS"), (slapd.port, "STARTTLS")] {
        let mut with = |authority: &str, skip: bool| {
            server.set(json!({
                "LdapSettings": {
                    "LdapPort": port, "ConnectionSecurity": security, "SkipCertificateVerification": skip,
                },
                "KollegiumSettings": {"LdapCertificateAuthorityFile": authority},
            }));
            server.log_in("ann", "ann-secret").status
        };
        assert_eq!(with(authority, false), 200, "{security}");
        assert_eq!(with("", false), 401, "{security} with a certificate that nobody vouches for");
        assert_eq!(with("", true), 200, "{security} without a look at the certificate");
    }
    // The first server is not there.
    let ports = format!("127.0.0.1:9, 127.0.0.1:{}", slapd.port);
    server.set(json!({"LdapSettings": {"LdapServer": ports, "ConnectionSecurity": ""}}));
    server.log_in("ann", "ann-secret").expect(200);
    // None is: nobody comes in, nothing is counted, and accounts here are as ever.
    slapd.down();
    for _ in 0..6 {
        assert_eq!(server.log_in("ann", "ann-secret").expect(401).error(), WRONG);
    }
    assert!(server.log().contains("directory"), "the log says why");
    server.root();
    slapd.up();
    server.log_in("ann", "ann-secret").expect(200);
    // The searcher's password is wrong.
    server.set(json!({"LdapSettings": {"BindPassword": "wrong"}}));
    server.log_in("ann", "ann-secret").expect(401);
    server.set(json!({"LdapSettings": {"BindPassword": "search-secret"}}));
    server.log_in("ann", "ann-secret").expect(200);
}

#[test]
fn a_picture_is_taken_over() {
    if !is_there() {
        return;
    }
    let slapd = Slapd::start();
    let server = Server::start(settings(&slapd), json!({}));
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(40, 30, image::Rgb([200, 10, 10])).write_to(&mut png, image::ImageFormat::Png).unwrap();
    slapd.modify_bytes("ann", "jpegPhoto", png.into_inner());
    let ann = server.log_in("ann", "ann-secret").expect(200);
    let changed = || server.get("/users/me", &ann.token).json["last_picture_update"].as_i64().unwrap_or(0);
    let first = eventually(|| Some(changed()).filter(|at| *at > 0));
    server.log_in("ann", "ann-secret").expect(200);
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(changed(), first, "the same picture is not taken over again");
}
