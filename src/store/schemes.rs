//! Permission schemes, and which team or channel has which.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Nullable, Text};

use super::conn::Conn;
use super::schema::{channels, schemes, teams};
use super::{Stale, Tx};
use crate::model::Id;
use crate::model::errors::{AppError, Result, roles as codes};
use crate::model::roles::schemes::Scheme;
use crate::model::roles::{SchemeRoleNames, SchemeUse};

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = schemes, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: Id,
    name: String,
    display_name: String,
    description: String,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    scope: String,
    default_team_admin_role: String,
    default_team_user_role: String,
    default_channel_admin_role: String,
    default_channel_user_role: String,
    default_team_guest_role: String,
    default_channel_guest_role: String,
    default_playbook_admin_role: String,
    default_playbook_member_role: String,
    default_run_admin_role: String,
    default_run_member_role: String,
}

/// The same fields on both sides.
macro_rules! convert {
    ($($field:ident)*) => {
        impl From<Row> for Scheme {
            fn from(row: Row) -> Scheme {
                Scheme { $($field: row.$field),* }
            }
        }

        impl From<&Scheme> for Row {
            fn from(scheme: &Scheme) -> Row {
                let scheme = scheme.clone();
                Row { $($field: scheme.$field),* }
            }
        }
    };
}

convert! {
    id name display_name description create_at update_at delete_at scope
    default_team_admin_role default_team_user_role default_channel_admin_role default_channel_user_role
    default_team_guest_role default_channel_guest_role
    default_playbook_admin_role default_playbook_member_role default_run_admin_role default_run_member_role
}

/// What the flags of a row of `teammembers` stand for: three names, see [`SchemeRoleNames::given`]. On a server without
/// schemes the question costs one look at an empty table a statement.
pub(super) const TEAM_NAMES: &str = "(CASE WHEN EXISTS (SELECT 1 FROM schemes) THEN (\
    SELECT s.defaultteamguestrole || ' ' || s.defaultteamuserrole || ' ' || s.defaultteamadminrole \
    FROM teams t JOIN schemes s ON s.id = t.schemeid WHERE t.id = teammembers.teamid) END)";

/// What the flags of a row of `channelmembers` stand for: the channel's scheme goes before that of its team.
pub(super) const CHANNEL_NAMES: &str = "(CASE WHEN EXISTS (SELECT 1 FROM schemes) THEN (\
    SELECT COALESCE(NULLIF(cs.defaultchannelguestrole, ''), ts.defaultchannelguestrole, '') || ' ' || \
    COALESCE(NULLIF(cs.defaultchanneluserrole, ''), ts.defaultchanneluserrole, '') || ' ' || \
    COALESCE(NULLIF(cs.defaultchanneladminrole, ''), ts.defaultchanneladminrole, '') \
    FROM channels c LEFT JOIN schemes cs ON cs.id = c.schemeid LEFT JOIN teams t ON t.id = c.teamid \
    LEFT JOIN schemes ts ON ts.id = t.schemeid WHERE c.id = channelmembers.channelid) END)";

/// A column of names.
pub(super) type Names = SqlLiteral<Nullable<Text>>;

/// The column of that text.
pub(super) fn names(text: &str) -> Names {
    sql(text)
}

/// The names in such a column; `None` for the standard ones.
pub(super) fn given(text: Option<String>, standard: &SchemeRoleNames) -> Option<Arc<SchemeRoleNames>> {
    SchemeRoleNames::given(&text?, standard).map(Arc::new)
}

/// The scheme of that id, also a deleted one.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Scheme>> {
    let row: Option<Row> = schemes::table.select(Row::as_select()).filter(schemes::id.eq(id)).first(conn).optional()?;
    Ok(row.map(Scheme::from))
}

/// All living schemes.
pub(super) fn living(conn: &mut Conn) -> Result<Vec<Scheme>> {
    let rows: Vec<Row> = schemes::table.select(Row::as_select()).filter(schemes::delete_at.eq(0)).load(conn)?;
    Ok(rows.into_iter().map(Scheme::from).collect())
}

/// A page of the living schemes of a scope, or of all, the newest first.
pub fn page(conn: &mut Conn, scope: &str, offset: i64, limit: i64) -> Result<Vec<Scheme>> {
    let mut query = schemes::table.select(Row::as_select()).filter(schemes::delete_at.eq(0)).into_boxed();
    if !scope.is_empty() {
        query = query.filter(schemes::scope.eq(scope.to_owned()));
    }
    let rows: Vec<Row> =
        query.order((schemes::create_at.desc(), schemes::id)).offset(offset).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Scheme::from).collect())
}

