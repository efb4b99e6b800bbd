//! Previews of links and sizes of pictures under posts. They are looked up when a text is written, never when it is
//! read (posts-and-limits.md §2, Metadata).

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::future::join_all;

use crate::app::App;
use crate::config::Settings;
use crate::events::Change;
use crate::model::errors::Result;
use crate::model::posts::previews::{LinkKey, LinkPreview, OpenGraph, OpenGraphImage};
use crate::model::posts::{Embed, Post, PostMetadata, attachments, links};
use crate::outbound::web::{absolute, may_preview};
use crate::store;

/// Most addresses of one post that are looked at.
const MOST_LINKS: usize = 10;
/// The pictures of an attachment.
const ATTACHED_IMAGES: [&str; 4] = ["image_url", "thumb_url", "author_icon", "footer_icon"];

/// The addresses in a post of which clients are told more.
#[derive(Default)]
struct Links {
    /// The one that is previewed.
    link: Option<String>,
    /// The pictures that the text shows.
    images: Vec<String>,
}

type Found = HashMap<LinkKey, LinkPreview>;

impl App {
    /// Looks at the addresses in a new text as far as nobody did within the hour. Answers those where that failed.
    pub(super) async fn look_at_links(&self, post: &Post) -> Result<HashSet<String>> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let links = Links::of(post, settings);
        let mut failed = HashSet::new();
        let mut wanted: Vec<String> = links.link.into_iter().chain(links.images).collect();
        wanted.truncate(MOST_LINKS);
        let found = self.look_at(&wanted, post, settings, &mut failed).await?;
        // A page that is previewed brings pictures of its own.
        let of_pages: Vec<String> = found.values().flat_map(LinkPreview::images).collect();
        self.look_at(&of_pages, post, settings, &mut failed).await?;
        Ok(failed)
    }

    /// Looks at addresses that are not known yet and keeps what is there.
    async fn look_at(
        &self,
        addresses: &[String],
        post: &Post,
        settings: &Settings,
        failed: &mut HashSet<String>,
    ) -> Result<Found> {
        let keyed = addresses.iter().filter_map(|address| Some((key(address, post, settings)?, address)));
        let keys: HashMap<LinkKey, &String> = keyed.collect();
        if keys.is_empty() {
            return Ok(Found::new());
        }
        let asked: Vec<LinkKey> = keys.keys().cloned().collect();
        let known = self.store.read(move |conn| store::link_previews::find(conn, &asked)).await?;
        let timeout = settings.experimental.link_metadata_timeout_milliseconds.try_into().unwrap_or_default();
        let (timeout, language) = (Duration::from_millis(timeout), &settings.localization.default_server_locale);
        let new = keys.iter().filter(|(key, _)| !known.contains_key(key));
        let looked = new.map(|(key, address)| async move {
            (key.clone(), *address, self.web.preview(&key.url, timeout, language).await)
        });
        let mut found = Found::new();
        for (key, address, result) in join_all(looked).await {
            if let Err(error) = &result {
                tracing::debug!(?error, "a link was not previewed");
                failed.insert(address.clone());
            }
            found.insert(key, result.unwrap_or(LinkPreview::Nothing));
        }
        self.keep_previews(found.clone()).await?;
        Ok(found)
    }

    async fn keep_previews(&self, found: Found) -> Result<()> {
        if found.is_empty() {
            return Ok(());
        }
        self.store
            .write(move |tx| {
                for (key, preview) in &found {
                    store::link_previews::save(tx, key, preview)?;
                }
                Ok(Change::silent((), "they are told with the post"))
            })
            .await
    }

    /// Adds what is known of the addresses in these posts.
    pub(super) async fn add_previews(&self, posts: &mut [&mut Post]) -> Result<()> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let living = posts.iter().enumerate().filter(|(_, post)| post.delete_at == 0);
        let links: Vec<(usize, Links)> = living.map(|(at, post)| (at, Links::of(post, settings))).collect();
        let mut wanted: HashSet<LinkKey> = HashSet::new();
        for (at, links) in &links {
            let Some(post) = posts.get(*at) else { continue };
            wanted.extend(links.link.iter().chain(&links.images).filter_map(|address| key(address, post, settings)));
        }
        let mut found = self.previews(wanted.into_iter().collect()).await?;
        let mut of_pages: Vec<LinkKey> = Vec::new();
        for (at, links) in &links {
            let Some(post) = posts.get(*at) else { continue };
            let preview = links.link.as_ref().and_then(|address| found.get(&key(address, post, settings)?));
            let images = preview.into_iter().flat_map(LinkPreview::images);
            of_pages.extend(images.filter_map(|address| key(&address, post, settings)));
        }
        found.extend(self.previews(of_pages).await?);
        for (at, links) in links {
            if let Some(post) = posts.get_mut(at) {
                links.show(post, &found, settings);
            }
        }
        Ok(())
    }

    async fn previews(&self, keys: Vec<LinkKey>) -> Result<Found> {
        if keys.is_empty() {
            return Ok(Found::new());
        }
        self.store.read(move |conn| store::link_previews::find(conn, &keys)).await
    }
}

