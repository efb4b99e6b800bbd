//! Where every request comes in: what is common to all of them, and which part of the server answers.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use arc_swap::ArcSwap;

use super::cors;
use crate::api::client_files::{self, ClientFiles};
use crate::api::{Api, Limits, dispatch};
use crate::config::Settings;
use crate::config::settings::RateLimitSettings;
use crate::model::errors::system as codes;

/// Bodies of more bytes than this take their time to be sent.
const AT_ONCE: u64 = 64 * 1024;

/// What the way in needs besides the API.
pub struct Edge {
    /// The web client's files.
    pub client: web::Data<ClientFiles>,
    /// The path part of `SiteURL`, without a slash at its end; `""` for none.
    pub base: String,
    /// Whether plain requests come by a port of their own, to be sent on.
    forwards: bool,
    /// How many requests are in work.
    work: Arc<AtomicUsize>,
    /// How often a client may ask, if that is limited, and the settings that say so.
    limits: ArcSwap<(RateLimitSettings, Option<Limits>)>,
}

impl Edge {
    /// The way in by these settings.
    pub fn new(client: web::Data<ClientFiles>, base: String, settings: &Settings) -> Edge {
        Edge {
            client,
            base,
            work: Arc::default(),
            forwards: settings.service.forward_80_to_443,
            limits: ArcSwap::from_pointee(limits(settings)),
        }
    }

    /// Whether nothing is in work.
    pub fn is_quiet(&self) -> bool {
        self.work.load(Ordering::Acquire) == 0
    }

    /// Heeds changed settings. Counts start anew only when the limits themselves have changed.
    pub fn adjust(&self, settings: &Settings) {
        if self.limits.load().0 != settings.rate_limit {
            self.limits.store(Arc::new(limits(settings)));
        }
    }
}

fn limits(settings: &Settings) -> (RateLimitSettings, Option<Limits>) {
    (settings.rate_limit.clone(), Limits::of(settings))
}

/// The path part of an address, without a slash at its end.
pub fn base_path(site_url: &str) -> String {
    let after_scheme = site_url.split_once("://").map_or("", |(_, rest)| rest);
    let path = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or_default();
    path.trim_end_matches('/').to_owned()
}

/// A request in work, until it is answered and what is large of the answer is sent.
struct Working(Arc<AtomicUsize>);

