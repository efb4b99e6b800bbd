//! Behind a proxy: whose word is taken for a client's address.

use crate::world::{Server, Setup};

/// The address that the server notes of somebody who logs in with these headers.
fn noted(server: &Server, headers: &[(&str, &str)]) -> String {
    server.sign_up("ann");
    let token = server.log_in("ann");
    let bearer = format!("Bearer {token}");
    let headers = [&[("Authorization", bearer.as_str())], headers].concat();
    server.ask("PUT", "/api/v4/users/me/patch", &headers, br#"{"nickname":"Ann"}"#).expect(200);
    let audits = server.call("GET", "/users/me/audits", &token, &().into()).json();
    audits[0]["ip_address"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn nobody_is_believed_by_default() {
    let server = Setup::new().start();
    let said = [("X-Forwarded-For", "203.0.113.7"), ("X-Real-IP", "203.0.113.7"), ("Forwarded", "for=203.0.113.7")];
    assert_eq!(noted(&server, &said), "127.0.0.1");
}

#[test]
fn a_named_header_is_believed() {
    let server = Setup::new().set("ServiceSettings.TrustedProxyIPHeader", "X-Real-IP X-Forwarded-For").start();
    let said = [("X-Forwarded-For", "198.51.100.1, 10.0.0.1"), ("X-Real-IP", "203.0.113.7")];
    assert_eq!(noted(&server, &said), "203.0.113.7");
}

#[test]
fn the_first_of_several_addresses_is_the_client() {
    let server = Setup::new().set("ServiceSettings.TrustedProxyIPHeader", "X-Forwarded-For").start();
    let said = [("X-Forwarded-For", "2001:db8::7, 10.0.0.1"), ("X-Real-IP", "203.0.113.7")];
    assert_eq!(noted(&server, &said), "2001:db8::7");
}

#[test]
fn what_is_no_address_is_not_believed() {
    let server = Setup::new().set("ServiceSettings.TrustedProxyIPHeader", "X-Real-IP").start();
    assert_eq!(noted(&server, &[("X-Real-IP", "<script>")]), "127.0.0.1");
}
