//! Presence, as it outlives a restart. While the server runs, `app::statuses` has it in memory.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::conn::{Conn, each};
use super::schema::status;
use super::{Stale, Tx};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::statuses::{AWAY, OFFLINE, ONLINE, Status, known};

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = status, treat_none_as_default_value = false)]
struct Row {
    user_id: Id,
    state: String,
    manual: bool,
    last_activity_at: i64,
    dnd_end_time: i64,
    prev_status: String,
}

impl From<Row> for Status {
    fn from(row: Row) -> Status {
        Status {
            user_id: row.user_id,
            status: known(&row.state),
            manual: row.manual,
            last_activity_at: row.last_activity_at,
            dnd_end_time: row.dnd_end_time,
            prev_status: if row.prev_status.is_empty() { "" } else { known(&row.prev_status) },
        }
    }
}

impl From<&Status> for Row {
    fn from(status: &Status) -> Row {
        Row {
            user_id: status.user_id,
            state: status.status.to_owned(),
            manual: status.manual,
            last_activity_at: status.last_activity_at,
            dnd_end_time: status.dnd_end_time,
            prev_status: status.prev_status.to_owned(),
        }
    }
}

/// Everybody's presence.
pub fn all(conn: &mut Conn) -> Result<Vec<Status>> {
    let rows: Vec<Row> = status::table.select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Status::from).collect())
}

/// Writes presences, new or changed.
pub fn save(tx: &mut Tx<'_>, changed: &[Status]) -> Result<()> {
    for one in changed {
        each!(tx.conn(), c => diesel::insert_into(status::table)
            .values(Row::from(one))
            .on_conflict(status::user_id)
            .do_update()
            .set((
                status::state.eq(excluded(status::state)),
                status::manual.eq(excluded(status::manual)),
                status::last_activity_at.eq(excluded(status::last_activity_at)),
                status::dnd_end_time.eq(excluded(status::dnd_end_time)),
                status::prev_status.eq(excluded(status::prev_status)),
            ))
            .execute(c))?;
    }
    if changed.iter().any(|status| status.dnd_end_time > 0) {
        tx.stale(Stale::Schedule);
    }
    Ok(())
}

/// Takes everybody for offline who did not choose a status: at start nobody is connected.
pub fn reset(tx: &mut Tx<'_>) -> Result<()> {
    let automatic = status::manual.eq(false).and(status::state.eq_any([ONLINE, AWAY]));
    diesel::update(status::table.filter(automatic)).set(status::state.eq(OFFLINE)).execute(tx.conn())?;
    Ok(())
}
