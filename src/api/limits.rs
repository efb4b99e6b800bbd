//! How often a client may ask (auth.md §1, "Rate limit"): no limits unless `RateLimitSettings` switch them on.

use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use quick_cache::UnitWeighter;
use quick_cache::sync::Cache;

use super::call::client_address;
use super::cookies;
use crate::config::Settings;

type Keyed = RateLimiter<u64, Remembered, DefaultClock, StateInformationMiddleware>;

/// Log-ins of one address: five a second, ten at once.
const LOGINS: (u32, u32) = (5, 10);

/// Log-ins that the desktop app completes with a token of its own: two a second, one at once.
const DESKTOP_LOGINS: (u32, u32) = (2, 1);

/// The limits, counted for the whole server.
pub struct Limits {
    requests: Keyed,
    logins: Keyed,
    desktop_logins: Keyed,
    /// Makes short keys, which tell nothing, of addresses and tokens.
    hasher: RandomState,
}

/// Clients for which there is room from the start.
const INITIALLY: usize = 256;

/// How those clients stand who asked lately: `MemoryStoreSize` of them, however many there are.
struct Remembered(Cache<u64, Arc<InMemoryState>>);

impl StateStore for Remembered {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let state = self.0.get_or_insert_with(key, || Ok::<_, E>(Arc::default()))?;
        state.measure_and_replace(&NotKeyed::NonKey, decide)
    }
}

/// How a client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    limit: u32,
    remaining: u32,
    /// Seconds until everything is allowed again.
    reset: u64,
    /// Seconds to wait, if this request was one too many.
    retry_after: Option<u64>,
}

impl Limits {
    /// The limits of the settings; none where they are switched off.
    pub fn of(settings: &Settings) -> Option<Limits> {
        let limits = &settings.rate_limit;
        let remembered = usize::try_from(limits.memory_store_size).unwrap_or(1);
        let keyed = |(per_second, burst)| keyed(per_second, burst, remembered);
        limits.enable.then(|| Limits {
            requests: keyed((number(limits.per_sec), number(limits.max_burst))),
            logins: keyed(LOGINS),
            desktop_logins: keyed(DESKTOP_LOGINS),
            hasher: RandomState::new(),
        })
    }

    /// Counts a request; `path` is what stands below the server's base path.
    pub fn count(&self, request: &HttpRequest, path: &str, settings: &Settings) -> Standing {
        let closer = match path {
            "/api/v4/users/login" => Some(&self.logins),
            "/api/v4/users/login/desktop_token" => Some(&self.desktop_logins),
            _ => None,
        };
        if let Some(limiter) = closer.filter(|_| *request.method() == Method::POST) {
            let standing = standing(limiter, self.hasher.hash_one(client_address(request, settings)));
            if standing.retry_after.is_some() {
                return standing;
            }
        }
        standing(&self.requests, self.hasher.hash_one(key(request, settings)))
    }
}

impl Standing {
    /// The refusal, if it is due.
    pub fn refusal(self) -> Option<HttpResponse> {
        self.retry_after?;
        let response =
            HttpResponse::build(StatusCode::TOO_MANY_REQUESTS).content_type("text/plain").body("limit exceeded");
        Some(self.told_in(response))
    }

    /// The response with headers that tell it.
    pub fn told_in(self, mut response: HttpResponse) -> HttpResponse {
        for (name, value) in [
            ("x-ratelimit-limit", Some(u64::from(self.limit))),
            ("x-ratelimit-remaining", Some(u64::from(self.remaining))),
            ("x-ratelimit-reset", Some(self.reset)),
            ("retry-after", self.retry_after),
        ] {
            if let Some(value) = value {
                response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value));
            }
        }
        response
    }
}

fn number(setting: i64) -> u32 {
    u32::try_from(setting).unwrap_or(u32::MAX)
}

fn keyed(per_second: u32, burst: u32, remembered: usize) -> Keyed {
    let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst));
    RateLimiter::new(
        quota,
        Remembered(Cache::with_weighter(remembered.min(INITIALLY), remembered as u64, UnitWeighter)),
        DefaultClock::default(),
    )
}

fn standing(limiter: &Keyed, key: u64) -> Standing {
    match limiter.check_key(&key) {
        Ok(state) => {
            let (limit, remaining) = (state.quota().burst_size().get(), state.remaining_burst_capacity());
            let missing = state.quota().replenish_interval() * limit.saturating_sub(remaining);
            Standing { limit, remaining, reset: missing.as_secs() + 1, retry_after: None }
        }
        Err(refused) => {
            let quota = refused.quota();
            let wait = refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            let reset = (quota.replenish_interval() * quota.burst_size().get()).as_secs() + 1;
            Standing { limit: quota.burst_size().get(), remaining: 0, reset, retry_after: Some(wait) }
        }
    }
}

/// Whose requests are counted together: by token, by address, by a header, or by several of these.
fn key(request: &HttpRequest, settings: &Settings) -> String {
    let limits = &settings.rate_limit;
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut key = String::new();
    let token = request.cookie(cookies::TOKEN).map(|cookie| cookie.value().to_owned());
    let token = token.unwrap_or_else(|| header("authorization").to_owned());
    if limits.vary_by_user && !token.is_empty() {
        key.push_str(&token);
    } else if limits.vary_by_remote_addr || limits.vary_by_user {
        key.push_str(&client_address(request, settings));
    }
    if !limits.vary_by_header.is_empty() {
        key.push_str(&header(&limits.vary_by_header).to_lowercase());
    }
    key
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn settings() -> Settings {
        let mut settings = Settings::default();
        settings.rate_limit.enable = true;
        settings.rate_limit.per_sec = 1;
        settings.rate_limit.max_burst = 20;
        settings
    }

    #[test]
    fn log_ins_have_a_limit_of_their_own() {
        let settings = settings();
        let limits = Limits::of(&settings).unwrap();
        let login = TestRequest::post().uri("/api/v4/users/login").to_http_request();
        let other = TestRequest::get().uri("/api/v4/users/me").to_http_request();
        let refused = (0..12).filter(|_| limits.count(&login, login.path(), &settings).retry_after.is_some()).count();
        assert_eq!(refused, 2);
        let standing = limits.count(&other, other.path(), &settings);
        assert_eq!((standing.limit, standing.remaining, standing.retry_after), (20, 9, None));
        let left = (0..20).filter(|_| limits.count(&other, other.path(), &settings).refusal().is_none()).count();
        assert_eq!(left, 9);
    }

    #[test]
    fn nothing_is_limited_by_default() {
        assert!(Limits::of(&Settings::default()).is_none());
    }
}