/// Which channels' schemes stand under which schemes of teams.
pub(super) fn uses(conn: &mut Conn) -> Result<Vec<SchemeUse>> {
    let rows: Vec<(Option<String>, Option<String>)> = channels::table
        .inner_join(teams::table.on(teams::id.eq(channels::team_id)))
        .filter(channels::scheme_id.gt(""))
        .select((channels::scheme_id, teams::scheme_id))
        .distinct()
        .load(conn)?;
    let parsed = |text: Option<String>| text.and_then(|id| Id::parse(&id));
    let used = rows
        .into_iter()
        .filter_map(|(channel, team)| parsed(channel).map(|channel| SchemeUse { channel, team: parsed(team) }));
    Ok(used.collect())
}

/// The channels that have one of these schemes, by scheme.
pub fn channels_of(conn: &mut Conn, of: &[Id]) -> Result<HashMap<Id, Vec<Id>>> {
    let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
    for chunk in of.chunks(500) {
        let texts: Vec<&str> = chunk.iter().map(Id::as_str).collect();
        let rows: Vec<(Option<String>, Id)> = channels::table
            .filter(channels::scheme_id.eq_any(texts))
            .select((channels::scheme_id, channels::id))
            .load(conn)?;
        for (scheme, channel) in rows {
            let scheme = scheme.and_then(|id| Id::parse(&id)).unwrap_or_default();
            found.entry(scheme).or_default().push(channel);
        }
    }
    Ok(found)
}

/// The teams that have a scheme.
pub fn teams_of(conn: &mut Conn, scheme: Id) -> Result<Vec<Id>> {
    Ok(teams::table.filter(teams::scheme_id.eq(scheme.as_str())).select(teams::id).load(conn)?)
}

/// What the flags of a channel's members stand for; `None` for the standard roles.
pub fn names_in_channel(conn: &mut Conn, channel: Id) -> Result<Option<Arc<SchemeRoleNames>>> {
    let names = sql::<Nullable<Text>>(&CHANNEL_NAMES.replace("channelmembers.channelid", "channels.id"));
    let text: Option<Option<String>> =
        channels::table.filter(channels::id.eq(channel)).select(names).first(conn).optional()?;
    Ok(given(text.flatten(), &SchemeRoleNames::CHANNEL))
}

/// What the flags of a team's members stand for; `None` for the standard roles.
pub fn names_in_team(conn: &mut Conn, team: Id) -> Result<Option<Arc<SchemeRoleNames>>> {
    let names = sql::<Nullable<Text>>(&TEAM_NAMES.replace("teammembers.teamid", "teams.id"));
    let text: Option<Option<String>> = teams::table.filter(teams::id.eq(team)).select(names).first(conn).optional()?;
    Ok(given(text.flatten(), &SchemeRoleNames::TEAM))
}

/// Adds a scheme; refuses a name that is taken.
pub fn insert(tx: &mut Tx<'_>, scheme: &Scheme) -> Result<()> {
    diesel::insert_into(schemes::table).values(Row::from(scheme)).execute(tx.conn()).map_err(taken)?;
    tx.stale(Stale::Schemes);
    Ok(())
}

/// Writes a scheme's whole row.
pub fn save(tx: &mut Tx<'_>, scheme: &Scheme) -> Result<()> {
    let of_id = schemes::table.filter(schemes::id.eq(scheme.id));
    diesel::update(of_id).set(Row::from(scheme)).execute(tx.conn()).map_err(taken)?;
    tx.stale(Stale::Schemes);
    Ok(())
}

/// Takes a scheme from all that have it.
pub fn take_from_all(tx: &mut Tx<'_>, scheme: Id) -> Result<()> {
    let of_teams = teams::table.filter(teams::scheme_id.eq(scheme.as_str()));
    diesel::update(of_teams).set(teams::scheme_id.eq(Some(""))).execute(tx.conn())?;
    let of_channels = channels::table.filter(channels::scheme_id.eq(scheme.as_str()));
    diesel::update(of_channels).set(channels::scheme_id.eq(Some(""))).execute(tx.conn())?;
    tx.stale(Stale::Schemes);
    Ok(())
}

/// Says that teams or channels have other schemes than they had.
pub fn changed_hands(tx: &mut Tx<'_>) {
    tx.stale(Stale::Schemes);
}

fn taken(error: Error) -> AppError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => codes::SCHEME_TAKEN.error(),
        other => other.into(),
    }
}
