//! Preferences: what clients keep on the server for each person (posts-and-limits.md §10).

use bytes::Bytes;

use super::App;
use super::sidebar::mirror_favorites;
use crate::auth::posts::ReadPost;
use crate::auth::users::{EditOwn, ReadOwn};
use crate::auth::{Actor, UserGrant};
use crate::events::preferences::PreferenceEvent;
use crate::events::{Change, Json};
use crate::model::Id;
use crate::model::errors::{Result, forbidden, invalid_body, preferences as codes};
use crate::model::preferences::{BATCH_LIMIT, Preference, categories};
use crate::store;

impl App {
    /// All preferences, as JSON.
    pub async fn preferences(&self, grant: UserGrant<ReadOwn>) -> Result<Bytes> {
        self.store.preferences_json(grant.user().id).await
    }

    /// The preferences of a category, of which there must be some.
    pub async fn preferences_of_category(
        &self,
        grant: UserGrant<ReadOwn>,
        category: String,
    ) -> Result<Vec<Preference>> {
        let user = grant.user().id;
        let found = self.store.read(move |conn| store::preferences::of_category(conn, user, &category)).await?;
        if found.is_empty() { codes::CATEGORY_NOT_FOUND.err() } else { Ok(found) }
    }

    /// One preference.
    pub async fn preference(&self, grant: UserGrant<ReadOwn>, category: String, name: String) -> Result<Preference> {
        let user = grant.user().id;
        self.store
            .read(move |conn| match store::preferences::one(conn, user, &category, &name)? {
                Some(value) => Ok(Preference::new(user, &category, &name, value)),
                None => codes::NOT_FOUND.err(),
            })
            .await
    }

    /// Writes preferences, all or none.
    pub async fn save_preferences(&self, grant: UserGrant<EditOwn>, wished: Vec<Preference>) -> Result<()> {
        check_size(&wished)?;
        self.check_flagged(grant.actor(), &wished).await?;
        let user = grant.user().id;
        if wished.iter().any(|preference| preference.user_id != user) {
            return codes::SET_FORBIDDEN.err();
        }
        let saved: Vec<Preference> = wished.into_iter().map(Preference::accepted).collect::<Result<_>>()?;
        self.store
            .write(move |tx| {
                store::preferences::save(tx, &saved)?;
                mirror_favorites(tx, user, &saved, false)?;
                Ok(Change::emit((), PreferenceEvent::Saved { user, preferences: Json::of(&saved) }))
            })
            .await
    }

    /// Deletes preferences, all or none. What is not there is told as well.
    pub async fn delete_preferences(&self, grant: UserGrant<EditOwn>, gone: Vec<Preference>) -> Result<()> {
        check_size(&gone)?;
        let user = grant.user().id;
        if gone.iter().any(|preference| preference.user_id != user) {
            return codes::DELETE_FORBIDDEN.err();
        }
        self.store
            .write(move |tx| {
                store::preferences::delete(tx, &gone)?;
                mirror_favorites(tx, user, &gone, true)?;
                Ok(Change::emit((), PreferenceEvent::Deleted { user, preferences: Json::of(&gone) }))
            })
            .await
    }

    /// Only posts that one may read are saved for later.
    async fn check_flagged(&self, actor: &Actor, wished: &[Preference]) -> Result<()> {
        for flagged in wished.iter().filter(|preference| preference.category == categories::FLAGGED_POST) {
            let unknown = || invalid_body("preference.name");
            let post = Id::parse(&flagged.name).ok_or_else(unknown)?;
            self.auth.post::<ReadPost>(actor.clone(), post).await.map_err(|error| match error.status {
                404 => unknown(),
                403 => forbidden(),
                _ => error,
            })?;
        }
        Ok(())
    }
}

fn check_size(batch: &[Preference]) -> Result<()> {
    if (1..=BATCH_LIMIT).contains(&batch.len()) { Ok(()) } else { Err(invalid_body("preferences")) }
}
