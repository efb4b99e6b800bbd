//! Who is in a group.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::model::errors::Result;
use crate::model::groups::{ChannelCount, GroupMember};
use crate::model::users::Sight;
use crate::model::{Id, StringMap};
use crate::store::Tx;
use crate::store::channels::timezone_of;
use crate::store::conn::{Conn, each};
use crate::store::schema::{channel_members, group_members, team_members, users};
use crate::store::types::Json;
use crate::store::users::{members_of_teams, seen_by, sharing_channels_with};

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

/// The active members of these groups whom somebody sees, by group.
pub fn member_ids(conn: &mut Conn, groups: &[Id], sight: &Sight) -> Result<HashMap<Id, Vec<Id>>> {
    let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
    for chunk in groups.chunks(500) {
        let query = group_members::table
            .inner_join(users::table.on(users::id.eq(group_members::user_id)))
            .filter(group_members::group_id.eq_any(chunk))
            .filter(group_members::delete_at.eq(0).and(users::delete_at.eq(0)))
            .select((group_members::group_id, users::id))
            .order(users::username)
            .into_boxed();
        let rows: Vec<(Id, Id)> = seen_by!(query, sight).load(conn)?;
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

/// All who are in a group, deactivated ones too.
pub fn all_member_ids(conn: &mut Conn, group: Id) -> Result<Vec<Id>> {
    let living = group_members::group_id.eq(group).and(group_members::delete_at.eq(0));
    Ok(group_members::table.filter(living).select(group_members::user_id).load(conn)?)
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
