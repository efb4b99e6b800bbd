//! Who is in which channel.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::super::conn::{Conn, each};
use super::super::schema::{
    channel_member_history, channel_members, channels, teams, thread_memberships, threads, users,
};
use super::super::types::Json;
use super::super::{Stale, Tx, schemes};
use crate::model::channels::{ChannelMember, ChannelMemberWithTeam};
use crate::model::errors::Result;
use crate::model::roles::{SchemeRoleNames, SchemeRoles};
use crate::model::{Id, StringMap};

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = channel_members, treat_none_as_default_value = false)]
pub(super) struct MemberRow {
    channel_id: Id,
    user_id: Id,
    /// Roles given besides those of the flags.
    roles: String,
    last_viewed_at: i64,
    msg_count: i64,
    mention_count: i64,
    notify_props: Json<Option<StringMap>>,
    last_update_at: i64,
    scheme_user: Option<bool>,
    scheme_admin: Option<bool>,
    scheme_guest: Option<bool>,
    mention_count_root: i64,
    msg_count_root: i64,
    urgent_mention_count: Option<i64>,
    autotranslation: bool,
    autotranslation_disabled: bool,
    /// What the flags stand for.
    #[diesel(skip_insertion, select_expression = schemes::names(schemes::CHANNEL_NAMES))]
    #[diesel(select_expression_type = schemes::Names)]
    names: Option<String>,
}

impl From<MemberRow> for ChannelMember {
    fn from(row: MemberRow) -> ChannelMember {
        let scheme = SchemeRoles {
            scheme_guest: row.scheme_guest.unwrap_or_default(),
            scheme_user: row.scheme_user.unwrap_or_default(),
            scheme_admin: row.scheme_admin.unwrap_or_default(),
        };
        let mut member = ChannelMember {
            channel_id: row.channel_id,
            user_id: row.user_id,
            last_viewed_at: row.last_viewed_at,
            msg_count: row.msg_count,
            mention_count: row.mention_count,
            mention_count_root: row.mention_count_root,
            urgent_mention_count: row.urgent_mention_count.unwrap_or_default(),
            msg_count_root: row.msg_count_root,
            notify_props: row.notify_props.0.unwrap_or_default(),
            last_update_at: row.last_update_at,
            autotranslation_disabled: row.autotranslation_disabled,
            names: schemes::given(row.names, &SchemeRoleNames::CHANNEL),
            ..ChannelMember::default()
        };
        member.set_roles(scheme, &row.roles);
        member
    }
}

impl From<&ChannelMember> for MemberRow {
    fn from(member: &ChannelMember) -> MemberRow {
        MemberRow {
            channel_id: member.channel_id,
            user_id: member.user_id,
            roles: member.explicit_roles.clone(),
            last_viewed_at: member.last_viewed_at,
            msg_count: member.msg_count,
            mention_count: member.mention_count,
            notify_props: Json(Some(member.notify_props.clone())),
            last_update_at: member.last_update_at,
            scheme_user: Some(member.scheme.scheme_user),
            scheme_admin: Some(member.scheme.scheme_admin),
            scheme_guest: Some(member.scheme.scheme_guest),
            mention_count_root: member.mention_count_root,
            msg_count_root: member.msg_count_root,
            urgent_mention_count: Some(member.urgent_mention_count),
            autotranslation: false,
            autotranslation_disabled: member.autotranslation_disabled,
            names: None,
        }
    }
}

/// The membership of a user in a channel.
pub fn member(conn: &mut Conn, channel: Id, user: Id) -> Result<Option<ChannelMember>> {
    let row: Option<MemberRow> = channel_members::table
        .select(MemberRow::as_select())
        .filter(channel_members::channel_id.eq(channel).and(channel_members::user_id.eq(user)))
        .first(conn)
        .optional()?;
    Ok(row.map(ChannelMember::from))
}

/// The ids of a channel's members.
pub fn member_ids(conn: &mut Conn, channel: Id) -> Result<Vec<Id>> {
    let of_channel = channel_members::table.filter(channel_members::channel_id.eq(channel));
    Ok(of_channel.select(channel_members::user_id).load(conn)?)
}

/// The ids of all channels that a user is in.
pub fn ids_of_user(conn: &mut Conn, user: Id) -> Result<Vec<Id>> {
    let of_user = channel_members::table.filter(channel_members::user_id.eq(user));
    Ok(of_user.select(channel_members::channel_id).load(conn)?)
}

/// Adds a membership; one that is there stays as it is.
pub fn insert_member(tx: &mut Tx<'_>, member: &ChannelMember) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(channel_members::table)
        .values(MemberRow::from(member))
        .on_conflict((channel_members::channel_id, channel_members::user_id))
        .do_nothing()
        .execute(c))?;
    tx.stale(Stale::ChannelMember(member.channel_id, member.user_id));
    Ok(())
}

