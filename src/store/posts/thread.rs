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
    let mut posts = replies(conn, page)?;
    // By itself, and not by an OR in the statement: with that, a page would cost as much as the whole thread.
    if page.with_root
        && let Some(root) = super::by_id(conn, page.root)?.filter(|root| page.reaches(root))
    {
        // Replies come before the post that started the thread when both changed at once.
        let at = posts.partition_point(|reply| match page.up {
            true => page.time(reply) >= page.time(&root),
            false => page.time(reply) <= page.time(&root),
        });
        posts.insert(at, root);
    }
    let wanted = if page.limit > 0 { page.limit as usize } else { posts.len() };
    let more = posts.len() > wanted;
    posts.truncate(wanted);
    Ok((posts, more))
}

impl ThreadPage {
    fn time(&self, post: &Post) -> i64 {
        match self.by {
            By::Created => post.create_at,
            By::Updated => post.update_at,
        }
    }

    /// Whether a post is beyond where the page begins.
    fn reaches(&self, post: &Post) -> bool {
        let (key, from) = ((self.time(post), post.id), (self.from, self.from_post));
        match (self.up, self.from_post.is_none()) {
            _ if self.from <= 0 => true,
            (true, true) => key.0 < from.0,
            (false, true) => key.0 > from.0,
            (true, false) => key < from,
            (false, false) => key > from,
        }
    }
}

/// The replies of a page, one more than wanted if there are more.
fn replies(conn: &mut Conn, page: &ThreadPage) -> Result<Vec<Post>> {
    let mut query = posts::table
        .select(Row::as_select())
        .filter(posts::root_id.eq(page.root).and(posts::delete_at.eq(0)))
        .into_boxed::<MultiBackend>();
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
            match page.up {
                true => query.order((posts::$column.desc(), posts::id.desc())),
                false => query.order((posts::$column.asc(), posts::id.asc())),
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
    Ok(rows.into_iter().map(Post::from).collect())
}
