//! Encrypted connections by certificate files.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tungstenite::client::IntoClientRequest;

use crate::world::{PASSWORD, Server, Setup, Wire, eventually};

/// A new certificate for the loopback address and its key, in files.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (certificate, key)
}

fn encrypted() -> Setup {
    let setup = Setup::new();
    let (certificate, key) = certificate(setup.folder());
    setup
        .set("ServiceSettings.ConnectionSecurity", "TLS")
        .set("ServiceSettings.TLSCertFile", certificate.to_str().unwrap())
        .set("ServiceSettings.TLSKeyFile", key.to_str().unwrap())
}

/// What a client trusts: the certificate that lies in the folder now.
fn trusting(folder: &Path) -> ClientConfig {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap()).unwrap();
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// An encrypted connection, or why there is none.
fn connect(address: SocketAddr, rules: ClientConfig) -> std::io::Result<Stream> {
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = Stream::new(ClientConnection::new(Arc::new(rules), name).unwrap(), TcpStream::connect(address)?);
    stream.sock.set_read_timeout(Some(std::time::Duration::from_secs(15)))?;
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

fn address(server: &Server) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], server.port()))
}

fn says(stream: &mut Stream, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut said = Vec::new();
    // A peer that closes without a farewell has still said it all.
    let ended = stream.read_to_end(&mut said);
    assert!(!said.is_empty(), "{ended:?}");
    String::from_utf8_lossy(&said).into_owned()
}

const PING: &str = "GET /api/v4/system/ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn the_api_and_sockets_over_tls() {
    let setup = encrypted().set("ServiceSettings.TLSStrictTransport", "true");
    let setup = setup.set("ServiceSettings.SiteURL", "https://localhost");
    let server = setup.start();
    assert!(server.stdout().contains("https://127.0.0.1:"), "{}", server.stdout());
    let mut stream = connect(address(&server), trusting(server.folder())).unwrap();
    let answer = says(&mut stream, PING);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("strict-transport-security: max-age=63072000"),
        "{answer}"
    );
    let ask = |path: &str, body: String| {
        let mut stream = connect(address(&server), trusting(server.folder())).unwrap();
        let length = body.len();
        says(
            &mut stream,
            &format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Requested-With: XMLHttpRequest\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            ),
        )
    };
    ask("/api/v4/users", format!(r#"{{"username":"ann","email":"ann@example.com","password":"{PASSWORD}"}}"#));
    let answer = ask("/api/v4/users/login", format!(r#"{{"login_id":"ann","password":"{PASSWORD}"}}"#));
    let cookies: Vec<&str> = answer.lines().filter(|line| line.starts_with("set-cookie: MM")).collect();
    assert_eq!(cookies.iter().filter(|cookie| cookie.contains("Secure")).count(), 3, "{answer}");
    let token = answer.lines().find_map(|line| line.strip_prefix("token: ")).unwrap().trim().to_owned();
    let mut request = "wss://localhost/api/v4/websocket".into_client_request().unwrap();
    request.headers_mut().insert("Authorization", format!("Bearer {token}").parse().unwrap());
    request.headers_mut().insert("Origin", "https://localhost".parse().unwrap());
    let stream = connect(address(&server), trusting(server.folder())).unwrap();
    let (mut socket, _) = tungstenite::client(request, stream).unwrap();
    assert!(socket.read().unwrap().to_text().unwrap().contains("\"hello\""));
}

#[test]
fn http_2_is_spoken() {
    let server = encrypted().start();
    let pem = std::fs::read(server.folder().join("cert.pem")).unwrap();
    let url = format!("https://localhost:{}/api/v4/system/ping", server.port());
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let client = reqwest::Client::builder().add_root_certificate(reqwest::Certificate::from_pem(&pem).unwrap());
        let client = client.build().unwrap();
        let asked = (0..20).map(|_| client.get(&url).send());
        for answer in futures_util::future::join_all(asked).await {
            let answer = answer.unwrap();
            assert_eq!((answer.version(), answer.status().as_u16()), (reqwest::Version::HTTP_2, 200));
            assert_eq!(answer.headers()["content-type"], "application/json");
        }
    });
}

#[test]
fn idle_connections_hold_no_end_up() {
    let mut server = encrypted().start();
    let pem = std::fs::read(server.folder().join("cert.pem")).unwrap();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let idle = connect(address(&server), trusting(server.folder())).unwrap();
    let url = format!("https://localhost:{}/api/v4/system/ping", server.port());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = reqwest::Client::builder().add_root_certificate(reqwest::Certificate::from_pem(&pem).unwrap());
    let client = client.build().unwrap();
    assert_eq!(runtime.block_on(client.get(&url).send()).unwrap().status(), 200);
    server.terminate();
    let (status, took) = server.ends();
    assert!(status.success() && took < std::time::Duration::from_secs(5), "{status} after {took:?}");
    drop((idle, client));
}

#[test]
fn old_protocols_are_refused_and_the_oldest_can_be_set() {
    let server = encrypted().set("ServiceSettings.TLSMinVer", "1.3").start();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(server.folder().join("cert.pem")).unwrap()).unwrap();
    let old = ClientConfig::builder_with_protocol_versions(&[&rustls::version::TLS12]);
    let old = old.with_root_certificates(roots).with_no_client_auth();
    assert!(connect(address(&server), old).is_err(), "TLS 1.2 was spoken");
    assert!(connect(address(&server), trusting(server.folder())).is_ok());
}

