//! Calls to other web servers.
//!
//! Addresses that people type must not lead into the organisation's own network: hosts are looked up here, and only
//! public addresses, or those in `ServiceSettings.AllowedUntrustedInternalConnections`, are connected to. The check is
//! part of the lookup, so a name cannot mean one address when it is judged and another when it is called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Url};

use super::calls::Turns;
use crate::config::Config;

/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How calls introduce themselves.
const AGENT: &str = concat!("Kollegium/", env!("CARGO_PKG_VERSION"));

/// Why a call came to nothing.
#[derive(Debug)]
pub enum WebError {
    /// The text is no web address.
    Address,
    /// The address is of the organisation's own network.
    Internal,
    /// Too many wait for the same server.
    Busy,
    /// The server did not answer in time.
    Late,
    /// The server did not answer, or not as it should.
    Failed(String),
}

impl std::fmt::Display for WebError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            WebError::Address => "this is no web address",
            WebError::Internal => "addresses of the own network are not called",
            WebError::Busy => "too many wait for this server",
            WebError::Late => "there was no answer in time",
            WebError::Failed(why) => why,
        })
    }
}

impl WebError {
    /// What whoever chose the address is told. Whether a name is known inside, or a port open, is not theirs to learn.
    pub fn in_public(&self) -> String {
        match self {
            WebError::Address | WebError::Busy | WebError::Late => self.to_string(),
            WebError::Internal | WebError::Failed(_) => {
                tracing::info!(why = %self, "a program could not be called");
                "it could not be reached".to_owned()
            }
        }
    }
}

impl std::error::Error for WebError {}

impl From<reqwest::Error> for WebError {
    fn from(error: reqwest::Error) -> Self {
        // Addresses of webhooks have secrets in them, which must not stand in the log.
        let error = error.without_url();
        if error.is_timeout() { WebError::Late } else { WebError::Failed(in_full(&error)) }
    }
}

/// An error with what caused it: by itself it says little more than that something failed.
fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The door to other servers. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    config: Arc<Config>,
    /// For addresses that administrators chose.
    trusted: Client,
    /// For the same, where redirects are not followed: a provider of log-ins has no say in where its answer comes from.
    pub(super) direct: Client,
    /// For addresses that anybody chose. Follows no redirect.
    pub(super) guarded: Client,
    /// For links in messages. Follows redirects, each of which is judged.
    visiting: Client,
    /// For programs that people connected. Follows redirects, each of which is judged.
    pub(super) calling: Client,
    /// Whose turn it is to call which program.
    pub(super) turns: Turns,
}

/// How somebody's link is looked at.
pub(super) struct Visit<'a> {
    /// Kinds of content that are wanted.
    pub accept: &'static str,
    /// Language that is wanted.
    pub language: &'a str,
    /// How long it may take, all in all.
    pub timeout: Duration,
    /// How many bytes of which kind of content are read; the rest is left.
    pub most: &'a (dyn Fn(&str) -> usize + Sync),
}

/// What came of it.
pub(super) struct Answer {
    /// Where the link led.
    pub url: Url,
    /// `""` if the server did not say.
    pub content_type: String,
    /// Its beginning at least.
    pub body: Bytes,
}

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 10;

impl Web {
    /// A door that heeds these settings. rustls must have its provider by then.
    ///
    /// # Errors
    /// A sentence, when TLS cannot be set up.
    pub fn new(config: Arc<Config>) -> Result<Web, String> {
        let client = || Client::builder().timeout(TIMEOUT).user_agent(AGENT).referer(false);
        let guard = Arc::new(Guard { config: config.clone() });
        let guarded = client().redirect(Policy::none()).no_proxy().dns_resolver(guard.clone()).build();
        let judge = config.clone();
        let follow = Policy::custom(move |attempt| follow(&judge, attempt));
        let visiting = client().redirect(follow).no_proxy().dns_resolver(guard.clone()).build();
        let judge = config.clone();
        let onward = Policy::custom(move |attempt| onward(&judge, attempt));
        let calling = client().redirect(onward).no_proxy().dns_resolver(guard).build();
        let trusted = client().build();
        let direct = client().redirect(Policy::none()).build();
        let failed = |e: reqwest::Error| format!("calls to other servers cannot be set up: {e}");
        let (trusted, guarded) = (trusted.map_err(failed)?, guarded.map_err(failed)?);
        let direct = direct.map_err(failed)?;
        let (visiting, calling) = (visiting.map_err(failed)?, calling.map_err(failed)?);
        Ok(Web { config, trusted, direct, guarded, visiting, calling, turns: Turns::default() })
    }

    /// What is at an address that anybody chose.
    pub(super) async fn visit(&self, address: &str, visit: &Visit<'_>) -> Result<Answer, WebError> {
        let url = judged(&self.config, address)?;
        let call = self.visiting.get(url).timeout(visit.timeout);
        let mut answer = call.header(ACCEPT, visit.accept).header(ACCEPT_LANGUAGE, visit.language).send().await?;
        let content_type = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
        let (most, mut body) = ((visit.most)(&content_type), Vec::new());
        while body.len() < most
            && let Some(chunk) = answer.chunk().await?
        {
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { url: answer.url().clone(), content_type, body: body.into() })
    }

    /// The address, unless it names an internal one.
    pub(super) fn judged(&self, address: &str) -> Result<Url, WebError> {
        judged(&self.config, address)
    }

    /// The status that a trusted address answers.
    pub async fn get_status(&self, address: &str) -> Result<u16, WebError> {
        let url = Url::parse(address).map_err(|_| WebError::Address)?;
        Ok(self.trusted.get(url).send().await?.status().as_u16())
    }

