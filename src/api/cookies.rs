//! The cookies of browsers' sessions (auth.md §5).

use actix_web::cookie::time::{Duration, OffsetDateTime};
use actix_web::cookie::{Cookie, SameSite};

use super::call::{Call, FromCall, Reply};
use crate::app::App;
use crate::config::Settings;
use crate::model::errors::Result;
use crate::model::sessions::{Session, props};

/// The cookie that holds the token.
pub const TOKEN: &str = "MMAUTHTOKEN";

/// The cookie that ties a sign-in at a provider to the browser that began it.
pub const SIGN_IN: &str = "MMOAUTH";

/// How long somebody may take at a provider, in minutes.
const SIGN_IN_MINUTES: i64 = 30;

/// What of a request decides how its cookies look.
#[derive(Debug, Clone, Copy)]
pub struct Jar {
    /// Whether the client is a browser's script, which wants cookies at log-in.
    pub is_wanted: bool,
    /// Whether the connection is encrypted, as far as a proxy says.
    secure: bool,
    /// Whether the client runs inside another site's page.
    embedded: bool,
}

impl Jar {
    /// The jar of a request.
    pub fn of(call: &Call) -> Jar {
        // Borrows what reading a cookie changes, so it must be over by then.
        let secure = call.request.connection_info().scheme() == "https";
        Jar {
            is_wanted: call.header("x-requested-with") == Some("XMLHttpRequest"),
            secure,
            embedded: call.request.cookie("MMEMBED").is_some_and(|cookie| cookie.value() == "1"),
        }
    }

    /// The answer with the three cookies of a session.
    pub fn with_session(self, reply: Reply, app: &App, session: &Session) -> Reply {
        let snapshot = app.config.snapshot();
        let settings = &snapshot.effective;
        let hours = settings.service.session_length_web_in_hours;
        reply
            .cookie(&self.cookie(settings, TOKEN, session.token.clone(), hours))
            .cookie(&self.cookie(settings, "MMUSERID", session.user_id.to_string(), hours))
            .cookie(&self.cookie(settings, "MMCSRF", session.prop(props::CSRF).to_owned(), hours))
    }

    /// The answer with the token's cookie alone, which lasts as long as sessions of mobile devices.
    pub fn with_mobile_token(self, reply: Reply, app: &App, session: &Session) -> Reply {
        let snapshot = app.config.snapshot();
        let settings = &snapshot.effective;
        let hours = settings.service.session_length_mobile_in_hours;
        reply.cookie(&self.cookie(settings, TOKEN, session.token.clone(), hours))
    }

    /// The cookie of somebody on their way to a provider. It comes back with them, though from another site.
    pub fn sign_in(self, settings: &Settings, value: String) -> Cookie<'static> {
        Cookie::build(SIGN_IN, value)
            .path(path(&settings.service.site_url))
            .max_age(Duration::minutes(SIGN_IN_MINUTES))
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .finish()
    }

    fn cookie(self, settings: &Settings, name: &'static str, value: String, hours: i64) -> Cookie<'static> {
        let length = Duration::hours(hours);
        let mut cookie = Cookie::build(name, value)
            .path(path(&settings.service.site_url))
            .max_age(length)
            .expires(OffsetDateTime::now_utc().saturating_add(length))
            .http_only(name == TOKEN)
            .secure(self.secure)
            .finish();
        if settings.service.allow_cookies_for_subdomains {
            cookie.set_domain(host(&settings.service.site_url));
        }
        if self.secure && self.embedded {
            cookie.set_same_site(SameSite::None);
        }
        cookie
    }
}

impl FromCall for Jar {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Jar::of(call))
    }
}

/// The text of `Set-Cookie` that makes a browser forget its token.
pub fn forgotten(site_url: &str) -> String {
    format!("{TOKEN}=; Path={}; Max-Age=0; HttpOnly", path(site_url))
}

/// The part of the site's address after the host, `/` if there is none.
pub fn path(site_url: &str) -> String {
    let rest = site_url.split_once("://").map_or(site_url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/").to_owned()
}

fn host(site_url: &str) -> String {
    let rest = site_url.split_once("://").map_or(site_url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_belong_to_the_site() {
        assert_eq!(path("https://chat.example.org"), "/");
        assert_eq!(path("https://example.org:8443/chat"), "/chat");
        assert_eq!(path(""), "/");
        assert_eq!(host("https://chat.example.org:8443/x"), "chat.example.org");
        assert_eq!(forgotten(""), "MMAUTHTOKEN=; Path=/; Max-Age=0; HttpOnly");
    }
}
