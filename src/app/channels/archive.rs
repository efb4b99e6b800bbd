//! Archiving a channel, taking it out again, and erasing it.

use super::update::named;
use crate::app::App;
use crate::app::posts::system_post;
use crate::auth::ChannelGrant;
use crate::auth::channels::{ArchiveChannel, RestoreChannel};
use crate::events::Change;
use crate::events::channels::{Audience, ChannelEvent};
use crate::model::channels::{Channel, ChannelType, TOWN_SQUARE};
use crate::model::errors::{Result, channels as codes};
use crate::model::now;
use crate::model::posts::kinds;
use crate::store;

impl App {
    /// Archives a channel: its posts stay to be read.
    pub async fn archive_channel(&self, grant: ChannelGrant<ArchiveChannel>) -> Result<()> {
        let by = grant.actor().user().clone();
        let id = grant.channel().id;
        self.store
            .write(move |tx| {
                let mut channel = store::channels::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                check_archivable(&channel)?;
                let sentence = format!("{} archived the channel.", by.username);
                let said = system_post(tx, &channel, kinds::CHANNEL_DELETED, &by, sentence, named(&by))?;
                let at = now();
                channel.delete_at = at;
                channel.update_at = at;
                store::channels::save(tx, &channel)?;
                store::integrations::delete_of_channel(tx, id, at)?;
                Ok(Change::emit((), said).and(archived(&channel)))
            })
            .await
    }

    /// Erases a channel with everything in it, where the settings allow it.
    pub async fn erase_channel(&self, grant: ChannelGrant<ArchiveChannel>) -> Result<()> {
        if !self.config.snapshot().effective.service.enable_api_channel_deletion {
            return match grant.actor().is_admin() {
                true => codes::DELETE_OFF_FOR_ADMIN.err(),
                false => codes::DELETE_OFF.err(),
            };
        }
        let id = grant.channel().id;
        let files = self
            .store
            .write(move |tx| {
                let mut channel = store::channels::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                if channel.name == TOWN_SQUARE {
                    return Err(codes::DELETE_DEFAULT.with(&[&channel.name]));
                }
                channel.delete_at = now();
                let files = store::channels::erase(tx, id)?;
                Ok(Change::emit(files, archived(&channel)))
            })
            .await?;
        self.remove_erased(files).await;
        Ok(())
    }

    /// Takes a channel out of the archive.
    pub async fn restore_channel(&self, grant: ChannelGrant<RestoreChannel>) -> Result<Channel> {
        let by = grant.actor().user().clone();
        let id = grant.channel().id;
        self.store
            .write(move |tx| {
                let mut channel = store::channels::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                if !channel.is_archived() {
                    return codes::RESTORE_LIVING.err();
                }
                channel.delete_at = 0;
                channel.update_at = now();
                store::channels::save(tx, &channel)?;
                let sentence = format!("{} unarchived the channel.", by.username);
                let said = system_post(tx, &channel, kinds::CHANNEL_RESTORED, &by, sentence, named(&by))?;
                let restored = ChannelEvent::Restored { channel: id, audience: audience(&channel) };
                Ok(Change::emit(channel, restored).and(said))
            })
            .await
    }
}

fn check_archivable(channel: &Channel) -> Result<()> {
    if channel.is_archived() {
        return codes::DELETE_DELETED.err();
    }
    if channel.name == TOWN_SQUARE {
        return Err(codes::DELETE_DEFAULT.with(&[&channel.name]));
    }
    Ok(())
}

fn audience(channel: &Channel) -> Audience {
    match channel.r#type {
        ChannelType::Open => Audience::Team(channel.team_id),
        _ => Audience::Members,
    }
}

fn archived(channel: &Channel) -> ChannelEvent {
    ChannelEvent::Archived { channel: channel.id, audience: audience(channel), delete_at: channel.delete_at }
}
