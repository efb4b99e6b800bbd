//! Attached files: what is known of them. Their bytes are in the file store.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diesel::prelude::*;

use super::Tx;
use super::conn::Conn;
use super::schema::{file_info, upload_sessions};
use super::types::EnumText;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::files::{FileInfo, UploadSession};

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = file_info, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    creator_id: String,
    post_id: Id,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    path: String,
    thumbnail_path: String,
    preview_path: String,
    name: String,
    extension: String,
    size: i64,
    mime_type: String,
    width: i32,
    height: i32,
    has_preview_image: bool,
    mini_preview: Option<Vec<u8>>,
    content: Option<String>,
    remote_id: Option<String>,
    archived: bool,
    channel_id: Option<String>,
}

impl From<Row> for FileInfo {
    fn from(row: Row) -> FileInfo {
        FileInfo {
            id: row.id,
            user_id: row.creator_id,
            post_id: row.post_id,
            channel_id: row.channel_id.and_then(|id| Id::parse(&id)).unwrap_or_default(),
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: row.delete_at,
            path: row.path,
            thumbnail_path: row.thumbnail_path,
            preview_path: row.preview_path,
            name: row.name,
            extension: row.extension,
            size: row.size,
            mime_type: row.mime_type,
            width: row.width.into(),
            height: row.height.into(),
            has_preview_image: row.has_preview_image,
            mini_preview: row.mini_preview.map(|bytes| STANDARD.encode(bytes)),
            content: row.content.unwrap_or_default(),
            remote_id: row.remote_id.unwrap_or_default(),
            archived: row.archived,
        }
    }
}

impl From<&FileInfo> for Row {
    fn from(file: &FileInfo) -> Row {
        Row {
            id: file.id,
            creator_id: file.user_id.clone(),
            post_id: file.post_id,
            create_at: file.create_at,
            update_at: file.update_at,
            delete_at: file.delete_at,
            path: file.path.clone(),
            thumbnail_path: file.thumbnail_path.clone(),
            preview_path: file.preview_path.clone(),
            name: file.name.clone(),
            extension: file.extension.clone(),
            size: file.size,
            mime_type: file.mime_type.clone(),
            width: i32::try_from(file.width).unwrap_or(0),
            height: i32::try_from(file.height).unwrap_or(0),
            has_preview_image: file.has_preview_image,
            mini_preview: file.mini_preview.as_ref().and_then(|text| STANDARD.decode(text).ok()),
            content: Some(file.content.clone()),
            remote_id: Some(file.remote_id.clone()),
            archived: file.archived,
            channel_id: Some(file.channel_id.as_str().to_owned()),
        }
    }
}

#[derive(Queryable, Selectable, Insertable, Debug)]
#[diesel(table_name = upload_sessions)]
struct UploadRow {
    id: Id,
    kind: EnumText,
    create_at: i64,
    user_id: Id,
    channel_id: Id,
    filename: String,
    path: String,
    file_size: i64,
    file_offset: i64,
    remote_id: String,
    req_file_id: String,
}

impl From<UploadRow> for UploadSession {
    fn from(row: UploadRow) -> UploadSession {
        UploadSession {
            id: row.id,
            r#type: row.kind.0,
            create_at: row.create_at,
            user_id: row.user_id,
            channel_id: row.channel_id,
            filename: row.filename,
            path: row.path,
            file_size: row.file_size,
            file_offset: row.file_offset,
            remote_id: row.remote_id,
            req_file_id: row.req_file_id,
        }
    }
}

/// Adds a file.
pub fn insert(tx: &mut Tx<'_>, file: &FileInfo) -> Result<()> {
    diesel::insert_into(file_info::table).values(Row::from(file)).execute(tx.conn())?;
    Ok(())
}

/// Whether there was ever a file of that id.
pub fn was_there(conn: &mut Conn, id: Id) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(file_info::table.filter(file_info::id.eq(id)))).get_result(conn)?)
}

/// The file of that id, deleted ones left out.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<FileInfo>> {
    let living = file_info::id.eq(id).and(file_info::delete_at.eq(0));
    let row: Option<Row> = file_info::table.select(Row::as_select()).filter(living).first(conn).optional()?;
    Ok(row.map(FileInfo::from))
}

/// The living files of these ids, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<FileInfo>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let living = file_info::id.eq_any(chunk).and(file_info::delete_at.eq(0));
        let rows: Vec<Row> = file_info::table.select(Row::as_select()).filter(living).load(conn)?;
        found.extend(rows.into_iter().map(FileInfo::from));
    }
    Ok(found)
}

/// The living text files without a kept text that were made after a time and, of those made just then, after that file,
/// but not after the end; the oldest first.
pub fn without_content(conn: &mut Conn, from: i64, after: Id, to: i64, limit: i64) -> Result<Vec<FileInfo>> {
    let later = file_info::create_at.gt(from).or(file_info::create_at.eq(from).and(file_info::id.gt(after)));
    let empty = file_info::content.is_null().or(file_info::content.eq(""));
    let rows: Vec<Row> = file_info::table
        .select(Row::as_select())
        .filter(file_info::delete_at.eq(0).and(file_info::mime_type.like("text/%")).and(empty))
        .filter(later.and(file_info::create_at.le(to)))
        .order((file_info::create_at, file_info::id))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(FileInfo::from).collect())
}

/// Keeps a file's text for searches.
pub fn set_content(tx: &mut Tx<'_>, file: Id, text: &str) -> Result<()> {
    let row = file_info::table.filter(file_info::id.eq(file));
    diesel::update(row).set(file_info::content.eq(text)).execute(tx.conn())?;
    Ok(())
}

/// The uploads that somebody has begun and not ended, oldest first.
pub fn uploads_of(conn: &mut Conn, user: Id) -> Result<Vec<UploadSession>> {
    let rows: Vec<UploadRow> = upload_sessions::table
        .select(UploadRow::as_select())
        .filter(upload_sessions::user_id.eq(user))
        .order(upload_sessions::create_at)
        .load(conn)?;
    Ok(rows.into_iter().map(UploadSession::from).collect())
}
