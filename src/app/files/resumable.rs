//! Uploads in several parts, which go on after a lost connection (posts-and-limits.md §13).

use std::collections::HashSet;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::upload::new_file;
use crate::app::App;
use crate::app::jobs::Run;
use crate::auth::Actor;
use crate::auth::channels::UploadFile;
use crate::events::Change;
use crate::model::errors::{AppError, Result, context, files as codes, forbidden};
use crate::model::files::{FileInfo, UploadInput, UploadSession, clean_name};
use crate::model::{Id, TimeMs, now};
use crate::store;

/// The fewest bytes of the first of several parts.
const FIRST_PART: i64 = 5 << 20;

/// An upload that is not complete so long after it was begun, in milliseconds, is forgotten.
const ABANDONED_AFTER: TimeMs = 7 * 24 * 60 * 60 * 1000;

/// How many abandoned uploads are forgotten at once.
const BATCH: i64 = 100;

/// The two kinds of uploads.
const ATTACHMENT: &str = "attachment";
const IMPORT: &str = "import";

/// The uploads of which a part is coming at this moment.
#[derive(Debug, Default)]
pub struct Uploads(Mutex<HashSet<Id>>);

/// Holds an upload for one part.
struct Held<'a>(&'a Uploads, Id);

impl Uploads {
    fn hold(&self, id: Id) -> Result<Held<'_>> {
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        if fresh { Ok(Held(self, id)) } else { codes::UPLOAD_CONCURRENT.err() }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

/// Where the bytes of a part come from.
pub trait Source {
    /// The next bytes; `None` at the end, an error when the connection is lost.
    fn next(&mut self) -> impl Future<Output = Option<Result<Bytes>>>;
}

impl App {
    /// Refuses uploads in parts where files are switched off.
    pub fn check_uploads(&self) -> Result<()> {
        let on = self.config.snapshot().effective.file.enable_file_attachments;
        if on { Ok(()) } else { codes::UPLOADS_OFF.err() }
    }

    /// Begins an upload for a channel.
    pub async fn begin_upload(&self, actor: Actor, input: UploadInput) -> Result<UploadSession> {
        if input.r#type == IMPORT {
            return match actor.is_admin() {
                true => Err(context::NOT_SERVED.with(&[&"imports are not built"])),
                false => Err(forbidden()),
            };
        }
        let channel = Id::parse(&input.channel_id).ok_or_else(forbidden)?;
        let grant = self.auth.channel::<UploadFile>(actor, channel).await?;
        if grant.channel().is_archived() {
            return codes::UPLOAD_ARCHIVED.err();
        }
        let refusal = codes::UPLOAD_RESTRICTED_DM;
        let settings = &self.config.snapshot().effective;
        self.check_restricted_direct(grant.actor(), grant.channel(), settings, refusal).await?;
        if input.file_size <= 0 {
            return codes::UPLOAD_SIZE.err();
        }
        if u64::try_from(input.file_size).unwrap_or(0) > self.file_limit() {
            return codes::UPLOAD_TOO_LARGE.err();
        }
        let (id, user, at) = (Id::random(), grant.actor().id(), now());
        let filename = clean_name(&input.filename);
        let upload = UploadSession {
            id,
            r#type: ATTACHMENT.to_owned(),
            create_at: at,
            user_id: user,
            channel_id: channel,
            path: new_file(id, channel, user.as_str(), &filename, at).path,
            filename,
            file_size: input.file_size,
            ..UploadSession::default()
        };
        self.store
            .write(move |tx| {
                store::files::insert_upload(tx, &upload)?;
                Ok(Change::silent(upload, "nobody else sees it before it is complete"))
            })
            .await
    }

    /// How far an upload has come, for whoever began it and for administrators.
    pub async fn upload(&self, actor: &Actor, id: Id) -> Result<UploadSession> {
        let upload = self.known_upload(id).await?;
        let may = upload.user_id == actor.id() || actor.is_admin();
        if may { Ok(upload) } else { codes::UPLOAD_FORBIDDEN.err() }
    }

    async fn known_upload(&self, id: Id) -> Result<UploadSession> {
        self.store
            .look_up(move |conn| store::files::upload(conn, id))
            .await?
            .ok_or_else(|| codes::UPLOAD_NOT_FOUND.error())
    }