impl Working {
    fn on(edge: &Edge) -> Working {
        edge.work.fetch_add(1, Ordering::AcqRel);
        Working(edge.work.clone())
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A body that is in work as long as it is sent.
struct InWork(BoxBody, #[expect(dead_code, reason = "it counts while it is there")] Working);

impl MessageBody for InWork {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.0.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<bytes::Bytes, Self::Error>>> {
        Pin::new(&mut self.0).poll_next(cx)
    }
}

/// Answers a request.
pub async fn entry(
    api: web::Data<Api>,
    edge: web::Data<Edge>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let working = Working::on(&edge);
    let response = answer(api, edge, request, payload).await;
    let takes_time = match response.body().size() {
        BodySize::Sized(length) => length > AT_ONCE,
        BodySize::Stream => response.status() != StatusCode::SWITCHING_PROTOCOLS,
        BodySize::None => false,
    };
    if takes_time { response.map_body(|_, body| BoxBody::new(InWork(body, working))) } else { response }
}

async fn answer(
    api: web::Data<Api>,
    edge: web::Data<Edge>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let snapshot = api.app.config.snapshot();
    if edge.forwards && !request.app_config().secure() {
        return encrypted(&request);
    }
    let path = below(&edge.base, request.path()).map(str::to_owned);
    let limits = edge.limits.load();
    let count = |limits: &Limits| limits.count(&request, path.as_deref().unwrap_or_default(), &snapshot.effective);
    let standing = limits.1.as_ref().map(count);
    if let Some(refusal) = standing.and_then(|standing| standing.refusal()) {
        return refusal;
    }
    let cross_site = cors::decide(&request, &snapshot.effective.service);
    if let Some(answer) = cross_site.as_ref().and_then(|cors| cors.preflight(&request)) {
        return answer;
    }
    let mut response = match path {
        Some(path) => route(&api, &edge, request, path, payload).await,
        None => dispatch::moved(&format!("{}{}", edge.base, address(&request)), StatusCode::FOUND),
    };
    if let Some(cors) = cross_site {
        cors.tell(&mut response);
    }
    match standing {
        Some(standing) => standing.told_in(response),
        None => response,
    }
}

/// The same address over an encrypted connection, for whoever came by port 80.
fn encrypted(request: &HttpRequest) -> HttpResponse {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.strip_suffix(":80").unwrap_or(host);
    match host.is_empty() {
        true => HttpResponse::BadRequest().finish(),
        false => HttpResponse::Found()
            .insert_header((header::LOCATION, format!("https://{host}{}", address(request))))
            .finish(),
    }
}

/// Path and query of a request.
fn address(request: &HttpRequest) -> &str {
    request.uri().path_and_query().map_or("/", |address| address.as_str())
}

/// How the protocol's own paths begin: all others are the web client's.
const PROTOCOL: [&str; 3] = ["/api/", "/hooks/", "/files/"];

/// Further paths of the protocol, among others of the web client.
const PROVIDER: [&str; 3] = ["/oauth/authorize", "/oauth/access_token", "/oauth/deauthorize"];

/// Where programs learn how people are logged in to them (RFC 8414); what follows it names nothing else.
const METADATA: &str = "/.well-known/oauth-authorization-server";

/// The part of the server whose path it is.
async fn route(api: &Api, edge: &Edge, request: HttpRequest, path: String, payload: web::Payload) -> HttpResponse {
    if path.contains("//") {
        return dispatch::moved(address(&request), StatusCode::MOVED_PERMANENTLY);
    }
    if path == "/api" || PROTOCOL.iter().any(|start| path.starts_with(start)) {
        return dispatch::dispatch(api, request, path, payload.into_inner()).await;
    }
    if path.starts_with(METADATA) {
        return dispatch::dispatch(api, request, METADATA.to_owned(), payload.into_inner()).await;
    }
    let mut request = request;
    if is_sign_in(&path) {
        return dispatch::dispatch(api, request, path, payload.into_inner()).await;
    }
    if PROVIDER.contains(&path.as_str()) {
        let page = request.clone();
        let answer = dispatch::dispatch(api, request, path.clone(), payload.into_inner()).await;
        let asks = *page.method() == Method::GET && answer.status() == StatusCode::OK;
        if !asks {
            return answer;
        }
        // Whoever has to be asked is asked by the web client.
        request = page;
    }
    if path.starts_with("/plugins/") {
        return dispatch::refuse(api, &request, &codes::PLUGINS_DISABLED.error());
    }
    let snapshot = api.app.config.snapshot();
    let page = match snapshot.effective.service.webserver_mode.as_str() {
        "disabled" => client_files::not_found(),
        _ => client_files::serve(edge.client.clone(), request).await,
    };
    dispatch::with_common_headers(page, &snapshot)
}

/// Whether it is an address of single sign-on, of any provider (auth.md §10).
fn is_sign_in(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(
        parts.as_slice(),
        ["", "oauth", _, "login" | "signup" | "mobile_login" | "complete"]
            | ["", "login" | "signup", _, "complete"]
            | ["", "login", "sso", "saml"]
    )
}

/// The path below the base; `None` if it is not there.
fn below<'p>(base: &str, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_providers_and_back() {
        for path in ["/oauth/openid/login", "/oauth/x/mobile_login", "/signup/gitlab/complete", "/login/sso/saml"] {
            assert!(is_sign_in(path), "{path}");
        }
        for path in ["/login", "/login/desktop", "/oauth/authorize", "/oauth/openid", "/signup/a/b/complete"] {
            assert!(!is_sign_in(path), "{path}");
        }
    }

    #[test]
    fn bases() {
        assert_eq!(base_path("https://example.org/chat/"), "/chat");
        assert_eq!((base_path("https://example.org").as_str(), base_path("").as_str()), ("", ""));
        assert_eq!(below("/chat", "/chat/api/v4/x"), Some("/api/v4/x"));
        assert_eq!((below("/chat", "/chatter"), below("", "/api")), (None, Some("/api")));
    }
}
