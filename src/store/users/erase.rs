//! Erasing an account with all it wrote.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::model::Id;
use crate::model::errors::Result;
use crate::store::files::paths_of;
use crate::store::schema::{
    audits, bots, channel_member_history, channel_members, command_webhooks, commands, desktop_tokens, drafts,
    file_info, group_members, incoming_webhooks, kollegium_awaited_teams, kollegium_departures, kollegium_notices,
    kollegium_provider_grants, oauth_access_data, oauth_auth_data, outgoing_webhooks, post_acknowledgements,
    post_reminders, posts, preferences, reactions, scheduled_posts, sidebar_categories, sidebar_channels, status,
    team_members, thread_memberships, upload_sessions, user_access_tokens, user_terms_of_service, users,
};
use crate::store::{Stale, Tx};

/// Deletes somebody's rows and everything that they wrote, with the replies to it. Answers the paths of their files.
pub fn erase(tx: &mut Tx<'_>, user: Id, at: i64) -> Result<Vec<String>> {
    note_stale(tx, user)?;
    let marked = marked_posts(tx, user)?;
    let mut paths = crate::store::posts::erase_of_user(tx, user, at)?;
    paths.extend(file_paths(tx, user)?);
    crate::store::sessions::delete_of_user(tx, user, None)?;
    macro_rules! delete {
        ($($table:ident.$column:ident),*) => { $(
            diesel::delete($table::table.filter($table::$column.eq(user))).execute(tx.conn())?;
        )* };
    }
    delete!(
        file_info.creator_id,
        upload_sessions.user_id,
        reactions.user_id,
        post_acknowledgements.user_id,
        post_reminders.user_id,
        thread_memberships.user_id,
        drafts.user_id,
        scheduled_posts.user_id,
        preferences.user_id,
        sidebar_channels.user_id,
        sidebar_categories.user_id,
        channel_members.user_id,
        channel_member_history.user_id,
        team_members.user_id,
        group_members.user_id
    );
    delete!(
        user_access_tokens.user_id,
        desktop_tokens.user_id,
        oauth_auth_data.user_id,
        oauth_access_data.user_id,
        incoming_webhooks.user_id,
        outgoing_webhooks.creator_id,
        commands.creator_id,
        command_webhooks.user_id,
        user_terms_of_service.user_id,
        kollegium_awaited_teams.user_id,
        kollegium_departures.user_id,
        kollegium_notices.user_id,
        kollegium_provider_grants.user_id,
        audits.user_id,
        status.user_id
    );
    crate::store::access_log::forget_person(tx, user)?;
    tidy_posts(tx, &marked, at)?;
    diesel::delete(bots::table.filter(bots::user_id.eq(user))).execute(tx.conn())?;
    diesel::delete(users::table.filter(users::id.eq(user))).execute(tx.conn())?;
    Ok(paths)
}

fn note_stale(tx: &mut Tx<'_>, user: Id) -> Result<()> {
    let own = channel_members::table.filter(channel_members::user_id.eq(user));
    let channels: Vec<Id> = own.select(channel_members::channel_id).load(tx.conn())?;
    for channel in channels {
        tx.stale(Stale::ChannelMember(channel, user));
    }
    for what in [
        // Whoever is in no channel has no row that could be stale.
        Stale::ChannelMember(Id::NONE, user),
        Stale::User(user),
        Stale::TeamsOf(user),
        Stale::Preferences(user),
        Stale::Sidebar(user),
        Stale::Inboxes,
        Stale::AllOutgoingHooks,
        Stale::Posts(Id::NONE),
    ] {
        tx.stale(what);
    }
    Ok(())
}

/// The posts that somebody has reacted to or acknowledged.
fn marked_posts(tx: &mut Tx<'_>, user: Id) -> Result<Vec<Id>> {
    let reacted = reactions::table.filter(reactions::user_id.eq(user)).select(reactions::post_id);
    let read = post_acknowledgements::table.filter(post_acknowledgements::user_id.eq(user));
    let marked = posts::id.eq_any(reacted).or(posts::id.eq_any(read.select(post_acknowledgements::post_id)));
    let found: Vec<(Id, Id)> = posts::table.filter(marked).select((posts::id, posts::channel_id)).load(tx.conn())?;
    for (id, channel) in &found {
        tx.stale(Stale::Post(*id));
        tx.stale(Stale::Posts(*channel));
    }
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

fn file_paths(tx: &mut Tx<'_>, user: Id) -> Result<Vec<String>> {
    let mut paths = paths_of!(tx.conn(), file_info::creator_id.eq(user));
    let begun = upload_sessions::table.filter(upload_sessions::user_id.eq(user)).select(upload_sessions::path);
    paths.extend(begun.load::<String>(tx.conn())?);
    Ok(paths)
}

/// Has the posts of others show that what the person left on them is gone, to clients that ask for changes too.
fn tidy_posts(tx: &mut Tx<'_>, ids: &[Id], at: i64) -> Result<()> {
    let left = "EXISTS (SELECT 1 FROM reactions r WHERE r.postid = posts.id AND COALESCE(r.deleteat, 0) = 0)";
    for chunk in ids.chunks(500) {
        diesel::update(posts::table.filter(posts::id.eq_any(chunk)))
            .set((posts::has_reactions.eq(sql::<Bool>(left)), posts::update_at.eq(at)))
            .execute(tx.conn())?;
    }
    Ok(())
}
