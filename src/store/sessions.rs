//! Sessions.

use std::sync::Arc;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::sessions;
use super::types::Json;
use super::{Stale, Store, Tx};
use crate::model::errors::Result;
use crate::model::sessions::Session;
use crate::model::{Id, StringMap, TimeMs};

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    token: String,
    create_at: i64,
    expires_at: i64,
    last_activity_at: i64,
    user_id: Id,
    device_id: String,
    roles: String,
    is_oauth: bool,
    props: Json<Option<StringMap>>,
    expired_notify: bool,
}

impl From<Row> for Session {
    fn from(row: Row) -> Session {
        Session {
            id: row.id,
            token: row.token,
            create_at: row.create_at,
            expires_at: row.expires_at,
            last_activity_at: row.last_activity_at,
            user_id: row.user_id,
            device_id: row.device_id,
            roles: row.roles,
            is_oauth: row.is_oauth,
            expired_notify: row.expired_notify,
            props: row.props.0.unwrap_or_default(),
            team_members: Vec::new(),
            local: false,
        }
    }
}

impl From<&Session> for Row {
    fn from(session: &Session) -> Row {
        let session = session.clone();
        Row {
            id: session.id,
            token: session.token,
            create_at: session.create_at,
            expires_at: session.expires_at,
            last_activity_at: session.last_activity_at,
            user_id: session.user_id,
            device_id: session.device_id,
            roles: session.roles,
            is_oauth: session.is_oauth,
            props: Json(Some(session.props)),
            expired_notify: session.expired_notify,
        }
    }
}

/// The session of that token.
pub fn by_token(conn: &mut Conn, token: &str) -> Result<Option<Session>> {
    let row: Option<Row> =
        sessions::table.select(Row::as_select()).filter(sessions::token.eq(token)).first(conn).optional()?;
    Ok(row.map(Session::from))
}

/// The session of that id.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Session>> {
    let row: Option<Row> =
        sessions::table.select(Row::as_select()).filter(sessions::id.eq(id)).first(conn).optional()?;
    Ok(row.map(Session::from))
}

/// The sessions of a user, the most recently active first.
pub fn of_user(conn: &mut Conn, user: Id) -> Result<Vec<Session>> {
    let rows: Vec<Row> = sessions::table
        .select(Row::as_select())
        .filter(sessions::user_id.eq(user))
        .order(sessions::last_activity_at.desc())
        .load(conn)?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Adds a session.
pub fn insert(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    diesel::insert_into(sessions::table).values(Row::from(session)).execute(tx.conn())?;
    tx.stale(Stale::Session(session.token.clone()));
    Ok(())
}

/// Writes a session's whole row.
pub fn save(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::id.eq(session.id))).set(Row::from(session)).execute(tx.conn())?;
    tx.stale(Stale::Session(session.token.clone()));
    Ok(())
}

/// Writes when a session ends.
pub fn set_expiry(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    let row = sessions::table.filter(sessions::id.eq(session.id));
    diesel::update(row).set(sessions::expires_at.eq(session.expires_at)).execute(tx.conn())?;
    tx.stale(Stale::Session(session.token.clone()));
    Ok(())
}

/// Forgets the sessions that expired before then. What is kept of them in memory is known to have expired.
pub fn delete_expired(tx: &mut Tx<'_>, before: TimeMs) -> Result<usize> {
    let rows = sessions::table.filter(sessions::expires_at.gt(0).and(sessions::expires_at.lt(before)));
    let count = diesel::delete(rows).execute(tx.conn())?;
    tx.stale(Stale::Sessions);
    Ok(count)
}

/// Ends these sessions.
pub fn delete(tx: &mut Tx<'_>, ended: &[Session]) -> Result<()> {
    let of_apps: Vec<&str> = ended.iter().filter(|session| session.is_oauth).map(|s| s.token.as_str()).collect();
    super::oauth::forget_tokens(tx, &of_apps)?;
    for session in ended {
        diesel::delete(sessions::table.filter(sessions::id.eq(session.id))).execute(tx.conn())?;
        tx.stale(Stale::Session(session.token.clone()));
    }
    Ok(())
}

/// Ends the sessions of that token.
pub fn delete_of_token(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::token.eq(token))).execute(tx.conn())?;
    tx.stale(Stale::Session(token.to_owned()));
    Ok(())
}

/// Ends the sessions of a user, but for one.
pub fn delete_of_user(tx: &mut Tx<'_>, user: Id, except: Option<Id>) -> Result<()> {
    let kept = except.unwrap_or(Id::NONE);
    let (own, ended): (Vec<Session>, Vec<Session>) =
        of_user(tx.conn(), user)?.into_iter().partition(|session| session.id == kept);
    super::oauth::forget_given_by(tx, user, own.first().map_or("", |session| &session.token))?;
    if ended.is_empty() {
        return Ok(());
    }
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user).and(sessions::id.ne(kept)))).execute(tx.conn())?;
    for session in ended {
        tx.stale(Stale::Session(session.token));
    }
    Ok(())
}

/// Ends everybody's sessions, and says whose there were.
pub fn delete_all(tx: &mut Tx<'_>) -> Result<Vec<Id>> {
    let users: Vec<Id> = sessions::table.select(sessions::user_id).distinct().load(tx.conn())?;
    diesel::delete(sessions::table).execute(tx.conn())?;
    super::oauth::forget_all_tokens(tx)?;
    tx.stale(Stale::Sessions);
    Ok(users)
}

/// Notes that a session was used.
pub fn touch(tx: &mut Tx<'_>, session: &Session, at: TimeMs) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::id.eq(session.id)))
        .set(sessions::last_activity_at.eq(at))
        .execute(tx.conn())?;
    tx.stale(Stale::Session(session.token.clone()));
    Ok(())
}

impl Store {
    /// The session of that token, from memory if possible.
    pub async fn session(&self, token: &str) -> Result<Option<Arc<Session>>> {
        self.kept_or(|k| &k.sessions, token.to_owned(), |conn, token| Ok(by_token(conn, token)?.map(Arc::new))).await
    }
}
