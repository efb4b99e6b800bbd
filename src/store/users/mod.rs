//! People and bots.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::conn::{Conn, by_backend};
use super::schema::{bots, users};
use super::types::Json;
use super::{Stale, Store, Tx};
use crate::model::errors::{AppError, Result, users as codes};
use crate::model::users::User;
use crate::model::{Id, StringMap};

/// All users with their bots' parts, to be filtered.
macro_rules! people {
    () => {
        users::table
            .left_join(bots::table.on(bots::user_id.eq(users::id)))
            .select((Row::as_select(), Option::<BotPart>::as_select()))
    };
}

mod erase;
mod inactive;
mod list;
mod people;
mod sight;

pub use erase::erase;
pub use inactive::inactive;
pub use list::{Known, count, list};
pub use people::{Fields, Order, People, Roles};
pub use sight::{in_group_messages, known_to, visible};
pub(in crate::store) use sight::{members_of_teams, own_bots_of, seen_by, sharing_channels_with};

/// A row of `users`.
#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug, Clone)]
#[diesel(table_name = users, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: Id,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    username: String,
    password: String,
    auth_data: Option<String>,
    auth_service: String,
    email: String,
    email_verified: bool,
    nickname: String,
    first_name: String,
    last_name: String,
    roles: String,
    allow_marketing: bool,
    props: Json<Option<StringMap>>,
    notify_props: Json<Option<StringMap>>,
    last_password_update: i64,
    last_picture_update: i64,
    failed_attempts: i32,
    locale: String,
    mfa_active: bool,
    mfa_secret: String,
    position: String,
    timezone: Json<Option<StringMap>>,
    remote_id: Option<String>,
    last_login: i64,
    mfa_used_timestamps: Option<Json<Option<Vec<String>>>>,
}

/// What a bot's row adds to its user.
#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = bots)]
struct BotPart {
    description: String,
    owner_id: String,
    last_icon_update: Option<i64>,
}

impl From<&User> for Row {
    fn from(user: &User) -> Row {
        let user = user.clone();
        Row {
            id: user.id,
            create_at: user.create_at,
            update_at: user.update_at,
            delete_at: user.delete_at,
            username: user.username,
            password: user.password,
            auth_data: user.auth_data,
            auth_service: user.auth_service,
            email: user.email,
            email_verified: user.email_verified,
            nickname: user.nickname,
            first_name: user.first_name,
            last_name: user.last_name,
            roles: user.roles,
            allow_marketing: user.allow_marketing,
            props: Json(Some(user.props)),
            notify_props: Json(Some(user.notify_props)),
            last_password_update: user.last_password_update,
            last_picture_update: user.last_picture_update,
            failed_attempts: user.failed_attempts,
            locale: user.locale,
            mfa_active: user.mfa_active,
            mfa_secret: user.mfa_secret,
            position: user.position,
            timezone: Json(user.timezone),
            remote_id: user.remote_id,
            last_login: user.last_login,
            mfa_used_timestamps: Some(Json(Some(user.mfa_used_timestamps))),
        }
    }
}

impl From<(Row, Option<BotPart>)> for User {
    fn from((row, bot): (Row, Option<BotPart>)) -> User {
        User {
            id: row.id,
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: row.delete_at,
            username: row.username,
            password: row.password,
            auth_data: row.auth_data,
            auth_service: row.auth_service,
            email: row.email,
            email_verified: row.email_verified,
            nickname: row.nickname,
            first_name: row.first_name,
            last_name: row.last_name,
            roles: row.roles,
            allow_marketing: row.allow_marketing,
            props: row.props.0.unwrap_or_default(),
            notify_props: row.notify_props.0.unwrap_or_default(),
            last_password_update: row.last_password_update,
            last_picture_update: row.last_picture_update,
            failed_attempts: row.failed_attempts,
            locale: row.locale,
            mfa_active: row.mfa_active,
            mfa_secret: row.mfa_secret,
            position: row.position,
            timezone: row.timezone.0,
            remote_id: row.remote_id,
            last_login: row.last_login,
            mfa_used_timestamps: row.mfa_used_timestamps.and_then(|j| j.0).unwrap_or_default(),
            is_bot: bot.is_some(),
            bot_last_icon_update: bot.as_ref().and_then(|b| b.last_icon_update).unwrap_or_default(),
            bot_owner: bot.as_ref().map(|b| b.owner_id.clone()).unwrap_or_default(),
            bot_description: bot.map(|b| b.description).unwrap_or_default(),
            terms_of_service_id: Id::NONE,
            terms_of_service_create_at: 0,
        }
    }
}

