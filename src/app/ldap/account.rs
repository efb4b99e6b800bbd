//! An account as the directory has it.

use bytes::Bytes;

use crate::app::App;
use crate::app::admission::Decision;
use crate::app::images::Purpose;
use crate::app::users::Profile;
use crate::config::Settings;
use crate::filestore::profile_picture;
use crate::model::errors::Result;
use crate::model::users::LDAP;
use crate::model::{Id, now};
use crate::outbound::ldap::Person;

/// What the directory says of somebody, as far as its attributes are mapped.
pub(in crate::app) fn profile(person: &Person, decision: &Decision, settings: &Settings) -> Profile {
    let ldap = &settings.ldap;
    let said = |attribute: &str, value: &str| (!attribute.trim().is_empty()).then(|| value.to_owned());
    // Without a name or an address there is no account, so that these are never emptied.
    let needed = |attribute: &str, value: &str| said(attribute, value).filter(|value| !value.is_empty());
    Profile {
        service: LDAP,
        id: person.id.clone(),
        username: needed(&ldap.username_attribute, &person.username),
        email: needed(&ldap.email_attribute, &person.email),
        first_name: said(&ldap.first_name_attribute, &person.first_name),
        last_name: said(&ldap.last_name_attribute, &person.last_name),
        nickname: said(&ldap.nickname_attribute, &person.nickname),
        position: said(&ldap.position_attribute, &person.position),
        as_guest: decision.as_guest,
        as_admin: decision.as_admin,
    }
}

impl App {
    /// Takes a picture over from the directory, after the answer; one that is none, or the same, changes nothing.
    pub(in crate::app) fn take_picture(&self, user: Id, picture: Vec<u8>) {
        if picture.is_empty() {
            return;
        }
        let app = self.clone();
        tokio::spawn(async move {
            if let Err(error) = app.set_picture_of(user, picture.into()).await {
                tracing::warn!(%error, %user, "a picture from the directory was not taken over");
            }
        });
    }

    async fn set_picture_of(&self, user: Id, picture: Bytes) -> Result<()> {
        let pixels = u64::try_from(self.config.snapshot().effective.file.max_image_resolution).unwrap_or(0);
        let png = self.images.square(picture, Purpose::ProfilePicture, pixels).await?;
        let place = profile_picture(user);
        let has_one = self.store.user(user).await?.is_some_and(|user| user.last_picture_update > 0);
        if has_one && self.files.get(&place).await?.is_some_and(|old| old == png) {
            return Ok(());
        }
        self.files.put(&place, png).await?;
        self.note_picture(user, now()).await
    }
}
