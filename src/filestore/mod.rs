//! Where files lie: pictures, uploads, exports.
//!
//! Files have relative paths with `/` between the parts, the same as in the reference's file store
//! (`users/<id>/profile.png`, `teams/<id>/teamIcon.png`, …), so that an existing folder is taken over as it is. Paths
//! are made by the program, yet checked here once more: nothing outside the store can be named.

mod local;

use std::path::Path;

use bytes::Bytes;

use crate::model::errors::{AppError, Result};
use crate::model::id::{self, Id};

use local::LocalFolder;
pub use local::{Growing, Incoming, Stored};

/// Longest path in bytes.
const MAX_PATH: usize = 1024;

/// The file store: today a folder of this machine.
#[derive(Debug, Clone)]
pub struct FileStore {
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Local(LocalFolder),
}

impl FileStore {
    /// A store in a folder, which is made if it is missing.
    pub async fn local(folder: &Path) -> Result<FileStore> {
        Ok(FileStore { place: Place::Local(LocalFolder::open(folder).await?) })
    }

    /// Writes a file, whole or not at all, in place of the one that was there.
    pub async fn put(&self, path: &str, content: impl Into<Bytes>) -> Result<()> {
        match &self.place {
            Place::Local(folder) => folder.put(checked(path)?, content.into()).await,
        }
    }

    /// A file's content, `None` when there is no such file.
    pub async fn get(&self, path: &str) -> Result<Option<Bytes>> {
        match &self.place {
            Place::Local(folder) => folder.get(checked(path)?).await,
        }
    }

    /// A file that is to come part by part, nowhere yet.
    pub async fn incoming(&self) -> Result<Incoming> {
        match &self.place {
            Place::Local(folder) => folder.incoming().await,
        }
    }

    /// A file to be read part by part, `None` when there is no such file.
    pub async fn open(&self, path: &str) -> Result<Option<Stored>> {
        match &self.place {
            Place::Local(folder) => folder.open_file(checked(path)?).await,
        }
    }

    /// A file to which more is added behind that many bytes; what stood there is cut off. Made if there is none.
    pub async fn growing(&self, path: &str, from: u64) -> Result<Growing> {
        match &self.place {
            Place::Local(folder) => folder.growing(checked(path)?, from).await,
        }
    }

    /// Whether there is such a file.
    pub async fn exists(&self, path: &str) -> Result<bool> {
        match &self.place {
            Place::Local(folder) => folder.exists(checked(path)?).await,
        }
    }

    /// Deletes a file; `false` when there was none.
    pub async fn delete(&self, path: &str) -> Result<bool> {
        match &self.place {
            Place::Local(folder) => folder.delete(checked(path)?).await,
        }
    }

    /// The paths of all files in a folder and in those below it, sorted; `""` is the whole store. A missing folder has
    /// none.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>> {
        if !folder.is_empty() {
            checked(folder)?;
        }
        match &self.place {
            Place::Local(place) => place.list(folder).await,
        }
    }

    /// Whether the store takes a file, gives it back and lets it go.
    pub async fn test(&self) -> Result<()> {
        let (path, sign) = (format!("kollegium-test/{}", Id::random()), id::token());
        self.put(&path, sign.clone()).await?;
        let back = self.get(&path).await?;
        self.delete(&path).await?;
        if back.as_deref() == Some(sign.as_bytes()) {
            Ok(())
        } else {
            Err(AppError::internal("the file store gave back another content than was written"))
        }
    }
}

/// Path of a user's picture.
pub fn profile_picture(user: Id) -> String {
    format!("users/{user}/profile.png")
}

/// Path of a team's icon.
pub fn team_icon(team: Id) -> String {
    format!("teams/{team}/teamIcon.png")
}

/// Path of a custom emoji's picture.
pub fn emoji_image(emoji: Id) -> String {
    format!("emoji/{emoji}/image")
}

/// The folder of an attachment that was uploaded at a time, as the reference lays it. `day` is `YYYYMMDD`.
pub fn attachment_folder(day: &str, channel: Id, user: &str, file: Id) -> String {
    format!("{day}/teams/noteam/channels/{channel}/users/{user}/{file}")
}

/// The path as it came, if it can only name something inside the store.
fn checked(path: &str) -> Result<&str> {
    let sound = !path.is_empty()
        && path.len() <= MAX_PATH
        && !path.contains(if cfg!(windows) { &['\0', '\\', ':'][..] } else { &['\0'][..] })
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && !part.starts_with(TEMPORARY));
    if sound { Ok(path) } else { Err(AppError::internal(format!("a path no file may have: {path:?}"))) }
}

/// How the names of half-written files begin. They are in no list and can't be asked for.
const TEMPORARY: &str = ".kollegium-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for good in ["a", "users/x/profile.png", "20260101/teams/a/b/ü ü.pdf", "a/...", ".hidden"] {
            assert!(checked(good).is_ok(), "{good}");
        }
        for bad in
            ["", "/etc/passwd", "a//b", "a/", "..", "a/../b", "./a", "a/.", "a\0b", "a/.kollegium-1", &"x".repeat(1025)]
        {
            assert!(checked(bad).is_err(), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn the_store_tests_itself() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::local(folder.path()).await.unwrap();
        store.test().await.unwrap();
        assert!(store.list("").await.unwrap().is_empty());
        assert_eq!(team_icon(Id::NONE), "teams//teamIcon.png");
        assert!(store.put(&team_icon(Id::NONE), "x").await.is_err());
    }
}
