//! Taking files in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::App;
use crate::app::images::Previews;
use crate::auth::ChannelGrant;
use crate::auth::channels::UploadFile;
use crate::events::Change;
use crate::filestore::{self, Incoming};
use crate::model::errors::{Result, files as codes};
use crate::model::files::{FileInfo, clean_name, extension, media_type, stored_name};
use crate::model::time::{TimeMs, day};
use crate::model::{Id, now};
use crate::store;

/// A file on its way in.
pub struct Receiving {
    name: String,
    content: Incoming,
    /// Bytes.
    limit: u64,
}

impl Receiving {
    /// Adds a part.
    pub async fn write(&mut self, part: &[u8]) -> Result<()> {
        if self.content.length() + part.len() as u64 > self.limit {
            return Err(codes::TOO_LARGE.with(&[&self.name, &self.limit]));
        }
        self.content.write(part).await
    }

    /// How many bytes came.
    pub fn length(&self) -> u64 {
        self.content.length()
    }
}

impl App {
    /// Refuses uploads where files are switched off.
    pub fn check_attachments(&self) -> Result<()> {
        let on = self.config.snapshot().effective.file.enable_file_attachments;
        if on { Ok(()) } else { codes::ATTACHMENTS_OFF.err() }
    }

    /// Begins to take in a file of a name as it was given. `announced` is how long it is said to be, 0 if that is not
    /// known.
    pub async fn receive_file(&self, name: &str, announced: u64) -> Result<Receiving> {
        let limit = self.file_limit();
        let name = clean_name(name);
        if announced > limit {
            return Err(codes::TOO_LARGE.with(&[&name, &limit]));
        }
        Ok(Receiving { name, content: self.files.incoming().await?, limit })
    }

    /// The most bytes of a file.
    pub fn file_limit(&self) -> u64 {
        u64::try_from(self.config.snapshot().effective.file.max_file_size).unwrap_or(0)
    }

    /// Keeps files that have come, all or none, for a message that is yet to be written. `owner` is whose they are in
    /// place of the actor's, as of bookmarks.
    pub async fn keep_files(
        &self,
        grant: &ChannelGrant<UploadFile>,
        received: Vec<Receiving>,
        owner: Option<&str>,
    ) -> Result<Vec<FileInfo>> {
        let settings = &self.config.snapshot().effective;
        self.check_restricted_direct(grant.actor(), grant.channel(), settings, codes::RESTRICTED_DM).await?;
        let (channel, user) = (grant.channel().id, grant.actor().id());
        let mut files = Vec::with_capacity(received.len());
        for Receiving { name, content, .. } in received {
            let mut file = new_file(Id::random(), channel, owner.unwrap_or(user.as_str()), &name, now());
            file.size = i64::try_from(content.length()).unwrap_or(i64::MAX);
            let placed = content.place(&file.path).await;
            files.push(file);
            if let Err(error) = placed {
                self.remove_contents(&files).await;
                return Err(error);
            }
        }
        self.finish_files(files).await
    }

    /// Makes the pictures of files whose contents are there, and writes their rows. If anything is refused, nothing is
    /// left of any.
    pub(super) async fn finish_files(&self, mut files: Vec<FileInfo>) -> Result<Vec<FileInfo>> {
        let written = match self.add_all_pictures(&mut files).await {
            Ok(()) => self.insert_files(files.clone()).await,
            refused => refused,
        };
        if let Err(error) = written {
            self.remove_contents(&files).await;
            return Err(error);
        }
        files.iter().for_each(|file| self.extract_soon(file));
        Ok(files)
    }

    async fn insert_files(&self, files: Vec<FileInfo>) -> Result<()> {
        self.store
            .write(move |tx| {
                for file in &files {
                    store::files::insert(tx, file)?;
                }
                Ok(Change::silent((), "they are told of with the message that they are attached to"))
            })
            .await
    }

    async fn remove_contents(&self, files: &[FileInfo]) {
        self.remove_files(files.iter().flat_map(|file| [&file.path, &file.thumbnail_path, &file.preview_path])).await;
    }

    async fn add_all_pictures(&self, files: &mut [FileInfo]) -> Result<()> {
        for file in files {
            self.add_pictures(file).await?;
        }
        Ok(())
    }

    /// Removes contents of the file store whose rows were erased just now, but for those that other rows name too: a
    /// database of the reference may have copies. What cannot be removed is logged, and stays.
    pub(in crate::app) async fn remove_erased(&self, paths: Vec<String>) {
        if paths.is_empty() {
            return;
        }
        let (asked, mut paths) = (paths.clone(), paths);
        match self.store.read(move |conn| store::files::named_among(conn, &asked)).await {
            Ok(named) => {
                paths.retain(|path| !named.contains(path));
                self.remove_files(&paths).await;
            }
            Err(error) => tracing::warn!(%error, "the contents of erased files stay, as it is not known who has them"),
        }
    }

    /// Removes contents of the file store that nothing refers to any more. What cannot be removed is logged.
    pub(in crate::app) async fn remove_files(&self, paths: impl IntoIterator<Item = &String>) {
        for path in paths.into_iter().filter(|path| !path.is_empty()) {
            if let Err(error) = self.files.delete(path).await {
                tracing::warn!(%error, path, "a file that is not needed any more could not be removed");
            }
        }
    }

    async fn add_pictures(&self, file: &mut FileInfo) -> Result<()> {
        if !file.mime_type.starts_with("image/") || file.mime_type.starts_with("image/svg") {
            return Ok(());
        }
        let Some(content) = self.files.open(&file.path).await? else { return codes::CONTENT_GONE.err() };
        let pixels = u64::try_from(self.config.snapshot().effective.file.max_image_resolution).unwrap_or(0);
        let name = file.name.clone();
        let refusal =
            move |size: crate::app::images::Size| codes::LARGE_IMAGE.with(&[&name, &size.width, &size.height]);
        let Some(made) = self.images.previews(content.file, pixels, refusal).await? else { return Ok(()) };
        let Previews { size, thumbnail, preview, mini } = made;
        let stem = file.path.rsplit_once('/').map_or((file.path.as_str(), ""), |(folder, name)| (folder, name));
        let stem = format!("{}/{}", stem.0, stem.1.rsplit_once('.').map_or(stem.1, |(stem, _)| stem));
        (file.thumbnail_path, file.preview_path) = (format!("{stem}_thumb.jpg"), format!("{stem}_preview.jpg"));
        self.files.put(&file.thumbnail_path, thumbnail).await?;
        self.files.put(&file.preview_path, preview).await?;
        (file.width, file.height) = (size.width.into(), size.height.into());
        file.has_preview_image = true;
        file.mini_preview = Some(STANDARD.encode(mini));
        Ok(())
    }
}

/// What is known of a file before it is looked at.
pub(super) fn new_file(id: Id, channel_id: Id, owner: &str, name: &str, at: TimeMs) -> FileInfo {
    let extension = extension(name);
    let folder = filestore::attachment_folder(&day(at), channel_id, owner, id);
    FileInfo {
        id,
        user_id: owner.to_owned(),
        channel_id,
        create_at: at,
        update_at: at,
        path: format!("{folder}/{}", stored_name(name)),
        mime_type: media_type(&extension),
        name: name.to_owned(),
        extension,
        ..FileInfo::default()
    }
}
