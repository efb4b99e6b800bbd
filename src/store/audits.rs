//! The record of who did what.

use diesel::prelude::*;

use super::Tx;
use super::conn::Conn;
use super::schema::audits;
use crate::model::Id;
use crate::model::audits::Audit;
use crate::model::errors::Result;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audits, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    create_at: i64,
    user_id: Id,
    action: String,
    extra_info: String,
    ip_address: String,
    session_id: Id,
}

impl From<Row> for Audit {
    fn from(row: Row) -> Audit {
        Audit {
            id: row.id,
            create_at: row.create_at,
            user_id: row.user_id,
            action: row.action,
            extra_info: row.extra_info,
            ip_address: row.ip_address,
            session_id: row.session_id,
        }
    }
}

/// Adds an entry.
pub fn insert(tx: &mut Tx<'_>, audit: &Audit) -> Result<()> {
    let audit = audit.clone();
    let row = Row {
        id: audit.id,
        create_at: audit.create_at,
        user_id: audit.user_id,
        action: audit.action,
        extra_info: audit.extra_info,
        ip_address: audit.ip_address,
        session_id: audit.session_id,
    };
    diesel::insert_into(audits::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// A page of the entries, of one person or of everybody, the newest first.
pub fn page(conn: &mut Conn, user: Option<Id>, offset: i64, limit: i64) -> Result<Vec<Audit>> {
    let mut query = audits::table.select(Row::as_select()).into_boxed();
    if let Some(user) = user {
        query = query.filter(audits::user_id.eq(user));
    }
    let rows: Vec<Row> = query.order(audits::create_at.desc()).offset(offset).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Audit::from).collect())
}
