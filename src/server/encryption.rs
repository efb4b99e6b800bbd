//! Encrypted connections by certificate files, which are read again when they change.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::config::Settings;
use crate::config::settings::ServiceSettings;

/// How connections are encrypted.
pub struct Encryption {
    /// The rules of the handshake.
    pub rules: ServerConfig,
    /// What the server shows of itself.
    pub certificate: Arc<Certificate>,
}

/// The certificate and its key, as they lie in their files.
pub struct Certificate {
    files: [String; 2],
    shown: ArcSwap<CertifiedKey>,
    /// The files as they were when they were last looked at.
    stamp: Mutex<Stamp>,
}

/// Tells one state of the two files from another.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// How connections are to be encrypted; `None` if they are not.
///
/// # Errors
/// A sentence that names the setting to mend.
pub fn encryption(settings: &Settings) -> Result<Option<Encryption>, String> {
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
    let certificate = Arc::new(Certificate::open(service)?);
    let versions: &[&rustls::SupportedProtocolVersion] = match service.tls_min_ver.as_str() {
        "1.3" => &[&rustls::version::TLS13],
        _ => &[&rustls::version::TLS12, &rustls::version::TLS13],
    };
    let rules = ServerConfig::builder_with_provider(Arc::new(provider(service)?))
        .with_protocol_versions(versions)
        .map_err(|e| format!("ServiceSettings.TLSMinVer and TLSOverwriteCiphers leave nothing to speak: {e}"))?;
    Ok(Some(Encryption { rules: rules.with_no_client_auth().with_cert_resolver(certificate.clone()), certificate }))
}

/// The ciphers of TLS 1.2 that the settings name, or all; those of TLS 1.3 are not to be chosen, as in the reference.
fn provider(service: &ServiceSettings) -> Result<CryptoProvider, String> {
    let mut provider = aws_lc_rs::default_provider();
    let wanted = &service.tls_overwrite_ciphers;
    if wanted.is_empty() {
        return Ok(provider);
    }
    let name = |suite: &rustls::SupportedCipherSuite| format!("{:?}", suite.suite());
    let known: Vec<String> = provider.cipher_suites.iter().filter(|s| s.tls13().is_none()).map(name).collect();
    // The reference knows these two by shorter names as well.
    let is = |wanted: &String, name: &str| wanted == name || name.strip_suffix("_SHA256") == Some(wanted);
    if let Some(unknown) = wanted.iter().find(|wanted| !known.iter().any(|name| is(wanted, name))) {
        return Err(format!(
            "ServiceSettings.TLSOverwriteCiphers names {unknown}, which is not spoken here; there are {}",
            known.join(", ")
        ));
    }
    provider.cipher_suites.retain(|s| s.tls13().is_some() || wanted.iter().any(|wanted| is(wanted, &name(s))));
    Ok(provider)
}

impl Certificate {
    fn open(service: &ServiceSettings) -> Result<Certificate, String> {
        let files = [service.tls_cert_file.clone(), service.tls_key_file.clone()];
        let stamp = Mutex::new(stamp(&files));
        Ok(Certificate { shown: ArcSwap::from_pointee(read(&files)?), files, stamp })
    }

    /// Takes up files that have changed. What is wrong or half written changes nothing, and is looked at again when it
    /// changes.
    pub fn look(&self) {
        let now = stamp(&self.files);
        let before = std::mem::replace(&mut *self.stamp.lock().unwrap_or_else(PoisonError::into_inner), now);
        if before == now {
            return;
        }
        match read(&self.files) {
            Ok(new) => {
                self.shown.store(Arc::new(new));
                tracing::info!(file = self.files.first(), "the new certificate is shown from now on");
            }
            Err(error) => tracing::warn!(error, "the old certificate is still shown"),
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.load_full())
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("files", &self.files).finish_non_exhaustive()
    }
}

fn stamp(files: &[String; 2]) -> Stamp {
    files.each_ref().map(|file| {
        let found = std::fs::metadata(file).ok()?;
        Some((found.modified().ok()?, found.len()))
    })
}

fn read([certificate, key]: &[String; 2]) -> Result<CertifiedKey, String> {
    let chain = chain(certificate)?;
    let key = PrivateKeyDer::from_pem_file(key)
        .map_err(|e| format!("the key in {key} (ServiceSettings.TLSKeyFile) cannot be read: {e}"))?;
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(|e| {
        format!(
            "the certificate in {certificate} and its key (ServiceSettings.TLSCertFile, TLSKeyFile) do not fit: {e}"
        )
    })
}

fn chain(file: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let failed =
        |e: &dyn fmt::Display| format!("the certificate in {file} (ServiceSettings.TLSCertFile) cannot be read: {e}");
    let read = CertificateDer::pem_file_iter(Path::new(file)).map_err(|e| failed(&e))?;
    let certificates: Vec<_> = read.collect::<Result<_, _>>().map_err(|e| failed(&e))?;
    if certificates.is_empty() { Err(failed(&"it holds none")) } else { Ok(certificates) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_certificate_is_named() {
        let mut settings = Settings::default();
        assert!(encryption(&settings).unwrap().is_none());
        settings.service.connection_security = "TLS".into();
        settings.service.tls_cert_file = "/nowhere/cert.pem".into();
        assert!(encryption(&settings).err().unwrap().contains("/nowhere/cert.pem"));
    }

    #[test]
    fn ciphers_by_both_their_names() {
        let ciphers = vec!["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305".into()];
        let mut service = ServiceSettings { tls_overwrite_ciphers: ciphers, ..ServiceSettings::default() };
        let suites = provider(&service).unwrap().cipher_suites;
        assert_eq!(suites.iter().filter(|suite| suite.tls13().is_none()).count(), 1);
        service.tls_overwrite_ciphers = vec!["TLS_NULL".into()];
        assert!(provider(&service).unwrap_err().contains("TLS_NULL"));
    }
}
