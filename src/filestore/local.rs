//! A folder of this machine as file store.

use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use tokio::fs;
use tokio::io::AsyncWriteExt as _;
use tokio::task::spawn_blocking;

use super::TEMPORARY;
use crate::model::errors::{AppError, Result};
use crate::model::id::Id;

/// A folder; every path it is given has been checked.
#[derive(Debug, Clone)]
pub(super) struct LocalFolder {
    root: PathBuf,
}

impl LocalFolder {
    pub async fn open(root: &Path) -> Result<LocalFolder> {
        fs::create_dir_all(root).await.map_err(|e| failed("make the folder", root, &e))?;
        let root = fs::canonicalize(root).await.map_err(|e| failed("find the folder", root, &e))?;
        sweep(&root);
        Ok(LocalFolder { root })
    }

    pub async fn incoming(&self) -> Result<Incoming> {
        let temporary = self.root.join(format!("{TEMPORARY}{}", Id::random()));
        let file = fs::File::options().read(true).write(true).create_new(true).open(&temporary).await;
        let file = file.map_err(|e| failed("write", &temporary, &e))?;
        Ok(Incoming { root: self.root.clone(), temporary: Some(temporary), file, length: 0 })
    }

    pub async fn open_file(&self, path: &str) -> Result<Option<Stored>> {
        let target = self.root.join(path);
        blocking(move || match std::fs::File::open(&target).and_then(|file| Ok((file.metadata()?, file))) {
            Ok((about, file)) if about.is_file() => Ok(Some(Stored { file, length: about.len() })),
            Ok(_) => Ok(None),
            Err(e) if absent(&e) => Ok(None),
            Err(e) => Err(failed("read", &target, &e)),
        })
        .await
    }

    pub async fn growing(&self, path: &str, from: u64) -> Result<Growing> {
        let target = self.root.join(path);
        let file = blocking(move || grown(&target, from).map_err(|e| failed("write", &target, &e))).await?;
        Ok(Growing { file: fs::File::from_std(file), length: from })
    }

    /// Written beside its place, flushed to the disk and then renamed, so that a crash leaves the old file or the new
    /// one.
    pub async fn put(&self, path: &str, content: Bytes) -> Result<()> {
        let target = self.root.join(path);
        blocking(move || replace(&target, &content).map_err(|e| failed("write", &target, &e))).await
    }

    pub async fn get(&self, path: &str) -> Result<Option<Bytes>> {
        let file = self.root.join(path);
        match fs::read(&file).await {
            Ok(content) => Ok(Some(content.into())),
            Err(e) if absent(&e) => Ok(None),
            Err(e) => Err(failed("read", &file, &e)),
        }
    }

    pub async fn exists(&self, path: &str) -> Result<bool> {
        let file = self.root.join(path);
        match fs::metadata(&file).await {
            Ok(found) => Ok(found.is_file()),
            Err(e) if absent(&e) => Ok(false),
            Err(e) => Err(failed("look for", &file, &e)),
        }
    }

    /// Folders that become empty go too.
    pub async fn delete(&self, path: &str) -> Result<bool> {
        let (root, file) = (self.root.clone(), self.root.join(path));
        blocking(move || match std::fs::remove_file(&file) {
            Ok(()) => {
                remove_empty_folders(&root, &file);
                Ok(true)
            }
            Err(e) if absent(&e) => Ok(false),
            Err(e) => Err(failed("delete", &file, &e)),
        })
        .await
    }

    pub async fn list(&self, folder: &str) -> Result<Vec<String>> {
        let (root, start) = (self.root.clone(), self.root.join(folder));
        blocking(move || {
            let mut paths = Vec::new();
            collect(&root, &start, &mut paths).map_err(|e| failed("list", &start, &e))?;
            paths.sort();
            Ok(paths)
        })
        .await
    }
}

/// A file that comes part by part. Until it has its place it is in no list, and it is gone when this is dropped.
#[derive(Debug)]
pub struct Incoming {
    root: PathBuf,
    temporary: Option<PathBuf>,
    file: fs::File,
    length: u64,
}

impl Incoming {
    /// How many bytes came.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Adds a part.
    pub async fn write(&mut self, part: &[u8]) -> Result<()> {
        self.file.write_all(part).await.map_err(|e| failed("write in", &self.root, &e))?;
        self.length += part.len() as u64;
        Ok(())
    }

