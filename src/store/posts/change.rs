//! Changing and deleting posts.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{NewRow, Row, new_row, touch};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::store::conn::{Conn, MultiBackend, by_backend};
use crate::store::files::{self, paths_of};
use crate::store::schema::{
    drafts, file_info, persistent_notifications, post_acknowledgements, post_reminders, posts, posts_priority,
    preferences, reactions, thread_memberships, threads,
};
use crate::store::{Stale, Tx};

/// The category of preferences by which people keep posts.
const FLAGGED: &str = "flagged_post";

/// Writes the new version of a post and keeps the old one as its history (posts-and-limits.md §2, Update).
pub fn update(tx: &mut Tx<'_>, old: &Post, new: &Post) -> Result<()> {
    let NewRow { props, file_ids, .. } = new_row(new)?;
    diesel::update(posts::table.filter(posts::id.eq(new.id)))
        .set((
            posts::message.eq(&new.message),
            posts::hashtags.eq(&new.hashtags),
            posts::props.eq(props),
            posts::file_ids.eq(file_ids),
            posts::is_pinned.eq(new.is_pinned),
            posts::has_reactions.eq(new.has_reactions),
            posts::edit_at.eq(new.edit_at),
            posts::update_at.eq(new.update_at),
        ))
        .execute(tx.conn())?;
    if (&old.message, &old.hashtags) != (&new.message, &new.hashtags) {
        super::search::sqlite::reindex(tx.conn(), new)?;
    }
    let version = Post {
        id: Id::random(),
        original_id: old.id,
        update_at: new.update_at,
        delete_at: new.update_at,
        ..old.clone()
    };
    super::insert_row(tx, &version)?;
    if let Some(root) = new.root_id.some() {
        touch(tx, root, new.update_at)?;
    }
    tx.stale(Stale::Post(new.id));
    tx.stale(Stale::Posts(new.channel_id));
    Ok(())
}

/// The earlier versions of a post, the latest first.
pub fn history(conn: &mut Conn, id: Id) -> Result<Vec<Post>> {
    let rows: Vec<Row> = posts::table
        .select(Row::as_select())
        .filter(posts::original_id.eq(id))
        .order((posts::edit_at.desc(), posts::update_at.desc()))
        .load(conn)?;
    Ok(rows.into_iter().map(Post::from).collect())
}

/// Marks a post and the replies to it as deleted by somebody, and forgets what people keep of them.
pub fn mark_deleted(tx: &mut Tx<'_>, post: &Post, by: Id, at: i64) -> Result<()> {
    let of_thread = posts::id.eq(post.id).or(posts::root_id.eq(post.id));
    let living = posts::table.filter(of_thread.and(posts::delete_at.eq(0)));
    let ids: Vec<Id> = living.select(posts::id).load(tx.conn())?;
    let props = by_backend!(tx.conn(),
        pg: "jsonb_set(COALESCE(props, '{}'), '{deleteBy}', to_jsonb($3::text))",
        sqlite: "json_set(COALESCE(NULLIF(props, ''), '{}'), '$.deleteBy', $3)");
    let update = format!(
        "UPDATE posts SET deleteat = $1, updateat = $2, props = {props} WHERE (id = $4 OR rootid = $5) AND deleteat = 0"
    );
    diesel::sql_query(update)
        .bind::<BigInt, _>(at)
        .bind::<BigInt, _>(at)
        .bind::<Text, _>(by)
        .bind::<Text, _>(post.id)
        .bind::<Text, _>(post.id)
        .execute(tx.conn())?;
    tx.stale(Stale::Posts(post.channel_id));
    ids.iter().for_each(|id| tx.stale(Stale::Post(*id)));
    unflag(tx, &ids)?;
    files::mark_deleted_of(tx, &ids, at)?;
    for chunk in ids.chunks(500) {
        diesel::delete(drafts::table.filter(drafts::root_id.eq_any(chunk))).execute(tx.conn())?;
    }
    Ok(())
}

/// Removes from everybody's saved posts.
fn unflag(tx: &mut Tx<'_>, posts: &[Id]) -> Result<()> {
    for chunk in posts.chunks(500) {
        let flags = preferences::category.eq(FLAGGED).and(preferences::name.eq_any(chunk));
        let people: Vec<Id> = preferences::table.filter(flags.clone()).select(preferences::user_id).load(tx.conn())?;
        if people.is_empty() {
            continue;
        }
        diesel::delete(preferences::table.filter(flags)).execute(tx.conn())?;
        people.into_iter().for_each(|user| tx.stale(Stale::Preferences(user)));
    }
    Ok(())
}

