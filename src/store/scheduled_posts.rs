//! Posts that are sent later.

use diesel::dsl::min;
use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{channels, scheduled_posts};
use super::{Stale, Tx};
use crate::model::drafts::{Draft, ScheduledPost};
use crate::model::errors::{AppError, Result};
use crate::model::posts::{PostMetadata, Priority};
use crate::model::{Id, TimeMs};

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = scheduled_posts, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: Id,
    create_at: i64,
    update_at: i64,
    user_id: Id,
    channel_id: Id,
    root_id: Id,
    message: String,
    props: String,
    file_ids: String,
    priority: String,
    scheduled_at: i64,
    processed_at: i64,
    error_code: String,
    kind: Option<String>,
}

impl From<Row> for ScheduledPost {
    fn from(row: Row) -> ScheduledPost {
        let priority: Option<Priority> = serde_json::from_str(&row.priority).unwrap_or_default();
        let priority = priority.filter(Priority::says_something);
        let draft = Draft {
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: 0,
            user_id: row.user_id,
            channel_id: row.channel_id,
            root_id: row.root_id,
            message: row.message,
            r#type: row.kind.unwrap_or_default(),
            props: serde_json::from_str(&row.props).unwrap_or_default(),
            file_ids: serde_json::from_str(&row.file_ids).unwrap_or_default(),
            metadata: Some(PostMetadata { priority: priority.clone(), ..PostMetadata::default() }),
            priority,
        };
        ScheduledPost {
            id: row.id,
            draft,
            scheduled_at: row.scheduled_at,
            processed_at: row.processed_at,
            error_code: row.error_code,
        }
    }
}

fn row(post: &ScheduledPost) -> Result<Row> {
    let draft = &post.draft;
    Ok(Row {
        id: post.id,
        create_at: draft.create_at,
        update_at: draft.update_at,
        user_id: draft.user_id,
        channel_id: draft.channel_id,
        root_id: draft.root_id,
        message: draft.message.clone(),
        props: serde_json::to_string(&draft.props).map_err(AppError::internal)?,
        file_ids: serde_json::to_string(&draft.file_ids).map_err(AppError::internal)?,
        priority: match &draft.priority {
            Some(priority) => serde_json::to_string(priority).map_err(AppError::internal)?,
            None => "{}".to_owned(),
        },
        scheduled_at: post.scheduled_at,
        processed_at: post.processed_at,
        error_code: post.error_code.clone(),
        kind: Some(draft.r#type.clone()),
    })
}

/// The scheduled post of that id.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<ScheduledPost>> {
    let row: Option<Row> =
        scheduled_posts::table.select(Row::as_select()).filter(scheduled_posts::id.eq(id)).first(conn).optional()?;
    Ok(row.map(ScheduledPost::from))
}

/// A user's scheduled posts in a team, or in conversations where none is given, the newest first; also those in archived
/// channels and in channels that they left, since these say why they were not sent.
pub fn of_user(conn: &mut Conn, user: Id, team: Id) -> Result<Vec<ScheduledPost>> {
    let rows: Vec<Row> = scheduled_posts::table
        .inner_join(channels::table.on(channels::id.eq(scheduled_posts::channel_id)))
        .filter(scheduled_posts::user_id.eq(user).and(channels::team_id.eq(team)))
        .order((scheduled_posts::create_at.desc(), scheduled_posts::id))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(ScheduledPost::from).collect())
}

/// When the next post is to be sent.
pub fn next_due(conn: &mut Conn) -> Result<Option<TimeMs>> {
    let untried = scheduled_posts::table.filter(scheduled_posts::error_code.eq(""));
    Ok(untried.select(min(scheduled_posts::scheduled_at)).first(conn)?)
}

/// The posts that are to be sent at a time and were not tried, the longest due first, after those of an earlier batch.
pub fn due(conn: &mut Conn, at: TimeMs, skip: i64, limit: i64) -> Result<Vec<ScheduledPost>> {
    let rows: Vec<Row> = scheduled_posts::table
        .select(Row::as_select())
        .filter(scheduled_posts::error_code.eq("").and(scheduled_posts::scheduled_at.le(at)))
        .order((scheduled_posts::scheduled_at, scheduled_posts::id))
        .offset(skip)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(ScheduledPost::from).collect())
}

/// Adds a scheduled post.
pub fn insert(tx: &mut Tx<'_>, post: &ScheduledPost) -> Result<()> {
    diesel::insert_into(scheduled_posts::table).values(row(post)?).execute(tx.conn())?;
    tx.stale(Stale::Schedule);
    Ok(())
}

/// Writes a scheduled post.
pub fn save(tx: &mut Tx<'_>, post: &ScheduledPost) -> Result<()> {
    let present = scheduled_posts::table.filter(scheduled_posts::id.eq(post.id));
    diesel::update(present).set(row(post)?).execute(tx.conn())?;
    tx.stale(Stale::Schedule);
    Ok(())
}

/// Removes a scheduled post, unless it was changed since it was read; answers whether it was there.
pub fn delete(tx: &mut Tx<'_>, post: &ScheduledPost) -> Result<bool> {
    let same = scheduled_posts::id.eq(post.id).and(scheduled_posts::update_at.eq(post.draft.update_at));
    Ok(diesel::delete(scheduled_posts::table.filter(same)).execute(tx.conn())? > 0)
}
