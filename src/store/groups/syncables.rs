//! What ties groups to teams and channels.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::model::Id;
use crate::model::errors::Result;
use crate::model::groups::{GroupSyncable, Syncable};
use crate::store::Tx;
use crate::store::conn::{Conn, each};
use crate::store::schema::{channels, group_channels, group_members, group_teams, teams};
use crate::store::types::EnumText;

/// `auto_add`, `scheme_admin`, `create_at`, `delete_at`, `update_at`.
type Settings = (bool, bool, i64, i64, i64);

macro_rules! settings {
    ($t:ident) => {
        ($t::auto_add, $t::scheme_admin, $t::create_at, $t::delete_at, $t::update_at)
    };
}

fn with(tie: GroupSyncable, (auto_add, scheme_admin, create_at, delete_at, update_at): Settings) -> GroupSyncable {
    GroupSyncable { auto_add, scheme_admin, create_at, delete_at, update_at, ..tie }
}

/// What ties a group to a place, also if that has ended.
pub fn tie(conn: &mut Conn, group: Id, place: Syncable) -> Result<Option<GroupSyncable>> {
    Ok(match place {
        Syncable::Team(team) => {
            let of = group_teams::table.filter(group_teams::group_id.eq(group).and(group_teams::team_id.eq(team)));
            let found: Option<Settings> = of.select(settings!(group_teams)).first(conn).optional()?;
            found.map(|settings| with(GroupSyncable::new(group, team, None), settings))
        }
        Syncable::Channel(channel) => {
            let found: Option<(Id, Settings)> = group_channels::table
                .inner_join(channels::table.on(channels::id.eq(group_channels::channel_id)))
                .filter(group_channels::group_id.eq(group).and(group_channels::channel_id.eq(channel)))
                .select((channels::team_id, settings!(group_channels)))
                .first(conn)
                .optional()?;
            found.map(|(team, settings)| with(GroupSyncable::new(group, team, Some(channel)), settings))
        }
    })
}

/// The teams that take members from a group, with their names.
pub fn teams_of(conn: &mut Conn, group: Id) -> Result<Vec<GroupSyncable>> {
    let rows: Vec<(Id, Settings, String, EnumText)> = group_teams::table
        .inner_join(teams::table.on(teams::id.eq(group_teams::team_id)))
        .filter(group_teams::group_id.eq(group).and(group_teams::delete_at.eq(0)))
        .select((teams::id, settings!(group_teams), teams::display_name, teams::kind))
        .order(teams::display_name)
        .load(conn)?;
    let tie = |(team, settings, team_display_name, kind): (Id, Settings, String, EnumText)| {
        let tie = GroupSyncable { team_display_name, team_type: kind.0, ..GroupSyncable::new(group, team, None) };
        with(tie, settings)
    };
    Ok(rows.into_iter().map(tie).collect())
}

/// The channels that take members from a group, with their names and those of their teams.
pub fn channels_of(conn: &mut Conn, group: Id) -> Result<Vec<GroupSyncable>> {
    type Of = (Id, String, EnumText);
    let rows: Vec<(Settings, Of, Of)> = group_channels::table
        .inner_join(channels::table.on(channels::id.eq(group_channels::channel_id)))
        .inner_join(teams::table.on(teams::id.eq(channels::team_id)))
        .filter(group_channels::group_id.eq(group).and(group_channels::delete_at.eq(0)))
        .select((
            settings!(group_channels),
            (channels::id, channels::display_name, channels::kind),
            (teams::id, teams::display_name, teams::kind),
        ))
        .order(channels::display_name)
        .load(conn)?;
    let tie = |(settings, channel, team): (Settings, Of, Of)| {
        let tie = GroupSyncable {
            team_display_name: team.1,
            team_type: team.2.0,
            channel_display_name: channel.1,
            channel_type: channel.2.0,
            ..GroupSyncable::new(group, team.0, Some(channel.0))
        };
        with(tie, settings)
    };
    Ok(rows.into_iter().map(tie).collect())
}

/// Which of these groups teams or channels take members from.
pub fn tied(conn: &mut Conn, groups: &[Id]) -> Result<HashSet<Id>> {
    let mut found = HashSet::new();
    for chunk in groups.chunks(500) {
        let living = group_teams::delete_at.eq(0);
        let to_teams = group_teams::table.filter(group_teams::group_id.eq_any(chunk).and(living));
        found.extend(to_teams.select(group_teams::group_id).load::<Id>(conn)?);
        let living = group_channels::delete_at.eq(0);
        let to_channels = group_channels::table.filter(group_channels::group_id.eq_any(chunk).and(living));
        found.extend(to_channels.select(group_channels::group_id).load::<Id>(conn)?);
    }
    Ok(found)
}

macro_rules! put_tie {
    ($tx:expr, $tie:expr, $t:ident, $place:ident, $id:expr) => {{
        let (tie, conn) = ($tie, $tx.conn());
        let values = (
            $t::auto_add.eq(tie.auto_add),
            $t::scheme_admin.eq(tie.scheme_admin),
            $t::create_at.eq(tie.create_at),
            $t::delete_at.eq(tie.delete_at),
            $t::update_at.eq(tie.update_at),
        );
        let row = ($t::group_id.eq(tie.group_id), $t::$place.eq($id), values);
        each!(conn, c => diesel::insert_into($t::table)
            .values(row)
            .on_conflict(($t::group_id, $t::$place))
            .do_update()
            .set(values)
            .execute(c))?;
    }};
}

/// Writes what ties a group to a place.
pub fn save_tie(tx: &mut Tx<'_>, tie: &GroupSyncable) -> Result<()> {
    match tie.place() {
        Syncable::Team(team) => put_tie!(tx, tie, group_teams, team_id, team),
        Syncable::Channel(channel) => put_tie!(tx, tie, group_channels, channel_id, channel),
    }
    Ok(())
}

/// Lets the channels of a team go that take members from a group; which they are.
pub fn untie_channels(tx: &mut Tx<'_>, group: Id, team: Id, at: i64) -> Result<Vec<Id>> {
    let of_team = channels::table.filter(channels::team_id.eq(team)).select(channels::id);
    let living = group_channels::group_id.eq(group).and(group_channels::delete_at.eq(0));
    let which = living.and(group_channels::channel_id.eq_any(of_team));
    let ids: Vec<Id> = group_channels::table.filter(which).select(group_channels::channel_id).load(tx.conn())?;
    let ended = (group_channels::delete_at.eq(at), group_channels::update_at.eq(at));
    let these = group_channels::group_id.eq(group).and(group_channels::channel_id.eq_any(&ids));
    diesel::update(group_channels::table.filter(these)).set(ended).execute(tx.conn())?;
    Ok(ids)
}

/// Whether somebody is in a group that a channel takes its members from.
pub fn is_in_group_of_channel(conn: &mut Conn, channel: Id, user: Id) -> Result<bool> {
    let of_user = group_members::user_id.eq(user).and(group_members::delete_at.eq(0));
    let found = group_members::table
        .filter(of_user)
        .filter(group_members::group_id.eq_any(super::tied::groups_of_channel!(channel)));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}