/// Erases a post, its replies, and whatever belongs to them; answers the paths of files that may be removed now.
pub fn erase(tx: &mut Tx<'_>, post: &Post) -> Result<Vec<String>> {
    let of_thread = posts::id.eq(post.id).or(posts::root_id.eq(post.id));
    let ids: Vec<Id> = posts::table.filter(of_thread).select(posts::id).load(tx.conn())?;
    let paths = erase_all(tx, ids)?;
    tx.stale(Stale::Posts(post.channel_id));
    Ok(paths)
}

/// Erases all that somebody wrote, with the replies to it, and brings the threads of others in line; answers the paths of
/// files.
pub fn erase_of_user(tx: &mut Tx<'_>, user: Id, at: i64) -> Result<Vec<String>> {
    let own: Vec<(Id, Id, Id)> = posts::table
        .filter(posts::user_id.eq(user))
        .select((posts::id, posts::channel_id, posts::root_id))
        .load(tx.conn())?;
    let ids: Vec<Id> = own.iter().map(|(id, ..)| *id).collect();
    let paths = erase_threads(tx, &ids)?;
    own.iter().for_each(|(_, channel, _)| tx.stale(Stale::Posts(*channel)));
    let answered: HashSet<Id> = own.iter().filter_map(|(.., root)| root.some()).collect();
    for root in answered {
        crate::store::threads::recount(tx, root, at)?;
        crate::store::threads::cap_mentions(tx, root)?;
    }
    Ok(paths)
}

/// Erases posts and the replies to them. Whoever calls names their channels as stale.
pub(super) fn erase_threads(tx: &mut Tx<'_>, those: &[Id]) -> Result<Vec<String>> {
    let mut ids = those.to_vec();
    for chunk in those.chunks(500) {
        ids.extend(posts::table.filter(posts::root_id.eq_any(chunk)).select(posts::id).load::<Id>(tx.conn())?);
    }
    ids.sort_unstable();
    ids.dedup();
    erase_all(tx, ids)
}

/// Erases these posts, their former versions, and whatever belongs to them; answers the paths of files.
fn erase_all(tx: &mut Tx<'_>, mut ids: Vec<Id>) -> Result<Vec<String>> {
    let mut versions: Vec<Id> = Vec::new();
    for chunk in ids.chunks(500) {
        versions.extend(posts::table.filter(posts::original_id.eq_any(chunk)).select(posts::id).load::<Id>(tx.conn())?);
    }
    ids.extend(versions);
    ids.iter().for_each(|id| tx.stale(Stale::Post(*id)));
    unflag(tx, &ids)?;
    let mut paths = Vec::new();
    for chunk in ids.chunks(500) {
        paths.extend(paths_of!(tx.conn(), file_info::post_id.eq_any(chunk)));
        macro_rules! delete {
            ($($table:ident.$column:ident),*) => { $(
                diesel::delete($table::table.filter($table::$column.eq_any(chunk))).execute(tx.conn())?;
            )* };
        }
        delete!(
            file_info.post_id,
            reactions.post_id,
            threads.post_id,
            thread_memberships.post_id,
            posts_priority.post_id,
            post_acknowledgements.post_id,
            post_reminders.post_id,
            persistent_notifications.post_id,
            drafts.root_id,
            posts.id
        );
    }
    tx.stale(Stale::Inboxes);
    Ok(paths)
}

/// The pinned posts of a channel, oldest first.
pub fn pinned(conn: &mut Conn, channel: Id) -> Result<Vec<Post>> {
    let rows: Vec<Row> = posts::table
        .select(Row::as_select())
        .filter(posts::channel_id.eq(channel).and(posts::delete_at.eq(0)).and(posts::is_pinned.eq(true)))
        .order(posts::create_at.asc())
        .load(conn)?;
    Ok(rows.into_iter().map(Post::from).collect())
}

/// The living posts that a user keeps, newest first, in these channels only.
pub fn flagged(conn: &mut Conn, user: Id, channels: &[Id], offset: i64, limit: i64) -> Result<Vec<Post>> {
    let flags = preferences::table
        .filter(preferences::user_id.eq(user).and(preferences::category.eq(FLAGGED)))
        .select(preferences::name);
    let rows: Vec<Row> = posts::table
        .select(Row::as_select())
        .filter(posts::id.eq_any(flags).and(posts::delete_at.eq(0)))
        .filter(posts::channel_id.eq_any(channels))
        .order(posts::create_at.desc())
        .offset(offset)
        .limit(limit)
        .into_boxed::<MultiBackend>()
        .load(conn)?;
    Ok(rows.into_iter().map(Post::from).collect())
}

/// The channels that the posts a user keeps are in.
pub fn channels_of_flagged(conn: &mut Conn, user: Id) -> Result<Vec<Id>> {
    let flags = preferences::table
        .filter(preferences::user_id.eq(user).and(preferences::category.eq(FLAGGED)))
        .select(preferences::name);
    let living = posts::table.filter(posts::id.eq_any(flags).and(posts::delete_at.eq(0)));
    Ok(living.select(posts::channel_id).distinct().load(conn)?)
}
