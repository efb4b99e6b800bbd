//! Webhooks and slash commands. The applications that people log in to stand in [`oauth`](super::oauth).

mod commands;
mod incoming;
mod outgoing;

use diesel::prelude::*;

use super::schema::{incoming_webhooks, outgoing_webhooks};
use super::{Stale, Tx};
use crate::model::Id;
use crate::model::errors::Result;

pub use commands::{
    await_answer, awaited, command, command_by_trigger, commands_of_team, delete_command, insert_command, save_command,
    use_awaited,
};
pub use incoming::{count_incoming, delete_incoming, incoming, incoming_hooks, insert_incoming, save_incoming};
pub use outgoing::{delete_outgoing, insert_outgoing, outgoing, outgoing_hooks, outgoing_of_team, save_outgoing};

/// A list in a column: JSON text.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
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

pub(super) use rows;

pub(super) fn each<R, M: From<R>>(rows: Vec<R>) -> Vec<M> {
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

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::store::conn::Conn;
    use crate::store::migrate::migrate;
    use crate::store::oauth::{app, apps, authorized_apps};

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
