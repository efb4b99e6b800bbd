//! What comes with posts: reactions, priorities, acknowledgements.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::{Post, PostMetadata, Priority};
use crate::store::conn::Conn;
use crate::store::schema::posts_priority;
use crate::store::{acknowledgements, files, reactions};

/// Fills in what is stored beside posts, with one query for each kind of thing that any of them may have.
pub fn fill(conn: &mut Conn, posts: &mut [&mut Post]) -> Result<()> {
    let reacted: Vec<Id> = posts.iter().filter(|p| p.has_reactions).map(|p| p.id).collect();
    let mut reactions = if reacted.is_empty() { HashMap::new() } else { reactions::of_posts(conn, &reacted)? };
    let roots: Vec<Id> = posts.iter().filter(|p| p.is_root() && p.delete_at == 0).map(|p| p.id).collect();
    let mut priorities = priorities(conn, &roots)?;
    let mut acknowledged = acknowledgements::of_posts(conn, &roots)?;
    let with_files: Vec<Id> =
        posts.iter().filter(|p| p.delete_at == 0 && !p.files().is_empty()).map(|p| p.id).collect();
    let mut attached = files::of_posts(conn, &with_files)?;
    for post in posts.iter_mut() {
        let metadata = post.metadata.get_or_insert_with(PostMetadata::default);
        metadata.reactions = reactions.remove(&post.id).unwrap_or_default();
        metadata.files = attached.remove(&post.id).unwrap_or_default();
        metadata.priority = priorities.remove(&post.id);
        metadata.acknowledgements = acknowledged.remove(&post.id).unwrap_or_default();
    }
    Ok(())
}

/// The priorities of these posts.
fn priorities(conn: &mut Conn, posts: &[Id]) -> Result<HashMap<Id, Priority>> {
    let mut found = HashMap::new();
    for chunk in posts.chunks(500) {
        type Row = (Id, Id, String, Option<bool>, Option<bool>);
        let columns = (
            posts_priority::post_id,
            posts_priority::channel_id,
            posts_priority::priority,
            posts_priority::requested_ack,
            posts_priority::persistent_notifications,
        );
        let rows: Vec<Row> =
            posts_priority::table.select(columns).filter(posts_priority::post_id.eq_any(chunk)).load(conn)?;
        let priority = |(post_id, channel_id, priority, requested_ack, persistent_notifications): Row| {
            (post_id, Priority { priority, requested_ack, persistent_notifications, post_id, channel_id })
        };
        found.extend(rows.into_iter().map(priority));
    }
    Ok(found)
}

/// Writes the priority of a new post.
pub fn insert_priority(conn: &mut Conn, post: &Post, priority: &Priority) -> Result<()> {
    diesel::insert_into(posts_priority::table)
        .values((
            posts_priority::post_id.eq(post.id),
            posts_priority::channel_id.eq(post.channel_id),
            posts_priority::priority.eq(&priority.priority),
            posts_priority::requested_ack.eq(priority.requested_ack),
            posts_priority::persistent_notifications.eq(priority.persistent_notifications),
        ))
        .execute(conn)?;
    Ok(())
}
