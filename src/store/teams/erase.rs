//! Erasing a team with everything in it.

use diesel::prelude::*;

use crate::model::Id;
use crate::model::channels::ChannelType;
use crate::model::errors::Result;
use crate::store::conn::Conn;
use crate::store::files::paths_of;
use crate::store::schema::{
    channel_bookmarks, channel_member_history, channel_members, channels, command_webhooks, commands, drafts,
    file_info, group_channels, group_teams, incoming_webhooks, kollegium_awaited_teams, outgoing_webhooks,
    persistent_notifications, post_acknowledgements, post_reminders, posts, posts_priority, public_channels, reactions,
    retention_policies_channels, retention_policies_teams, scheduled_posts, sidebar_categories, sidebar_channels,
    team_members, teams, thread_memberships, threads,
};
use crate::store::types::EnumText;
use crate::store::{Stale, Tx};

/// The channels of a team and their types, by display name, archived ones as well.
pub fn channels(conn: &mut Conn, team: Id) -> Result<Vec<(Id, ChannelType)>> {
    let rows: Vec<(Id, EnumText)> = channels::table
        .filter(channels::team_id.eq(team))
        .order(channels::display_name)
        .select((channels::id, channels::kind))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, kind)| (id, ChannelType::parse(&kind.0).unwrap_or_default())).collect())
}

/// Deletes the rows of a team, its members, its channels and all that stands in them. Answers the paths of the files
/// that belonged to them.
pub fn erase(tx: &mut Tx<'_>, team: Id) -> Result<Vec<String>> {
    note_stale(tx, team)?;
    let files = file_paths(tx.conn(), team)?;
    erase_posts(tx.conn(), team)?;
    erase_channels(tx.conn(), team)?;
    erase_rest(tx.conn(), team)?;
    Ok(files)
}

/// The ids of the team's channels, to be part of other queries.
macro_rules! of_team {
    ($team:expr) => {
        channels::table.filter(channels::team_id.eq($team)).select(channels::id)
    };
}

/// Deletes the rows of these tables that name a channel of the team.
macro_rules! erase_by_channel {
    ($conn:expr, $team:expr, $($table:ident),*) => {
        $(diesel::delete($table::table.filter($table::channel_id.eq_any(of_team!($team)))).execute($conn)?;)*
    };
}

/// Deletes the rows of these tables that name the team.
macro_rules! erase_by_team {
    ($conn:expr, $team:expr, $($table:ident),*) => {
        $(diesel::delete($table::table.filter($table::team_id.eq($team))).execute($conn)?;)*
    };
}

fn note_stale(tx: &mut Tx<'_>, team: Id) -> Result<()> {
    let in_channels: Vec<(Id, Id)> = channel_members::table
        .filter(channel_members::channel_id.eq_any(of_team!(team)))
        .select((channel_members::channel_id, channel_members::user_id))
        .load(tx.conn())?;
    let in_team: Vec<Id> =
        team_members::table.filter(team_members::team_id.eq(team)).select(team_members::user_id).load(tx.conn())?;
    for (channel, _) in channels(tx.conn(), team)? {
        tx.stale(Stale::Channel(channel));
        tx.stale(Stale::Posts(channel));
    }
    for (channel, user) in in_channels {
        tx.stale(Stale::ChannelMember(channel, user));
    }
    for user in in_team {
        tx.stale(Stale::TeamsOf(user));
    }
    tx.stale(Stale::Team(team));
    tx.stale(Stale::OutgoingHooks(team));
    tx.stale(Stale::Inboxes);
    tx.stale(Stale::Sidebars);
    Ok(())
}

/// The paths of all files in the team's channels, attached or not.
fn file_paths(conn: &mut Conn, team: Id) -> Result<Vec<String>> {
    Ok(paths_of!(conn, file_info::channel_id.eq_any(of_team!(team).select(channels::id.nullable()))))
}

fn erase_posts(conn: &mut Conn, team: Id) -> Result<()> {
    let in_posts = || posts::table.filter(posts::channel_id.eq_any(of_team!(team))).select(posts::id);
    let in_threads = threads::table.filter(threads::channel_id.eq_any(of_team!(team))).select(threads::post_id);
    diesel::delete(thread_memberships::table.filter(thread_memberships::post_id.eq_any(in_threads))).execute(conn)?;
    diesel::delete(post_reminders::table.filter(post_reminders::post_id.eq_any(in_posts()))).execute(conn)?;
    let nagging = persistent_notifications::post_id.eq_any(in_posts());
    diesel::delete(persistent_notifications::table.filter(nagging)).execute(conn)?;
    diesel::delete(
        file_info::table.filter(file_info::channel_id.eq_any(of_team!(team).select(channels::id.nullable()))),
    )
    .execute(conn)?;
    erase_by_channel!(
        conn,
        team,
        threads,
        reactions,
        posts_priority,
        post_acknowledgements,
        drafts,
        scheduled_posts,
        posts
    );
    Ok(())
}

fn erase_channels(conn: &mut Conn, team: Id) -> Result<()> {
    erase_by_channel!(
        conn,
        team,
        channel_bookmarks,
        command_webhooks,
        channel_member_history,
        channel_members,
        sidebar_channels,
        group_channels,
        retention_policies_channels
    );
    diesel::delete(public_channels::table.filter(public_channels::team_id.eq(team))).execute(conn)?;
    Ok(())
}

fn erase_rest(conn: &mut Conn, team: Id) -> Result<()> {
    erase_by_team!(
        conn,
        team,
        channels,
        sidebar_categories,
        incoming_webhooks,
        kollegium_awaited_teams,
        outgoing_webhooks,
        commands,
        group_teams,
        retention_policies_teams,
        team_members
    );
    diesel::delete(teams::table.filter(teams::id.eq(team))).execute(conn)?;
    Ok(())
}
