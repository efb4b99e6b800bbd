//! Attached files: what is known of them. Their bytes are in the file store.

use std::collections::{HashMap, HashSet};

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
use crate::model::posts::Post;

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

/// The living files of these posts, each post's oldest first.
pub fn of_posts(conn: &mut Conn, posts: &[Id]) -> Result<HashMap<Id, Vec<FileInfo>>> {
    let mut found: HashMap<Id, Vec<FileInfo>> = HashMap::new();
    for chunk in posts.chunks(500) {
        let living = file_info::post_id.eq_any(chunk).and(file_info::delete_at.eq(0));
        let rows: Vec<Row> = file_info::table
            .select(Row::as_select())
            .filter(living)
            .order((file_info::create_at, file_info::id))
            .load(conn)?;
        for file in rows.into_iter().map(FileInfo::from) {
            found.entry(file.post_id).or_default().push(file);
        }
    }
    Ok(found)
}

/// All files that a post has, or ever had, the oldest first.
pub fn ever_of_post(conn: &mut Conn, post: Id) -> Result<Vec<FileInfo>> {
    let rows: Vec<Row> = file_info::table
        .select(Row::as_select())
        .filter(file_info::post_id.eq(post))
        .order((file_info::create_at, file_info::id))
        .load(conn)?;
    Ok(rows.into_iter().map(FileInfo::from).collect())
}

/// Attaches to a post those of the files that its author uploaded and has not attached yet; others are left out. They
/// belong to its channel then.
fn attach(tx: &mut Tx<'_>, post: &Post, files: &[Id]) -> Result<()> {
    let free = file_info::post_id.eq("").and(file_info::delete_at.eq(0));
    let own = file_info::creator_id.eq(post.user_id.as_str().to_owned());
    diesel::update(file_info::table.filter(file_info::id.eq_any(files).and(own).and(free)))
        .set((file_info::post_id.eq(post.id), file_info::channel_id.eq(post.channel_id.as_str())))
        .execute(tx.conn())?;
    Ok(())
}

/// Says of a post which files it has now, of those that it names.
fn settle(tx: &mut Tx<'_>, post: &mut Post) -> Result<()> {
    let files = of_posts(tx.conn(), &[post.id])?.remove(&post.id).unwrap_or_default();
    let mut named: Vec<Id> = Vec::new();
    for id in post.files() {
        if !named.contains(id) && files.iter().any(|file| file.id == *id) {
            named.push(*id);
        }
    }
    post.file_ids = Some(named);
    post.metadata.get_or_insert_default().files = files;
    Ok(())
}

/// Attaches the files that a new post names; it has null in place of its files if none of them could be.
pub fn attach_new(tx: &mut Tx<'_>, post: &mut Post) -> Result<()> {
    let ids = post.files().to_vec();
    attach(tx, post, &ids)?;
    settle(tx, post)?;
    if post.files().is_empty() {
        post.file_ids = None;
    }
    Ok(())
}

/// Gives a changed post the files that it names now: new ones are attached, others go. Where an earlier version comes
/// back, so do its files.
pub fn change(tx: &mut Tx<'_>, old: &Post, new: &mut Post, comes_back: bool) -> Result<()> {
    let only = |these: &[Id], without: &[Id]| -> Vec<Id> {
        these.iter().filter(|id| !without.contains(id)).copied().collect()
    };
    let (gone, added) = (only(old.files(), new.files()), only(new.files(), old.files()));
    let of_post = file_info::post_id.eq(new.id);
    if !gone.is_empty() {
        diesel::update(file_info::table.filter(of_post.and(file_info::id.eq_any(&gone))))
            .set((file_info::delete_at.eq(new.update_at), file_info::update_at.eq(new.update_at)))
            .execute(tx.conn())?;
    }
    if comes_back && !added.is_empty() {
        diesel::update(file_info::table.filter(of_post.and(file_info::id.eq_any(&added))))
            .set((file_info::delete_at.eq(0), file_info::update_at.eq(new.update_at)))
            .execute(tx.conn())?;
    }
    if !added.is_empty() {
        attach(tx, new, &added)?;
    }
    settle(tx, new)
}

