//! Which other sites' pages may call the server (`ServiceSettings.AllowCorsFrom`; auth.md §1). Without the setting no
//! answer says anything about it, and browsers refuse.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use crate::config::origins;
use crate::config::settings::ServiceSettings;

const METHODS: &str = "POST, GET, OPTIONS, PUT, PATCH, DELETE";
const A_DAY: &str = "86400";

/// What pages of other sites are told.
pub struct Cors {
    granted: Option<Granted>,
}

/// What a page of another site may do.
struct Granted {
    origin: HeaderValue,
    credentials: bool,
    exposed: Option<HeaderValue>,
}

/// What the page that sent a request is told; `None` where the settings name no other sites.
pub fn decide(request: &HttpRequest, service: &ServiceSettings) -> Option<Cors> {
    if service.allow_cors_from.is_empty() {
        return None;
    }
    let origin = request.headers().get(header::ORIGIN);
    let granted = origin.and_then(|origin| granted(origin, service));
    if service.cors_debug {
        let (decision, path) = (if granted.is_some() { "granted" } else { "refused" }, request.path());
        tracing::debug!(?origin, method = %request.method(), path, decision, "a page of another site asks");
    }
    Some(Cors { granted })
}

/// To everybody, where everybody may call, the answer is `*`: browsers then send no cookies along (Fetch, "CORS protocol
/// and credentials"), so that no page can act in the name of whoever looks at it.
fn granted(origin: &HeaderValue, service: &ServiceSettings) -> Option<Granted> {
    let given = origin.to_str().ok()?;
    let origin = match origins::entry_for(&service.allow_cors_from, given)? {
        "*" => HeaderValue::from_static("*"),
        _ => origin.clone(),
    };
    let exposed = Some(&service.cors_exposed_headers).filter(|names| !names.is_empty());
    let exposed = exposed.and_then(|names| HeaderValue::from_str(&names.replace(' ', ", ")).ok());
    Some(Granted { origin, credentials: service.cors_allow_credentials, exposed })
}

impl Cors {
    /// The answer to a browser that asks before it calls; `None` if this is the call itself, or may not be made.
    pub fn preflight(&self, request: &HttpRequest) -> Option<HttpResponse> {
        self.granted.as_ref().and_then(|granted| granted.preflight(request))
    }

    /// Adds what the page is told to an answer, and that others are told something else.
    pub fn tell(&self, response: &mut HttpResponse) {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(granted) = &self.granted {
            granted.tell(response);
        }
    }
}

impl Granted {
    fn preflight(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_METHOD);
        if *request.method() != Method::OPTIONS || asked.is_none() {
            return None;
        }
        let mut response = HttpResponse::NoContent().finish();
        self.tell(&mut response);
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(A_DAY));
        if let Some(names) = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
        }
        Some(response)
    }

    fn tell(&self, response: &mut HttpResponse) {
        let headers: &mut HeaderMap = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
        if self.credentials {
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        if let Some(exposed) = &self.exposed {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn from(origin: &'static str, method: Method) -> HttpRequest {
        TestRequest::default()
            .method(method)
            .insert_header((header::ORIGIN, origin))
            .insert_header((header::ACCESS_CONTROL_REQUEST_METHOD, "PUT"))
            .to_http_request()
    }

    #[test]
    fn only_named_sites() {
        let mut service = ServiceSettings::default();
        let request = from("https://wiki.example.org", Method::OPTIONS);
        assert!(decide(&request, &service).is_none());
        service.allow_cors_from = "https://a.example.org https://wiki.example.org".into();
        let grant = decide(&request, &service).unwrap();
        let answer = grant.preflight(&request).unwrap();
        assert_eq!(answer.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), "https://wiki.example.org");
        assert_eq!(answer.headers().get(header::ACCESS_CONTROL_MAX_AGE).unwrap(), A_DAY);
        assert!(grant.preflight(&from("https://wiki.example.org", Method::GET)).is_none());
        assert!(decide(&from("https://evil.example.org", Method::OPTIONS), &service).unwrap().granted.is_none());
    }
}
