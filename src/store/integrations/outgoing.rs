//! Outgoing webhooks.

use std::sync::Arc;

use diesel::prelude::*;

use super::{Hooks, each, list, rows};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::integrations::OutgoingHook;
use crate::store::conn::{Conn, MultiBackend};
use crate::store::schema::outgoing_webhooks;
use crate::store::{Stale, Store, Tx};
rows!(OutgoingRow of outgoing_webhooks => OutgoingHook {
    id: Id, token: String, create_at: i64, update_at: i64, delete_at: i64, creator_id: Id, channel_id: Id, team_id: Id,
    trigger_when: i32, display_name: String, description: String, content_type: String, username: String, icon_url: String,
} lists { trigger_words, callback_urls });

/// The outgoing webhook of that id.
pub fn outgoing(conn: &mut Conn, id: Id) -> Result<Option<OutgoingHook>> {
    let living = outgoing_webhooks::id.eq(id).and(outgoing_webhooks::delete_at.eq(0));
    let row = outgoing_webhooks::table.filter(living).select(OutgoingRow::as_select()).first(conn).optional()?;
    Ok(row.map(OutgoingHook::from))
}

/// The outgoing webhooks of a team, in the order of their making.
pub fn outgoing_of_team(conn: &mut Conn, team: Id) -> Result<Vec<OutgoingHook>> {
    outgoing_hooks(conn, &Hooks { team: Some(team), limit: i64::MAX, ..Hooks::default() })
}

fn listed(list: Option<&[String]>) -> String {
    serde_json::to_string(&list).unwrap_or_default()
}

/// What may change of an outgoing webhook.
macro_rules! outgoing_values {
    ($hook:expr) => {
        (
            outgoing_webhooks::token.eq(&$hook.token),
            outgoing_webhooks::update_at.eq($hook.update_at),
            outgoing_webhooks::channel_id.eq($hook.channel_id),
            outgoing_webhooks::trigger_words.eq(listed($hook.trigger_words.as_deref())),
            outgoing_webhooks::trigger_when.eq($hook.trigger_when),
            outgoing_webhooks::callback_urls.eq(listed($hook.callback_urls.as_deref())),
            outgoing_webhooks::display_name.eq(&$hook.display_name),
            outgoing_webhooks::description.eq(&$hook.description),
            outgoing_webhooks::content_type.eq(&$hook.content_type),
            outgoing_webhooks::username.eq(&$hook.username),
            outgoing_webhooks::icon_url.eq(&$hook.icon_url),
        )
    };
}

/// Adds an outgoing webhook.
pub fn insert_outgoing(tx: &mut Tx<'_>, hook: &OutgoingHook) -> Result<()> {
    diesel::insert_into(outgoing_webhooks::table)
        .values((
            outgoing_webhooks::id.eq(hook.id),
            outgoing_webhooks::create_at.eq(hook.create_at),
            outgoing_webhooks::delete_at.eq(hook.delete_at),
            outgoing_webhooks::creator_id.eq(hook.creator_id),
            outgoing_webhooks::team_id.eq(hook.team_id),
            outgoing_values!(hook),
        ))
        .execute(tx.conn())?;
    tx.stale(Stale::OutgoingHooks(hook.team_id));
    Ok(())
}

/// Writes what may change of an outgoing webhook.
pub fn save_outgoing(tx: &mut Tx<'_>, hook: &OutgoingHook) -> Result<()> {
    diesel::update(outgoing_webhooks::table.filter(outgoing_webhooks::id.eq(hook.id)))
        .set(outgoing_values!(hook))
        .execute(tx.conn())?;
    tx.stale(Stale::OutgoingHooks(hook.team_id));
    Ok(())
}

/// Marks an outgoing webhook as deleted.
pub fn delete_outgoing(tx: &mut Tx<'_>, hook: &OutgoingHook, at: i64) -> Result<()> {
    diesel::update(outgoing_webhooks::table.filter(outgoing_webhooks::id.eq(hook.id)))
        .set((outgoing_webhooks::delete_at.eq(at), outgoing_webhooks::update_at.eq(at)))
        .execute(tx.conn())?;
    tx.stale(Stale::OutgoingHooks(hook.team_id));
    Ok(())
}

impl Store {
    /// The outgoing webhooks of a team.
    pub async fn outgoing_hooks(&self, team: Id) -> Result<Arc<[OutgoingHook]>> {
        let hooks =
            self.kept_or(|k| &k.outgoing_hooks, team, |conn, team| Ok(Some(outgoing_of_team(conn, *team)?.into())));
        Ok(hooks.await?.unwrap_or_default())
    }
}

/// A page of outgoing webhooks, in the order of their making.
pub fn outgoing_hooks(conn: &mut Conn, wanted: &Hooks) -> Result<Vec<OutgoingHook>> {
    let living = outgoing_webhooks::table.filter(outgoing_webhooks::delete_at.eq(0));
    let mut query = living.select(OutgoingRow::as_select()).into_boxed::<MultiBackend>();
    if let Some(team) = wanted.team {
        query = query.filter(outgoing_webhooks::team_id.eq(team));
    }
    if let Some(channel) = wanted.channel {
        query = query.filter(outgoing_webhooks::channel_id.eq(channel));
    }
    if let Some(user) = wanted.by {
        query = query.filter(outgoing_webhooks::creator_id.eq(user));
    }
    let page = query.order((outgoing_webhooks::create_at, outgoing_webhooks::id));
    Ok(each::<OutgoingRow, _>(page.offset(wanted.offset).limit(wanted.limit).load(conn)?))
}
