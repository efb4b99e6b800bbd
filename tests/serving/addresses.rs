//! Where the server listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};

use crate::world::Setup;

fn reaches(address: impl Into<IpAddr>, port: u16) -> bool {
    TcpStream::connect(SocketAddr::new(address.into(), port)).is_ok()
}

#[test]
fn every_form_of_an_address() {
    let has_v6 = std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    for (form, v4, v6) in [
        (":{}", true, true),
        ("127.0.0.1:{}", true, false),
        ("localhost:{}", true, false),
        ("0.0.0.0:{}", true, false),
        ("[::1]:{}", false, true),
        ("[::]:{}", true, true),
    ] {
        let setup = Setup::new();
        let port = setup.port();
        if !has_v6 && !v4 {
            continue;
        }
        let at: IpAddr = if v4 { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
        let setup = setup.set("ServiceSettings.ListenAddress", &form.replace("{}", &port.to_string()));
        let server = setup.reached_at(SocketAddr::new(at, port)).start();
        assert_eq!(reaches(Ipv4Addr::LOCALHOST, port), v4, "{form}");
        if has_v6 && form != "localhost:{}" {
            assert_eq!(reaches(Ipv6Addr::LOCALHOST, port), v6, "{form}");
        }
        assert_eq!(server.get("/api/v4/system/ping").status, 200);
        assert!(server.stdout().contains(&format!(":{port}")), "{}", server.stdout());
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for wrong in ["8065", "localhost", ":http", "127.0.0.1:99999", "::1:8065", "[::1]", "host name:80", ""] {
        let said = Setup::new().set("ServiceSettings.ListenAddress", wrong).refused();
        assert!(said.contains("ServiceSettings.ListenAddress"), "{wrong}: {said}");
    }
    let said = Setup::new().set("ServiceSettings.ListenAddress", "192.0.2.1:8065").refused();
    assert!(said.contains("192.0.2.1:8065"), "an address of another machine: {said}");
}

#[test]
fn a_port_in_use_is_refused() {
    let first = Setup::new().start();
    let second = Setup::new().set("ServiceSettings.ListenAddress", &format!("127.0.0.1:{}", first.port()));
    let said = second.refused();
    assert!(said.contains("ServiceSettings.ListenAddress") && said.contains("in use"), "{said}");
}
