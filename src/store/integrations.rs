//! Webhooks, slash commands and applications.

use std::sync::Arc;

use diesel::prelude::*;

use super::conn::{Conn, MultiBackend};
use super::schema::{command_webhooks, commands, incoming_webhooks, oauth_apps, outgoing_webhooks, preferences};
use super::{Stale, Store, Tx};
use crate::model::Id;
use crate::model::commands::{LATER_FOR, LATER_TIMES, LaterAnswer};
use crate::model::errors::Result;
use crate::model::integrations::{Command, IncomingHook, OAuthApp, OutgoingHook};

/// The category of preferences that says which applications somebody has logged in to.
const AUTHORIZED: &str = "oauth_app";

/// A list in a column: JSON text.
fn list(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).unwrap_or_default()
}

/// A row that has the same fields as what it becomes.
macro_rules! rows {
    ($row:ident of $table:ident => $model:ident { $($field:ident: $type:ty),* $(,)? } lists { $($listed:ident),* }) => {
        #[derive(Queryable, Selectable)]
        #[diesel(table_name = $table)]
        struct $row {
            $($field: $type,)*
            $($listed: String,)*
        }

        impl From<$row> for $model {
            fn from(row: $row) -> $model {
                $model { $($field: row.$field,)* $($listed: list(&row.$listed),)* }
            }
        }
    };
}

rows!(IncomingRow of incoming_webhooks => IncomingHook {
    id: Id, create_at: i64, update_at: i64, delete_at: i64, user_id: Id, channel_id: Id, team_id: Id, display_name: String,
    description: String, username: String, icon_url: String, channel_locked: bool,
} lists {});

rows!(OutgoingRow of outgoing_webhooks => OutgoingHook {
    id: Id, token: String, create_at: i64, update_at: i64, delete_at: i64, creator_id: Id, channel_id: Id, team_id: Id,
    trigger_when: i32, display_name: String, description: String, content_type: String, username: String, icon_url: String,
} lists { trigger_words, callback_urls });

rows!(CommandRow of commands => Command {
    id: Id, token: String, create_at: i64, update_at: i64, delete_at: i64, creator_id: Id, team_id: Id, trigger: String,
    method: String, username: String, icon_url: String, auto_complete: bool, auto_complete_desc: String,
    auto_complete_hint: String, display_name: String, description: String, url: String, plugin_id: String,
} lists {});

rows!(AppRow of oauth_apps => OAuthApp {
    id: Id, creator_id: Id, create_at: i64, update_at: i64, client_secret: String, name: String, description: String,
    icon_url: String, homepage: String, is_trusted: bool, mattermost_app_id: String, is_dynamically_registered: bool,
} lists { callback_urls });

fn each<R, M: From<R>>(rows: Vec<R>) -> Vec<M> {
    rows.into_iter().map(M::from).collect()
}

/// Which webhooks a list has. `None` where it does not matter.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hooks {
    /// Of a team.
    pub team: Option<Id>,
    /// Of a channel; outgoing ones only.
    pub channel: Option<Id>,
    /// Made by somebody.
    pub by: Option<Id>,
    /// How many to leave out.
    pub offset: i64,
    /// How many.
    pub limit: i64,
}

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

