//! Channels and who is in them.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::conn::{Conn, each};
use super::schema::{channels, public_channels};
use super::types::{EnumText, Json};
use super::{Stale, Store, Tx};
use crate::model::Id;
use crate::model::channels::{BannerInfo, Channel, ChannelMember, ChannelType};
use crate::model::errors::{AppError, Result, channels as codes};

mod adjust;
mod erase;
mod lists;
mod members;
mod search;
mod unread;

pub use adjust::*;
pub use erase::*;
pub use lists::*;
pub use members::*;
pub use search::*;
pub use unread::*;

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = channels, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Row {
    id: Id,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    team_id: Id,
    kind: EnumText,
    display_name: String,
    name: String,
    header: String,
    purpose: String,
    last_post_at: i64,
    total_msg_count: i64,
    extra_update_at: i64,
    creator_id: Id,
    scheme_id: Option<String>,
    group_constrained: Option<bool>,
    shared: Option<bool>,
    total_msg_count_root: i64,
    last_root_post_at: i64,
    banner_info: Option<Json<Option<BannerInfo>>>,
    default_category_name: String,
    autotranslation: bool,
}

impl From<Row> for Channel {
    fn from(row: Row) -> Channel {
        Channel {
            id: row.id,
            create_at: row.create_at,
            update_at: row.update_at,
            delete_at: row.delete_at,
            team_id: row.team_id,
            r#type: ChannelType::parse(&row.kind.0).unwrap_or_default(),
            display_name: row.display_name,
            name: row.name,
            header: row.header,
            purpose: row.purpose,
            last_post_at: row.last_post_at,
            total_msg_count: row.total_msg_count,
            extra_update_at: row.extra_update_at,
            creator_id: row.creator_id,
            scheme_id: row.scheme_id.and_then(|id| Id::parse(&id)),
            group_constrained: row.group_constrained,
            autotranslation: row.autotranslation,
            shared: row.shared,
            total_msg_count_root: row.total_msg_count_root,
            last_root_post_at: row.last_root_post_at,
            banner_info: row.banner_info.and_then(|j| j.0),
            default_category_name: row.default_category_name,
            ..Channel::default()
        }
    }
}

impl From<&Channel> for Row {
    fn from(channel: &Channel) -> Row {
        let channel = channel.clone();
        Row {
            id: channel.id,
            create_at: channel.create_at,
            update_at: channel.update_at,
            delete_at: channel.delete_at,
            team_id: channel.team_id,
            kind: EnumText(channel.r#type.letter().to_owned()),
            display_name: channel.display_name,
            name: channel.name,
            header: channel.header,
            purpose: channel.purpose,
            last_post_at: channel.last_post_at,
            total_msg_count: channel.total_msg_count,
            extra_update_at: channel.extra_update_at,
            creator_id: channel.creator_id,
            scheme_id: channel.scheme_id.map(|id| id.to_string()),
            group_constrained: channel.group_constrained,
            shared: channel.shared,
            total_msg_count_root: channel.total_msg_count_root,
            last_root_post_at: channel.last_root_post_at,
            banner_info: channel.banner_info.map(|b| Json(Some(b))),
            default_category_name: channel.default_category_name,
            autotranslation: channel.autotranslation,
        }
    }
}

/// The channel of that id.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Channel>> {
    let row: Option<Row> =
        channels::table.select(Row::as_select()).filter(channels::id.eq(id)).first(conn).optional()?;
    Ok(row.map(Channel::from))
}

/// The channel of a team with that name, archived or not.
pub fn by_name(conn: &mut Conn, team: Id, name: &str) -> Result<Option<Channel>> {
    let of_name = channels::team_id.eq(team).and(channels::name.eq(name));
    let row: Option<Row> = channels::table.select(Row::as_select()).filter(of_name).first(conn).optional()?;
    Ok(row.map(Channel::from))
}

