//! How often a client may ask (auth.md §1, "Rate limit"): no limits unless `RateLimitSettings` switch them on.

use std::num::NonZeroU32;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::call::client_address;
use super::cookies;
use crate::config::Settings;

type Keyed = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// Log-ins of one address: five a second, ten at once.
const LOGINS: (u32, u32) = (5, 10);

/// The limits, counted for the whole server.
pub struct Limits {
    requests: Keyed,
    logins: Keyed,
    /// How many clients are remembered before the idle ones are forgotten.
    remembered: usize,
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
        limits.enable.then(|| Limits {
            requests: keyed(number(limits.per_sec), number(limits.max_burst)),
            logins: keyed(LOGINS.0, LOGINS.1),
            remembered: usize::try_from(limits.memory_store_size).unwrap_or(0),
        })
    }

    /// Counts a request.
    pub fn count(&self, request: &HttpRequest, settings: &Settings) -> Standing {
        for limiter in [&self.requests, &self.logins] {
            if limiter.len() > self.remembered {
                limiter.retain_recent();
            }
        }
        let is_login = *request.method() == Method::POST && request.path() == "/api/v4/users/login";
        if is_login {
            let standing = standing(&self.logins, client_address(request, settings));
            if standing.retry_after.is_some() {
                return standing;
            }
        }
        standing(&self.requests, key(request, settings))
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

fn keyed(per_second: u32, burst: u32) -> Keyed {
    let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst));
    RateLimiter::keyed(quota).with_middleware()
}

fn standing(limiter: &Keyed, key: String) -> Standing {
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
        let refused = (0..12).filter(|_| limits.count(&login, &settings).retry_after.is_some()).count();
        assert_eq!(refused, 2);
        let standing = limits.count(&other, &settings);
        assert_eq!((standing.limit, standing.remaining, standing.retry_after), (20, 9, None));
        let left = (0..20).filter(|_| limits.count(&other, &settings).refusal().is_none()).count();
        assert_eq!(left, 9);
    }

    #[test]
    fn nothing_is_limited_by_default() {
        assert!(Limits::of(&Settings::default()).is_none());
    }
}
