//! People who have not been here for long.

use diesel::dsl::{exists, max, not};
use diesel::prelude::*;

use crate::model::errors::Result;
use crate::model::users::Inactive;
use crate::model::{Id, TimeMs};
use crate::store::conn::Conn;
use crate::store::schema::{bots, sessions, status, users};

/// People with an open account who were last seen before then, those first who have been away for longest. Bots are not
/// people.
pub fn inactive(conn: &mut Conn, before: TimeMs, offset: i64, limit: i64) -> Result<Vec<Inactive>> {
    let in_session =
        sessions::table.filter(sessions::user_id.eq(users::id)).filter(sessions::last_activity_at.ge(before));
    let in_sight = status::table.filter(status::user_id.eq(users::id)).filter(status::last_activity_at.ge(before));
    let is_bot = bots::table.filter(bots::user_id.eq(users::id));
    let rows: Vec<(Id, String, String, String, String, TimeMs, TimeMs)> = users::table
        .filter(users::delete_at.eq(0).and(users::create_at.lt(before)).and(users::last_login.lt(before)))
        .filter(not(exists(in_session)))
        .filter(not(exists(in_sight)))
        .filter(not(exists(is_bot)))
        .order((users::last_login.asc(), users::id.asc()))
        .offset(offset)
        .limit(limit)
        .select((
            users::id,
            users::username,
            users::email,
            users::roles,
            users::auth_service,
            users::create_at,
            users::last_login,
        ))
        .load(conn)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.0).collect();
    let seen = last_seen(conn, &ids)?;
    let one = |(id, username, email, roles, auth_service, create_at, last_login): (Id, _, _, _, _, _, TimeMs)| {
        let known = seen.iter().filter(|(user, _)| *user == id).map(|(_, at)| *at);
        let last_activity_at = known.chain([last_login]).max().unwrap_or(0);
        Inactive { id, username, email, roles, auth_service, create_at, last_login, last_activity_at }
    };
    Ok(rows.into_iter().map(one).collect())
}

/// When these people were last seen: what their sessions and their presence say.
fn last_seen(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, TimeMs)>> {
    let mut seen = Vec::new();
    for chunk in ids.chunks(500) {
        let presence = status::table.filter(status::user_id.eq_any(chunk));
        seen.extend(presence.select((status::user_id, status::last_activity_at)).load::<(Id, TimeMs)>(conn)?);
        let used = sessions::table.filter(sessions::user_id.eq_any(chunk)).group_by(sessions::user_id);
        let used = used.select((sessions::user_id, max(sessions::last_activity_at)));
        let used: Vec<(Id, Option<TimeMs>)> = used.load(conn)?;
        seen.extend(used.into_iter().filter_map(|(user, at)| Some((user, at?))));
    }
    Ok(seen)
}
