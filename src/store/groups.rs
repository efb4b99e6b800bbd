//! Groups of people, and who is in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::upsert::excluded;

use super::Tx;
use super::channels::timezone_of;
use super::conn::{Conn, each};
use super::patterns::{anywhere, lower};
use super::schema::{channel_members, group_channels, group_members, group_teams, team_members, user_groups, users};
use super::types::Json;
use super::users::{members_of_teams, seen_by, sharing_channels_with};
use crate::model::errors::{AppError, Result, groups as codes};
use crate::model::groups::{ChannelCount, Group, GroupMember, TiedGroup};
use crate::model::users::Sight;
use crate::model::{Id, StringMap};

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = user_groups, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: Id,
    name: Option<String>,
    display_name: String,
    description: String,
    source: String,
    remote_id: Option<String>,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    allow_reference: bool,
}

impl From<Row> for Group {
    fn from(row: Row) -> Group {
        Group {
            id: row.id,
            name: row.name,
            display_name: row.display_name,
            description: row.description,
            source: row.source,
            remote_id: row.remote_id,
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: row.delete_at,
            allow_reference: row.allow_reference,
            ..Group::default()
        }
    }
}

impl From<&Group> for Row {
    fn from(group: &Group) -> Row {
        let group = group.clone();
        Row {
            id: group.id,
            name: group.name,
            display_name: group.display_name,
            description: group.description,
            source: group.source,
            remote_id: group.remote_id,
            create_at: group.create_at,
            update_at: group.update_at,
            delete_at: group.delete_at,
            allow_reference: group.allow_reference,
        }
    }
}

/// Which groups are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Part of a name.
    pub term: String,
    /// Of that source only, if not empty.
    pub source: String,
    /// Only such as can be mentioned.
    pub referenceable: bool,
    /// Only such as have this member.
    pub member: Option<Id>,
    /// Only such as this team does not take its members from.
    pub not_of_team: Option<Id>,
    /// Only such as this channel does not take its members from.
    pub not_of_channel: Option<Id>,
    /// Only such as this team takes its members from.
    pub of_team: Option<Id>,
    /// Changed after that; deleted ones as well. 0 for all.
    pub since: i64,
    /// Deleted ones.
    pub archived: Archived,
    /// How many to pass over.
    pub offset: i64,
    /// How many at most; 0 for all.
    pub limit: i64,
}

/// Whether deleted groups are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Archived {
    /// No.
    #[default]
    No,
    /// Also, after the others.
    Also,
    /// Only these.
    Only,
}

/// The group of that id, also a deleted one.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Group>> {
    let of_id = user_groups::table.filter(user_groups::id.eq(id));
    let row: Option<Row> = of_id.select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Group::from))
}

/// The groups of these names, also deleted ones.
pub fn by_names(conn: &mut Conn, names: &[String]) -> Result<Vec<Group>> {
    let mut found = Vec::new();
    for chunk in names.chunks(500) {
        let named = user_groups::table.filter(user_groups::name.eq_any(chunk));
        let rows: Vec<Row> = named.select(Row::as_select()).order(user_groups::name).load(conn)?;
        found.extend(rows.into_iter().map(Group::from));
    }
    Ok(found)
}

