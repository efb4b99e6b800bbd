//! The one page: `root.html` fitted to this site, or the landing page.
//!
//! With a sub-path the client expects what the reference does to its files: `/static/` in `root.html`, in style sheets
//! and in `manifest.json` is preceded by the base, and a script of one line tells the client's loader
//! (`window.publicPath`), whose hash the content security policy allows.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, X_FRAME_OPTIONS};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::answer::{Content, Head};
use super::encoding::Encoding;
use super::{ASK_AGAIN, ClientPage};

/// The landing page; `{names}` are filled in.
const LANDING: &str = include_str!("landing.html");

/// The site's name in the client's files as they come.
const DEFAULT_NAME: &str = "Mattermost";

/// The empty script element that the client keeps ready for the base.
const SCRIPT_ID: &str = "publicPathInWindowScript";

/// The page as it goes out.
pub(super) struct Document {
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
    etag: String,
    policy: String,
    uncompressed: bool,
}

impl Document {
    /// The client's `root.html` under a base, with the site's name.
    pub fn app(root_html: &str, base: &str, page: &ClientPage) -> Document {
        let html = match Rewrite::between(root_html, base) {
            Some(rewrite) => announce_base(&rewrite.in_text(root_html), base),
            None => root_html.to_owned(),
        };
        let policy = format!("{}; script-src 'self'{}", frame_ancestors(page), script_hash(base));
        Document::new(named(&html, page), policy, page.uncompressed)
    }

    /// What this is, that it runs, and how to install the client.
    pub fn landing(page: &ClientPage) -> Document {
        let html = LANDING.replace("{site}", &escaped(&page.site_name)).replace("{version}", &escaped(&page.version));
        Document::new(
            html,
            format!(
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; {}",
                frame_ancestors(page)
            ),
            page.uncompressed,
        )
    }

    fn new(html: String, policy: String, uncompressed: bool) -> Document {
        let digest = Sha256::new().chain_update(&html).chain_update(&policy).finalize();
        let etag = BASE64.encode(digest).chars().filter(char::is_ascii_alphanumeric).take(22).collect();
        let plain = Bytes::from(html);
        // Packing in memory does not fail; if it did, the page would go out unpacked.
        let packed = |encoding: Encoding| encoding.compress_well(&plain).unwrap_or_else(|_| plain.clone());
        Document { gzip: packed(Encoding::Gzip), brotli: packed(Encoding::Brotli), plain, etag, policy, uncompressed }
    }

    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let encoding = if self.uncompressed { Encoding::Identity } else { Encoding::accepted(request) };
        let bytes = match encoding {
            Encoding::Identity => &self.plain,
            Encoding::Gzip => &self.gzip,
            Encoding::Brotli => &self.brotli,
        };
        let head = Head {
            cache_control: ASK_AGAIN,
            content_type: "text/html; charset=utf-8".to_owned(),
            modified: None,
            etag: format!("\"{}{}\"", self.etag, encoding.suffix()),
            varies: true,
            more: self.security(),
        };
        head.unchanged(request).unwrap_or_else(|| head.answer(request, &Content { bytes: bytes.clone(), encoding }))
    }

    fn security(&self) -> Vec<(HeaderName, String)> {
        vec![(X_FRAME_OPTIONS, "SAMEORIGIN".to_owned()), (CONTENT_SECURITY_POLICY, self.policy.clone())]
    }
}

/// A change of the place the client's files name: from where they were served to where they are served now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rewrite {
    from: String,
    to: String,
}

impl Rewrite {
    /// What must be done to files whose `root.html` is that one; `None` if they fit. A reference server with a
    /// sub-path has rewritten its files in place, so the former base is read from them.
    pub fn between(root_html: &str, base: &str) -> Option<Rewrite> {
        let former = root_html.split_once("window.publicPath='").and_then(|(_, rest)| rest.split_once('\''));
        let from = former.map_or("/static/", |(path, _)| path).to_owned();
        let to = format!("{base}/static/");
        (from != to).then_some(Rewrite { from, to })
    }

    pub fn apply(&self, content: &[u8]) -> Vec<u8> {
        match std::str::from_utf8(content) {
            Ok(text) => self.in_text(text).into_bytes(),
            Err(_) => content.to_owned(),
        }
    }

    fn in_text(&self, text: &str) -> String {
        text.replace(&self.from, &self.to)
    }
}

/// The script that tells the client's loader the base.
fn script(base: &str) -> String {
    format!("window.publicPath='{base}/static/'")
}

/// What the policy must say for that script to run; nothing without a base.
fn script_hash(base: &str) -> String {
    if base.is_empty() {
        return String::new();
    }
    format!(" 'sha256-{}'", BASE64.encode(Sha256::digest(script(base))))
}

