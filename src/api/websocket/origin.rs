//! Which pages may open a socket (websocket.md §1).

use actix_web::http::Uri;
use actix_web::http::header::{HOST, HeaderMap, ORIGIN};

use super::backend::Origins;
use crate::config::origins::entry_for;

/// Whether the handshake comes from a page that may connect, or from no page at all.
pub(super) fn is_allowed(headers: &HeaderMap, origins: &Origins) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let listed = entry_for(&origins.allow_cors_from, origin);
    let Some(from) = Place::of(origin) else { return origin.is_empty() || listed == Some("*") };
    let site = Place::of(&origins.site_url);
    if !origins.allow_cors_from.is_empty() {
        return listed.is_some() || site.is_some_and(|site| site == from);
    }
    match site {
        Some(site) => site == from,
        None => headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .is_some_and(|host| host.eq_ignore_ascii_case(&from.host)),
    }
}

/// Scheme and host with port, in lower case.
#[derive(PartialEq, Eq)]
struct Place {
    scheme: String,
    host: String,
}

impl Place {
    fn of(address: &str) -> Option<Place> {
        let address: Uri = address.parse().ok()?;
        let scheme = address.scheme_str()?.to_ascii_lowercase();
        Some(Place { scheme, host: address.authority()?.as_str().to_ascii_lowercase() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn allowed(origin: &str, site_url: &str, allow_cors_from: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("chat.example.com:8065"));
        if !origin.is_empty() {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        is_allowed(&headers, &Origins { site_url: site_url.into(), allow_cors_from: allow_cors_from.into() })
    }

    #[test]
    fn the_site_decides_when_nothing_else_is_allowed() {
        let site = "http://chat.example.com:8065/chat";
        for origin in
            ["", "http://chat.example.com:8065", "HTTP://CHAT.EXAMPLE.COM:8065", "http://chat.example.com:8065/path"]
        {
            assert!(allowed(origin, site, ""), "{origin}");
        }
        for origin in
            ["http://elsewhere.example.com", "https://chat.example.com:8065", "null", "http://chat.example.com:1"]
        {
            assert!(!allowed(origin, site, ""), "{origin}");
        }
    }

    #[test]
    fn without_a_site_the_host_decides() {
        assert!(allowed("https://chat.example.com:8065", "", ""));
        assert!(!allowed("https://elsewhere.example.com", "", ""));
        assert!(!allowed("null", "", ""));
    }

    #[test]
    fn a_list_adds_origins_to_the_site() {
        let (site, list) = ("http://chat.example.com", "http://one.example.com https://two.example.com");
        for origin in ["", "http://chat.example.com", "http://one.example.com", "https://two.example.com"] {
            assert!(allowed(origin, site, list), "{origin}");
        }
        for origin in ["http://two.example.com", "http://three.example.com", "http://x.one.example.com", "null"] {
            assert!(!allowed(origin, site, list), "{origin}");
        }
        assert!(allowed("http://three.example.com", site, "*") && allowed("null", site, "*"));
    }
}
