//! Unsent messages.

use diesel::prelude::*;

use super::Tx;
use super::conn::{Conn, each};
use super::schema::{channel_members, channels, drafts};
use crate::model::Id;
use crate::model::drafts::Draft;
use crate::model::errors::{AppError, Result};
use crate::model::posts::PostMetadata;

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = drafts, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    user_id: Id,
    channel_id: Id,
    root_id: Id,
    message: String,
    props: String,
    file_ids: String,
    priority: Option<String>,
    kind: Option<String>,
}

impl From<Row> for Draft {
    fn from(row: Row) -> Draft {
        Draft {
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: row.delete_at,
            user_id: row.user_id,
            channel_id: row.channel_id,
            root_id: row.root_id,
            message: row.message,
            r#type: row.kind.unwrap_or_default(),
            props: serde_json::from_str(&row.props).unwrap_or_default(),
            file_ids: serde_json::from_str(&row.file_ids).unwrap_or_default(),
            metadata: Some(PostMetadata::default()),
            priority: row.priority.and_then(|text| serde_json::from_str(&text).ok()).flatten(),
        }
    }
}

fn row(draft: &Draft) -> Result<Row> {
    let text = |value: serde_json::Result<String>| value.map_err(AppError::internal);
    Ok(Row {
        create_at: draft.create_at,
        update_at: draft.update_at,
        delete_at: draft.delete_at,
        user_id: draft.user_id,
        channel_id: draft.channel_id,
        root_id: draft.root_id,
        message: draft.message.clone(),
        props: text(serde_json::to_string(&draft.props))?,
        file_ids: text(serde_json::to_string(&draft.file_ids))?,
        priority: match &draft.priority {
            Some(priority) => Some(text(serde_json::to_string(priority))?),
            None => None,
        },
        kind: Some(draft.r#type.clone()),
    })
}

/// The draft of a user at one place.
pub fn one(conn: &mut Conn, user: Id, channel: Id, root: Id) -> Result<Option<Draft>> {
    let key = drafts::user_id.eq(user).and(drafts::channel_id.eq(channel)).and(drafts::root_id.eq(root));
    let row: Option<Row> = drafts::table.select(Row::as_select()).filter(key).first(conn).optional()?;
    Ok(row.map(Draft::from))
}

/// The drafts of a user in a team and in conversations, the latest first; those in channels that they left are not shown.
pub fn of_user(conn: &mut Conn, user: Id, team: Id) -> Result<Vec<Draft>> {
    let joined = channel_members::channel_id.eq(drafts::channel_id).and(channel_members::user_id.eq(drafts::user_id));
    let rows: Vec<Row> = drafts::table
        .inner_join(channel_members::table.on(joined))
        .inner_join(channels::table.on(channels::id.eq(drafts::channel_id)))
        .filter(drafts::user_id.eq(user).and(drafts::delete_at.eq(0)))
        .filter(channels::team_id.eq(team).or(channels::team_id.eq("")))
        .order(drafts::update_at.desc())
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Draft::from).collect())
}

/// Writes a draft, new or changed; when it was begun stays.
pub fn save(tx: &mut Tx<'_>, draft: &Draft) -> Result<()> {
    let values = row(draft)?;
    each!(tx.conn(), c => diesel::insert_into(drafts::table)
        .values(&values)
        .on_conflict((drafts::user_id, drafts::channel_id, drafts::root_id))
        .do_update()
        .set((
            drafts::update_at.eq(draft.update_at),
            drafts::delete_at.eq(0),
            drafts::message.eq(&values.message),
            drafts::props.eq(&values.props),
            drafts::file_ids.eq(&values.file_ids),
            drafts::priority.eq(&values.priority),
            drafts::kind.eq(&values.kind),
        ))
        .execute(c))?;
    Ok(())
}

/// Removes a draft.
pub fn delete(tx: &mut Tx<'_>, user: Id, channel: Id, root: Id) -> Result<()> {
    let key = drafts::user_id.eq(user).and(drafts::channel_id.eq(channel)).and(drafts::root_id.eq(root));
    diesel::delete(drafts::table.filter(key)).execute(tx.conn())?;
    Ok(())
}

/// Removes what nobody can send any more: drafts in channels that are gone, replies to posts that are gone, empty ones.
/// Answers how many there were.
pub fn delete_orphans(tx: &mut Tx<'_>) -> Result<usize> {
    let statement = "DELETE FROM drafts WHERE deleteat > 0
        OR (message = '' AND (fileids IS NULL OR fileids IN ('', '[]')))
        OR NOT EXISTS (SELECT 1 FROM channels WHERE channels.id = drafts.channelid)
        OR (rootid <> '' AND NOT EXISTS (SELECT 1 FROM posts WHERE posts.id = drafts.rootid AND posts.deleteat = 0))";
    Ok(diesel::sql_query(statement).execute(tx.conn())?)
}
