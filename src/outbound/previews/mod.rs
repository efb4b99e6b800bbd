//! What is behind the addresses in messages (posts-and-limits.md §2, Metadata).

mod image;
mod page;

use std::time::Duration;

use super::web::{Answer, Visit, Web, WebError};
use crate::model::posts::previews::LinkPreview;

/// As much of a page as is looked at, in bytes. What a page says of itself stands at its beginning.
const MOST_OF_PAGE: usize = 1 << 20;
/// As much of a picture as is looked at, in bytes. All but moving pictures tell their size at their beginning.
const MOST_OF_IMAGE: usize = 8 << 20;

impl Web {
    /// Looks at what is at an address that somebody wrote: at most once, for a limited time, and never inside the
    /// organisation's own network.
    ///
    /// # Errors
    /// When the address must not be called, nobody answers, or what comes is not what it says it is.
    pub async fn preview(&self, address: &str, timeout: Duration, language: &str) -> Result<LinkPreview, WebError> {
        let most = |kind: &str| if kind.starts_with("image/") { MOST_OF_IMAGE } else { MOST_OF_PAGE };
        let visit = Visit { accept: "image/*, text/html;q=0.8", language, timeout, most: &most };
        let answer = self.visit(address, &visit).await?;
        let read = tokio::task::spawn_blocking(move || read(&answer));
        read.await.map_err(|error| WebError::Failed(error.to_string()))?
    }
}

fn read(answer: &Answer) -> Result<LinkPreview, WebError> {
    let kind = answer.content_type.as_str();
    if kind.starts_with("image/svg+xml") {
        return Ok(LinkPreview::Nothing);
    }
    if kind.starts_with("image/") {
        let size = image::size(&answer.body).ok_or_else(|| WebError::Failed("this is no picture".into()))?;
        return Ok(LinkPreview::Image(size));
    }
    let page = kind.starts_with("text/html").then(|| page::open_graph(&answer.body, kind, &answer.url)).flatten();
    Ok(page.map_or(LinkPreview::Nothing, |page| LinkPreview::Page(Box::new(page))))
}