    /// Where an address leads by its `Location` header, if anywhere.
    pub async fn location(&self, address: &str) -> Result<Option<String>, WebError> {
        let url = judged(&self.config, address)?;
        let answer = self.guarded.head(url).send().await?;
        let location = answer.headers().get(reqwest::header::LOCATION);
        Ok(location.and_then(|value| value.to_str().ok()).map(str::to_owned))
    }
}

/// The address, unless it names an internal one by number, which is not looked up.
fn judged(config: &Config, address: &str) -> Result<Url, WebError> {
    let url = Url::parse(address).map_err(|_| WebError::Address)?;
    if calls_inside(config, &url)? { Err(WebError::Internal) } else { Ok(url) }
}

fn calls_inside(config: &Config, url: &Url) -> Result<bool, WebError> {
    let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")).ok_or(WebError::Address)?;
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    Ok(number.is_ok_and(|ip| !may_call(config, host, ip)))
}

/// Goes where a program's server says, if the program could have been there.
fn onward(config: &Config, attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let inside = !matches!(calls_inside(config, attempt.url()), Ok(false));
    match attempt.previous().len() >= MOST_REDIRECTS || inside {
        true => attempt.error("this redirect is not followed"),
        false => attempt.follow(),
    }
}

/// Goes where a link's server says, if one could have linked there.
fn follow(config: &Config, attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let inside = !matches!(calls_inside(config, attempt.url()), Ok(false));
    let refused = !may_preview(&config.snapshot().effective.service.restrict_link_previews, attempt.url().as_str());
    match attempt.previous().len() >= MOST_REDIRECTS || inside || refused {
        true => attempt.error("this redirect is not followed"),
        false => attempt.follow(),
    }
}

/// Whether links to that host may be looked at: `ServiceSettings.RestrictLinkPreviews` names parts of hosts, separated
/// by commas or blanks, that may not.
pub fn may_preview(restricted: &str, address: &str) -> bool {
    let mut parts = restricted.split(|c: char| c.is_whitespace() || matches!(c, ',' | '@')).filter(|p| !p.is_empty());
    let Ok(url) = Url::parse(address) else { return parts.next().is_none() };
    let host = url.host_str().unwrap_or_default();
    parts.all(|part| !host.contains(&part.to_ascii_lowercase()))
}

/// An address in a message, made absolute: what has no host is on this server.
pub fn absolute(address: &str, site_url: &str) -> Option<String> {
    let found = Url::parse(address).or_else(|_| Url::parse(site_url).and_then(|site| site.join(address)));
    found.ok().filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from)
}

/// Looks names up and leaves out what must not be called.
struct Guard {
    config: Arc<Config>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let config = self.config.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| may_call(&config, &host, address.ip())).collect();
            match allowed.is_empty() {
                true => Err(format!("{host} has no address that may be called").into()),
                false => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

fn may_call(config: &Config, host: &str, ip: IpAddr) -> bool {
    let snapshot = config.snapshot();
    let allowed = &snapshot.effective.service.allowed_untrusted_internal_connections;
    is_public(ip) || allowed.split([' ', ',']).any(|entry| covers(entry, host, ip))
}

/// Whether an entry of the setting, a name, an address or a range such as `10.0.0.0/8`, covers it.
fn covers(entry: &str, host: &str, ip: IpAddr) -> bool {
    let Some((base, bits)) = entry.split_once('/') else {
        return !entry.is_empty() && (entry.eq_ignore_ascii_case(host) || entry.parse() == Ok(ip));
    };
    match (base.parse::<IpAddr>(), ip, bits.parse::<u32>()) {
        (Ok(IpAddr::V4(base)), IpAddr::V4(ip), Ok(bits)) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            base.to_bits() & mask == ip.to_bits() & mask
        }
        (Ok(IpAddr::V6(base)), IpAddr::V6(ip), Ok(bits)) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            base.to_bits() & mask == ip.to_bits() & mask
        }
        _ => false,
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => ip.to_ipv4().map_or_else(|| is_public_v6(ip), is_public_v4),
    }
}

/// Without the ranges of RFC 6890 and multicast.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

/// The global unicast range, without those of documentation and of tunnels to IPv4.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    (0x2000..0x4000).contains(&first) && !(first == 0x2001 && (second == 0xdb8 || second < 0x200)) && first != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_addresses() {
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "224.0.0.1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["1.1.1.1", "93.184.216.34", "2606:4700::1111"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn links_that_are_not_looked_at() {
        for address in ["https://wiki.Example.org/x", "https://example.org", "no address"] {
            assert!(!may_preview("other.net, @example.org", address), "{address}");
        }
        assert!(may_preview("other.net", "https://example.org") && may_preview("", "no address"));
        assert_eq!(absolute("/files/a.png", "https://h/chat").as_deref(), Some("https://h/files/a.png"));
        assert_eq!(absolute("data:image/png;base64,AAAA", "https://h"), None);
        assert_eq!(absolute("a.png", ""), None);
    }

    #[test]
    fn entries_of_the_setting() {
        let ip: IpAddr = "10.20.0.9".parse().unwrap();
        for entry in ["10.0.0.0/8", "10.20.0.9", "Wiki.example.org", "0.0.0.0/0"] {
            assert!(covers(entry, "wiki.example.org", ip), "{entry}");
        }
        for entry in ["", "10.21.0.0/16", "fd00::/8", "10.0.0.0/40", "example.org"] {
            assert!(!covers(entry, "wiki.example.org", ip), "{entry}");
        }
    }
}