/// Marks the files of posts as deleted.
pub fn mark_deleted_of(tx: &mut Tx<'_>, posts: &[Id], at: i64) -> Result<()> {
    for chunk in posts.chunks(500) {
        let living = file_info::post_id.eq_any(chunk).and(file_info::delete_at.eq(0));
        diesel::update(file_info::table.filter(living))
            .set((file_info::delete_at.eq(at), file_info::update_at.eq(at)))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Marks a file as deleted.
pub fn mark_deleted(tx: &mut Tx<'_>, file: Id, at: i64) -> Result<()> {
    diesel::update(file_info::table.filter(file_info::id.eq(file).and(file_info::delete_at.eq(0))))
        .set((file_info::delete_at.eq(at), file_info::update_at.eq(at)))
        .execute(tx.conn())?;
    Ok(())
}

/// The files of these ids that somebody uploaded and has not attached to anything yet, the oldest first.
pub fn unsent(conn: &mut Conn, user: Id, ids: &[Id]) -> Result<Vec<FileInfo>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = by_ids(conn, ids)?;
    found.retain(|file| file.post_id.is_none() && file.user_id == user.as_str());
    found.sort_by_key(|file| file.create_at);
    Ok(found)
}

/// Those of these paths that some file has, deleted ones too.
pub fn named_among(conn: &mut Conn, paths: &[String]) -> Result<HashSet<String>> {
    let mut found = HashSet::new();
    for chunk in paths.chunks(300) {
        let named = file_info::path
            .eq_any(chunk)
            .or(file_info::thumbnail_path.eq_any(chunk))
            .or(file_info::preview_path.eq_any(chunk));
        let columns = (file_info::path, file_info::thumbnail_path, file_info::preview_path);
        let rows: Vec<(String, String, String)> = file_info::table.filter(named).select(columns).load(conn)?;
        found.extend(rows.into_iter().flat_map(|(path, thumbnail, preview)| [path, thumbnail, preview]));
    }
    Ok(found)
}

/// The paths of what all files have that match.
macro_rules! paths_of {
    ($conn:expr, $filter:expr) => {{
        let columns = (file_info::path, file_info::thumbnail_path, file_info::preview_path);
        let rows: Vec<(String, String, String)> = file_info::table.filter($filter).select(columns).load($conn)?;
        let paths = rows.into_iter().flat_map(|(path, thumbnail, preview)| [path, thumbnail, preview]);
        paths.filter(|path| !path.is_empty()).collect::<Vec<String>>()
    }};
}

pub(in crate::store) use paths_of;

/// The paths of the files that are in a channel, attached or not.
pub fn paths_in_channel(conn: &mut Conn, channel: Id) -> Result<Vec<String>> {
    Ok(paths_of!(conn, file_info::channel_id.eq(channel.as_str())))
}

/// Uploads that were begun before a time, the oldest first.
pub fn uploads_before(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<UploadSession>> {
    let rows: Vec<UploadRow> = upload_sessions::table
        .select(UploadRow::as_select())
        .filter(upload_sessions::create_at.lt(before))
        .order(upload_sessions::create_at)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(UploadSession::from).collect())
}

/// The upload of that id.
pub fn upload(conn: &mut Conn, id: Id) -> Result<Option<UploadSession>> {
    let row: Option<UploadRow> = upload_sessions::table
        .select(UploadRow::as_select())
        .filter(upload_sessions::id.eq(id))
        .first(conn)
        .optional()?;
    Ok(row.map(UploadSession::from))
}

/// Adds an upload.
pub fn insert_upload(tx: &mut Tx<'_>, upload: &UploadSession) -> Result<()> {
    let row = UploadRow {
        id: upload.id,
        kind: EnumText(upload.r#type.clone()),
        create_at: upload.create_at,
        user_id: upload.user_id,
        channel_id: upload.channel_id,
        filename: upload.filename.clone(),
        path: upload.path.clone(),
        file_size: upload.file_size,
        file_offset: upload.file_offset,
        remote_id: upload.remote_id.clone(),
        req_file_id: upload.req_file_id.clone(),
    };
    diesel::insert_into(upload_sessions::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Notes how much of an upload has come.
pub fn set_upload_offset(tx: &mut Tx<'_>, id: Id, offset: i64) -> Result<()> {
    diesel::update(upload_sessions::table.filter(upload_sessions::id.eq(id)))
        .set(upload_sessions::file_offset.eq(offset))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes an upload.
pub fn delete_upload(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    diesel::delete(upload_sessions::table.filter(upload_sessions::id.eq(id))).execute(tx.conn())?;
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
