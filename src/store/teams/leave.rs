//! What goes with a membership.

use diesel::prelude::*;

use crate::model::Id;
use crate::model::errors::Result;
use crate::store::conn::Conn;
use crate::store::schema::{
    channel_member_history, channel_members, channels, sidebar_categories, sidebar_channels, thread_memberships,
    threads,
};
use crate::store::{Stale, Tx};

/// The channels of a team, archived ones as well, that somebody is in.
fn channels_of(conn: &mut Conn, team: Id, user: Id) -> Result<Vec<Id>> {
    Ok(channel_members::table
        .inner_join(channels::table.on(channels::id.eq(channel_members::channel_id)))
        .filter(channel_members::user_id.eq(user).and(channels::team_id.eq(team)))
        .select(channels::id)
        .load(conn)?)
}

/// Takes somebody out of all channels of a team, and notes when; the threads that they followed in the team are forgotten.
/// Answers these channels.
pub fn leave_channels(tx: &mut Tx<'_>, team: Id, user: Id, at: i64) -> Result<Vec<Id>> {
    let left = channels_of(tx.conn(), team, user)?;
    for chunk in left.chunks(500) {
        let memberships = channel_members::user_id.eq(user).and(channel_members::channel_id.eq_any(chunk));
        diesel::delete(channel_members::table.filter(memberships)).execute(tx.conn())?;
        let history = channel_member_history::user_id.eq(user).and(channel_member_history::channel_id.eq_any(chunk));
        diesel::update(channel_member_history::table.filter(history))
            .filter(channel_member_history::leave_time.is_null())
            .set(channel_member_history::leave_time.eq(at))
            .execute(tx.conn())?;
    }
    tx.stale(Stale::Inbox(user));
    let of_team = threads::table.filter(threads::thread_team_id.eq(team.as_str())).select(threads::post_id);
    let followed = thread_memberships::user_id.eq(user).and(thread_memberships::post_id.eq_any(of_team));
    diesel::delete(thread_memberships::table.filter(followed)).execute(tx.conn())?;
    for channel in &left {
        tx.stale(Stale::ChannelMember(*channel, user));
    }
    Ok(left)
}

/// Forgets the sidebar that somebody had in a team.
pub fn forget_sidebar(tx: &mut Tx<'_>, team: Id, user: Id) -> Result<()> {
    tx.stale(Stale::Sidebar(user));
    let of_team = sidebar_categories::user_id.eq(user).and(sidebar_categories::team_id.eq(team));
    let categories = sidebar_categories::table.filter(of_team).select(sidebar_categories::id);
    let sorted = sidebar_channels::user_id.eq(user).and(sidebar_channels::category_id.eq_any(categories));
    diesel::delete(sidebar_channels::table.filter(sorted)).execute(tx.conn())?;
    diesel::delete(sidebar_categories::table.filter(of_team)).execute(tx.conn())?;
    Ok(())
}
