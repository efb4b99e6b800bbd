//! Reactions to posts.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::conn::{Conn, stmt};
use super::schema::reactions;
use super::{Stale, Tx};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::reactions::Reaction;

#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = reactions)]
struct Row {
    user_id: Id,
    post_id: Id,
    emoji_name: String,
    create_at: i64,
    update_at: Option<i64>,
    delete_at: Option<i64>,
    remote_id: Option<String>,
    channel_id: Id,
}

impl From<Row> for Reaction {
    fn from(row: Row) -> Reaction {
        Reaction {
            user_id: row.user_id,
            post_id: row.post_id,
            emoji_name: row.emoji_name,
            create_at: row.create_at,
            update_at: row.update_at.unwrap_or_default(),
            delete_at: row.delete_at.unwrap_or_default(),
            remote_id: row.remote_id.unwrap_or_default(),
            channel_id: row.channel_id,
        }
    }
}

/// The living reactions to these posts, by post, oldest first.
pub fn of_posts(conn: &mut Conn, posts: &[Id]) -> Result<HashMap<Id, Vec<Reaction>>> {
    let mut found: HashMap<Id, Vec<Reaction>> = HashMap::new();
    for chunk in posts.chunks(500) {
        let rows: Vec<Row> = reactions::table
            .select(Row::as_select())
            .filter(reactions::post_id.eq_any(chunk))
            .filter(reactions::delete_at.is_null().or(reactions::delete_at.eq(0)))
            .order(reactions::create_at)
            .load(conn)?;
        for row in rows {
            found.entry(row.post_id).or_default().push(row.into());
        }
    }
    Ok(found)
}

/// A reaction, and how many different emoji a post may have.
pub struct Limited<'r> {
    reaction: &'r Reaction,
    limit: i64,
}

stmt!(
    /// Writes a reaction; one that is there, or was taken back, begins anew. Nothing is written if the post has as many
    /// different emoji as it may have, and this is not among them.
    SaveReaction(l: &Limited<'a>) {
        "INSERT INTO reactions (userid, postid, emojiname, createat, updateat, deleteat, remoteid, channelid) SELECT "
        [l.reaction.user_id => Text] ", " [l.reaction.post_id => Text] ", " [l.reaction.emoji_name => Text] ", "
        [l.reaction.create_at => BigInt] ", " [l.reaction.update_at => BigInt] ", 0, '', " [l.reaction.channel_id => Text]
        " WHERE EXISTS (SELECT 1 FROM reactions r WHERE r.postid = " [l.reaction.post_id => Text] " AND r.emojiname = " [l.reaction.emoji_name => Text]
        " AND COALESCE(r.deleteat, 0) = 0) OR (SELECT COUNT(DISTINCT r.emojiname) FROM reactions r WHERE r.postid = "
        [l.reaction.post_id => Text] " AND COALESCE(r.deleteat, 0) = 0) < " [l.limit => BigInt]
        " ON CONFLICT (postid, userid, emojiname) DO UPDATE SET updateat = excluded.updateat, deleteat = 0, remoteid = ''"
    }
);

stmt!(
    /// Notes that a post has reactions, and that it changed.
    NoteReaction(c: &Changed) {
        "UPDATE posts SET updateat = " [c.at => BigInt] ", hasreactions = TRUE WHERE id = " [c.post => Text]
    }
);

stmt!(
    /// Both of these in one round trip, for PostgreSQL.
    SaveAndNote(l: &Limited<'a>) {
        "WITH saved AS (INSERT INTO reactions (userid, postid, emojiname, createat, updateat, deleteat, remoteid, channelid) SELECT "
        [l.reaction.user_id => Text] ", " [l.reaction.post_id => Text] ", " [l.reaction.emoji_name => Text] ", "
        [l.reaction.create_at => BigInt] ", " [l.reaction.update_at => BigInt] ", 0, '', " [l.reaction.channel_id => Text]
        " WHERE EXISTS (SELECT 1 FROM reactions r WHERE r.postid = " [l.reaction.post_id => Text] " AND r.emojiname = " [l.reaction.emoji_name => Text]
        " AND COALESCE(r.deleteat, 0) = 0) OR (SELECT COUNT(DISTINCT r.emojiname) FROM reactions r WHERE r.postid = "
        [l.reaction.post_id => Text] " AND COALESCE(r.deleteat, 0) = 0) < " [l.limit => BigInt]
        " ON CONFLICT (postid, userid, emojiname) DO UPDATE SET updateat = excluded.updateat, deleteat = 0, remoteid = '' RETURNING postid)
        UPDATE posts SET updateat = " [l.reaction.update_at => BigInt] ", hasreactions = TRUE FROM saved WHERE posts.id = saved.postid"
    }
);

/// A post whose reactions changed.
struct Changed {
    post: Id,
    at: i64,
}

stmt!(
    /// Notes whether a post has reactions, and that it changed.
    NoteReactions(c: &Changed) {
        "UPDATE posts SET updateat = " [c.at => BigInt] ", hasreactions = EXISTS (SELECT 1 FROM reactions r WHERE r.postid = posts.id AND COALESCE(r.deleteat, 0) = 0) WHERE id = "
        [c.post => Text]
    }
);

/// Writes a reaction, new or again. False if the post already has as many different emoji as it may have. A single
/// statement on PostgreSQL.
pub fn save(tx: &mut Tx<'_>, reaction: &Reaction, limit: i64) -> Result<bool> {
    tx.stale(Stale::Posts(reaction.channel_id));
    let limited = Limited { reaction, limit };
    if let Conn::Pg(conn) = tx.conn() {
        return Ok(SaveAndNote(&limited).execute(conn)? > 0);
    }
    if SaveReaction(&limited).execute(tx.conn())? == 0 {
        return Ok(false);
    }
    NoteReaction(&Changed { post: reaction.post_id, at: reaction.update_at }).execute(tx.conn())?;
    Ok(true)
}

/// Marks a reaction as taken back.
pub fn delete(tx: &mut Tx<'_>, gone: &Reaction, channel: Id, at: i64) -> Result<()> {
    let this = reactions::post_id.eq(gone.post_id).and(reactions::user_id.eq(gone.user_id));
    diesel::update(reactions::table.filter(this.and(reactions::emoji_name.eq(&gone.emoji_name))))
        .set((reactions::update_at.eq(at), reactions::delete_at.eq(at)))
        .execute(tx.conn())?;
    NoteReactions(&Changed { post: gone.post_id, at }).execute(tx.conn())?;
    tx.stale(Stale::Posts(channel));
    Ok(())
}

/// Takes back all reactions with an emoji that is no more.
pub fn delete_all_with(tx: &mut Tx<'_>, name: &str, at: i64) -> Result<()> {
    let living = reactions::emoji_name.eq(name).and(reactions::delete_at.is_null().or(reactions::delete_at.eq(0)));
    let places: Vec<(Id, Id)> = reactions::table
        .filter(living)
        .select((reactions::post_id, reactions::channel_id))
        .distinct()
        .load(tx.conn())?;
    if places.is_empty() {
        return Ok(());
    }
    diesel::update(reactions::table.filter(living))
        .set((reactions::update_at.eq(at), reactions::delete_at.eq(at)))
        .execute(tx.conn())?;
    for (post, channel) in places {
        NoteReactions(&Changed { post, at }).execute(tx.conn())?;
        tx.stale(Stale::Posts(channel));
    }
    Ok(())
}
