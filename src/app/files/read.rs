//! Reading files, and who may.

use crate::app::App;
use crate::auth::Actor;
use crate::auth::PostGrant;
use crate::auth::channels::ReadPosts;
use crate::auth::posts::ReadFiles;
use crate::filestore::Stored;
use crate::model::Id;
use crate::model::errors::{Result, files as codes, forbidden, posts as post_codes, users as user_codes};
use crate::model::files::{FileInfo, UploadSession};
use crate::model::permissions::Permission;
use crate::store;

/// Which of the pictures that belong to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// The file itself.
    Original,
    /// The small picture.
    Thumbnail,
    /// The large one.
    Preview,
}

/// A file that is about to be sent.
pub struct Opened {
    /// What is known of it.
    pub info: FileInfo,
    /// The bytes.
    pub content: Stored,
}

impl App {
    /// What is known of a file, for whoever uploaded it and for those who read its channel.
    pub async fn file_info(&self, actor: Actor, id: Id) -> Result<FileInfo> {
        let file = self.store.look_up(move |conn| store::files::by_id(conn, id)).await?.ok_or(codes::NOT_FOUND)?;
        self.check_reader(actor, file).await
    }

    /// The file, if the actor uploaded it or reads its channel.
    async fn check_reader(&self, actor: Actor, file: FileInfo) -> Result<FileInfo> {
        if file.user_id == actor.id().as_str() {
            return Ok(file);
        }
        // Files of before channels were noted with them belong to their post's.
        let channel = match (file.channel_id.some(), file.post_id.some()) {
            (Some(channel), _) => Some(channel),
            (None, Some(post)) => self.store.any_post(post).await?.map(|post| post.channel_id),
            (None, None) => None,
        };
        self.auth.channel::<ReadPosts>(actor, channel.ok_or_else(forbidden)?).await?;
        Ok(file)
    }

    /// A file, or a picture of it, to be sent to whoever may read it.
    pub async fn open_file(&self, actor: Actor, id: Id, copy: Copy) -> Result<Opened> {
        let known = self
            .store
            .look_up(move |conn| {
                let file = store::files::by_id(conn, id)?;
                // Of the file itself, what never was is told from what is gone.
                let was_there = file.is_some() || copy != Copy::Original || store::files::was_there(conn, id)?;
                file.ok_or_else(|| if was_there { codes::NOT_FOUND.error() } else { codes::GET_NOT_FOUND.error() })
            })
            .await?;
        let file = self.check_reader(actor, known).await?;
        self.opened(file, copy).await
    }

    /// A file, or a picture of it, for somebody who has been let in already.
    pub(super) async fn opened(&self, info: FileInfo, copy: Copy) -> Result<Opened> {
        let path = match copy {
            Copy::Original => &info.path,
            Copy::Thumbnail if info.thumbnail_path.is_empty() => return codes::NO_THUMBNAIL.err(),
            Copy::Thumbnail => &info.thumbnail_path,
            Copy::Preview if info.preview_path.is_empty() => return codes::NO_PREVIEW.err(),
            Copy::Preview => &info.preview_path,
        };
        let content = self.files.open(path).await?.ok_or(codes::CONTENT_GONE)?;
        Ok(Opened { info, content })
    }

    /// What is known of the files of a post, the oldest first.
    pub async fn files_of_post(&self, grant: &PostGrant<ReadFiles>) -> Result<Vec<FileInfo>> {
        let post = grant.post();
        if post.delete_at > 0 {
            return post_codes::NOT_FOUND.err();
        }
        let id = post.id;
        let mut found = self.store.look_up(move |conn| store::files::of_posts(conn, &[id])).await?;
        Ok(found.remove(&id).unwrap_or_default())
    }

    /// The files of a post that may have been deleted, and those that it had, for administrators.
    pub async fn files_ever_of_post(&self, actor: &Actor, id: Id) -> Result<Vec<FileInfo>> {
        actor.need(Permission::manage_system)?;
        self.store.any_post(id).await?.ok_or(post_codes::NOT_FOUND)?;
        self.store.look_up(move |conn| store::files::ever_of_post(conn, id)).await
    }

    /// The uploads that the actor has begun and not ended; those of others are nobody's business.
    pub async fn uploads_of(&self, actor: Actor, user: Id) -> Result<Vec<UploadSession>> {
        if user != actor.id() {
            return user_codes::UPLOADS_FORBIDDEN.err();
        }
        self.store.look_up(move |conn| store::files::uploads_of(conn, user)).await
    }
}
