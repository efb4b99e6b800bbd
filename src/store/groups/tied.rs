//! Groups that teams and channels take their members from.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Row;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::groups::TiedGroup;
use crate::store::conn::Conn;
use crate::store::schema::{group_channels, group_teams, user_groups};

/// The ids of the groups that a team takes its members from.
macro_rules! groups_of_team {
    ($team:expr) => {
        group_teams::table
            .filter(group_teams::team_id.eq($team).and(group_teams::delete_at.eq(0)))
            .select(group_teams::group_id)
    };
}

/// The ids of the groups that a channel takes its members from.
macro_rules! groups_of_channel {
    ($channel:expr) => {
        group_channels::table
            .filter(group_channels::channel_id.eq($channel).and(group_channels::delete_at.eq(0)))
            .select(group_channels::group_id)
    };
}

pub(in crate::store) use {groups_of_channel, groups_of_team};

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