    /// Puts the file, now complete, in its place.
    pub async fn place(mut self, path: &str) -> Result<()> {
        let target = self.root.join(super::checked(path)?);
        let synced = async {
            self.file.flush().await?;
            self.file.sync_data().await
        };
        synced.await.map_err(|e| failed("write", &target, &e))?;
        let Some(temporary) = self.temporary.clone() else { return Ok(()) };
        blocking(move || moved(&temporary, &target).map_err(|e| failed("write", &target, &e))).await?;
        self.temporary = None;
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.temporary.take().map(std::fs::remove_file) {
            tracing::warn!(%error, "an unfinished upload could not be removed");
        }
    }
}

/// A file of the store, opened.
#[derive(Debug)]
pub struct Stored {
    /// Its content.
    pub file: std::fs::File,
    /// Bytes.
    pub length: u64,
}

/// A file to which more is added.
#[derive(Debug)]
pub struct Growing {
    file: fs::File,
    length: u64,
}

impl Growing {
    /// How many bytes it has now.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Adds a part.
    pub async fn write(&mut self, part: &[u8]) -> Result<()> {
        self.file.write_all(part).await.map_err(AppError::internal)?;
        self.length += part.len() as u64;
        Ok(())
    }

    /// Waits until everything is on the disk.
    pub async fn sync(&mut self) -> Result<()> {
        self.file.flush().await.map_err(AppError::internal)?;
        self.file.sync_data().await.map_err(AppError::internal)
    }
}

/// Removes unfinished uploads of a server that died; a day later none is under way.
fn sweep(root: &Path) {
    let Ok(entries) = std::fs::read_dir(root) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(TEMPORARY)) {
        let modified = entry.metadata().and_then(|about| about.modified()).ok();
        let age = modified.and_then(|at| at.elapsed().ok()).unwrap_or_default();
        if age > Duration::from_secs(24 * 3600)
            && let Err(error) = std::fs::remove_file(entry.path())
        {
            tracing::warn!(%error, "an unfinished upload could not be removed");
        }
    }
}

fn moved(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    std::fs::rename(from, to)
}

fn grown(target: &Path, from: u64) -> io::Result<std::fs::File> {
    let folder = target.parent().ok_or(io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    let mut file = std::fs::File::options().write(true).create(true).truncate(false).open(target)?;
    file.set_len(from)?;
    file.seek(io::SeekFrom::Start(from))?;
    Ok(file)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.map_err(AppError::internal)?
}

/// Nothing there, or a file where a folder would have to be.
fn absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory)
}

fn failed(what: &str, path: &Path, error: &io::Error) -> AppError {
    AppError::internal(format!("file store: could not {what} {}: {error}", path.display()))
}

fn replace(target: &Path, content: &[u8]) -> io::Result<()> {
    let folder = target.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let temporary = folder.join(format!("{TEMPORARY}{}", Id::random()));
    let written = create_in(folder, &temporary).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_data()?;
        std::fs::rename(&temporary, target)
    });
    if written.is_err() {
        // The write's own error is the one to tell.
        drop(std::fs::remove_file(&temporary));
    }
    written
}

/// Makes the folder again when a deletion took it away in the meantime.
fn create_in(folder: &Path, file: &Path) -> io::Result<std::fs::File> {
    std::fs::create_dir_all(folder)?;
    match std::fs::File::create_new(file) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            std::fs::create_dir_all(folder)?;
            std::fs::File::create_new(file)
        }
        other => other,
    }
}

