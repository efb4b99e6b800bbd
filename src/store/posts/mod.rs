//! Posts, and the counters that move with them.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::model::errors::{AppError, Result};
use crate::model::posts::{Post, PostMetadata};
use crate::model::{Id, Props};
use crate::store::conn::{Conn, stmt};
use crate::store::kept::Pages;
use crate::store::schema::posts;
use crate::store::types::{Json, JsonB, RawJson};
use crate::store::{Stale, Store, Tx};

mod change;
mod counters;
mod extras;
mod list;
pub mod search;
mod thread;
mod trim;
mod unread;

pub use change::{channels_of_flagged, erase, erase_of_user, flagged, history, mark_deleted, pinned, update};
pub use counters::{MentionBump, count_mentions, mark_viewed};
pub use extras::fill;
pub use list::{Anchor, Pane, SINCE_LIMIT, Window, changed_since, first_after, of_threads, window};
pub use thread::{By, ThreadPage, thread_page};
pub use trim::{Erasable, channels_by_team, deleted_by, erase_oldest, living_in, oldest};
pub use unread::{
    Mentioned, count_of_others_since, count_since, first_replies, last_said, living_after, next_after, replies_after,
    set_unread,
};

#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = posts)]
struct Row {
    id: Id,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    user_id: Id,
    channel_id: Id,
    root_id: Id,
    original_id: Id,
    message: String,
    kind: String,
    props: Json<Option<Props>>,
    hashtags: String,
    file_ids: String,
    has_reactions: bool,
    edit_at: i64,
    is_pinned: bool,
    remote_id: Option<String>,
}

impl From<Row> for Post {
    fn from(row: Row) -> Post {
        Post {
            id: row.id,
            create_at: row.create_at,
            update_at: row.update_at,
            edit_at: row.edit_at,
            delete_at: row.delete_at,
            is_pinned: row.is_pinned,
            user_id: row.user_id,
            channel_id: row.channel_id,
            root_id: row.root_id,
            original_id: row.original_id,
            message: row.message,
            r#type: row.kind,
            props: row.props.0.unwrap_or_default(),
            hashtags: row.hashtags,
            file_ids: Some(serde_json::from_str(&row.file_ids).unwrap_or_default()),
            has_reactions: row.has_reactions,
            remote_id: row.remote_id,
            metadata: Some(PostMetadata::default()),
            ..Post::default()
        }
    }
}

/// A post as its row is written, JSON already in text.
pub struct NewRow<'p> {
    post: &'p Post,
    props: RawJson,
    file_ids: String,
    /// Whether the server made it: such posts have no remote id at all.
    by_server: bool,
}

stmt!(
    /// Inserts a post.
    InsertPost(r: &NewRow<'a>) {
        "INSERT INTO posts (id, createat, updateat, editat, deleteat, ispinned, userid, channelid, rootid, originalid, message, type, props, hashtags, filenames, fileids, hasreactions, remoteid) VALUES ("
        [r.post.id => Text] ", " [r.post.create_at => BigInt] ", " [r.post.update_at => BigInt] ", " [r.post.edit_at => BigInt] ", "
        [r.post.delete_at => BigInt] ", " [r.post.is_pinned => Bool] ", " [r.post.user_id => Text] ", " [r.post.channel_id => Text] ", "
        [r.post.root_id => Text] ", " [r.post.original_id => Text] ", " [r.post.message => Text] ", " [r.post.r#type => Text] ", "
        [r.props => JsonB] ", " [r.post.hashtags => Text] ", '[]', " [r.file_ids => Text] ", " [r.post.has_reactions => Bool] ", CASE WHEN " [r.by_server => Bool] " THEN NULL ELSE '' END)"
    }
);

/// How far a new post moves its channel's counters.
pub struct Bump {
    /// The channel.
    pub channel: Id,
    /// When the post was made.
    pub at: i64,
    /// 1 if the post counts as a message, else 0.
    pub messages: i64,
    /// 1 if it counts and starts a thread, else 0.
    pub roots: i64,
    /// When the newest root was made, if this is one; else 0.
    pub root_at: i64,
}

stmt!(
    /// Moves the counters of a channel.
    BumpChannel(b: &Bump) {
        "UPDATE channels SET lastpostat = CASE WHEN lastpostat < " [b.at => BigInt] " THEN " [b.at => BigInt] " ELSE lastpostat END, lastrootpostat = CASE WHEN lastrootpostat < "
        [b.root_at => BigInt] " THEN " [b.root_at => BigInt] " ELSE lastrootpostat END, totalmsgcount = totalmsgcount + "
        [b.messages => BigInt] ", totalmsgcountroot = totalmsgcountroot + " [b.roots => BigInt] " WHERE id = " [b.channel => Text]
    }
);

/// The post of that id, deleted or not.
pub fn any_by_id(conn: &mut Conn, id: Id) -> Result<Option<Post>> {
    let row: Option<Row> = posts::table.select(Row::as_select()).filter(posts::id.eq(id)).first(conn).optional()?;
    Ok(row.map(Post::from))
}

/// The post of that id, deleted ones left out.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Post>> {
    let row: Option<Row> = posts::table
        .select(Row::as_select())
        .filter(posts::id.eq(id).and(posts::delete_at.eq(0)))
        .first(conn)
        .optional()?;
    Ok(row.map(Post::from))
}

