//! What went wrong, as a page for people: for addresses that are opened in browsers.

use actix_web::http::StatusCode;

use super::call::Reply;
use crate::model::errors::AppError;

/// The type of pages.
pub const HTML: &str = "text/html; charset=utf-8";

/// A way on from a page.
#[derive(Debug, Clone, Copy)]
pub struct Onward<'a> {
    /// Where to.
    pub address: &'a str,
    /// The words that lead there.
    pub words: &'a str,
    /// Whether the page goes there by itself after a moment.
    pub hurries: bool,
}

/// A page that says what went wrong.
pub fn error_page(error: &AppError, onward: Option<Onward<'_>>) -> Reply {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page(status, &error.message, onward)
}

/// A page of one sentence.
pub fn page(status: StatusCode, sentence: &str, onward: Option<Onward<'_>>) -> Reply {
    let (refresh, link) = onward.map(links).unwrap_or_default();
    let sentence = escaped(sentence);
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">{refresh}<title>{sentence}</title>\
         <style>body{{font:1.1rem/1.5 sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem}}</style></head>\
         <body><p>{sentence}</p>{link}</body></html>"
    );
    Reply::new(status, HTML, body).header("cache-control", "no-store")
}

/// What goes on by itself, and what is pressed.
fn links(onward: Onward<'_>) -> (String, String) {
    let (address, words) = (escaped(onward.address), escaped(onward.words));
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"2; url={address}\">");
    let link = format!("<p><a href=\"{address}\">{words}</a></p>");
    (if onward.hurries { refresh } else { String::new() }, link)
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::errors::context;

    #[test]
    fn nothing_breaks_out_of_the_page() {
        let error = AppError { message: "<script>'\"&".into(), ..context::NOT_FOUND.error() };
        let onward = Onward { address: "/x?a=1&b=\"><b>", words: "Back", hurries: true };
        let reply = error_page(&error, Some(onward));
        let text = String::from_utf8(reply.body.to_vec()).unwrap();
        assert!(text.contains("&lt;script&gt;&#39;&quot;&amp;"));
        assert!(text.contains("href=\"/x?a=1&amp;b=&quot;&gt;&lt;b&gt;\""));
        assert!(text.contains("content=\"2; url=/x?a=1&amp;b=&quot;&gt;&lt;b&gt;\""));
        assert_eq!(reply.status, 404);
        let alone = error_page(&context::NOT_FOUND.error(), None);
        assert!(!String::from_utf8(alone.body.to_vec()).unwrap().contains("<a "));
    }
}
