//! The web app: serving the official web client's files, or a landing page while there are none.
//!
//! The files are a folder, listed once at start and again when its `root.html` changes: a request is a look-up in that
//! list, so no path in an address ever reaches the file system. `/static/…` are the client's files; every other page
//! address gets `root.html`, from which the client finds its own way (auth.md §1, §2). With a sub-path in `SiteURL`
//! everything lies under that base, as the client expects it (see `page.rs`).

pub mod install;

mod answer;
mod encoding;
mod folder;
mod page;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::header::{self, CACHE_CONTROL, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use arc_swap::ArcSwap;
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::task::spawn_blocking;

use answer::Content;
use encoding::Encoding;
use folder::{Entry, Folder};
use page::Document;

/// `Cache-Control` of the client's files, whose names change with their content.
const FOR_EVER: &str = "max-age=31556926, public";

/// `Cache-Control` of what keeps its name: asked for anew each time, kept if unchanged.
const ASK_AGAIN: &str = "no-cache, max-age=31556926, public";

/// How often at most the folder is looked at for changes.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Bytes of memory that files compressed on the fly may take.
const CACHE_BYTES: u64 = 12 << 20;

/// What the page says about this site; from the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientPage {
    /// `TeamSettings.SiteName`: the title.
    pub site_name: String,
    /// `TeamSettings.CustomDescriptionText`, for link previews; may be empty.
    pub description: String,
    /// `ServiceSettings.FrameAncestors`: who else may show the app in a frame; may be empty.
    pub frame_ancestors: String,
    /// Kollegium's own version, shown on the landing page.
    pub version: String,
    /// `ServiceSettings.WebserverMode` `uncompressed`: files go out as they are.
    pub uncompressed: bool,
}

/// The client's files and the page made of them.
pub struct ClientFiles {
    dir: Option<PathBuf>,
    /// `""`, or the sub-path without a trailing slash.
    base: String,
    state: ArcSwap<State>,
    looked: Mutex<Instant>,
    compressed: Cache<CacheKey, Bytes, ByLength>,
}

/// What is served until the folder or the settings change.
struct State {
    page: ClientPage,
    folder: Option<Folder>,
    document: Document,
}

/// Name, stamp and encoding of a file compressed on the fly.
type CacheKey = (String, String, Encoding);

#[derive(Clone)]
struct ByLength;

impl Weighter<CacheKey, Bytes> for ByLength {
    fn weight(&self, (name, stamp, _): &CacheKey, content: &Bytes) -> u64 {
        (name.len() + stamp.len() + content.len()) as u64
    }
}

impl ClientFiles {
    /// Lists the folder. Without one, or while it holds no `root.html`, the landing page is served; files that are
    /// installed there later are noticed. `base_path` is the path part of `SiteURL` (`""`, `/` or `/chat`).
    pub fn open(dir: Option<&Path>, base_path: &str, page: ClientPage) -> ClientFiles {
        let (dir, base) = (dir.map(Path::to_owned), base_path.trim_end_matches('/').to_owned());
        let state = State::read(dir.as_deref(), &base, page);
        ClientFiles {
            dir,
            base,
            state: ArcSwap::from_pointee(state),
            looked: Mutex::new(Instant::now()),
            compressed: Cache::with_weighter(500, CACHE_BYTES, ByLength),
        }
    }

    /// Whether a client is installed (otherwise the landing page is shown).
    pub fn installed(&self) -> bool {
        self.state.load().folder.is_some()
    }

    /// Changes what the page says, after the settings changed.
    pub fn set_page(&self, page: ClientPage) {
        if self.state.load().page != page {
            self.state.store(Arc::new(State::read(self.dir.as_deref(), &self.base, page)));
        }
    }