/// The user of that id, with the terms of service they accepted.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<User>> {
    let row: Option<(Row, Option<BotPart>)> = people!().filter(users::id.eq(id)).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let (terms_of_service_id, terms_of_service_create_at) = super::terms::accepted_by(conn, id)?.unwrap_or_default();
    Ok(Some(User { terms_of_service_id, terms_of_service_create_at, ..User::from(row) }))
}

/// The users of these ids, by name; unknown ones are left out.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<User>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let rows: Vec<(Row, Option<BotPart>)> = people!().filter(users::id.eq_any(chunk)).load(conn)?;
        found.extend(rows.into_iter().map(User::from));
    }
    found.sort_by(|a: &User, b| a.username.cmp(&b.username));
    Ok(found)
}

/// The user of that name, in lower case.
pub fn by_username(conn: &mut Conn, name: &str) -> Result<Option<User>> {
    let row: Option<(Row, Option<BotPart>)> = people!().filter(users::username.eq(name)).first(conn).optional()?;
    Ok(row.map(User::from))
}

/// The users of these names, in lower case, by name; unknown ones are left out.
pub fn by_usernames(conn: &mut Conn, names: &[String]) -> Result<Vec<User>> {
    let mut found = Vec::with_capacity(names.len());
    for chunk in names.chunks(500) {
        let rows: Vec<(Row, Option<BotPart>)> = people!().filter(users::username.eq_any(chunk)).load(conn)?;
        found.extend(rows.into_iter().map(User::from));
    }
    found.sort_by(|a: &User, b| a.username.cmp(&b.username));
    Ok(found)
}

/// The user of that address, in lower case.
pub fn by_email(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    let row: Option<(Row, Option<BotPart>)> = people!().filter(users::email.eq(email)).first(conn).optional()?;
    Ok(row.map(User::from))
}

/// The user whom a log-in provider knows by that id.
pub fn by_auth(conn: &mut Conn, service: &str, data: &str) -> Result<Option<User>> {
    let row = people!().filter(users::auth_data.eq(data)).filter(users::auth_service.eq(service));
    Ok(row.first::<(Row, Option<BotPart>)>(conn).optional()?.map(User::from))
}

/// The users whom a log-in provider knows by these ids, at most 500; unknown ones are left out.
pub fn by_auths(conn: &mut Conn, service: &str, data: &[String]) -> Result<Vec<User>> {
    let rows = people!().filter(users::auth_data.eq_any(data)).filter(users::auth_service.eq(service));
    Ok(rows.load::<(Row, Option<BotPart>)>(conn)?.into_iter().map(User::from).collect())
}

/// The active accounts of a log-in provider: identifiers only.
pub fn active_of(conn: &mut Conn, service: &str) -> Result<Vec<Id>> {
    let active = users::table.filter(users::auth_service.eq(service)).filter(users::delete_at.eq(0));
    Ok(active.select(users::id).load(conn)?)
}

/// All people (bots left out) who log in that way, `""` for by a password here.
pub fn of_service(conn: &mut Conn, service: String) -> Result<Vec<User>> {
    let service = if service.is_empty() { vec![service, "email".to_owned()] } else { vec![service] };
    let rows = people!().filter(users::auth_service.eq_any(service)).order(users::username);
    let found = rows.load::<(Row, Option<BotPart>)>(conn)?.into_iter().map(User::from);
    Ok(found.filter(|user| !user.is_bot).collect())
}

