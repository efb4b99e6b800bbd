//! Attached files: what may be known of them. Uploading and downloading are not served yet.

use crate::app::App;
use crate::auth::Actor;
use crate::auth::channels::ReadPosts;
use crate::model::Id;
use crate::model::errors::{Result, files as codes, forbidden, users as user_codes};
use crate::model::files::{FileInfo, UploadSession};
use crate::store;

impl App {
    /// What is known of a file, for whoever uploaded it and for those who read its channel.
    pub async fn file_info(&self, actor: Actor, id: Id) -> Result<FileInfo> {
        let file = self.store.read(move |conn| store::files::by_id(conn, id)).await?.ok_or(codes::NOT_FOUND)?;
        if file.user_id == actor.id() {
            return Ok(file);
        }
        let channel = file.channel_id.some().ok_or_else(forbidden)?;
        self.auth.channel::<ReadPosts>(actor, channel).await?;
        Ok(file)
    }

    /// The uploads that the actor has begun and not ended; those of others are nobody's business.
    pub async fn uploads_of(&self, actor: Actor, user: Id) -> Result<Vec<UploadSession>> {
        if user != actor.id() {
            return user_codes::UPLOADS_FORBIDDEN.err();
        }
        self.store.read(move |conn| store::files::uploads_of(conn, user)).await
    }
}
