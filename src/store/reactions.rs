//! Reactions to posts.

use std::collections::HashMap;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::reactions;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::reactions::Reaction;

#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = reactions)]
struct Row {
    user_id: Id,
    post_id: Id,
    emoji_name: String,
    create_at: i64,
    update_at: Option<i64>,
    delete_at: Option<i64>,
    remote_id: Option<String>,
    channel_id: Id,
}

impl From<Row> for Reaction {
    fn from(row: Row) -> Reaction {
        Reaction {
            user_id: row.user_id,
            post_id: row.post_id,
            emoji_name: row.emoji_name,
            create_at: row.create_at,
            update_at: row.update_at.unwrap_or_default(),
            delete_at: row.delete_at.unwrap_or_default(),
            remote_id: row.remote_id.unwrap_or_default(),
            channel_id: row.channel_id,
        }
    }
}

/// The living reactions to these posts, by post, oldest first.
pub fn of_posts(conn: &mut Conn, posts: &[Id]) -> Result<HashMap<Id, Vec<Reaction>>> {
    let mut found: HashMap<Id, Vec<Reaction>> = HashMap::new();
    for chunk in posts.chunks(500) {
        let rows: Vec<Row> = reactions::table
            .select(Row::as_select())
            .filter(reactions::post_id.eq_any(chunk))
            .filter(reactions::delete_at.is_null().or(reactions::delete_at.eq(0)))
            .order(reactions::create_at)
            .load(conn)?;
        for row in rows {
            found.entry(row.post_id).or_default().push(row.into());
        }
    }
    Ok(found)
}