#[test]
fn only_the_named_ciphers_are_spoken() {
    let name = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    let setup = encrypted().set("ServiceSettings.TLSOverwriteCiphers", name);
    let server = setup.start();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(server.folder().join("cert.pem")).unwrap()).unwrap();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let old = ClientConfig::builder_with_protocol_versions(&[&rustls::version::TLS12]);
    let stream = connect(address(&server), old.with_root_certificates(roots).with_no_client_auth()).unwrap();
    assert_eq!(format!("{:?}", stream.conn.negotiated_cipher_suite().unwrap().suite()), name);
    let said = encrypted().set("ServiceSettings.TLSOverwriteCiphers", "TLS_RSA_WITH_RC4_128_SHA").refused();
    assert!(said.contains("TLSOverwriteCiphers") && said.contains("TLS_RSA_WITH_RC4_128_SHA"), "{said}");
}

#[test]
fn wrong_files_are_refused_at_the_start() {
    for (setting, content, why) in [
        ("TLSCertFile", None, "ServiceSettings.TLSCertFile must be an existing file"),
        ("TLSKeyFile", None, "ServiceSettings.TLSKeyFile must be an existing file"),
        ("TLSCertFile", Some("no certificate"), "ServiceSettings.TLSCertFile"),
        ("TLSKeyFile", Some("no key"), "ServiceSettings.TLSKeyFile"),
    ] {
        let setup = encrypted();
        let file = setup.folder().join("wrong.pem");
        if let Some(content) = content {
            std::fs::write(&file, content).unwrap();
        }
        let said = setup.set(&format!("ServiceSettings.{setting}"), file.to_str().unwrap()).refused();
        assert!(said.contains(why) && said.contains("wrong.pem"), "{said}");
    }
    let setup = encrypted();
    let elsewhere = tempfile::tempdir().unwrap();
    let (_, other) = certificate(elsewhere.path());
    let said = setup.set("ServiceSettings.TLSKeyFile", other.to_str().unwrap()).refused();
    assert!(said.contains("TLSKeyFile") && said.contains("do not fit"), "{said}");
    let said = encrypted().set("ServiceSettings.UseLetsEncrypt", "true").refused();
    assert!(said.contains("ServiceSettings.UseLetsEncrypt"), "{said}");
}

#[test]
fn a_new_certificate_is_taken_up_while_the_server_runs() {
    let server = encrypted().start();
    let old = trusting(server.folder());
    assert!(connect(address(&server), old.clone()).is_ok());
    certificate(server.folder());
    let new = || connect(address(&server), trusting(server.folder())).is_ok();
    eventually("the new certificate is shown", new);
    assert!(connect(address(&server), old).is_err());
    // Half a certificate changes nothing.
    let good = std::fs::read(server.folder().join("cert.pem")).unwrap();
    std::fs::write(server.folder().join("cert.pem"), "half").unwrap();
    eventually("it is said that the file is wrong", || server.stderr().contains("cert.pem"));
    std::fs::write(server.folder().join("cert.pem"), good).unwrap();
    assert!(new());
}

#[test]
fn plain_requests_are_sent_to_the_encrypted_port() {
    // An address of this test's own, as both ports are fixed.
    let (plain, encrypted_at) = (SocketAddr::from(([127, 44, 3, 1], 80)), SocketAddr::from(([127, 44, 3, 1], 443)));
    if std::net::TcpListener::bind(plain).is_err() {
        eprintln!("SKIPPED: this user may not listen on port 80");
        return;
    }
    let setup = encrypted().set("ServiceSettings.Forward80To443", "true");
    let setup = setup.set("ServiceSettings.ListenAddress", "127.44.3.1:443").reached_at(encrypted_at);
    let server = setup.start();
    let mut wire = Wire(TcpStream::connect(plain).unwrap());
    let (status, said) =
        wire.says(b"GET /team/pl/x?y=1 HTTP/1.1\r\nHost: chat.example.org\r\nConnection: close\r\n\r\n").hears();
    assert_eq!(status, 302, "{said}");
    assert!(said.contains("location: https://chat.example.org/team/pl/x?y=1\r\n"), "{said}");
    assert!(connect(encrypted_at, trusting(server.folder())).is_ok());
    let said = encrypted().set("ServiceSettings.Forward80To443", "true").refused();
    assert!(said.contains("ServiceSettings.Forward80To443") && said.contains("443"), "{said}");
}

#[test]
fn somebody_who_says_nothing_is_hung_up_on() {
    let server = encrypted().start();
    let mut wire = server.connect();
    assert!(wire.closes().as_secs() < 10, "a handshake that does not come is not waited for");
}
