//! What was found at the addresses in posts (the reference's table `linkmetadata`).

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;
use serde_json::Value;

use super::Tx;
use super::conn::{Conn, each};
use super::schema::link_metadata as links;
use super::types::Json;
use crate::model::errors::Result;
use crate::model::posts::previews::{LinkKey, LinkPreview};

/// Longest address that is stored, in code points.
pub const MAX_URL: usize = 2048;

/// What is known of these addresses.
pub fn find(conn: &mut Conn, keys: &[LinkKey]) -> Result<HashMap<LinkKey, LinkPreview>> {
    let mut found = HashMap::new();
    let hashes: Vec<i64> = keys.iter().map(LinkKey::hash).collect();
    for chunk in hashes.chunks(500) {
        let columns = (links::url, links::timestamp, links::kind, links::data);
        let rows: Vec<(String, i64, String, Json<Value>)> =
            links::table.select(columns).filter(links::hash.eq_any(chunk)).load(conn)?;
        found.extend(
            rows.into_iter()
                .map(|(url, hour, kind, Json(data))| (LinkKey { url, hour }, LinkPreview::from_stored(&kind, data))),
        );
    }
    Ok(found)
}

/// Keeps what was found, in place of what was known.
pub fn save(tx: &mut Tx<'_>, key: &LinkKey, preview: &LinkPreview) -> Result<()> {
    let (kind, data) = preview.to_stored();
    each!(tx.conn(), c => diesel::insert_into(links::table)
        .values((
            links::hash.eq(key.hash()),
            links::url.eq(&key.url),
            links::timestamp.eq(key.hour),
            links::kind.eq(kind),
            links::data.eq(Json(data.clone())),
        ))
        .on_conflict(links::hash)
        .do_update()
        .set((
            links::url.eq(excluded(links::url)),
            links::timestamp.eq(excluded(links::timestamp)),
            links::kind.eq(excluded(links::kind)),
            links::data.eq(excluded(links::data)),
        ))
        .execute(c))?;
    Ok(())
}