/// Marks the webhooks of a channel as deleted, of both kinds.
pub fn delete_of_channel(tx: &mut Tx<'_>, channel: Id, at: i64) -> Result<()> {
    let incoming = incoming_webhooks::channel_id.eq(channel).and(incoming_webhooks::delete_at.eq(0));
    diesel::update(incoming_webhooks::table.filter(incoming))
        .set((incoming_webhooks::delete_at.eq(at), incoming_webhooks::update_at.eq(at)))
        .execute(tx.conn())?;
    let outgoing = outgoing_webhooks::channel_id.eq(channel).and(outgoing_webhooks::delete_at.eq(0));
    diesel::update(outgoing_webhooks::table.filter(outgoing))
        .set((outgoing_webhooks::delete_at.eq(at), outgoing_webhooks::update_at.eq(at)))
        .execute(tx.conn())?;
    tx.stale(Stale::AllOutgoingHooks);
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

/// The application of that id.
pub fn app(conn: &mut Conn, id: Id) -> Result<Option<OAuthApp>> {
    let row = oauth_apps::table.filter(oauth_apps::id.eq(id)).select(AppRow::as_select()).first(conn).optional()?;
    Ok(row.map(OAuthApp::from))
}

/// A page of applications, all or those of somebody's making, in the order of their making.
pub fn apps(conn: &mut Conn, by: Option<Id>, offset: i64, limit: i64) -> Result<Vec<OAuthApp>> {
    let mut query = oauth_apps::table.select(AppRow::as_select()).into_boxed::<MultiBackend>();
    if let Some(user) = by {
        query = query.filter(oauth_apps::creator_id.eq(user));
    }
    let page = query.order((oauth_apps::create_at, oauth_apps::id)).offset(offset).limit(limit);
    Ok(each::<AppRow, _>(page.load(conn)?))
}

/// A page of the applications that somebody has logged in to.
pub fn authorized_apps(conn: &mut Conn, user: Id, offset: i64, limit: i64) -> Result<Vec<OAuthApp>> {
    let of_user = preferences::user_id.eq(user).and(preferences::category.eq(AUTHORIZED));
    let ids = preferences::table.filter(of_user).select(preferences::name);
    let page = oauth_apps::table
        .filter(oauth_apps::id.eq_any(ids))
        .select(AppRow::as_select())
        .order((oauth_apps::create_at, oauth_apps::id))
        .offset(offset)
        .limit(limit);
    Ok(each::<AppRow, _>(page.load(conn)?))
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::store::migrate::migrate;

    fn id(letter: char) -> Id {
        Id::parse(&letter.to_string().repeat(26)).unwrap()
    }

    /// A database such as one that is adopted, with rows of others.
    fn adopted() -> Conn {
        let mut conn = Conn::sqlite(":memory:").unwrap();
        migrate(&mut conn).unwrap();
        let [a, b, t, u, v] = ['a', 'b', 't', 'u', 'v'].map(id);
        conn.batch_execute(&format!(
            "INSERT INTO incomingwebhooks VALUES ('{a}', 1, 2, 0, '{u}', '{b}', '{t}', 'Build', 'd', 'ci', '', true),
                                                 ('{b}', 1, 2, 3, '{u}', '{b}', '{t}', 'gone', '', '', '', false);
             INSERT INTO outgoingwebhooks VALUES ('{a}', '{b}', 1, 2, 0, '{u}', '', '{t}', '[\"go\"]', '[\"http://x\"]', 'n', '', 1, '', '', ''),
                                                 ('{b}', '{b}', 2, 2, 0, '{v}', '{b}', '{t}', 'null', '[]', 'n', '', 0, '', '', '');
             INSERT INTO commands VALUES ('{a}', '{b}', 1, 2, 0, '{u}', '{t}', 'deploy', 'P', '', '', true, 'what', 'how', '', '', 'http://x', '');
             INSERT INTO oauthapps VALUES ('{a}', '{u}', 1, 2, 'secret', 'App', '', '[\"http://x/back\"]', 'http://x', true, '', '', false);
             INSERT INTO preferences VALUES ('{v}', 'oauth_app', '{a}', 'user');"
        ))
        .unwrap();
        conn
    }

    #[test]
    fn rows_of_an_adopted_database() {
        let conn = &mut adopted();
        let (a, b, t, u, v) = (id('a'), id('b'), id('t'), id('u'), id('v'));
        let hooks = |by| Hooks { team: Some(t), by, limit: 60, ..Hooks::default() };
        let living = incoming_hooks(conn, &hooks(None)).unwrap();
        assert_eq!((living.len(), count_incoming(conn, &hooks(None)).unwrap()), (1, 1));
        assert!(living[0].channel_locked && living[0].user_id == u);
        assert!(incoming(conn, b).unwrap().is_none() && incoming_hooks(conn, &hooks(Some(v))).unwrap().is_empty());
        let calling = outgoing_hooks(conn, &hooks(None)).unwrap();
        assert_eq!(calling[0].trigger_words, Some(vec!["go".to_owned()]));
        assert_eq!((calling[1].trigger_words.clone(), calling[1].channel_id), (None, b));
        assert_eq!(outgoing_hooks(conn, &hooks(Some(v))).unwrap(), [calling[1].clone()]);
        assert_eq!(commands_of_team(conn, t).unwrap(), [command(conn, a).unwrap().unwrap()]);
        assert_eq!(apps(conn, Some(u), 0, 60).unwrap(), authorized_apps(conn, v, 0, 60).unwrap());
        assert!(apps(conn, Some(v), 0, 60).unwrap().is_empty() && app(conn, b).unwrap().is_none());
    }
}
