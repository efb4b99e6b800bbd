//! Lists of channels.

use std::collections::HashMap;

use diesel::prelude::*;

use super::super::conn::Conn;
use super::super::patterns::lower;
use super::super::schema::{channel_members, channels, file_info, posts, teams, users};
use super::super::types::EnumText;
use super::Row;
use super::members::MemberRow;
use crate::model::Id;
use crate::model::channels::{Channel, ChannelMember, ChannelStats, ChannelType};
use crate::model::errors::Result;

/// Which archived channels a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Archived {
    /// None.
    No,
    /// Those archived at that time or later.
    Since(i64),
}

/// The living channels of a team with these names.
pub fn by_names(conn: &mut Conn, team: Id, names: &[String]) -> Result<Vec<Channel>> {
    let mut found = Vec::new();
    for chunk in names.chunks(500) {
        let named = channels::team_id.eq(team).and(channels::name.eq_any(chunk)).and(channels::delete_at.eq(0));
        let rows: Vec<Row> = channels::table.select(Row::as_select()).filter(named).load(conn)?;
        found.extend(rows.into_iter().map(Channel::from));
    }
    Ok(found)
}

/// A page of the channels that have a scheme, by display name.
pub fn of_scheme(conn: &mut Conn, scheme: Id, offset: i64, limit: i64) -> Result<Vec<Channel>> {
    let rows: Vec<Row> = channels::table
        .select(Row::as_select())
        .filter(channels::scheme_id.eq(scheme.as_str()))
        .order((channels::display_name, channels::id))
        .offset(offset)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(Channel::from).collect())
}

/// The channels of these names in a team, and the conversations of these names; archived ones too.
pub fn named(conn: &mut Conn, team: Option<Id>, names: &[String]) -> Result<Vec<Id>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let of_team = channels::team_id.eq_any([Some(Id::NONE), team].into_iter().flatten());
    Ok(channels::table.filter(of_team.and(channels::name.eq_any(names))).select(channels::id).load(conn)?)
}

/// The channels of these ids, archived ones too, each with the user's membership.
pub fn with_member(conn: &mut Conn, ids: &[Id], user: Id) -> Result<Vec<(Channel, Option<ChannelMember>)>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let of_user = channel_members::channel_id.eq(channels::id).and(channel_members::user_id.eq(user));
        let rows: Vec<(Row, Option<MemberRow>)> = channels::table
            .left_join(channel_members::table.on(of_user))
            .select((Row::as_select(), Option::<MemberRow>::as_select()))
            .filter(channels::id.eq_any(chunk))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(channel, member)| (channel.into(), member.map(ChannelMember::from))));
    }
    Ok(found)
}

/// The channels of a user: those of the team, direct and group ones, by display name.
pub fn of_user_in_team(conn: &mut Conn, user: Id, team: Id, archived: Archived) -> Result<Vec<Channel>> {
    let mut query = channels::table
        .inner_join(channel_members::table.on(channel_members::channel_id.eq(channels::id)))
        .select(Row::as_select())
        .filter(channel_members::user_id.eq(user))
        .filter(channels::team_id.eq(team).or(channels::team_id.eq("")))
        .order(lower(channels::display_name))
        .into_boxed();
    query = match archived {
        Archived::No => query.filter(channels::delete_at.eq(0)),
        Archived::Since(0) => query,
        Archived::Since(at) => query.filter(channels::delete_at.eq(0).or(channels::delete_at.ge(at))),
    };
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Channel::from).collect())
}

/// How many public and private channels a team has, archived ones among them.
pub fn count_in_team(conn: &mut Conn, team: Id) -> Result<i64> {
    let of_team = channels::table.filter(channels::team_id.eq(team));
    Ok(of_team.count().get_result(conn)?)
}

