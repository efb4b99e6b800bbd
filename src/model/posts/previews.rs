//! What is behind the addresses in a message: pages and pictures (posts-and-limits.md §2, Metadata).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::metadata::ImageSize;
use crate::model::time::TimeMs;

/// Most code points of a page's texts; longer ones are cut.
const MAX_TEXT: usize = 300;
/// Most pictures of a page.
const MAX_IMAGES: usize = 5;
/// What stands for the rest of a text.
const CUT: &str = "[...]";
const HOUR: TimeMs = 3_600_000;

/// An address and the hour in which it was looked at: what is there is looked at once an hour at most.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkKey {
    /// Absolute.
    pub url: String,
    /// Start of the hour, in milliseconds.
    pub hour: TimeMs,
}

impl LinkKey {
    /// The key of an address in a post of that time.
    pub fn new(url: String, at: TimeMs) -> LinkKey {
        LinkKey { url, hour: at - at.rem_euclid(HOUR) }
    }

    /// The number under which the reference stores it, so that its rows are found (32 bits of FNV-1).
    pub fn hash(&self) -> i64 {
        let fnv = |hash: u32, byte: &u8| hash.wrapping_mul(0x0100_0193) ^ u32::from(*byte);
        self.hour.to_le_bytes().iter().chain(self.url.as_bytes()).fold(0x811c_9dc5, fnv).into()
    }
}

/// What was found at an address.
#[derive(Debug, Clone, PartialEq)]
pub enum LinkPreview {
    /// Nothing that can be shown.
    Nothing,
    /// A page that describes itself.
    Page(Box<OpenGraph>),
    /// A picture.
    Image(ImageSize),
}

impl LinkPreview {
    /// The kind and the data under which it is stored.
    pub fn to_stored(&self) -> (&'static str, Value) {
        match self {
            LinkPreview::Nothing => ("none", Value::Null),
            LinkPreview::Page(page) => ("opengraph", serde_json::to_value(page).unwrap_or_default()),
            LinkPreview::Image(size) => ("image", serde_json::to_value(size).unwrap_or_default()),
        }
    }

    /// What was stored; nothing if it can't be read.
    pub fn from_stored(kind: &str, data: Value) -> LinkPreview {
        let found = match kind {
            "opengraph" => serde_json::from_value(data).ok().map(|page| LinkPreview::Page(Box::new(page))),
            "image" => serde_json::from_value(data).ok().map(LinkPreview::Image),
            _ => None,
        };
        found.unwrap_or(LinkPreview::Nothing)
    }
}

/// How a page describes itself (<https://ogp.me>).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the protocol's names")]
pub struct OpenGraph {
    pub r#type: String,
    pub url: String,
    pub title: String,
    pub description: String,
    pub determiner: String,
    pub site_name: String,
    pub locale: String,
    pub locales_alternate: Option<Vec<String>>,
    pub images: Option<Vec<OpenGraphImage>>,
    pub audios: Option<Vec<Value>>,
    pub videos: Option<Vec<Value>>,
}

/// A picture that a page shows of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the protocol's names")]
pub struct OpenGraphImage {
    pub url: String,
    pub secure_url: String,
    pub r#type: String,
    pub width: u64,
    pub height: u64,
}

impl OpenGraph {
    /// Takes one `<meta property=… content=…>` in; others than those shown are left out.
    pub fn add(&mut self, property: &str, content: &str) {
        match property {
            "og:type" => self.r#type = content.to_owned(),
            "og:url" => self.url = content.to_owned(),
            "og:title" => self.title = cut(content),
            "og:description" => self.description = cut(content),
            "og:site_name" => self.site_name = cut(content),
            "og:image" => self.add_image(content),
            "og:image:url" => self.in_image(|image| image.url = content.to_owned()),
            "og:image:secure_url" => self.in_image(|image| image.secure_url = content.to_owned()),
            "og:image:type" => self.in_image(|image| image.r#type = content.to_owned()),
            "og:image:width" => self.in_image(|image| image.width = content.parse().unwrap_or_default()),
            "og:image:height" => self.in_image(|image| image.height = content.parse().unwrap_or_default()),
            _ => {}
        }
    }

    /// Whether there is enough to show.
    pub fn is_shown(&self) -> bool {
        !self.title.is_empty() || !self.r#type.is_empty() || !self.url.is_empty()
    }

    fn add_image(&mut self, url: &str) {
        let images = self.images.get_or_insert_default();
        match images.last_mut() {
            // Its address may come after its size.
            Some(last) if last.url.is_empty() => last.url = url.to_owned(),
            _ => images.push(OpenGraphImage { url: url.to_owned(), ..OpenGraphImage::default() }),
        }
        images.truncate(MAX_IMAGES);
    }

    fn in_image(&mut self, change: impl FnOnce(&mut OpenGraphImage)) {
        let images = self.images.get_or_insert_default();
        if images.is_empty() {
            images.push(OpenGraphImage::default());
        }
        if let Some(last) = images.last_mut() {
            change(last);
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + CUT,
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_reference() {
        let key = LinkKey::new("http://example.com".into(), 1_552_348_800_000 + 1);
        assert_eq!(key.hour, 1_552_348_800_000);
        assert_eq!(LinkKey { url: "a".into(), hour: 0 }.hash(), 0xc8e5_819e);
    }

    #[test]
    fn pages_describe_themselves() {
        let mut page = OpenGraph::default();
        assert!(!page.is_shown());
        for (property, content) in [
            ("og:title", "x".repeat(301).as_str()),
            ("og:image:width", "40"),
            ("og:image", "/a.png"),
            ("og:image", "/b.png"),
            ("og:image:height", "no number"),
            ("twitter:title", "other"),
        ] {
            page.add(property, content);
        }
        assert!(page.is_shown() && page.title.ends_with("x[...]") && page.title.len() == 305);
        let images = page.images.as_deref().unwrap();
        assert_eq!(images.len(), 2);
        assert_eq!((images[0].url.as_str(), images[0].width), ("/a.png", 40));
        let (kind, data) = LinkPreview::Page(Box::new(page.clone())).to_stored();
        assert_eq!(LinkPreview::from_stored(kind, data), LinkPreview::Page(Box::new(page)));
        assert_eq!(LinkPreview::from_stored("image", Value::Null), LinkPreview::Nothing);
    }
}
