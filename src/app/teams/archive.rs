//! Archiving a team, taking it out of the archive, and erasing it.

use crate::app::App;
use crate::app::teams::edit::present;
use crate::app::teams::read::seen_by;
use crate::auth::TeamGrant;
use crate::auth::teams::{EraseTeam, ManageTeam};
use crate::events::channels::{Audience, ChannelEvent};
use crate::events::teams::TeamEvent;
use crate::events::{Change, Event};
use crate::filestore::team_icon;
use crate::model::channels::ChannelType;
use crate::model::errors::Result;
use crate::model::teams::Team;
use crate::model::{TimeMs, now};
use crate::store::{self, Tx};

impl App {
    /// Archives a team: it leaves its members' lists, and everything in it stays.
    pub async fn archive_team(&self, grant: TeamGrant<ManageTeam>) -> Result<()> {
        let id = grant.team().id;
        self.store
            .write(move |tx| {
                let at = now();
                let team = Team { delete_at: at, update_at: at, ..present(tx, id)? };
                store::teams::save(tx, &team)?;
                Ok(Change::emit((), TeamEvent::Archived { team: id, value: super::told(&team) }))
            })
            .await
    }

    /// Takes a team out of the archive.
    pub async fn restore_team(&self, grant: TeamGrant<ManageTeam>) -> Result<Team> {
        let (id, actor) = (grant.team().id, grant.actor().clone());
        let team = self
            .store
            .write(move |tx| {
                let team = Team { delete_at: 0, update_at: now(), ..present(tx, id)? };
                store::teams::save(tx, &team)?;
                let event = TeamEvent::Restored { team: id, value: super::told(&team) };
                Ok(Change::emit(team, event))
            })
            .await?;
        Ok(seen_by(team, &actor))
    }

    /// Erases a team with its channels and all that was said in them.
    pub async fn erase_team(&self, grant: TeamGrant<EraseTeam>) -> Result<()> {
        let id = grant.team().id;
        let files = self
            .store
            .write(move |tx| {
                let at = now();
                let team = Team { delete_at: at, update_at: at, ..present(tx, id)? };
                let told = channels_gone(tx, &team, at)?;
                let files = store::teams::erase(tx, id)?;
                let event = TeamEvent::Archived { team: id, value: super::told(&team) };
                Ok(Change::silent(files, "its channels are told of first").and_all(told).and(event))
            })
            .await?;
        self.remove_erased(files).await;
        self.remove_files([&team_icon(id)]).await;
        Ok(())
    }
}

fn channels_gone(tx: &mut Tx<'_>, team: &Team, delete_at: TimeMs) -> Result<Vec<Event>> {
    let channels = store::teams::channels(tx.conn(), team.id)?;
    let gone = channels.into_iter().map(|(channel, kind)| {
        let audience = if kind == ChannelType::Open { Audience::Team(team.id) } else { Audience::Members };
        ChannelEvent::Archived { channel, audience, delete_at }.into()
    });
    Ok(gone.collect())
}
