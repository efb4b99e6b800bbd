//! What stands in text files, for searches.

use crate::app::App;
use crate::app::jobs::Run;
use crate::events::Change;
use crate::model::errors::Result;
use crate::model::files::FileInfo;
use crate::model::text::cut_bytes;
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
        let Some(bytes) = self.files.get(&file.path).await? else { return Ok(false) };
        let Ok(text) = std::str::from_utf8(&bytes) else { return Ok(false) };
        let (id, text) = (file.id, crate::model::json::without_nul(cut_bytes(text, CONTENT_LIMIT).to_owned()));
        self.store
            .write(move |tx| {
                store::files::set_content(tx, id, &text)?;
                Ok(Change::silent(true, "it is found by searches"))
            })
            .await
    }
}
