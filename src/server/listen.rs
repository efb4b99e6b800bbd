//! Where the server listens, and how connections are encrypted.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::Path;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Settings;

/// Opens the socket that `ServiceSettings.ListenAddress` names: `:8065` (all addresses), `host:8065`, `[::1]:8065`.
///
/// # Errors
/// A sentence that names the address.
pub fn listen(address: &str) -> Result<TcpListener, String> {
    let candidates = resolve(address)?;
    let mut problem = format!("{address} is no address of this machine");
    for candidate in candidates {
        match open(candidate) {
            Ok(listener) => return Ok(listener),
            Err(e) => problem = e.to_string(),
        }
    }
    Err(format!("cannot listen on {address} (ServiceSettings.ListenAddress): {problem}"))
}

/// Without a host: both families by one socket, or, on a machine without IPv6, IPv4 alone.
fn resolve(address: &str) -> Result<Vec<SocketAddr>, String> {
    let wrong = |e: &dyn std::fmt::Display| {
        format!("ServiceSettings.ListenAddress must be like :8065 or host:8065, but is {address}: {e}")
    };
    if let Some(port) = address.strip_prefix(':') {
        let port: u16 = port.parse().map_err(|e| wrong(&e))?;
        return Ok(vec![
            (std::net::Ipv6Addr::UNSPECIFIED, port).into(),
            (std::net::Ipv4Addr::UNSPECIFIED, port).into(),
        ]);
    }
    address.to_socket_addrs().map(Iterator::collect).map_err(|e| wrong(&e))
}

/// With a long queue of connections that wait to be taken: after a restart all clients come at once.
fn open(address: SocketAddr) -> std::io::Result<TcpListener> {
    use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, listen, socket_with, sockopt};
    let family = if address.is_ipv6() { AddressFamily::INET6 } else { AddressFamily::INET };
    let socket = socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    sockopt::set_socket_reuseaddr(&socket, true)?;
    if address.is_ipv6() {
        sockopt::set_ipv6_v6only(&socket, false)?;
    }
    bind(&socket, &address)?;
    listen(&socket, 2048)?;
    let listener = TcpListener::from(socket);
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The certificate and rules for encrypted connections; `None` if there are to be none.
///
/// # Errors
/// A sentence that names the setting to mend.
pub fn encryption(settings: &Settings) -> Result<Option<ServerConfig>, String> {
    let service = &settings.service;
    if service.connection_security != "TLS" {
        return Ok(None);
    }
    if service.use_lets_encrypt {
        return Err(
            "ServiceSettings.UseLetsEncrypt is not built: get certificates with a program such as certbot, and name \
            their files in ServiceSettings.TLSCertFile and TLSKeyFile"
                .into(),
        );
    }
    let certificates = certificates(&service.tls_cert_file)?;
    let key = PrivateKeyDer::from_pem_file(&service.tls_key_file)
        .map_err(|e| format!("the key in {} (ServiceSettings.TLSKeyFile) cannot be read: {e}", service.tls_key_file))?;
    let versions: &[&rustls::SupportedProtocolVersion] = match service.tls_min_ver.as_str() {
        "1.3" => &[&rustls::version::TLS13],
        _ => &[&rustls::version::TLS12, &rustls::version::TLS13],
    };
    let config = ServerConfig::builder_with_protocol_versions(versions).with_no_client_auth();
    let config = config.with_single_cert(certificates, key);
    config
        .map(Some)
        .map_err(|e| format!("the certificate and key (ServiceSettings.TLSCertFile, TLSKeyFile) do not fit: {e}"))
}

fn certificates(file: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let failed = |e: &dyn std::fmt::Display| {
        format!("the certificate in {file} (ServiceSettings.TLSCertFile) cannot be read: {e}")
    };
    let read = CertificateDer::pem_file_iter(Path::new(file)).map_err(|e| failed(&e))?;
    let certificates: Vec<_> = read.collect::<Result<_, _>>().map_err(|e| failed(&e))?;
    if certificates.is_empty() { Err(failed(&"it holds none")) } else { Ok(certificates) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_addresses() {
        let port = |address: &str| resolve(address).unwrap().first().unwrap().port();
        assert_eq!((port(":8065"), port("127.0.0.1:80"), port("[::1]:443")), (8065, 80, 443));
        assert!(resolve("8065").is_err() && resolve(":many").unwrap_err().contains("ListenAddress"));
    }

    #[test]
    fn a_missing_certificate_is_named() {
        let mut settings = Settings::default();
        assert!(encryption(&settings).unwrap().is_none());
        settings.service.connection_security = "TLS".into();
        settings.service.tls_cert_file = "/nowhere/cert.pem".into();
        assert!(encryption(&settings).unwrap_err().contains("/nowhere/cert.pem"));
    }
}
