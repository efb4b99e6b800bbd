//! Disabling and enabling bots.

use crate::app::App;
use crate::app::users::updated;
use crate::auth::UserGrant;
use crate::auth::bots::ManageBot;
use crate::events::access::AccessEvent;
use crate::events::{Change, Event};
use crate::model::bots::Bot;
use crate::model::errors::{Result, bots as codes};
use crate::model::users::Privacy;
use crate::model::{Id, now};
use crate::store::{self, Tx};

impl App {
    /// Enables a bot, whose tokens work again, or disables it, which ends its sessions.
    pub async fn switch_bot(&self, grant: UserGrant<ManageBot>, enabled: bool) -> Result<Bot> {
        let (id, privacy) = (grant.user().id, self.privacy());
        self.store
            .write(move |tx| {
                let bot = store::bots::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                let mut user = store::users::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                let at = now();
                let bot = match enabled == (bot.delete_at == 0) {
                    true => bot,
                    false => Bot { delete_at: if enabled { 0 } else { at }, update_at: at, ..bot },
                };
                (user.delete_at, user.update_at) = (bot.delete_at, at);
                store::users::save(tx, &user)?;
                store::bots::save(tx, &bot)?;
                let ended = if enabled { Vec::new() } else { vec![end_sessions(tx, id)?] };
                Ok(Change::emit(bot, updated(tx, &user, privacy)?).and_all(ended))
            })
            .await
    }
}

/// Disables all bots of somebody whose account is deactivated.
pub(in crate::app) fn disable_bots_of(tx: &mut Tx<'_>, owner: Id, privacy: Privacy) -> Result<Vec<Event>> {
    let ids = store::bots::disable_of(tx, owner, now())?;
    let mut events = Vec::with_capacity(2 * ids.len());
    for user in store::users::by_ids(tx.conn(), &ids)? {
        events.push(end_sessions(tx, user.id)?);
        events.push(updated(tx, &user, privacy)?.into());
    }
    Ok(events)
}

fn end_sessions(tx: &mut Tx<'_>, bot: Id) -> Result<Event> {
    let sessions = store::sessions::of_user(tx.conn(), bot)?;
    store::sessions::delete(tx, &sessions)?;
    Ok(AccessEvent::UserDeactivated { user: bot }.into())
}