/// A page of the groups that are wanted, by their names for people.
pub fn find(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<Group>> {
    let mut query = user_groups::table.select(Row::as_select()).into_boxed();
    if !wanted.term.is_empty() {
        let pattern = anywhere(&wanted.term.to_lowercase());
        let named = lower(user_groups::name.assume_not_null()).like(pattern.clone()).escape('\\');
        let called = lower(user_groups::display_name).like(pattern).escape('\\');
        query = query.filter(user_groups::name.is_not_null().and(named).or(called));
    }
    if !wanted.source.is_empty() {
        query = query.filter(user_groups::source.eq(wanted.source.clone()));
    }
    if wanted.referenceable {
        query = query.filter(user_groups::allow_reference.eq(true));
    }
    if let Some(user) = wanted.member {
        let theirs = group_members::table.filter(group_members::user_id.eq(user).and(group_members::delete_at.eq(0)));
        query = query.filter(user_groups::id.eq_any(theirs.select(group_members::group_id)));
    }
    let of_team = |team: Id| {
        let tied = group_teams::table.filter(group_teams::team_id.eq(team).and(group_teams::delete_at.eq(0)));
        tied.select(group_teams::group_id)
    };
    if let Some(team) = wanted.not_of_team {
        query = query.filter(user_groups::id.ne_all(of_team(team)));
    }
    if let Some(team) = wanted.of_team {
        query = query.filter(user_groups::id.eq_any(of_team(team)));
    }
    if let Some(channel) = wanted.not_of_channel {
        let tied =
            group_channels::table.filter(group_channels::channel_id.eq(channel).and(group_channels::delete_at.eq(0)));
        query = query.filter(user_groups::id.ne_all(tied.select(group_channels::group_id)));
    }
    if wanted.since > 0 {
        query = query.filter(user_groups::update_at.gt(wanted.since));
    }
    query = match wanted.archived {
        Archived::Only => query.filter(user_groups::delete_at.gt(0)),
        Archived::No if wanted.since <= 0 => query.filter(user_groups::delete_at.eq(0)),
        Archived::No | Archived::Also => query,
    };
    query = match wanted.archived {
        Archived::Also => {
            query.order((user_groups::delete_at.gt(0), lower(user_groups::display_name), user_groups::id))
        }
        _ => query.order((lower(user_groups::display_name), user_groups::id)),
    };
    if wanted.limit > 0 {
        query = query.offset(wanted.offset).limit(wanted.limit);
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// How many living groups there are.
pub fn count(conn: &mut Conn) -> Result<i64> {
    Ok(user_groups::table.filter(user_groups::delete_at.eq(0)).count().get_result(conn)?)
}

/// The groups that somebody is in, by name; deleted ones too.
pub fn of_user(conn: &mut Conn, user: Id, referenceable: bool) -> Result<Vec<Group>> {
    let archived = Archived::Also;
    find(conn, &Wanted { member: Some(user), referenceable, archived, ..Wanted::default() })
}

/// The living groups that a team takes its members from, with what these are there.
pub fn of_team(conn: &mut Conn, team: Id) -> Result<Vec<TiedGroup>> {
    let rows: Vec<(Row, bool)> = user_groups::table
        .inner_join(group_teams::table.on(group_teams::group_id.eq(user_groups::id)))
        .filter(group_teams::team_id.eq(team).and(group_teams::delete_at.eq(0)).and(user_groups::delete_at.eq(0)))
        .select((Row::as_select(), group_teams::scheme_admin))
        .order(user_groups::display_name)
        .load(conn)?;
    Ok(rows.into_iter().map(|(row, scheme_admin)| TiedGroup { group: row.into(), scheme_admin }).collect())
}

/// The living groups that these channels take their members from, by channel, with what these are there.
pub fn of_channels(conn: &mut Conn, channels: &[Id]) -> Result<BTreeMap<Id, Vec<TiedGroup>>> {
    let mut found: BTreeMap<Id, Vec<TiedGroup>> = BTreeMap::new();
    for chunk in channels.chunks(500) {
        let rows: Vec<(Id, Row, bool)> = user_groups::table
            .inner_join(group_channels::table.on(group_channels::group_id.eq(user_groups::id)))
            .filter(group_channels::channel_id.eq_any(chunk))
            .filter(group_channels::delete_at.eq(0).and(user_groups::delete_at.eq(0)))
            .select((group_channels::channel_id, Row::as_select(), group_channels::scheme_admin))
            .order(user_groups::display_name)
            .load(conn)?;
        for (channel, row, scheme_admin) in rows {
            found.entry(channel).or_default().push(TiedGroup { group: row.into(), scheme_admin });
        }
    }
    Ok(found)
}

/// Whether somebody is in a group.
pub fn has_member(conn: &mut Conn, group: Id, user: Id) -> Result<bool> {
    let of_user = group_members::user_id.eq(user).and(group_members::delete_at.eq(0));
    let found = group_members::table.filter(group_members::group_id.eq(group).and(of_user));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// How many active people whom somebody sees each of these groups has.
pub fn member_counts(conn: &mut Conn, groups: &[Id], sight: &Sight) -> Result<HashMap<Id, i64>> {
    let mut found = HashMap::new();
    for chunk in groups.chunks(500) {
        let query = group_members::table
            .inner_join(users::table.on(users::id.eq(group_members::user_id)))
            .filter(group_members::group_id.eq_any(chunk))
            .filter(group_members::delete_at.eq(0).and(users::delete_at.eq(0)))
            .group_by(group_members::group_id)
            .select((group_members::group_id, diesel::dsl::count_star()))
            .into_boxed();
        let rows: Vec<(Id, i64)> = seen_by!(query, sight).load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The active members of these groups, by group.
pub fn member_ids(conn: &mut Conn, groups: &[Id]) -> Result<HashMap<Id, Vec<Id>>> {
    let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
    for chunk in groups.chunks(500) {
        let rows: Vec<(Id, Id)> = group_members::table
            .inner_join(users::table.on(users::id.eq(group_members::user_id)))
            .filter(group_members::group_id.eq_any(chunk))
            .filter(group_members::delete_at.eq(0).and(users::delete_at.eq(0)))
            .select((group_members::group_id, users::id))
            .order(users::username)
            .load(conn)?;
        for (group, user) in rows {
            found.entry(group).or_default().push(user);
        }
    }
    Ok(found)
}

/// How many members of a channel are in each group, and in how many time zones if that is wanted.
pub fn counts_in_channel(conn: &mut Conn, channel: Id, timezones: bool) -> Result<Vec<ChannelCount>> {
    let in_channel = group_members::table
        .inner_join(channel_members::table.on(channel_members::user_id.eq(group_members::user_id)))
        .filter(channel_members::channel_id.eq(channel).and(group_members::delete_at.eq(0)));
    if !timezones {
        let counts = in_channel.group_by(group_members::group_id);
        let rows: Vec<(Id, i64)> = counts
            .select((group_members::group_id, diesel::dsl::count_star()))
            .order(group_members::group_id)
            .load(conn)?;
        let counts = rows.into_iter().map(|(group_id, count)| ChannelCount {
            group_id,
            channel_member_count: count,
            channel_member_timezones_count: 0,
        });
        return Ok(counts.collect());
    }
    let rows: Vec<(Id, Json<Option<StringMap>>)> = in_channel
        .inner_join(users::table.on(users::id.eq(group_members::user_id)))
        .select((group_members::group_id, users::timezone))
        .load(conn)?;
    let mut found: BTreeMap<Id, (i64, BTreeSet<String>)> = BTreeMap::new();
    for (group, zone) in rows {
        let (count, zones) = found.entry(group).or_default();
        *count += 1;
        zones.extend(timezone_of(zone.0));
    }
    let counts = found.into_iter().map(|(group_id, (count, zones))| ChannelCount {
        group_id,
        channel_member_count: count,
        channel_member_timezones_count: zones.len() as i64,
    });
    Ok(counts.collect())
}

/// A group that a text mentions, and its active members: all, or those in a team.
#[derive(Debug)]
pub struct MentionedGroup {
    /// What was written after the `@`.
    pub name: String,
    /// Ids and user names.
    pub members: Vec<(Id, String)>,
}

/// The living groups of these names that can be mentioned. Of a team that takes its members from groups only these, and
/// custom ones.
pub fn mentioned(conn: &mut Conn, names: &[String], team: Option<Id>) -> Result<Vec<MentionedGroup>> {
    let known: Vec<(Id, Option<String>)> = user_groups::table
        .filter(user_groups::name.eq_any(names))
        .filter(user_groups::delete_at.eq(0).and(user_groups::allow_reference.eq(true)))
        .select((user_groups::id, user_groups::name))
        .load(conn)?;
    if known.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Id> = known.iter().map(|(id, _)| *id).collect();
    let mut query = group_members::table
        .inner_join(users::table.on(users::id.eq(group_members::user_id)))
        .filter(group_members::group_id.eq_any(ids))
        .filter(group_members::delete_at.eq(0).and(users::delete_at.eq(0)))
        .select((group_members::group_id, users::id, users::username))
        .order(users::username)
        .into_boxed();
    if let Some(team) = team {
        let in_team = team_members::table
            .filter(team_members::team_id.eq(team).and(team_members::delete_at.eq(0)))
            .select(team_members::user_id);
        query = query.filter(users::id.eq_any(in_team));
    }
    let rows: Vec<(Id, Id, String)> = query.load(conn)?;
    let of = |group: Id| rows.iter().filter(|row| row.0 == group).map(|row| (row.1, row.2.clone())).collect();
    Ok(known.into_iter().map(|(id, name)| MentionedGroup { name: name.unwrap_or_default(), members: of(id) }).collect())
}

/// Whether a group has that name, so that no person may.
pub fn has_name(conn: &mut Conn, name: &str) -> Result<bool> {
    let named = user_groups::table.filter(user_groups::name.eq(name).and(not(user_groups::delete_at.gt(0))));
    Ok(diesel::select(exists(named)).get_result(conn)?)
}

/// Adds a group; refuses a name that is taken.
pub fn insert(tx: &mut Tx<'_>, group: &Group) -> Result<()> {
    diesel::insert_into(user_groups::table).values(Row::from(group)).execute(tx.conn()).map_err(taken)?;
    Ok(())
}

/// Writes a group's whole row.
pub fn save(tx: &mut Tx<'_>, group: &Group) -> Result<()> {
    let of_id = user_groups::table.filter(user_groups::id.eq(group.id));
    diesel::update(of_id).set(Row::from(group)).execute(tx.conn()).map_err(taken)?;
    Ok(())
}

/// Puts people into a group, whether or not they are in it.
pub fn add_members(tx: &mut Tx<'_>, members: &[GroupMember]) -> Result<()> {
    for chunk in members.chunks(500) {
        let values = |member: &GroupMember| {
            (
                group_members::group_id.eq(member.group_id),
                group_members::user_id.eq(member.user_id),
                group_members::create_at.eq(member.create_at),
                group_members::delete_at.eq(member.delete_at),
            )
        };
        let rows: Vec<_> = chunk.iter().map(values).collect();
        each!(tx.conn(), c => diesel::insert_into(group_members::table)
            .values(&rows)
            .on_conflict((group_members::group_id, group_members::user_id))
            .do_update()
            .set((
                group_members::create_at.eq(excluded(group_members::create_at)),
                group_members::delete_at.eq(excluded(group_members::delete_at)),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// The memberships of these people in a group.
pub fn members_among(conn: &mut Conn, group: Id, people: &[Id]) -> Result<Vec<GroupMember>> {
    let mut found = Vec::with_capacity(people.len());
    for chunk in people.chunks(500) {
        let rows: Vec<(Id, i64)> = group_members::table
            .filter(group_members::group_id.eq(group).and(group_members::delete_at.eq(0)))
            .filter(group_members::user_id.eq_any(chunk))
            .select((group_members::user_id, group_members::create_at))
            .order(group_members::user_id)
            .load(conn)?;
        let member = |(user_id, create_at)| GroupMember { group_id: group, user_id, create_at, delete_at: 0 };
        found.extend(rows.into_iter().map(member));
    }
    Ok(found)
}

/// Takes people out of a group.
pub fn remove_members(tx: &mut Tx<'_>, group: Id, people: &[Id], at: i64) -> Result<()> {
    for chunk in people.chunks(500) {
        let theirs = group_members::group_id.eq(group).and(group_members::user_id.eq_any(chunk));
        diesel::update(group_members::table.filter(theirs)).set(group_members::delete_at.eq(at)).execute(tx.conn())?;
    }
    Ok(())
}

fn taken(error: Error) -> AppError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => codes::NAME_TAKEN.error(),
        other => other.into(),
    }
}