fn remove_empty_folders(root: &Path, file: &Path) {
    for folder in file.ancestors().skip(1).take_while(|folder| *folder != root) {
        if std::fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

/// Links are not followed: they could lead out of the store.
fn collect(root: &Path, folder: &Path, paths: &mut Vec<String>) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(e) if absent(&e) => return Ok(()),
        other => other?,
    };
    for entry in entries {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        let Some(relative) = path.strip_prefix(root).ok().and_then(Path::to_str) else { continue };
        if kind.is_dir() {
            collect(root, &path, paths)?;
        } else if kind.is_file() && !entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            paths.push(relative.to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn folder() -> (tempfile::TempDir, LocalFolder) {
        let place = tempfile::tempdir().unwrap();
        let folder = LocalFolder::open(&place.path().join("made/anew")).await.unwrap();
        (place, folder)
    }

    #[tokio::test]
    async fn what_is_put_is_there_until_deleted() {
        let (_place, folder) = folder().await;
        folder.put("users/a/profile.png", "one".into()).await.unwrap();
        folder.put("users/a/profile.png", "two".into()).await.unwrap();
        folder.put("users/b.txt", Bytes::new()).await.unwrap();
        assert_eq!(folder.get("users/a/profile.png").await.unwrap().as_deref(), Some(&b"two"[..]));
        assert!(folder.exists("users/b.txt").await.unwrap());
        assert_eq!(folder.list("").await.unwrap(), ["users/a/profile.png", "users/b.txt"]);
        assert_eq!(folder.list("users/a").await.unwrap(), ["users/a/profile.png"]);
        assert!(folder.delete("users/a/profile.png").await.unwrap());
        assert!(!folder.delete("users/a/profile.png").await.unwrap());
        assert_eq!(folder.get("users/a/profile.png").await.unwrap(), None);
        assert!(!folder.root.join("users/a").exists() && folder.root.join("users").exists());
    }

    #[tokio::test]
    async fn absence_is_no_error_and_folders_are_no_files() {
        let (_place, folder) = folder().await;
        folder.put("a/b", "x".into()).await.unwrap();
        for path in ["nothing", "a", "a/b/c"] {
            assert_eq!(folder.get(path).await.unwrap(), None, "{path}");
            assert!(!folder.exists(path).await.unwrap(), "{path}");
        }
        assert!(!folder.delete("a").await.unwrap());
        assert!(folder.list("a/b").await.unwrap().is_empty());
        assert!(folder.put("a/b/c", "x".into()).await.is_err());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn lists_do_not_follow_links_nor_show_half_written_files() {
        let (place, folder) = folder().await;
        std::fs::write(place.path().join("outside"), "x").unwrap();
        std::os::unix::fs::symlink(place.path(), folder.root.join("link")).unwrap();
        std::fs::write(folder.root.join(".kollegium-half"), "x").unwrap();
        assert!(folder.list("").await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_comes_part_by_part_is_nowhere_before_its_end() {
        let (_place, folder) = folder().await;
        let mut given_up = folder.incoming().await.unwrap();
        given_up.write(b"half").await.unwrap();
        drop(given_up);
        assert_eq!(std::fs::read_dir(&folder.root).unwrap().count(), 0);
        let mut whole = folder.incoming().await.unwrap();
        whole.write(b"one").await.unwrap();
        whole.write(b"two").await.unwrap();
        assert!(folder.list("").await.unwrap().is_empty());
        assert!(folder.incoming().await.unwrap().place("../x").await.is_err());
        whole.place("a/b.txt").await.unwrap();
        assert_eq!(folder.get("a/b.txt").await.unwrap().as_deref(), Some(&b"onetwo"[..]));
        assert_eq!(folder.open_file("a/b.txt").await.unwrap().map(|stored| stored.length), Some(6));
        assert!(folder.open_file("a").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_growing_file_goes_on_where_it_ended() {
        let (_place, folder) = folder().await;
        for (from, part, whole) in [(0, "abc", "abc"), (3, "def", "abcdef"), (3, "X", "abcX")] {
            let mut growing = folder.growing("u/p", from).await.unwrap();
            growing.write(part.as_bytes()).await.unwrap();
            growing.sync().await.unwrap();
            assert_eq!(folder.get("u/p").await.unwrap().as_deref(), Some(whole.as_bytes()));
        }
    }

    #[tokio::test]
    async fn writers_at_once_leave_one_whole_file() {
        let (_place, folder) = folder().await;
        let writers = (0..8u8).map(|i| folder.put("same", vec![i; 100_000].into()));
        for done in futures_util::future::join_all(writers).await {
            done.unwrap();
        }
        let content = folder.get("same").await.unwrap().unwrap();
        assert!(content.len() == 100_000 && content.iter().all(|b| Some(b) == content.first()));
        assert_eq!(folder.list("").await.unwrap(), ["same"]);
    }
}
