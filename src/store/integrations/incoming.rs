//! Incoming webhooks.

use diesel::prelude::*;

use super::{Hooks, each, rows};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::integrations::IncomingHook;
use crate::store::Tx;
use crate::store::conn::{Conn, MultiBackend};
use crate::store::schema::incoming_webhooks;
rows!(IncomingRow of incoming_webhooks => IncomingHook {
    id: Id, create_at: i64, update_at: i64, delete_at: i64, user_id: Id, channel_id: Id, team_id: Id, display_name: String,
    description: String, username: String, icon_url: String, channel_locked: bool,
} lists {});

/// The incoming webhook of that id.
pub fn incoming(conn: &mut Conn, id: Id) -> Result<Option<IncomingHook>> {
    let living = incoming_webhooks::id.eq(id).and(incoming_webhooks::delete_at.eq(0));
    let row = incoming_webhooks::table.filter(living).select(IncomingRow::as_select()).first(conn).optional()?;
    Ok(row.map(IncomingHook::from))
}

/// Adds an incoming webhook.
pub fn insert_incoming(tx: &mut Tx<'_>, hook: &IncomingHook) -> Result<()> {
    diesel::insert_into(incoming_webhooks::table)
        .values((
            incoming_webhooks::id.eq(hook.id),
            incoming_webhooks::create_at.eq(hook.create_at),
            incoming_webhooks::update_at.eq(hook.update_at),
            incoming_webhooks::delete_at.eq(hook.delete_at),
            incoming_webhooks::user_id.eq(hook.user_id),
            incoming_webhooks::channel_id.eq(hook.channel_id),
            incoming_webhooks::team_id.eq(hook.team_id),
            incoming_webhooks::display_name.eq(&hook.display_name),
            incoming_webhooks::description.eq(&hook.description),
            incoming_webhooks::username.eq(&hook.username),
            incoming_webhooks::icon_url.eq(&hook.icon_url),
            incoming_webhooks::channel_locked.eq(hook.channel_locked),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes what may change of an incoming webhook.
pub fn save_incoming(tx: &mut Tx<'_>, hook: &IncomingHook) -> Result<()> {
    diesel::update(incoming_webhooks::table.filter(incoming_webhooks::id.eq(hook.id)))
        .set((
            incoming_webhooks::update_at.eq(hook.update_at),
            incoming_webhooks::channel_id.eq(hook.channel_id),
            incoming_webhooks::display_name.eq(&hook.display_name),
            incoming_webhooks::description.eq(&hook.description),
            incoming_webhooks::username.eq(&hook.username),
            incoming_webhooks::icon_url.eq(&hook.icon_url),
            incoming_webhooks::channel_locked.eq(hook.channel_locked),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Marks an incoming webhook as deleted.
pub fn delete_incoming(tx: &mut Tx<'_>, id: Id, at: i64) -> Result<()> {
    diesel::update(incoming_webhooks::table.filter(incoming_webhooks::id.eq(id)))
        .set((incoming_webhooks::delete_at.eq(at), incoming_webhooks::update_at.eq(at)))
        .execute(tx.conn())?;
    Ok(())
}

/// A query for incoming webhooks, narrowed to those wanted.
macro_rules! incoming_of {
    ($query:expr, $wanted:expr) => {{
        let mut query = $query.filter(incoming_webhooks::delete_at.eq(0)).into_boxed::<MultiBackend>();
        if let Some(team) = $wanted.team {
            query = query.filter(incoming_webhooks::team_id.eq(team));
        }
        if let Some(user) = $wanted.by {
            query = query.filter(incoming_webhooks::user_id.eq(user));
        }
        query
    }};
}

/// A page of incoming webhooks, in the order of their making.
pub fn incoming_hooks(conn: &mut Conn, wanted: &Hooks) -> Result<Vec<IncomingHook>> {
    let page = incoming_of!(incoming_webhooks::table.select(IncomingRow::as_select()), wanted)
        .order((incoming_webhooks::create_at, incoming_webhooks::id))
        .offset(wanted.offset)
        .limit(wanted.limit);
    Ok(each::<IncomingRow, _>(page.load(conn)?))
}

/// How many incoming webhooks there are of those wanted.
pub fn count_incoming(conn: &mut Conn, wanted: &Hooks) -> Result<i64> {
    Ok(incoming_of!(incoming_webhooks::table.count(), wanted).get_result(conn)?)
}
