//! Connections to a directory: servers in their order, TLS, and the account that searches.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::plan::{Plan, Security};
use super::{Trouble, rc};

/// The longest time that connecting to one of several servers may take, so that the next one is tried soon.
const CONNECT: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Searching, as the account of the settings.
    Search,
    /// Trying passwords.
    Bind,
}

/// Opens a connection to the first server that answers.
pub(super) async fn open(plan: &Plan, tls: Option<&Arc<ClientConfig>>, purpose: Use) -> Result<Ldap, Trouble> {
    let mut failures = Vec::with_capacity(plan.servers.len());
    for server in &plan.servers {
        match open_one(plan, server, tls, purpose).await {
            Ok(ldap) => return Ok(ldap),
            Err(Trouble::Away(why)) => failures.push(format!("{server}: {why}")),
            // One that answers decides: another would answer the same.
            Err(refused) => return Err(refused),
        }
    }
    match failures.is_empty() {
        true => Err(Trouble::Setup("LdapSettings.LdapServer names no server".into())),
        false => Err(Trouble::Away(failures.join("; "))),
    }
}

async fn open_one(plan: &Plan, server: &str, tls: Option<&Arc<ClientConfig>>, purpose: Use) -> Result<Ldap, Trouble> {
    let mut settings = LdapConnSettings::new()
        .set_conn_timeout(plan.timeout.min(CONNECT))
        .set_starttls(plan.security == Security::StartTls)
        .set_no_tls_verify(plan.skip_verify);
    if let Some(tls) = tls {
        settings = settings.set_config(Arc::clone(tls));
    }
    let limit = plan.timeout.min(CONNECT);
    let address = address(plan, server);
    let connecting = LdapConnAsync::with_settings(settings, &address);
    let (connection, mut ldap) = match tokio::time::timeout(limit, connecting).await {
        Ok(connected) => connected.map_err(|e| Trouble::Away(e.to_string()))?,
        Err(_) => return Err(Trouble::Away(format!("no connection within {} s", limit.as_secs()))),
    };
    let name = server.to_owned();
    tokio::spawn(async move {
        if let Err(error) = connection.drive().await {
            tracing::debug!(%error, server = name, "a connection to the directory ended");
        }
    });
    if purpose == Use::Search && !plan.bind_dn.is_empty() {
        bind_searcher(plan, &mut ldap).await?;
    }
    Ok(ldap)
}

async fn bind_searcher(plan: &Plan, ldap: &mut Ldap) -> Result<(), Trouble> {
    if plan.bind_password.is_empty() {
        // The directory would take it for nobody in particular.
        return Err(Trouble::Setup("LdapSettings.BindUsername is set without BindPassword".into()));
    }
    let answer = ldap.with_timeout(plan.timeout).simple_bind(&plan.bind_dn, &plan.bind_password).await;
    let answer = answer.map_err(|e| Trouble::Away(e.to_string()))?;
    match answer.rc {
        rc::SUCCESS => Ok(()),
        code if rc::is_passing(code) => Err(Trouble::Away(answer.to_string())),
        _ => Err(Trouble::Setup(format!("LdapSettings.BindUsername is refused: {answer}"))),
    }
}

fn address(plan: &Plan, server: &str) -> String {
    let scheme = if plan.security == Security::Tls { "ldaps" } else { "ldap" };
    let has_port = server.rsplit_once(':').is_some_and(|(host, port)| {
        let is_whole = !host.contains(':') || host.ends_with(']');
        is_whole && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
    });
    match has_port {
        true => format!("{scheme}://{server}"),
        false if server.contains(':') && !server.starts_with('[') => format!("{scheme}://[{server}]:{}", plan.port),
        false => format!("{scheme}://{server}:{}", plan.port),
    }
}

/// The rules of TLS; `None` where there is none, or any certificate is taken.
pub(super) fn encryption(plan: &Plan) -> Result<Option<Arc<ClientConfig>>, Trouble> {
    if plan.security == Security::None {
        return Ok(None);
    }
    if plan.skip_verify {
        return match plan.own_certificate {
            None => Ok(None),
            Some(_) => Err(Trouble::Setup(
                "LdapSettings.PublicCertificateFile is shown to a directory whose own certificate is verified only; \
                 switch SkipCertificateVerification off"
                    .into(),
            )),
        };
    }
    let rules = ClientConfig::builder().with_root_certificates(authorities(plan)?);
    let rules = match &plan.own_certificate {
        None => rules.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = certificates(certificate)?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|e| unreadable(key, e))?;
            rules.with_client_auth_cert(chain, key).map_err(|e| unreadable(certificate, e))?
        }
    };
    Ok(Some(Arc::new(rules)))
}

fn authorities(plan: &Plan) -> Result<RootCertStore, Trouble> {
    let mut trusted = RootCertStore::empty();
    let given = match plan.authority_file.as_str() {
        "" => rustls_native_certs::load_native_certs().certs,
        file => certificates(file)?,
    };
    let (added, _) = trusted.add_parsable_certificates(given);
    match added {
        0 => Err(Trouble::Setup("there is no certificate authority that could be trusted".into())),
        _ => Ok(trusted),
    }
}

fn certificates(file: &str) -> Result<Vec<CertificateDer<'static>>, Trouble> {
    let all = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let all = all.map_err(|e| unreadable(file, e))?;
    if all.is_empty() { Err(unreadable(file, io::Error::other("it holds no certificate"))) } else { Ok(all) }
}

fn unreadable(file: &str, why: impl std::fmt::Display) -> Trouble {
    Trouble::Setup(format!("{file}: {why}"))
}
