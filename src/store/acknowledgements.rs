//! Who confirmed to have read which post.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::conn::{Conn, each};
use super::posts::touch;
use super::schema::post_acknowledgements as acknowledgements;
use super::{Stale, Tx};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::Acknowledgement;

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = acknowledgements, treat_none_as_default_value = false)]
struct Row {
    post_id: Id,
    user_id: Id,
    acknowledged_at: i64,
    remote_id: Option<String>,
    channel_id: Id,
}

impl From<Row> for Acknowledgement {
    fn from(row: Row) -> Acknowledgement {
        Acknowledgement {
            user_id: row.user_id,
            post_id: row.post_id,
            acknowledged_at: row.acknowledged_at,
            channel_id: row.channel_id,
            remote_id: row.remote_id.unwrap_or_default(),
        }
    }
}

/// The acknowledgements of these posts, by post, oldest first. One that was taken back has the time 0.
pub fn of_posts(conn: &mut Conn, posts: &[Id]) -> Result<HashMap<Id, Vec<Acknowledgement>>> {
    let mut found: HashMap<Id, Vec<Acknowledgement>> = HashMap::new();
    for chunk in posts.chunks(500) {
        let rows: Vec<Row> = acknowledgements::table
            .select(Row::as_select())
            .filter(acknowledgements::post_id.eq_any(chunk).and(acknowledgements::acknowledged_at.gt(0)))
            .order(acknowledgements::acknowledged_at)
            .load(conn)?;
        for row in rows {
            found.entry(row.post_id).or_default().push(row.into());
        }
    }
    Ok(found)
}

/// Somebody's acknowledgement of a post.
pub fn one(conn: &mut Conn, post: Id, user: Id) -> Result<Option<Acknowledgement>> {
    let key = acknowledgements::post_id.eq(post).and(acknowledgements::user_id.eq(user));
    let row: Option<Row> = acknowledgements::table
        .select(Row::as_select())
        .filter(key.and(acknowledgements::acknowledged_at.gt(0)))
        .first(conn)
        .optional()?;
    Ok(row.map(Acknowledgement::from))
}

/// Writes an acknowledgement, or that it was taken back: `at` is when that happened. Its post counts as changed.
pub fn save(tx: &mut Tx<'_>, acknowledgement: &Acknowledgement, at: i64) -> Result<()> {
    let row = Row {
        post_id: acknowledgement.post_id,
        user_id: acknowledgement.user_id,
        acknowledged_at: acknowledgement.acknowledged_at,
        remote_id: Some(acknowledgement.remote_id.clone()),
        channel_id: acknowledgement.channel_id,
    };
    each!(tx.conn(), c => diesel::insert_into(acknowledgements::table)
        .values(&row)
        .on_conflict((acknowledgements::post_id, acknowledgements::user_id))
        .do_update()
        .set((
            acknowledgements::acknowledged_at.eq(excluded(acknowledgements::acknowledged_at)),
            acknowledgements::channel_id.eq(excluded(acknowledgements::channel_id)),
        ))
        .execute(c))?;
    touch(tx, acknowledgement.post_id, at)?;
    tx.stale(Stale::Posts(acknowledgement.channel_id));
    Ok(())
}
