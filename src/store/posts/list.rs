//! Lists of a channel's posts (posts-and-limits.md §3).

use diesel::prelude::*;

use super::Row;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::store::conn::{Conn, MultiBackend};
use crate::store::schema::posts;

/// From where a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The newest post.
    Newest,
    /// Older than this post.
    Before(Id),
    /// Newer than this post.
    After(Id),
}

/// A page of a channel.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The channel.
    pub channel: Id,
    /// From where.
    pub anchor: Anchor,
    /// How many posts to leave out.
    pub offset: i64,
    /// How many posts.
    pub limit: i64,
    /// Posts that start threads only.
    pub roots_only: bool,
    /// Deleted posts too.
    pub deleted: bool,
}

/// The posts of a page, newest first, with the ids of those just newer and just older than it.
#[derive(Debug, Default)]
pub struct Pane {
    /// The page.
    pub posts: Vec<Post>,
    /// The post just newer; none if there is none, or if that was not looked for.
    pub newer: Id,
    /// The post just older, likewise.
    pub older: Id,
}

/// A page, read together with its neighbours.
pub fn window(conn: &mut Conn, wanted: &Window) -> Result<Pane> {
    if wanted.limit == 0 {
        return Ok(Pane::default());
    }
    // One more on either side: the neighbours.
    let before = i64::from(wanted.offset > 0);
    let mut found =
        page(conn, &Window { offset: wanted.offset - before, limit: wanted.limit + 1 + before, ..*wanted })?;
    let mut behind = Id::NONE;
    if before == 1 && !found.is_empty() {
        behind = found.remove(0).id;
    }
    let over = found.len() as i64 > wanted.limit;
    let ahead = if over { found.pop().map_or(Id::NONE, |post| post.id) } else { Id::NONE };
    if found.is_empty() && before == 1 {
        behind = Id::NONE;
    }
    Ok(match wanted.anchor {
        Anchor::Newest => Pane { posts: found, newer: behind, older: ahead },
        Anchor::Before(id) => Pane { posts: found, newer: if before == 0 { id } else { behind }, older: ahead },
        Anchor::After(id) => {
            found.reverse();
            Pane { posts: found, newer: ahead, older: if before == 0 { id } else { behind } }
        }
    })
}

/// A page in the order of reading away from the anchor: newest first, after an anchor oldest first.
fn page(conn: &mut Conn, wanted: &Window) -> Result<Vec<Post>> {
    let mut query = posts::table
        .select(Row::as_select())
        .filter(posts::channel_id.eq(wanted.channel))
        .offset(wanted.offset)
        .limit(wanted.limit)
        .into_boxed::<MultiBackend>();
    // Earlier versions of posts are deleted rows too, and never shown in pages.
    query = match wanted.deleted {
        true => query.filter(posts::original_id.eq("")),
        false => query.filter(posts::delete_at.eq(0)),
    };
    if wanted.roots_only {
        query = query.filter(posts::root_id.eq(""));
    }
    let other = diesel::alias!(posts as other);
    let time_of =
        |id: Id| other.filter(other.field(posts::id).eq(id)).select(other.field(posts::create_at)).single_value();
    let rows: Vec<Row> = match wanted.anchor {
        Anchor::Newest => query.order(posts::create_at.desc()).load(conn)?,
        Anchor::Before(id) => {
            query.filter(posts::create_at.nullable().lt(time_of(id))).order(posts::create_at.desc()).load(conn)?
        }
        Anchor::After(id) => {
            query.filter(posts::create_at.nullable().gt(time_of(id))).order(posts::create_at.asc()).load(conn)?
        }
    };
    Ok(rows.into_iter().map(Post::from).collect())
}

/// The most posts that [`changed_since`] answers.
pub const SINCE_LIMIT: i64 = 1000;

/// The posts of a channel that changed after a time, deleted ones and earlier versions of edited ones too, newest first.
pub fn changed_since(conn: &mut Conn, channel: Id, since: i64, roots_only: bool) -> Result<Vec<Post>> {
    let mut query = posts::table
        .select(Row::as_select())
        .filter(posts::channel_id.eq(channel).and(posts::update_at.gt(since)))
        .order(posts::create_at.desc())
        .limit(SINCE_LIMIT)
        .into_boxed::<MultiBackend>();
    if roots_only {
        query = query.filter(posts::root_id.eq(""));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Post::from).collect())
}

/// The living posts of these threads, or only those that started them.
pub fn of_threads(conn: &mut Conn, roots: &[Id], replies: bool) -> Result<Vec<Post>> {
    let mut found: Vec<Post> = Vec::new();
    for chunk in roots.chunks(500) {
        let living = posts::table.select(Row::as_select()).filter(posts::delete_at.eq(0));
        let rows: Vec<Row> = living.filter(posts::id.eq_any(chunk)).load(conn)?;
        found.extend(rows.into_iter().map(Post::from));
        if replies {
            let rows: Vec<Row> = living.filter(posts::root_id.eq_any(chunk)).load(conn)?;
            found.extend(rows.into_iter().map(Post::from));
        }
    }
    Ok(found)
}

/// The first living post of a channel after a time.
pub fn first_after(conn: &mut Conn, channel: Id, after: i64, roots_only: bool) -> Result<Option<Id>> {
    let mut query = posts::table
        .select(posts::id)
        .filter(posts::channel_id.eq(channel).and(posts::delete_at.eq(0)).and(posts::create_at.gt(after)))
        .order(posts::create_at.asc())
        .into_boxed::<MultiBackend>();
    if roots_only {
        query = query.filter(posts::root_id.eq(""));
    }
    Ok(query.first(conn).optional()?)
}
