//! How pages describe themselves: the `<meta property="og:…">` of their head.

use std::cell::RefCell;

use encoding_rs::{Encoding, UTF_8};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use reqwest::Url;

use crate::model::posts::previews::OpenGraph;

/// What a page says of itself, if that is enough to show. Addresses of pictures are made absolute; the page's own is
/// the one that was called.
pub(super) fn open_graph(body: &[u8], content_type: &str, address: &Url) -> Option<OpenGraph> {
    let text = encoding(content_type).decode(body).0;
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&text));
    let tokenizer = Tokenizer::new(Head::default(), Default::default());
    // Whether it ended at the head's end or before makes no difference.
    let _ = tokenizer.feed(&input);
    let mut page = tokenizer.sink.page.take();
    if !page.url.is_empty() {
        page.url = address.to_string();
    }
    for image in page.images.iter_mut().flatten() {
        for link in [&mut image.url, &mut image.secure_url].into_iter().filter(|link| !link.is_empty()) {
            *link = address.join(link).map(String::from).unwrap_or_default();
        }
    }
    page.is_shown().then_some(page)
}

/// The encoding that the answer names.
fn encoding(content_type: &str) -> &'static Encoding {
    let label = content_type.split(';').find_map(|part| part.trim().strip_prefix("charset="));
    label.and_then(|label| Encoding::for_label(label.trim_matches('"').as_bytes())).unwrap_or(UTF_8)
}

/// Takes in the head of a page and stops at its end.
#[derive(Default)]
struct Head {
    page: RefCell<OpenGraph>,
}

impl TokenSink for Head {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if &*tag.name == "meta" => self.take(&tag),
            Token::TagToken(tag) if &*tag.name == "body" && tag.kind == TagKind::StartTag => {
                return TokenSinkResult::Script(());
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Head {
    fn take(&self, tag: &Tag) {
        let value = |name: &str| tag.attrs.iter().find(|attr| &*attr.name.local == name).map(|attr| &*attr.value);
        if let (Some(property), Some(content)) = (value("property"), value("content")) {
            self.page.borrow_mut().add(property, content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(page: &[u8], kind: &str) -> Option<OpenGraph> {
        open_graph(page, kind, &Url::parse("http://h/a/page").unwrap())
    }

    #[test]
    fn the_head_of_a_page() {
        let page = read(
            b"<!doctype html><title>plain</title><meta property='og:title' content='Fish &amp; chips'><META PROPERTY=og:image \
              CONTENT=../pic.png><meta property=og:url content=http://elsewhere/><body><meta property=og:title content=no>",
            "text/html",
        )
        .unwrap();
        assert_eq!((page.title.as_str(), page.url.as_str()), ("Fish & chips", "http://h/a/page"));
        assert_eq!(page.images.unwrap()[0].url, "http://h/pic.png");
        assert_eq!(read(b"<title>only this</title>", "text/html"), None);
        assert_eq!(read(b"\0<<<meta <!--", "text/html"), None);
    }

    #[test]
    fn other_encodings() {
        let page = read(b"<meta property='og:title' content='\xfcber'>", "text/html; charset=ISO-8859-1").unwrap();
        assert_eq!(page.title, "über");
    }
}
