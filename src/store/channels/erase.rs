//! Erasing a channel.

use diesel::prelude::*;

use super::super::schema::{
    channel_bookmarks, channel_member_history, channel_members, channels, drafts, file_info, group_channels,
    incoming_webhooks, outgoing_webhooks, persistent_notifications, post_acknowledgements, post_reminders, posts,
    posts_priority, public_channels, reactions, scheduled_posts, sidebar_channels, thread_memberships, threads,
};
use super::super::{Stale, Tx};
use super::members::member_ids;
use crate::model::Id;
use crate::model::errors::Result;

/// Deletes a channel with its posts and all that hangs on them. Answers the paths of files that may be removed now.
pub fn erase(tx: &mut Tx<'_>, channel: Id) -> Result<Vec<String>> {
    let files = super::super::files::paths_in_channel(tx.conn(), channel)?;
    for user in member_ids(tx.conn(), channel)? {
        tx.stale(Stale::ChannelMember(channel, user));
    }
    let conn = tx.conn();
    let started = threads::table.filter(threads::channel_id.eq(channel)).select(threads::post_id);
    diesel::delete(thread_memberships::table.filter(thread_memberships::post_id.eq_any(started))).execute(conn)?;
    diesel::delete(threads::table.filter(threads::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(reactions::table.filter(reactions::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(file_info::table.filter(file_info::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(drafts::table.filter(drafts::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(scheduled_posts::table.filter(scheduled_posts::channel_id.eq(channel))).execute(conn)?;
    let acknowledged = post_acknowledgements::table.filter(post_acknowledgements::channel_id.eq(channel));
    diesel::delete(acknowledged).execute(conn)?;
    let said = || posts::table.filter(posts::channel_id.eq(channel)).select(posts::id);
    diesel::delete(posts_priority::table.filter(posts_priority::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(post_reminders::table.filter(post_reminders::post_id.eq_any(said()))).execute(conn)?;
    let nagging = persistent_notifications::post_id.eq_any(said());
    diesel::delete(persistent_notifications::table.filter(nagging)).execute(conn)?;
    diesel::delete(posts::table.filter(posts::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(channel_bookmarks::table.filter(channel_bookmarks::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(incoming_webhooks::table.filter(incoming_webhooks::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(outgoing_webhooks::table.filter(outgoing_webhooks::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(group_channels::table.filter(group_channels::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(sidebar_channels::table.filter(sidebar_channels::channel_id.eq(channel))).execute(conn)?;
    diesel::delete(channel_members::table.filter(channel_members::channel_id.eq(channel))).execute(conn)?;
    let history = channel_member_history::table.filter(channel_member_history::channel_id.eq(channel));
    diesel::delete(history).execute(conn)?;
    diesel::delete(public_channels::table.filter(public_channels::id.eq(channel))).execute(conn)?;
    diesel::delete(channels::table.filter(channels::id.eq(channel))).execute(conn)?;
    tx.stale(Stale::Channel(channel));
    tx.stale(Stale::AllOutgoingHooks);
    tx.stale(Stale::Inboxes);
    tx.stale(Stale::Sidebars);
    tx.stale(Stale::Posts(channel));
    Ok(files)
}
