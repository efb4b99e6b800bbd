//! Slash commands, and answers to them that may come later.

use diesel::prelude::*;

use super::{each, rows};
use crate::model::Id;
use crate::model::commands::{LATER_FOR, LATER_TIMES, LaterAnswer};
use crate::model::errors::Result;
use crate::model::integrations::Command;
use crate::store::Tx;
use crate::store::conn::Conn;
use crate::store::schema::{command_webhooks, commands};
rows!(CommandRow of commands => Command {
    id: Id, token: String, create_at: i64, update_at: i64, delete_at: i64, creator_id: Id, team_id: Id, trigger: String,
    method: String, username: String, icon_url: String, auto_complete: bool, auto_complete_desc: String,
    auto_complete_hint: String, display_name: String, description: String, url: String, plugin_id: String,
} lists {});

/// The slash command of that id.
pub fn command(conn: &mut Conn, id: Id) -> Result<Option<Command>> {
    let living = commands::id.eq(id).and(commands::delete_at.eq(0));
    let row = commands::table.filter(living).select(CommandRow::as_select()).first(conn).optional()?;
    Ok(row.map(Command::from))
}

/// The slash commands of a team, by trigger.
pub fn commands_of_team(conn: &mut Conn, team: Id) -> Result<Vec<Command>> {
    let living = commands::team_id.eq(team).and(commands::delete_at.eq(0));
    let rows = commands::table.filter(living).select(CommandRow::as_select()).order((commands::trigger, commands::id));
    Ok(each::<CommandRow, _>(rows.load(conn)?))
}

/// What may change of a slash command.
macro_rules! command_values {
    ($command:expr) => {
        (
            commands::token.eq(&$command.token),
            commands::update_at.eq($command.update_at),
            commands::team_id.eq($command.team_id),
            commands::trigger.eq(&$command.trigger),
            commands::method.eq(&$command.method),
            commands::username.eq(&$command.username),
            commands::icon_url.eq(&$command.icon_url),
            commands::auto_complete.eq($command.auto_complete),
            commands::auto_complete_desc.eq(&$command.auto_complete_desc),
            commands::auto_complete_hint.eq(&$command.auto_complete_hint),
            commands::display_name.eq(&$command.display_name),
            commands::description.eq(&$command.description),
            commands::url.eq(&$command.url),
        )
    };
}

/// Adds a slash command.
pub fn insert_command(tx: &mut Tx<'_>, command: &Command) -> Result<()> {
    diesel::insert_into(commands::table)
        .values((
            commands::id.eq(command.id),
            commands::create_at.eq(command.create_at),
            commands::delete_at.eq(command.delete_at),
            commands::creator_id.eq(command.creator_id),
            commands::plugin_id.eq(&command.plugin_id),
            command_values!(command),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes what may change of a slash command.
pub fn save_command(tx: &mut Tx<'_>, command: &Command) -> Result<()> {
    diesel::update(commands::table.filter(commands::id.eq(command.id)))
        .set(command_values!(command))
        .execute(tx.conn())?;
    Ok(())
}

/// Marks a slash command as deleted.
pub fn delete_command(tx: &mut Tx<'_>, id: Id, at: i64) -> Result<()> {
    diesel::update(commands::table.filter(commands::id.eq(id)))
        .set((commands::delete_at.eq(at), commands::update_at.eq(at)))
        .execute(tx.conn())?;
    Ok(())
}

/// The slash command of a team with that trigger.
pub fn command_by_trigger(conn: &mut Conn, team: Id, trigger: &str) -> Result<Option<Command>> {
    let named = commands::team_id.eq(team).and(commands::trigger.eq(trigger)).and(commands::delete_at.eq(0));
    let row = commands::table.filter(named).select(CommandRow::as_select()).order(commands::create_at);
    Ok(row.first(conn).optional()?.map(Command::from))
}

/// Makes an address for a later answer, and forgets those at which none is awaited any more.
pub fn await_answer(tx: &mut Tx<'_>, later: &LaterAnswer, at: i64) -> Result<()> {
    let stale = command_webhooks::create_at.lt(at - LATER_FOR);
    diesel::delete(command_webhooks::table.filter(stale)).execute(tx.conn())?;
    diesel::insert_into(command_webhooks::table)
        .values((
            command_webhooks::id.eq(later.id),
            command_webhooks::create_at.eq(at),
            command_webhooks::command_id.eq(later.command_id),
            command_webhooks::user_id.eq(later.user_id),
            command_webhooks::channel_id.eq(later.channel_id),
            command_webhooks::root_id.eq(later.root_id),
            command_webhooks::use_count.eq(0),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The later answer that is awaited at an address.
pub fn awaited(conn: &mut Conn, id: Id, at: i64) -> Result<Option<LaterAnswer>> {
    let living = command_webhooks::id.eq(id).and(command_webhooks::create_at.ge(at - LATER_FOR));
    let row: Option<(Id, Id, Id, Id, Id)> = command_webhooks::table
        .filter(living)
        .select((
            command_webhooks::id,
            command_webhooks::command_id,
            command_webhooks::user_id,
            command_webhooks::channel_id,
            command_webhooks::root_id,
        ))
        .first(conn)
        .optional()?;
    let later =
        |(id, command_id, user_id, channel_id, root_id)| LaterAnswer { id, command_id, user_id, channel_id, root_id };
    Ok(row.map(later))
}

/// Counts a use of such an address; false when it was used up.
pub fn use_awaited(tx: &mut Tx<'_>, id: Id) -> Result<bool> {
    let usable = command_webhooks::id.eq(id).and(command_webhooks::use_count.lt(LATER_TIMES));
    let used = diesel::update(command_webhooks::table.filter(usable))
        .set(command_webhooks::use_count.eq(command_webhooks::use_count + 1))
        .execute(tx.conn())?;
    Ok(used > 0)
}