/// Adds a channel; refuses a name that is taken.
pub fn insert(tx: &mut Tx<'_>, channel: &Channel) -> Result<()> {
    diesel::insert_into(channels::table).values(Row::from(channel)).execute(tx.conn()).map_err(taken)?;
    tx.stale(Stale::Channel(channel.id));
    mirror(tx, channel)
}

/// Writes a channel's whole row but for its counters, which posts move.
pub fn save(tx: &mut Tx<'_>, channel: &Channel) -> Result<()> {
    let row = Row::from(channel);
    diesel::update(channels::table.filter(channels::id.eq(channel.id)))
        .set((
            channels::update_at.eq(row.update_at),
            channels::delete_at.eq(row.delete_at),
            channels::team_id.eq(row.team_id),
            channels::kind.eq(row.kind),
            channels::display_name.eq(row.display_name),
            channels::name.eq(row.name),
            channels::header.eq(row.header),
            channels::purpose.eq(row.purpose),
            channels::scheme_id.eq(row.scheme_id),
            channels::group_constrained.eq(row.group_constrained),
            channels::banner_info.eq(row.banner_info),
            channels::default_category_name.eq(row.default_category_name),
        ))
        .execute(tx.conn())
        .map_err(taken)?;
    tx.stale(Stale::Channel(channel.id));
    mirror(tx, channel)
}

/// A row of `publicchannels`, where the reference server searches.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = public_channels)]
struct PublicRow<'a> {
    id: Id,
    delete_at: i64,
    team_id: Id,
    display_name: &'a str,
    name: &'a str,
    header: &'a str,
    purpose: &'a str,
}

/// Keeps the copy of public channels in step, so that the database can be handed back to the reference server.
fn mirror(tx: &mut Tx<'_>, channel: &Channel) -> Result<()> {
    let of_channel = public_channels::table.filter(public_channels::id.eq(channel.id));
    if channel.r#type != ChannelType::Open {
        if !channel.is_conversation() {
            diesel::delete(of_channel).execute(tx.conn())?;
        }
        return Ok(());
    }
    let row = PublicRow {
        id: channel.id,
        delete_at: channel.delete_at,
        team_id: channel.team_id,
        display_name: &channel.display_name,
        name: &channel.name,
        header: &channel.header,
        purpose: &channel.purpose,
    };
    each!(tx.conn(), c => diesel::insert_into(public_channels::table)
        .values(&row)
        .on_conflict(public_channels::id)
        .do_update()
        .set(&row)
        .execute(c))?;
    Ok(())
}

fn taken(error: Error) -> AppError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => codes::SAVE_EXISTS.error(),
        other => other.into(),
    }
}

/// A channel, and somebody's membership in it.
pub type Place = (Arc<Channel>, Option<Arc<ChannelMember>>);

impl Store {
    /// The channel of that id, from memory if possible. Its counters are those of when it was loaded: never show them.
    pub async fn channel(&self, id: Id) -> Result<Option<Arc<Channel>>> {
        self.kept_or(|k| &k.channels, id, |conn, id| Ok(by_id(conn, *id)?.map(Arc::new))).await
    }

    /// These channels with a user's memberships, if all of them are in memory.
    pub fn kept_places(&self, ids: &[Id], user: Id) -> Option<Vec<Place>> {
        let place = |id: &Id| Some((self.kept.channels.get(id)?, self.kept.channel_members.get(&(*id, user))?));
        ids.iter().map(place).collect()
    }

    /// The membership of a user in a channel, from memory if possible. Its counters are not to be shown either.
    pub async fn channel_member(&self, channel: Id, user: Id) -> Result<Option<Arc<ChannelMember>>> {
        let kept = self.kept_or(
            |k| &k.channel_members,
            (channel, user),
            |conn, (channel, user)| Ok(Some(member(conn, *channel, *user)?.map(Arc::new))),
        );
        Ok(kept.await?.flatten())
    }
}
