//! What stands in text files, for searches.

use std::io::Read;

use crate::app::App;
use crate::app::jobs::Run;
use crate::events::Change;
use crate::model::errors::{AppError, Result};
use crate::model::files::FileInfo;
use crate::model::{Id, TimeMs};
use crate::store;

/// The most bytes of a file's text that are kept for searches.
const CONTENT_LIMIT: usize = 1024 * 1024;

/// Text files of more bytes are not read as soon as they come.
const LARGE: i64 = 8 << 20;

/// How many files are looked at together.
const BATCH: i64 = 20;

impl App {
    /// Reads the text of text files that were uploaded between two times (`from` and `to`, in seconds) and keeps it for
    /// searches; files whose text is kept already are left alone.
    pub async fn extract_contents(&self, run: &mut Run) -> Result<()> {
        let seconds = |text: &str| text.parse::<TimeMs>().ok().map(|at| at.saturating_mul(1000));
        let (mut from, to) = (seconds(run.data("from")).unwrap_or(0), seconds(run.data("to")).unwrap_or(TimeMs::MAX));
        let mut last = Id::NONE;
        loop {
            let files = self.store.read(move |conn| store::files::without_content(conn, from, last, to, BATCH)).await?;
            let Some(newest) = files.last() else { return Ok(()) };
            (from, last) = (newest.create_at, newest.id);
            for file in &files {
                let outcome = if self.extract_content(file).await? { "processed" } else { "errors" };
                run.count(outcome, 1);
            }
            if !self.keep_run(run, 0).await? {
                return Ok(());
            }
        }
    }

    /// Keeps the text of a file that has just come, in the background. Large ones are left to the job.
    pub(super) fn extract_soon(&self, file: &FileInfo) {
        let on = self.config.snapshot().effective.file.extract_content;
        if !on || !file.mime_type.starts_with("text/") || file.size > LARGE {
            return;
        }
        let (app, file) = (self.clone(), file.clone());
        tokio::spawn(async move {
            if let Err(error) = app.extract_content(&file).await {
                tracing::warn!(%error, file = %file.id, "the text of a file was not kept for searches");
            }
        });
    }

    /// Keeps the text of a file; `false` if it cannot be read as text.
    async fn extract_content(&self, file: &FileInfo) -> Result<bool> {
        let Some(content) = self.files.open(&file.path).await? else { return Ok(false) };
        let read = tokio::task::spawn_blocking(move || beginning(content.file)).await.map_err(AppError::internal)?;
        let Some(text) = read.map_err(AppError::internal)? else { return Ok(false) };
        let (id, text) = (file.id, crate::model::json::without_nul(text));
        self.store
            .write(move |tx| {
                store::files::set_content(tx, id, &text)?;
                Ok(Change::silent(true, "it is found by searches"))
            })
            .await
    }
}

/// The first [`CONTENT_LIMIT`] bytes of a text, up to a whole character; `None` if it is no text.
fn beginning(file: impl Read) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    file.take(CONTENT_LIMIT as u64).read_to_end(&mut bytes)?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let (whole, cut) = (error.utf8_error().valid_up_to(), error.utf8_error().error_len().is_none());
            let mut bytes = error.into_bytes();
            bytes.truncate(whole);
            String::from_utf8(bytes).ok().filter(|_| cut)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_beginning_of_a_long_text_is_read() {
        let read = |bytes: &[u8]| beginning(bytes).unwrap();
        assert_eq!(read("kurz".as_bytes()).as_deref(), Some("kurz"));
        let long = format!("x{}", "ü".repeat(CONTENT_LIMIT));
        let kept = read(long.as_bytes()).unwrap();
        assert_eq!(kept.len(), CONTENT_LIMIT - 1);
        assert!(long.starts_with(&kept));
        assert_eq!(read(b"\xff\xfe\x00"), None);
    }
}
