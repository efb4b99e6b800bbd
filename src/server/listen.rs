//! Where the server listens.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::time::Duration;

use crate::config::settings::ServiceSettings;

/// Opens the socket that `ServiceSettings.ListenAddress` names: `:8065` (all addresses), `host:8065`, `[::1]:8065`.
///
/// # Errors
/// A sentence that names the address.
pub fn listen(service: &ServiceSettings) -> Result<TcpListener, String> {
    open_one("ServiceSettings.ListenAddress", &service.listen_address, patience(service))
}

/// Opens port 80 beside an encrypted port 443, where plain requests are to be sent on (`ServiceSettings.Forward80To443`).
///
/// # Errors
/// A sentence that names the setting to mend.
pub fn listen_for_plain_requests(service: &ServiceSettings) -> Result<Option<TcpListener>, String> {
    if !service.forward_80_to_443 {
        return Ok(None);
    }
    let host = service.listen_address.strip_suffix(":443").filter(|_| service.connection_security == "TLS");
    let host = host.ok_or_else(|| {
        format!(
            "ServiceSettings.Forward80To443 needs ServiceSettings.ConnectionSecurity TLS and ServiceSettings.ListenAddress \
             with port 443, but that is {}",
            service.listen_address
        )
    })?;
    open_one("ServiceSettings.Forward80To443", &format!("{host}:80"), patience(service)).map(Some)
}

/// How long what was sent may stay unread (`WriteTimeout`).
fn patience(service: &ServiceSettings) -> Duration {
    Duration::from_secs(service.write_timeout.try_into().unwrap_or(0))
}

fn open_one(setting: &str, address: &str, patience: Duration) -> Result<TcpListener, String> {
    let candidates = resolve(address)?;
    let mut problem = format!("{address} is no address of this machine");
    for candidate in candidates {
        match open(candidate, patience) {
            Ok(listener) => return Ok(listener),
            Err(e) => problem = e.to_string(),
        }
    }
    Err(format!("cannot listen on {address} ({setting}): {problem}"))
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

/// With a long queue of connections that wait to be taken: after a restart all clients come at once. A client that reads
/// nothing for so long is given up by the system, which hands the setting on to each connection.
fn open(address: SocketAddr, patience: Duration) -> std::io::Result<TcpListener> {
    use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, listen, socket_with, sockopt};
    let family = if address.is_ipv6() { AddressFamily::INET6 } else { AddressFamily::INET };
    let socket = socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    sockopt::set_socket_reuseaddr(&socket, true)?;
    if address.is_ipv6() {
        sockopt::set_ipv6_v6only(&socket, false)?;
    }
    #[cfg(target_os = "linux")]
    sockopt::set_tcp_user_timeout(&socket, patience.as_millis().try_into().unwrap_or(u32::MAX))?;
    bind(&socket, &address)?;
    listen(&socket, 2048)?;
    let listener = TcpListener::from(socket);
    listener.set_nonblocking(true)?;
    Ok(listener)
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
}