/// Puts the script into its element (before the first script if there is none) and its hash into the page's own
/// policy.
fn announce_base(html: &str, base: &str) -> String {
    let text = if base.is_empty() { String::new() } else { script(base) };
    let element =
        html.find(SCRIPT_ID).and_then(|at| html.get(at..).and_then(|rest| rest.find('>')).map(|end| at + end + 1));
    let filled = match element.and_then(|start| Some((html.get(..start)?, html.get(start..)?))) {
        Some((before, after)) => {
            let rest = after.find("</script>").and_then(|end| after.get(end..)).unwrap_or(after);
            format!("{before}{text}{rest}")
        }
        None => {
            let at = html.find("<script").or_else(|| html.find("</head>")).unwrap_or(0);
            let (before, after) = html.split_at_checked(at).unwrap_or((html, ""));
            format!("{before}<script>{text}</script>{after}")
        }
    };
    allow_script(&filled, &script_hash(base))
}

/// Adds the hash to the policy in the page's head.
fn allow_script(html: &str, hash: &str) -> String {
    const ALLOWED: &str = "script-src 'self'";
    let policy = html
        .find("Content-Security-Policy")
        .and_then(|at| html.get(at..).and_then(|rest| rest.find(ALLOWED)).map(|found| at + found + ALLOWED.len()));
    match policy.and_then(|at| html.split_at_checked(at)) {
        Some((before, after)) => format!("{before}{hash}{after}"),
        None => html.to_owned(),
    }
}

/// The page with the site's name as title and, for link previews, its description.
fn named(html: &str, page: &ClientPage) -> String {
    let mut title = format!("<title>{}</title>", escaped(&page.site_name));
    if !page.description.is_empty() {
        title.push_str(&format!("<meta property=\"og:description\" content=\"{}\" />", escaped(&page.description)));
    }
    html.replace(&format!("<title>{DEFAULT_NAME}</title>"), &title)
}

fn frame_ancestors(page: &ClientPage) -> String {
    let allowed: Vec<&str> = page
        .frame_ancestors
        .split(|c: char| c.is_whitespace() || c == ';' || c == ',')
        .filter(|host| host.is_ascii() && !host.is_empty())
        .collect();
    format!("frame-ancestors 'self' {}", allowed.join(" ")).trim_end().to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "<head><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self' x.example\"><title>Mattermost</title>\
        <link href='/static/css/a.css'><script id=\"publicPathInWindowScript\"></script><script src=\"/static/main.js\"></script></head>";

    fn page() -> ClientPage {
        ClientPage {
            site_name: "Süd & Co".to_owned(),
            frame_ancestors: "a.example, b.example;script-src *".to_owned(),
            ..ClientPage::default()
        }
    }

    fn html(document: &Document) -> &str {
        std::str::from_utf8(&document.plain).unwrap()
    }

    #[test]
    fn without_a_base_only_the_name_changes() {
        let document = Document::app(ROOT, "", &page());
        assert_eq!(html(&document), ROOT.replace("Mattermost", "Süd &amp; Co"));
        assert_eq!(document.policy, "frame-ancestors 'self' a.example b.example script-src *; script-src 'self'");
    }

    #[test]
    fn a_base_is_announced_and_allowed() {
        let document = Document::app(ROOT, "/chat", &page());
        let html = html(&document);
        assert!(
            html.contains("<script id=\"publicPathInWindowScript\">window.publicPath='/chat/static/'</script>"),
            "{html}"
        );
        assert!(
            html.contains("href='/chat/static/css/a.css'") && html.contains("src=\"/chat/static/main.js\""),
            "{html}"
        );
        // echo -n "window.publicPath='/chat/static/'" | openssl dgst -sha256 -binary | base64
        let hash = script_hash("/chat");
        assert!(html.contains(&format!("content=\"script-src 'self'{hash} x.example\"")), "{html}");
        assert!(document.policy.ends_with(&format!("script-src 'self'{hash}")));
    }

    #[test]
    fn files_of_another_base_are_brought_home() {
        let there = Document::app(ROOT, "/old", &page());
        let back = Document::app(html(&there), "", &page());
        assert!(html(&back).contains("src=\"/static/main.js\"") && !html(&back).contains("/old/"), "{}", html(&back));
        assert!(html(&back).contains("<script id=\"publicPathInWindowScript\"></script>"));
        assert_eq!(Rewrite::between(html(&there), "/old"), None);
        let again = Document::app(html(&there), "/new", &page());
        assert!(
            html(&again).contains("window.publicPath='/new/static/'") && html(&again).contains(&script_hash("/new"))
        );
    }

    #[test]
    fn a_page_without_the_element_gets_the_script_first() {
        let document = Document::app("<head><script src=\"/static/main.js\"></script></head>", "/c", &page());
        assert!(
            html(&document)
                .starts_with("<head><script>window.publicPath='/c/static/'</script><script src=\"/c/static/main.js\">")
        );
    }

    #[test]
    fn the_landing_page_names_the_site_and_escapes_it() {
        let document = Document::landing(&ClientPage {
            site_name: "<b>".to_owned(),
            version: "0.1.0".to_owned(),
            ..ClientPage::default()
        });
        assert!(
            html(&document).contains("&lt;b&gt;")
                && html(&document).contains("0.1.0")
                && html(&document).contains("kollegium client install")
        );
    }
}
