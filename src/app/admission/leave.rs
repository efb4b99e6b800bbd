//! Going, and coming back, by the rules and not by an administrator's hand.

use super::report::{bots_of, line_of_bots};
use crate::app::App;
use crate::app::access_log::of_server;
use crate::app::users::set_active;
use crate::events::users::UserEvent;
use crate::events::{Change, Event};
use crate::model::access_log::events;
use crate::model::errors::Result;
use crate::model::users::{Privacy, User};
use crate::model::{Id, now};
use crate::store::{self, Tx};

/// Closes an account because its person may not be here any more: sessions end, sockets fall silent, tokens are dead;
/// name and posts stay. Answers what is to be told, besides that some account was closed; `None` if nothing is done
/// because nobody else administers the server: a wrong rule could not be mended any more.
pub(in crate::app) fn leave(
    tx: &mut Tx<'_>,
    user: Id,
    reason: &str,
    privacy: Privacy,
    with_bots: bool,
) -> Result<Option<Vec<Event>>> {
    if store::users::active_admins(tx.conn())? == [user] {
        tracing::error!(%user, reason, "the only administrator would be turned out; they stay");
        return Ok(None);
    }
    store::departures::insert(tx, user, now(), reason)?;
    store::access_log::insert(tx, &of_server(events::ACCOUNT_CLOSED, user).with("reason", reason))?;
    set_active(tx, user, false, privacy, with_bots).map(Some)
}

/// Opens an account again that [`leave`] closed; nothing happens to one that an administrator closed.
pub(in crate::app) fn come_back(tx: &mut Tx<'_>, user: Id, privacy: Privacy) -> Result<Vec<Event>> {
    if !store::departures::delete(tx, user)? {
        return Ok(Vec::new());
    }
    store::access_log::insert(tx, &of_server(events::ACCOUNT_OPENED, user))?;
    let mut events = set_active(tx, user, true, privacy, false)?;
    events.push(UserEvent::ActivationChanged.into());
    Ok(events)
}

impl App {
    /// Turns somebody out who may not be here any more, and answers whether they are out. Bots that they own are told to
    /// administrators.
    pub(in crate::app) async fn turn_out(&self, user: &User, reason: &str) -> Result<bool> {
        let (id, owner, privacy, why) = (user.id, user.clone(), self.privacy(), reason.to_owned());
        let with_bots = self.config.snapshot().effective.service.disable_bots_when_owner_is_deactivated;
        let left = self
            .store
            .write(move |tx| {
                let bots = bots_of(tx.conn(), &owner)?;
                let Some(events) = leave(tx, id, &why, privacy, with_bots)? else {
                    return Ok(Change::silent(None, "nothing is done"));
                };
                let silent = Change::silent(Some(bots), "whoever leaves falls silent before others hear of it");
                Ok(silent.and_all(events).and(UserEvent::ActivationChanged))
            })
            .await?;
        let Some(bots) = left else { return Ok(false) };
        tracing::info!(user = %id, reason, "an account was closed: its person may not be here any more");
        self.end_status(id).await?;
        if let Some(line) = line_of_bots(user, &bots, with_bots) {
            self.tell_admins(&line).await;
        }
        Ok(true)
    }
}
