//! Two processes on one database.

use crate::own::Own;
use crate::world::unique;

/// A running server keeps in memory what it has read, so nobody else may write behind its back.
#[test]
fn commands_from_another_data_directory_are_refused() {
    let own = Own::start(&[]);
    let elsewhere = tempfile::tempdir().unwrap();
    let (name, address) = (unique("hidden"), format!("{}@example.com", unique("hidden")));
    let order = ["user", "create", &name, "--email", &address, "--password", "Secret-pass-1!"];
    let said = own.runs_in(elsewhere.path(), &order);
    let known = own.admin().get(&format!("/users/username/{name}")).status;
    // On the embedded database another data directory is another database.
    if std::env::var("KOLLEGIUM_TEST_POSTGRES").is_ok() {
        assert!(said.contains("another Kollegium works on the database"), "{said}");
    } else {
        assert!(said.contains(&name), "{said}");
    }
    assert_eq!(known, 404, "{said}");
    assert!(own.runs(&order).contains(&name), "the server itself hears of it");
    assert_eq!(own.admin().get(&format!("/users/username/{name}")).status, 200);
}
