//! Profile pictures.

use bytes::Bytes;

use crate::app::App;
use crate::app::images::Purpose;
use crate::auth::UserGrant;
use crate::auth::users::{ResetPicture, SeeUser, SetPicture};
use crate::events::users::UserEvent;
use crate::events::{Change, Json};
use crate::filestore::profile_picture;
use crate::model::errors::{Result, users as codes};
use crate::model::users::{Audience, Privacy, User};
use crate::model::{Id, now};
use crate::store::{self, Tx};

/// A picture to be shown.
pub struct Picture {
    /// PNG.
    pub png: Bytes,
    /// Whether it is the person's own; generated ones change without notice.
    pub is_own: bool,
}

impl App {
    /// Somebody's picture: their own, or the one made from their name.
    pub async fn picture(&self, grant: &UserGrant<SeeUser>) -> Result<Picture> {
        let user = grant.user();
        if user.last_picture_update > 0
            && let Some(png) = self.files.get(&profile_picture(user.id)).await?
        {
            return Ok(Picture { png, is_own: true });
        }
        Ok(Picture { png: self.default_picture(grant).await?, is_own: false })
    }

    /// The picture made from somebody's name.
    pub async fn default_picture(&self, grant: &UserGrant<SeeUser>) -> Result<Bytes> {
        let user = grant.user();
        self.images.default_picture(user.id, &user.username, user.is_bot).await
    }

    /// The most bytes of an uploaded picture.
    pub fn picture_limit(&self) -> i64 {
        self.config.snapshot().effective.file.max_file_size
    }

    /// Sets somebody's picture.
    pub async fn set_picture(&self, grant: UserGrant<SetPicture>, upload: Bytes) -> Result<()> {
        let pixels = u64::try_from(self.config.snapshot().effective.file.max_image_resolution).unwrap_or(0);
        let png = self.images.square(upload, Purpose::ProfilePicture, pixels).await?;
        let id = grant.user().id;
        self.files.put(&profile_picture(id), png).await?;
        self.note_picture(id, now()).await
    }

    /// Goes back to the picture made from the name.
    pub async fn reset_picture(&self, grant: UserGrant<ResetPicture>) -> Result<()> {
        let id = grant.user().id;
        self.files.delete(&profile_picture(id)).await?;
        // A negative time marks the generated picture, and changes so that clients load it anew.
        self.note_picture(id, -now()).await
    }

    pub(in crate::app) async fn note_picture(&self, id: Id, at: i64) -> Result<()> {
        let privacy = self.privacy();
        self.store
            .write(move |tx| {
                let mut user = store::users::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                user.last_picture_update = at;
                user.update_at = now();
                store::users::save(tx, &user)?;
                Ok(Change::emit((), picture_updated(tx, &user, privacy)?))
            })
            .await
    }
}

fn picture_updated(tx: &mut Tx<'_>, user: &User, privacy: Privacy) -> Result<UserEvent> {
    let value = Json::of(&user.view(Audience::Other(privacy)));
    Ok(UserEvent::PictureUpdated { value, circle: super::circle_of(tx, user.id)? })
}