    /// Takes the next part of an upload, which has `length` bytes; the file, once it is complete. What came before the
    /// connection was lost is kept.
    pub async fn continue_upload(
        &self,
        actor: Actor,
        id: Id,
        length: i64,
        source: &mut impl Source,
    ) -> Result<Option<FileInfo>> {
        let upload = self.known_upload(id).await?;
        if upload.user_id != actor.id() {
            return Err(forbidden());
        }
        self.auth.channel::<UploadFile>(actor, upload.channel_id).await?;
        let _held = self.uploads.hold(id)?;
        // Another part may have come to its end meanwhile.
        let upload = self.known_upload(id).await?;
        if upload.file_offset == upload.file_size {
            // All had come when the server ended before it was done with it.
            return self.complete_upload(upload).await.map(Some);
        }
        if length <= 0 || length > upload.file_size - upload.file_offset {
            return codes::UPLOAD_LENGTH.err();
        }
        if upload.file_offset == 0 && length < FIRST_PART && length != upload.file_size {
            return Err(codes::UPLOAD_FIRST_PART.with(&[&FIRST_PART]));
        }
        let end = upload.file_offset + length;
        let reached = self.take_part(&upload, end, source).await?;
        if reached < end {
            return codes::READ_REQUEST.err();
        }
        if reached < upload.file_size { Ok(None) } else { self.complete_upload(upload).await.map(Some) }
    }

    /// Writes a part behind what has come, not beyond `end`. Answers how far the file goes then.
    async fn take_part(&self, upload: &UploadSession, end: i64, source: &mut impl Source) -> Result<i64> {
        let from = u64::try_from(upload.file_offset).unwrap_or(0);
        let end = u64::try_from(end).unwrap_or(0);
        let mut file = self.files.growing(&upload.path, from).await?;
        while let Some(Ok(bytes)) = source.next().await {
            let room = usize::try_from(end - file.length()).unwrap_or(usize::MAX);
            file.write(bytes.get(..bytes.len().min(room)).unwrap_or_default()).await?;
            if bytes.len() >= room {
                break;
            }
        }
        file.sync().await?;
        let (id, reached) = (upload.id, i64::try_from(file.length()).unwrap_or(i64::MAX));
        self.store
            .write(move |tx| {
                store::files::set_upload_offset(tx, id, reached)?;
                Ok(Change::silent(reached, "nobody else sees it before it is complete"))
            })
            .await
    }

    /// Forgets uploads that nobody has completed in a week, with what had come of them.
    pub async fn forget_uploads(&self, run: &mut Run) -> Result<()> {
        let before = now() - ABANDONED_AFTER;
        loop {
            let mut old = self.store.read(move |conn| store::files::uploads_before(conn, before, BATCH)).await?;
            let full = old.len() as i64 == BATCH;
            // One that goes on right now is not abandoned after all.
            let held: Vec<Held<'_>> = old.iter().filter_map(|upload| self.uploads.hold(upload.id).ok()).collect();
            old.retain(|upload| held.iter().any(|held| held.1 == upload.id));
            let (ids, paths): (Vec<Id>, Vec<String>) = old.into_iter().map(|upload| (upload.id, upload.path)).unzip();
            let removed = ids.len();
            self.store
                .write(move |tx| {
                    ids.into_iter().try_for_each(|id| store::files::delete_upload(tx, id))?;
                    Ok(Change::silent((), "whoever began them has lost interest"))
                })
                .await?;
            self.remove_erased(paths).await;
            drop(held);
            run.count("removed", removed);
            if !full || removed == 0 || !self.keep_run(run, 0).await? {
                return Ok(());
            }
        }
    }

    async fn complete_upload(&self, upload: UploadSession) -> Result<FileInfo> {
        let name = &upload.filename;
        let file = FileInfo {
            size: upload.file_size,
            path: upload.path.clone(),
            ..new_file(Id::random(), upload.channel_id, upload.user_id.as_str(), name, now())
        };
        let finished = self.finish_files(vec![file]).await;
        let id = upload.id;
        self.store
            .write(move |tx| {
                store::files::delete_upload(tx, id)?;
                Ok(Change::silent((), "it was nobody else's"))
            })
            .await?;
        finished?.pop().ok_or_else(|| AppError::internal("a file was finished and is not there"))
    }
}