/// The posts of these ids, deleted ones too, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Post>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let rows: Vec<Row> = posts::table.select(Row::as_select()).filter(posts::id.eq_any(chunk)).load(conn)?;
        found.extend(rows.into_iter().map(Post::from));
    }
    Ok(found)
}

/// A post with what it moves.
pub struct NewPost<'p> {
    row: NewRow<'p>,
    bump: &'p Bump,
}

stmt!(
    /// Inserts a post, moves its channel's counters and marks the channel as read by the author, all in one round trip.
    /// For PostgreSQL: the parts of its statements see the rows as they were before, so each takes what it needs from
    /// the part before it.
    InsertAndView(n: &NewPost<'a>) {
        "WITH post AS (INSERT INTO posts (id, createat, updateat, editat, deleteat, ispinned, userid, channelid, rootid, originalid, message, type, props, hashtags, filenames, fileids, hasreactions, remoteid) VALUES ("
        [n.row.post.id => Text] ", " [n.row.post.create_at => BigInt] ", " [n.row.post.update_at => BigInt] ", " [n.row.post.edit_at => BigInt] ", "
        [n.row.post.delete_at => BigInt] ", " [n.row.post.is_pinned => Bool] ", " [n.row.post.user_id => Text] ", " [n.row.post.channel_id => Text] ", "
        [n.row.post.root_id => Text] ", " [n.row.post.original_id => Text] ", " [n.row.post.message => Text] ", " [n.row.post.r#type => Text] ", "
        [n.row.props => JsonB] ", " [n.row.post.hashtags => Text] ", '[]', " [n.row.file_ids => Text] ", " [n.row.post.has_reactions => Bool] ", CASE WHEN " [n.row.by_server => Bool] " THEN NULL ELSE '' END)),
        channel AS (UPDATE channels SET lastpostat = GREATEST(lastpostat, " [n.bump.at => BigInt] "), lastrootpostat = GREATEST(lastrootpostat, "
        [n.bump.root_at => BigInt] "), totalmsgcount = totalmsgcount + " [n.bump.messages => BigInt] ", totalmsgcountroot = totalmsgcountroot + " [n.bump.roots => BigInt]
        " WHERE id = " [n.bump.channel => Text] " RETURNING id, lastpostat, totalmsgcount, totalmsgcountroot)
        UPDATE channelmembers SET mentioncount = 0, mentioncountroot = 0, urgentmentioncount = 0,
            msgcount = GREATEST(channelmembers.msgcount, channel.totalmsgcount),
            msgcountroot = GREATEST(channelmembers.msgcountroot, channel.totalmsgcountroot),
            lastviewedat = GREATEST(channelmembers.lastviewedat, channel.lastpostat),
            lastupdateat = GREATEST(channelmembers.lastviewedat, channel.lastpostat)
            FROM channel WHERE channelmembers.channelid = channel.id AND channelmembers.userid = " [n.row.post.user_id => Text]
    }
);

/// Adds a post, moves its channel's counters and marks the channel as read by the author, who is not to be mentioned in
/// it. Says whether they are a member. A single statement on PostgreSQL.
pub fn insert_and_view(tx: &mut Tx<'_>, post: &Post, bump: &Bump) -> Result<bool> {
    if !matches!(tx.conn(), Conn::Pg(_)) || has_priority(post) {
        insert(tx, post, bump)?;
        return mark_viewed(tx, post.channel_id, post.user_id);
    }
    let changed = InsertAndView(&NewPost { row: new_row(post)?, bump }).execute(tx.conn())?;
    tx.stale(Stale::Posts(post.channel_id));
    tx.stale(Stale::Read(post.user_id));
    Ok(changed > 0)
}

/// Whether a post comes with a priority, which is written apart.
pub fn has_priority(post: &Post) -> bool {
    post.metadata.as_ref().is_some_and(|metadata| metadata.priority.is_some())
}

/// Adds a post and moves its channel's counters.
pub fn insert(tx: &mut Tx<'_>, post: &Post, bump: &Bump) -> Result<()> {
    insert_row(tx, post)?;
    BumpChannel(bump).execute(tx.conn())?;
    if let Some(priority) = post.metadata.as_ref().and_then(|m| m.priority.as_ref()) {
        extras::insert_priority(tx.conn(), post, priority)?;
    }
    tx.stale(Stale::Posts(post.channel_id));
    Ok(())
}

/// Adds posts of one channel and moves its counters once.
pub fn insert_many(tx: &mut Tx<'_>, posts: &[Post], bump: &Bump) -> Result<()> {
    for post in posts {
        insert_row(tx, post)?;
    }
    BumpChannel(bump).execute(tx.conn())?;
    tx.stale(Stale::Posts(bump.channel));
    Ok(())
}

fn insert_row(tx: &mut Tx<'_>, post: &Post) -> Result<()> {
    InsertPost(&new_row(post)?).execute(tx.conn())?;
    search::sqlite::index(tx.conn(), post)
}

fn new_row(post: &Post) -> Result<NewRow<'_>> {
    Ok(NewRow {
        props: raw(&post.props)?,
        file_ids: serde_json::to_string(post.files()).map_err(AppError::internal)?,
        by_server: post.remote_id.is_none(),
        post,
    })
}

/// A post and the moment at which something about it changed.
struct Touched {
    id: Id,
    at: i64,
}

stmt!(
    /// Notes that something about a post changed: replies, reactions.
    TouchPost(t: &Touched) {
        "UPDATE posts SET updateat = " [t.at => BigInt] " WHERE id = " [t.id => Text] " AND updateat < " [t.at => BigInt]
    }
);

/// Notes that something about a post changed: replies, reactions. Its channel's pages are stale by whatever changed.
pub fn touch(tx: &mut Tx<'_>, id: Id, at: i64) -> Result<()> {
    TouchPost(&Touched { id, at }).execute(tx.conn())?;
    Ok(())
}

fn raw(props: &Props) -> Result<RawJson> {
    let text = serde_json::to_string(props).map_err(AppError::internal)?;
    serde_json::value::RawValue::from_string(text).map(Json).map_err(AppError::internal)
}

impl Store {
    /// The kept newest pages of a channel; to be asked for before what is then put there is read.
    pub fn pages(&self, channel: Id) -> Arc<Pages> {
        if let Some(pages) = self.kept.pages.get(&channel) {
            return pages;
        }
        let since = self.kept.pages.since(&channel);
        let pages: Arc<Pages> = Arc::default();
        self.kept.pages.keep(channel, pages.clone(), since);
        pages
    }

    /// The post of that id, deleted or not, from memory if possible. Its reactions and the time of its last change are
    /// those of when it was loaded: neither to be shown nor to be written.
    pub async fn kept_post(&self, id: Id) -> Result<Option<Arc<Post>>> {
        self.kept_or(|k| &k.posts, id, |conn, id| Ok(any_by_id(conn, *id)?.map(Arc::new))).await
    }

    /// The post of that id, deleted or not.
    pub async fn any_post(&self, id: Id) -> Result<Option<Post>> {
        self.look_up(move |conn| any_by_id(conn, id)).await
    }

    /// The post of that id.
    pub async fn post(&self, id: Id) -> Result<Option<Post>> {
        self.look_up(move |conn| by_id(conn, id)).await
    }
}
