//! Team icons.

use bytes::Bytes;

use crate::app::App;
use crate::app::images::Purpose;
use crate::auth::TeamGrant;
use crate::auth::teams::{ManageTeam, ReadNamedTeam};
use crate::events::Change;
use crate::events::teams::TeamEvent;
use crate::filestore::team_icon;
use crate::model::errors::{Code, Result, images as codes};
use crate::model::teams::Team;
use crate::model::{Id, TimeMs, now};
use crate::store;

impl App {
    /// A team's icon as PNG, with the time it is known by.
    pub async fn team_icon(&self, grant: &TeamGrant<ReadNamedTeam>) -> Result<Bytes> {
        self.files.get(&team_icon(grant.team().id)).await?.ok_or_else(|| codes::ICON_MISSING.error())
    }

    /// Sets a team's icon.
    pub async fn set_team_icon(&self, grant: TeamGrant<ManageTeam>, upload: Bytes) -> Result<()> {
        let (id, known) = (grant.team().id, grant.team().create_at != 0);
        if !known {
            return codes::ICON_GET_TEAM.err();
        }
        let limit = self.config.snapshot().effective.file.max_image_resolution;
        let icon = self.images.square(upload, Purpose::TeamIcon, u64::try_from(limit).unwrap_or(0)).await?;
        self.files.put(&team_icon(id), icon).await?;
        self.note_team_icon(id, now(), codes::ICON_GET_TEAM).await
    }

    /// Takes a team's icon away: clients show none from then on. The picture itself stays, as old links may show it.
    pub async fn remove_team_icon(&self, grant: TeamGrant<ManageTeam>) -> Result<()> {
        self.note_team_icon(grant.team().id, 0, codes::ICON_REMOVE_GET_TEAM).await
    }

    async fn note_team_icon(&self, id: Id, at: TimeMs, unknown: Code) -> Result<()> {
        self.store
            .write(move |tx| {
                let team = store::teams::by_id(tx.conn(), id)?.ok_or(unknown)?;
                // The reference sets both times to the icon's, to 0 when it is removed.
                store::teams::save(tx, &Team { last_team_icon_update: at, update_at: at, ..team.clone() })?;
                let shown = Team { last_team_icon_update: at, ..team };
                Ok(Change::emit((), TeamEvent::Updated { team: id, value: super::told(&shown) }))
            })
            .await
    }
}
