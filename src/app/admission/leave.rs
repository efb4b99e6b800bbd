//! Going, and coming back, by the rules and not by an administrator's hand.

use super::report::{bots_of, line_of_bots};
use crate::app::App;
use crate::app::users::set_active;
use crate::events::users::UserEvent;
use crate::events::{Change, Event};
use crate::model::errors::Result;
use crate::model::users::{Privacy, User};
use crate::model::{Id, now};
use crate::store::{self, Tx};

/// Closes an account because its person may not be here any more: sessions end, sockets fall silent, tokens are dead;
/// name and posts stay. Answers what is to be told, besides that some account was closed.
pub(in crate::app) fn leave(
    tx: &mut Tx<'_>,
    user: Id,
    reason: &str,
    privacy: Privacy,
    with_bots: bool,
) -> Result<Vec<Event>> {
    store::departures::insert(tx, user, now(), reason)?;
    set_active(tx, user, false, privacy, with_bots)
}

/// Opens an account again that [`leave`] closed; nothing happens to one that an administrator closed.
pub(in crate::app) fn come_back(tx: &mut Tx<'_>, user: Id, privacy: Privacy) -> Result<Vec<Event>> {
    if !store::departures::delete(tx, user)? {
        return Ok(Vec::new());
    }
    let mut events = set_active(tx, user, true, privacy, false)?;
    events.push(UserEvent::ActivationChanged.into());
    Ok(events)
}

impl App {
    /// Turns somebody out who may not be here any more. Bots that they own are told to administrators.
    pub(in crate::app) async fn turn_out(&self, user: &User, reason: &str) -> Result<()> {
        let (id, owner, privacy, why) = (user.id, user.clone(), self.privacy(), reason.to_owned());
        let with_bots = self.config.snapshot().effective.service.disable_bots_when_owner_is_deactivated;
        tracing::info!(user = %id, reason, "an account was closed: its person may not be here any more");
        let bots = self
            .store
            .write(move |tx| {
                let bots = bots_of(tx.conn(), &owner)?;
                let events = leave(tx, id, &why, privacy, with_bots)?;
                let silent = Change::silent(bots, "whoever leaves falls silent before others hear of it");
                Ok(silent.and_all(events).and(UserEvent::ActivationChanged))
            })
            .await?;
        self.end_status(id).await?;
        if let Some(line) = line_of_bots(user, &bots, with_bots) {
            self.tell_admins(&line).await;
        }
        Ok(())
    }
}
