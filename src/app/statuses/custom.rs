//! Custom statuses: an emoji and a few words, kept among the user's properties (posts-and-limits.md §11).

use super::App;
use crate::app::users::updated;
use crate::auth::UserGrant;
use crate::auth::users::EditOwn;
use crate::events::preferences::PreferenceEvent;
use crate::events::{Change, Json};
use crate::model::emoji;
use crate::model::errors::{Result, status as codes};
use crate::model::preferences::{Preference, categories};
use crate::model::statuses::{CustomStatus, RecentCustomStatuses};
use crate::model::users::{CUSTOM_STATUS_PROP, User};
use crate::model::{Id, now};
use crate::store::{self, Conn, Tx};

/// The name of the preference that holds the statuses set last.
const RECENT: &str = "recent_custom_statuses";

impl App {
    /// Refuses where custom statuses are switched off.
    pub fn need_custom_statuses(&self) -> Result<()> {
        let on = self.config.snapshot().effective.team.enable_custom_user_statuses;
        if on { Ok(()) } else { codes::CUSTOM_DISABLED.err() }
    }

    /// Sets somebody's custom status, which must have been accepted, and remembers it among the recent ones.
    pub async fn set_custom_status(&self, grant: UserGrant<EditOwn>, status: CustomStatus) -> Result<()> {
        let name = status.emoji.as_str();
        if !(name.is_empty() || emoji::is_system(name) || self.store.emoji().await?.by_name(name).is_some()) {
            return codes::CUSTOM_EMOJI.err();
        }
        let (id, privacy) = (grant.user().id, self.privacy());
        self.store
            .write(move |tx| {
                let user = with_status(tx, id, &status.to_stored())?;
                let mut recent = recent_of(tx.conn(), id)?;
                recent.push(status);
                let remembered = remember(tx, id, &recent)?;
                Ok(Change::emit((), updated(tx, &user, privacy)?).and(remembered))
            })
            .await
    }

    /// Takes somebody's custom status away. Told even if there was none.
    pub async fn clear_custom_status(&self, grant: UserGrant<EditOwn>) -> Result<()> {
        let (id, privacy) = (grant.user().id, self.privacy());
        self.store
            .write(move |tx| {
                let user = with_status(tx, id, "")?;
                Ok(Change::emit((), updated(tx, &user, privacy)?))
            })
            .await
    }

    /// Takes a status out of the recent ones.
    pub async fn forget_custom_status(&self, grant: UserGrant<EditOwn>, status: CustomStatus) -> Result<()> {
        let id = grant.user().id;
        self.store
            .write(move |tx| {
                let mut recent = recent_of(tx.conn(), id)?;
                if !recent.remove(&status) {
                    return codes::RECENT_NOT_FOUND.err();
                }
                Ok(Change::emit((), remember(tx, id, &recent)?))
            })
            .await
    }
}

pub(super) fn with_status(tx: &mut Tx<'_>, id: Id, stored: &str) -> Result<User> {
    let user = store::users::by_id(tx.conn(), id)?;
    let mut user = user.ok_or(crate::model::errors::users::NOT_FOUND)?;
    user.props.insert(CUSTOM_STATUS_PROP.to_owned(), stored.to_owned());
    user.update_at = now();
    store::users::save(tx, &user)?;
    Ok(user)
}

fn recent_of(conn: &mut Conn, user: Id) -> Result<RecentCustomStatuses> {
    let stored = store::preferences::one(conn, user, categories::CUSTOM_STATUS, RECENT)?;
    Ok(stored.map(|stored| RecentCustomStatuses::parse(&stored)).unwrap_or_default())
}

fn remember(tx: &mut Tx<'_>, user: Id, recent: &RecentCustomStatuses) -> Result<PreferenceEvent> {
    let saved = [Preference::new(user, categories::CUSTOM_STATUS, RECENT, recent.to_stored())];
    store::preferences::save(tx, &saved)?;
    Ok(PreferenceEvent::Saved { user, preferences: Json::of(&saved) })
}
