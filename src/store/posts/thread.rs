//! Pages of one thread (posts-and-limits.md §3, `GET /posts/{id}/thread`).

use diesel::prelude::*;

use super::Row;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::store::conn::{Conn, MultiBackend};
use crate::store::schema::posts;

/// By which of a post's times a thread is paged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// When it was made.
    #[default]
    Created,
    /// When it last changed.
    Updated,
}

/// A page of a thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreadPage {
    /// The post that started it.
    pub root: Id,
    /// Whether that post is itself part of the pages.
    pub with_root: bool,
    /// The time that orders the posts.
    pub by: By,
    /// Newest first.
    pub up: bool,
    /// Beyond that time, and beyond that post among those of the same time; 0 for the beginning.
    pub from: i64,
    /// See `from`.
    pub from_post: Id,
    /// How many posts; 0 for all.
    pub limit: i64,
}

/// The living posts of a page, and whether there are more.
pub fn thread_page(conn: &mut Conn, page: &ThreadPage) -> Result<(Vec<Post>, bool)> {
    let mut query = posts::table.select(Row::as_select()).filter(posts::delete_at.eq(0)).into_boxed::<MultiBackend>();
    query = match page.with_root {
        true => query.filter(posts::id.eq(page.root).or(posts::root_id.eq(page.root))),
        false => query.filter(posts::root_id.eq(page.root)),
    };
    macro_rules! ordered {
        ($column:ident) => {{
            if page.from > 0 {
                query = match (page.up, page.from_post.some()) {
                    (true, None) => query.filter(posts::$column.lt(page.from)),
                    (false, None) => query.filter(posts::$column.gt(page.from)),
                    (true, Some(id)) => query
                        .filter(posts::$column.lt(page.from).or(posts::$column.eq(page.from).and(posts::id.lt(id)))),
                    (false, Some(id)) => query
                        .filter(posts::$column.gt(page.from).or(posts::$column.eq(page.from).and(posts::id.gt(id)))),
                };
            }
            // Replies come before the post that started the thread when both changed at once.
            match page.up {
                true => query.order((posts::$column.desc(), posts::root_id.desc(), posts::id.desc())),
                false => query.order((posts::$column.asc(), posts::root_id.desc(), posts::id.asc())),
            }
        }};
    }
    let mut query = match page.by {
        By::Created => ordered!(create_at),
        By::Updated => ordered!(update_at),
    };
    if page.limit > 0 {
        query = query.limit(page.limit + 1);
    }
    let rows: Vec<Row> = query.load(conn)?;
    let more = page.limit > 0 && rows.len() as i64 > page.limit;
    let wanted = if more { rows.len() - 1 } else { rows.len() };
    Ok((rows.into_iter().take(wanted).map(Post::from).collect(), more))
}