/// The figures of a channel; files are counted only if they are asked for.
pub fn stats(conn: &mut Conn, channel: Id, with_files: bool) -> Result<ChannelStats> {
    let of_channel = channel_members::table
        .inner_join(users::table.on(users::id.eq(channel_members::user_id)))
        .filter(channel_members::channel_id.eq(channel).and(users::delete_at.eq(0)));
    let pinned =
        posts::table.filter(posts::channel_id.eq(channel).and(posts::is_pinned.eq(true)).and(posts::delete_at.eq(0)));
    let files = file_info::table
        .filter(file_info::channel_id.eq(channel).and(file_info::delete_at.eq(0)).and(file_info::post_id.ne("")));
    Ok(ChannelStats {
        channel_id: channel,
        member_count: of_channel.count().get_result(conn)?,
        guest_count: of_channel.filter(channel_members::scheme_guest.eq(true)).count().get_result(conn)?,
        pinnedpost_count: pinned.count().get_result(conn)?,
        files_count: if with_files { files.count().get_result(conn)? } else { -1 },
    })
}

/// The channels of these ids, archived ones too, each with the name of its team, `""` for conversations.
pub fn with_team_names(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, (Channel, String)>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(500) {
        let rows: Vec<(Row, Option<String>)> = channels::table
            .left_join(teams::table.on(teams::id.eq(channels::team_id)))
            .select((Row::as_select(), teams::name.nullable()))
            .filter(channels::id.eq_any(chunk))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(row, team)| (row.id, (row.into(), team.unwrap_or_default()))));
    }
    Ok(found)
}

/// A page of the public, private or archived channels of a team, by display name.
pub fn of_team(conn: &mut Conn, team: Id, of: OfTeam, offset: i64, limit: i64) -> Result<Vec<Channel>> {
    let open = EnumText(ChannelType::Open.letter().to_owned());
    let private = EnumText(ChannelType::Private.letter().to_owned());
    let mut query = channels::table.select(Row::as_select()).filter(channels::team_id.eq(team)).into_boxed();
    query = match of {
        OfTeam::Public => query.filter(channels::kind.eq(open).and(channels::delete_at.eq(0))),
        OfTeam::Private => query.filter(channels::kind.eq(private).and(channels::delete_at.eq(0))),
        OfTeam::Archived => query.filter(channels::delete_at.ne(0)),
        OfTeam::ArchivedFor(user) => {
            let mine =
                channel_members::table.filter(channel_members::user_id.eq(user)).select(channel_members::channel_id);
            query.filter(channels::delete_at.ne(0)).filter(channels::kind.eq(open).or(channels::id.eq_any(mine)))
        }
    };
    let rows: Vec<Row> = query.order(lower(channels::display_name)).offset(offset).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Channel::from).collect())
}

/// Which channels of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfTeam {
    /// The public ones that live.
    Public,
    /// The private ones that live.
    Private,
    /// The archived ones.
    Archived,
    /// The archived ones that are public, or private ones of a user.
    ArchivedFor(Id),
}

/// The living public channels of a team among these, by display name.
pub fn public_among(conn: &mut Conn, team: Id, ids: &[Id]) -> Result<Vec<Channel>> {
    let mut found: Vec<Channel> = Vec::new();
    for chunk in ids.chunks(500) {
        let rows: Vec<Row> = channels::table
            .select(Row::as_select())
            .filter(channels::team_id.eq(team).and(channels::delete_at.eq(0)).and(channels::id.eq_any(chunk)))
            .filter(channels::kind.eq(EnumText(ChannelType::Open.letter().to_owned())))
            .load(conn)?;
        found.extend(rows.into_iter().map(Channel::from));
    }
    found.sort_by_key(|channel| channel.display_name.to_lowercase());
    Ok(found)
}

/// All channels of a user, by id.
pub fn of_user(conn: &mut Conn, user: Id, archived: Archived) -> Result<Vec<Channel>> {
    let mut query = channels::table
        .inner_join(channel_members::table.on(channel_members::channel_id.eq(channels::id)))
        .select(Row::as_select())
        .filter(channel_members::user_id.eq(user))
        .order(channels::id)
        .into_boxed();
    query = match archived {
        Archived::No => query.filter(channels::delete_at.eq(0)),
        Archived::Since(0) => query,
        Archived::Since(at) => query.filter(channels::delete_at.eq(0).or(channels::delete_at.ge(at))),
    };
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Channel::from).collect())
}

/// The channels of these ids, archived ones too, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Channel>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let rows: Vec<Row> = channels::table.select(Row::as_select()).filter(channels::id.eq_any(chunk)).load(conn)?;
        found.extend(rows.into_iter().map(Channel::from));
    }
    Ok(found)
}