/// Whether there is any user at all but bots.
pub fn any(conn: &mut Conn) -> Result<bool> {
    let people =
        users::table.left_join(bots::table.on(bots::user_id.eq(users::id))).filter(bots::user_id.nullable().is_null());
    Ok(diesel::select(diesel::dsl::exists(people)).get_result(conn)?)
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = diesel::sql_types::Text)]
    id: Id,
    #[diesel(sql_type = diesel::sql_types::Text)]
    status: String,
}

/// The custom statuses of active people that have an end, as they are stored.
pub fn custom_statuses(conn: &mut Conn) -> Result<Vec<(Id, String)>> {
    let stored = by_backend!(conn,
        pg: "props->>'customStatus'",
        sqlite: "CASE WHEN json_valid(props) THEN json_extract(props, '$.customStatus') END");
    let query = format!(
        "SELECT id, status FROM (SELECT id, {stored} AS status FROM users WHERE deleteat = 0) AS chosen
         WHERE status LIKE '%\"expires_at\":\"2%'"
    );
    let rows: Vec<Stored> = diesel::sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.status)).collect())
}

/// The system administrator whose account is the oldest.
pub fn first_admin(conn: &mut Conn) -> Result<Option<Id>> {
    let admins = users::table.filter(users::roles.like(format!("%{}%", crate::model::roles::SYSTEM_ADMIN)));
    Ok(admins.order(users::create_at).select(users::id).first(conn).optional()?)
}

/// The guests whose accounts are active.
pub fn active_guests(conn: &mut Conn) -> Result<Vec<Id>> {
    let guests = users::table.filter(users::roles.like(format!("%{}%", crate::model::roles::SYSTEM_GUEST)));
    Ok(guests.filter(users::delete_at.eq(0)).select(users::id).load(conn)?)
}

/// Two of the people (bots left out) who administer the server and whose accounts are active; the one, if there is
/// one only.
pub fn active_admins(conn: &mut Conn) -> Result<Vec<Id>> {
    let admins = users::table.filter(users::roles.like(format!("%{}%", crate::model::roles::SYSTEM_ADMIN)));
    let people = admins.filter(users::id.ne_all(bots::table.select(bots::user_id)));
    Ok(people.filter(users::delete_at.eq(0)).select(users::id).limit(2).load(conn)?)
}

/// All people who administer the server, whose accounts are active.
pub fn administrators(conn: &mut Conn) -> Result<Vec<User>> {
    let rows = people!().filter(users::delete_at.eq(0)).filter(users::roles.like("%system_admin%"));
    let found = rows.load::<(Row, Option<BotPart>)>(conn)?.into_iter().map(User::from);
    Ok(found.filter(|user| user.is_system_admin() && !user.is_bot).collect())
}

/// Adds a user; refuses a name or address that is taken.
pub fn insert(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    diesel::insert_into(users::table).values(Row::from(user)).execute(tx.conn()).map_err(taken)?;
    tx.stale(Stale::User(user.id));
    Ok(())
}

/// Writes a user's whole row; refuses a name or address that is taken.
pub fn save(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    let row = Row::from(user);
    diesel::update(users::table.filter(users::id.eq(user.id))).set(&row).execute(tx.conn()).map_err(taken)?;
    tx.stale(Stale::User(user.id));
    Ok(())
}

/// Says of a refused row which of its values is somebody else's.
pub(super) fn taken(error: Error) -> AppError {
    match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
            let what = info.constraint_name().unwrap_or_else(|| info.message());
            match what {
                w if w.contains("authdata") => codes::AUTH_DATA_EXISTS.error(),
                w if w.contains("email") => codes::EMAIL_EXISTS.error(),
                w if w.contains("username") => codes::USERNAME_EXISTS.error(),
                _ => codes::EXISTING.error(),
            }
        }
        _ => error.into(),
    }
}

impl Store {
    /// The user of that id, from memory if possible.
    pub async fn user(&self, id: Id) -> Result<Option<Arc<User>>> {
        self.kept_or(|k| &k.users, id, |conn, id| Ok(by_id(conn, *id)?.map(Arc::new))).await
    }
}