/// Writes a membership's roles and settings, not its counters.
pub fn save_member(tx: &mut Tx<'_>, member: &ChannelMember) -> Result<()> {
    let row = MemberRow::from(member);
    let of_member = channel_members::channel_id.eq(member.channel_id).and(channel_members::user_id.eq(member.user_id));
    diesel::update(channel_members::table.filter(of_member))
        .set((
            channel_members::roles.eq(row.roles),
            channel_members::notify_props.eq(row.notify_props),
            channel_members::last_update_at.eq(row.last_update_at),
            channel_members::scheme_user.eq(row.scheme_user),
            channel_members::scheme_admin.eq(row.scheme_admin),
            channel_members::scheme_guest.eq(row.scheme_guest),
            channel_members::autotranslation_disabled.eq(row.autotranslation_disabled),
        ))
        .execute(tx.conn())?;
    tx.stale(Stale::ChannelMember(member.channel_id, member.user_id));
    Ok(())
}

/// Notes in the history when somebody came in.
pub fn note_joined(tx: &mut Tx<'_>, channel: Id, user: Id, at: i64) -> Result<()> {
    diesel::insert_into(channel_member_history::table)
        .values((
            channel_member_history::channel_id.eq(channel),
            channel_member_history::user_id.eq(user),
            channel_member_history::join_time.eq(at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends a membership; says whether there was one.
pub fn delete_member(tx: &mut Tx<'_>, channel: Id, user: Id) -> Result<bool> {
    let of_member = channel_members::channel_id.eq(channel).and(channel_members::user_id.eq(user));
    let gone = diesel::delete(channel_members::table.filter(of_member)).execute(tx.conn())?;
    super::super::threads::leave_channel(tx, channel, user)?;
    tx.stale(Stale::ChannelMember(channel, user));
    Ok(gone > 0)
}

/// Notes in the history when somebody went.
pub fn note_left(tx: &mut Tx<'_>, channel: Id, user: Id, at: i64) -> Result<()> {
    let of_member = channel_member_history::channel_id.eq(channel).and(channel_member_history::user_id.eq(user));
    diesel::update(
        channel_member_history::table.filter(of_member).filter(channel_member_history::leave_time.is_null()),
    )
    .set(channel_member_history::leave_time.eq(at))
    .execute(tx.conn())?;
    Ok(())
}

/// A page of a channel's members, by user id.
pub fn members(conn: &mut Conn, channel: Id, offset: i64, limit: i64) -> Result<Vec<ChannelMember>> {
    let rows: Vec<MemberRow> = channel_members::table
        .select(MemberRow::as_select())
        .filter(channel_members::channel_id.eq(channel))
        .order(channel_members::user_id)
        .offset(offset)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(ChannelMember::from).collect())
}

/// All of a channel's members.
pub fn all_members(conn: &mut Conn, channel: Id) -> Result<Vec<ChannelMember>> {
    members(conn, channel, 0, i64::MAX)
}

/// Those of these users who are members of the channel.
pub fn members_among(conn: &mut Conn, channel: Id, users: &[Id]) -> Result<Vec<ChannelMember>> {
    let mut found = Vec::with_capacity(users.len());
    for chunk in users.chunks(500) {
        let rows: Vec<MemberRow> = channel_members::table
            .select(MemberRow::as_select())
            .filter(channel_members::channel_id.eq(channel).and(channel_members::user_id.eq_any(chunk)))
            .order(channel_members::user_id)
            .load(conn)?;
        found.extend(rows.into_iter().map(ChannelMember::from));
    }
    Ok(found)
}

/// The memberships of a user in the channels of a team, archived ones too, and in conversations.
pub fn members_of_user_in_team(conn: &mut Conn, user: Id, team: Id) -> Result<Vec<ChannelMember>> {
    let rows: Vec<MemberRow> = channel_members::table
        .inner_join(channels::table.on(channels::id.eq(channel_members::channel_id)))
        .select(MemberRow::as_select())
        .filter(channel_members::user_id.eq(user))
        .filter(channels::team_id.eq(team).or(channels::team_id.eq("")))
        .load(conn)?;
    Ok(rows.into_iter().map(ChannelMember::from).collect())
}

/// All memberships of a user.
pub fn members_of_user(conn: &mut Conn, user: Id) -> Result<Vec<ChannelMember>> {
    let of_user = channel_members::table.select(MemberRow::as_select()).filter(channel_members::user_id.eq(user));
    let rows: Vec<MemberRow> = of_user.load(conn)?;
    Ok(rows.into_iter().map(ChannelMember::from).collect())
}

/// Makes somebody a guest, or a plain member, of all their channels.
pub fn set_guest(tx: &mut Tx<'_>, user: Id, guest: bool) -> Result<()> {
    let theirs = channel_members::table.filter(channel_members::user_id.eq(user));
    let channels: Vec<Id> = theirs.select(channel_members::channel_id).load(tx.conn())?;
    if channels.is_empty() {
        return Ok(());
    }
    diesel::update(theirs)
        .set((channel_members::scheme_guest.eq(guest), channel_members::scheme_user.eq(!guest)))
        .execute(tx.conn())?;
    if guest {
        diesel::update(theirs)
            .set((channel_members::scheme_admin.eq(false), channel_members::roles.eq("")))
            .execute(tx.conn())?;
    }
    for channel in channels {
        tx.stale(Stale::ChannelMember(channel, user));
    }
    Ok(())
}

/// Takes somebody out of the threads of a channel that they follow.
pub fn forget_threads(tx: &mut Tx<'_>, channel: Id, user: Id) -> Result<()> {
    tx.stale(Stale::Inbox(user));
    let of_channel = threads::table.filter(threads::channel_id.eq(channel)).select(threads::post_id);
    let followed = thread_memberships::user_id.eq(user).and(thread_memberships::post_id.eq_any(of_channel));
    diesel::delete(thread_memberships::table.filter(followed)).execute(tx.conn())?;
    Ok(())
}

/// The time zones of a channel's active members, each once.
pub fn timezones(conn: &mut Conn, channel: Id) -> Result<BTreeSet<String>> {
    let zones: Vec<Json<Option<StringMap>>> = channel_members::table
        .inner_join(users::table.on(users::id.eq(channel_members::user_id)))
        .filter(channel_members::channel_id.eq(channel).and(users::delete_at.eq(0)))
        .select(users::timezone)
        .load(conn)?;
    Ok(zones.into_iter().filter_map(|zone| timezone_of(zone.0)).collect())
}

/// The time zone that somebody's settings name.
pub(in crate::store) fn timezone_of(zone: Option<StringMap>) -> Option<String> {
    let zone = zone?;
    let automatic = zone.get("useAutomaticTimezone").is_none_or(|v| v == "true");
    zone.get(if automatic { "automaticTimezone" } else { "manualTimezone" }).filter(|z| !z.is_empty()).cloned()
}

/// How many active members each of these channels has.
pub fn member_counts(conn: &mut Conn, ids: &[Id]) -> Result<BTreeMap<Id, i64>> {
    let mut found: BTreeMap<Id, i64> = ids.iter().map(|id| (*id, 0)).collect();
    for chunk in ids.chunks(500) {
        let counts: Vec<(Id, i64)> = channel_members::table
            .inner_join(users::table.on(users::id.eq(channel_members::user_id)))
            .filter(channel_members::channel_id.eq_any(chunk).and(users::delete_at.eq(0)))
            .group_by(channel_members::channel_id)
            .select((channel_members::channel_id, diesel::dsl::count_star()))
            .load(conn)?;
        found.extend(counts);
    }
    Ok(found)
}

/// The memberships of a user with the names of the teams, by channel; an offset and a limit, or all.
pub fn members_with_team(conn: &mut Conn, user: Id, page: Option<(i64, i64)>) -> Result<Vec<ChannelMemberWithTeam>> {
    type Team = Option<(String, String, i64)>;
    let (offset, limit) = page.unwrap_or((0, i64::MAX));
    let rows: Vec<(MemberRow, Team)> = channel_members::table
        .inner_join(channels::table.on(channels::id.eq(channel_members::channel_id)))
        .left_join(teams::table.on(teams::id.eq(channels::team_id)))
        .filter(channel_members::user_id.eq(user))
        .order(channel_members::channel_id)
        .offset(offset)
        .limit(limit)
        .select((MemberRow::as_select(), (teams::display_name, teams::name, teams::update_at).nullable()))
        .load(conn)?;
    let with_team = |(member, team): (MemberRow, Team)| {
        let (team_display_name, team_name, team_update_at) = team.unwrap_or_default();
        ChannelMemberWithTeam { member: member.into(), team_display_name, team_name, team_update_at }
    };
    Ok(rows.into_iter().map(with_team).collect())
}

/// The memberships of a user in those of these channels that they are in.
pub fn memberships_among(conn: &mut Conn, user: Id, of: &[Id]) -> Result<Vec<ChannelMember>> {
    let mut found = Vec::new();
    for chunk in of.chunks(500) {
        let rows: Vec<MemberRow> = channel_members::table
            .select(MemberRow::as_select())
            .filter(channel_members::user_id.eq(user).and(channel_members::channel_id.eq_any(chunk)))
            .load(conn)?;
        found.extend(rows.into_iter().map(ChannelMember::from));
    }
    Ok(found)
}