    fn due(&self) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let due = looked.elapsed() >= LOOK_AGAIN;
        if due {
            *looked = Instant::now();
        }
        due
    }

    /// Lists the folder again if its `root.html` is another one than before.
    fn look(&self) {
        let state = self.state.load();
        let known = state.folder.as_ref().map(Folder::stamp);
        if known != self.dir.as_deref().and_then(folder::stamp_of) {
            self.state.store(Arc::new(State::read(self.dir.as_deref(), &self.base, state.page.clone())));
        }
    }

    async fn file(&self, name: &str, request: &HttpRequest) -> HttpResponse {
        let state = self.state.load_full();
        let found = state.folder.as_ref().and_then(|folder| Some((folder, folder.get(name)?)));
        let Some((folder, entry)) = found else { return not_found() };
        let as_it_is = state.page.uncompressed || answer::wants_part(request);
        let encoding = if as_it_is { Encoding::Identity } else { entry.encoding(request) };
        let head = answer::Head {
            cache_control: if name.rsplit('/').next() == Some("remote_entry.js") { ASK_AGAIN } else { FOR_EVER },
            content_type: entry.content_type(),
            modified: Some(entry.modified),
            etag: entry.etag(encoding),
            varies: entry.is_worth_packing(),
            more: Vec::new(),
        };
        if let Some(unchanged) = head.unchanged(request) {
            return unchanged;
        }
        match self.content(folder, name, entry, encoding).await {
            Ok(bytes) => head.answer(request, &Content { bytes, encoding }),
            Err(e) => {
                tracing::warn!(file = name, error = %e, "a file of the web client could not be read");
                not_found()
            }
        }
    }

    async fn content(&self, folder: &Folder, name: &str, entry: &Entry, encoding: Encoding) -> std::io::Result<Bytes> {
        let rewrite = folder.rewrite(name);
        if rewrite.is_none() && (encoding == Encoding::Identity || entry.has(encoding)) {
            return Ok(tokio::fs::read(entry.path(encoding)).await?.into());
        }
        let key = (name.to_owned(), entry.etag(encoding), encoding);
        let make = async {
            let plain = tokio::fs::read(entry.path(Encoding::Identity)).await?;
            let plain = match rewrite {
                Some(rewrite) => rewrite.apply(&plain),
                None => plain,
            };
            spawn_blocking(move || encoding.compress_quickly(&plain)).await.map_err(std::io::Error::other)?
        };
        self.compressed.get_or_insert_async(&key, make).await
    }
}

impl State {
    fn read(dir: Option<&Path>, base: &str, page: ClientPage) -> State {
        let read = dir.map(|dir| {
            Folder::read(dir, base).and_then(|folder| Ok((Document::app(&folder.root_html()?, base, &page), folder)))
        });
        match read {
            Some(Ok((document, folder))) => State { page, folder: Some(folder), document },
            Some(Err(e)) if e.kind() == std::io::ErrorKind::NotFound => {
                tracing::info!("no web client is installed: the landing page is shown");
                State { document: Document::landing(&page), page, folder: None }
            }
            Some(Err(e)) => {
                let dir = dir.map(|dir| dir.display().to_string());
                tracing::warn!(?dir, error = %e, "no web client there: the landing page is shown");
                State { document: Document::landing(&page), page, folder: None }
            }
            None => State { document: Document::landing(&page), page, folder: None },
        }
    }
}

/// Answers every address that no API route answers; to be mounted as the default service.
pub async fn serve(files: Data<ClientFiles>, request: HttpRequest) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish();
    }
    let path = request.path();
    match path.strip_prefix(files.base.as_str()) {
        Some("") | None if path == files.base || path == "/" => to_base(&files.base, &request),
        Some(rest) if rest.starts_with('/') => match rest.strip_prefix("/static/") {
            Some(name) => match percent_decode_str(name).decode_utf8() {
                Ok(name) => files.file(&name, &request).await,
                Err(_) => not_found(),
            },
            None if rest == "/robots.txt" => robots(),
            None => {
                look_again(&files).await;
                files.state.load_full().document.answer(&request)
            }
        },
        _ => not_found(),
    }
}

async fn look_again(files: &Data<ClientFiles>) {
    if files.dir.is_some() && files.due() {
        let files = files.clone();
        // A failure leaves everything as it was; the next look comes soon.
        drop(spawn_blocking(move || files.look()).await);
    }
}

/// To the base with a slash behind it: relative addresses need it.
fn to_base(base: &str, request: &HttpRequest) -> HttpResponse {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    HttpResponse::build(StatusCode::FOUND).insert_header((LOCATION, format!("{base}/{query}"))).finish()
}

/// There is no such file.
pub fn not_found() -> HttpResponse {
    HttpResponse::NotFound()
        .insert_header((CACHE_CONTROL, "no-cache, public"))
        .content_type("text/plain; charset=utf-8")
        .body("There is no such file.\n")
}

/// A chat is nothing for search engines.
fn robots() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("User-agent: *\nDisallow: /\n")
}

#[cfg(test)]
mod tests;