/// Under what an address is kept, unless it leads to a post of this server or nowhere.
fn key(address: &str, post: &Post, settings: &Settings) -> Option<LinkKey> {
    let site_url = &settings.service.site_url;
    let url = absolute(address, site_url).filter(|url| links::permalink(url, site_url).is_none())?;
    (url.len() <= store::link_previews::MAX_URL).then(|| LinkKey::new(url, post.create_at))
}

impl LinkPreview {
    /// The pictures that a page shows of itself.
    fn images(&self) -> Vec<String> {
        let LinkPreview::Page(page) = self else { return Vec::new() };
        let images = page.images.iter().flatten();
        let address = |image: &OpenGraphImage| match image.secure_url.is_empty() {
            true => image.url.clone(),
            false => image.secure_url.clone(),
        };
        images.map(address).filter(|address| !address.is_empty()).collect()
    }
}

impl Links {
    fn of(post: &Post, settings: &Settings) -> Links {
        if post.props.is_true("unsafe_links") {
            return Links::default();
        }
        let service = &settings.service;
        let allowed = |address: &str| may_preview(&service.restrict_link_previews, address);
        let attached = post.props.get(attachments::ATTACHMENTS).is_some();
        let mut images: Vec<String> = post.texts().into_iter().flat_map(links::images).collect();
        for attachment in post.attachments() {
            let own = ATTACHED_IMAGES.iter().filter_map(|key| attachment.get(*key)?.as_str());
            images.extend(own.filter(|address| !address.is_empty()).map(str::to_owned));
        }
        images.retain(|address| allowed(address));
        let link = (service.enable_link_previews && !attached)
            .then(|| links::first_link(&post.message, &allowed))
            .flatten()
            .filter(|link| links::permalink(link, &service.site_url).is_none());
        Links { link, images }
    }

    /// Adds to the post what was found.
    fn show(self, post: &mut Post, found: &Found, settings: &Settings) {
        let at = |address: &str| found.get(&key(address, post, settings)?);
        let mut images = self.images;
        let embed = match self.link.as_deref().and_then(|link| Some((link, at(link)?))) {
            _ if post.props.get(attachments::ATTACHMENTS).is_some() => Some(Embed::of("message_attachment", "", None)),
            Some((link, preview)) => {
                images.extend(preview.images());
                Some(match preview {
                    LinkPreview::Page(page) => Embed::of("opengraph", link, data(page)),
                    LinkPreview::Image(_) => {
                        images.push(link.to_owned());
                        Embed::of("image", link, None)
                    }
                    LinkPreview::Nothing => Embed::of("link", link, None),
                })
            }
            None => None,
        };
        let sized = images.into_iter().filter_map(|address| match at(&address) {
            Some(LinkPreview::Image(size)) => Some((address, size.clone())),
            _ => None,
        });
        let sized: Vec<_> = sized.collect();
        let metadata = post.metadata.get_or_insert_with(PostMetadata::default);
        metadata.embeds.extend(embed);
        metadata.images.extend(sized);
    }
}

fn data(page: &OpenGraph) -> Option<serde_json::Value> {
    serde_json::to_value(page).ok()
}
