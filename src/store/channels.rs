//! Channels and who is in them.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::conn::{Conn, each};
use super::schema::{channel_member_history, channel_members, channels};
use super::types::{EnumText, Json};
use super::{Stale, Store, Tx};
use crate::model::channels::{BannerInfo, Channel, ChannelMember, ChannelType};
use crate::model::errors::{AppError, Result, channels as codes};
use crate::model::roles::SchemeRoles;
use crate::model::{Id, StringMap};

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = channels, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
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

#[derive(Queryable, Selectable, Insertable, AsChangeset, Debug)]
#[diesel(table_name = channel_members, treat_none_as_default_value = false, treat_none_as_null = true)]
struct MemberRow {
    channel_id: Id,
    user_id: Id,
    /// Roles given besides those of the flags.
    roles: String,
    last_viewed_at: i64,
    msg_count: i64,
    mention_count: i64,
    notify_props: Json<Option<StringMap>>,
    last_update_at: i64,
    scheme_user: Option<bool>,
    scheme_admin: Option<bool>,
    scheme_guest: Option<bool>,
    mention_count_root: i64,
    msg_count_root: i64,
    urgent_mention_count: Option<i64>,
    autotranslation: bool,
    autotranslation_disabled: bool,
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

impl From<MemberRow> for ChannelMember {
    fn from(row: MemberRow) -> ChannelMember {
        let scheme = SchemeRoles {
            scheme_guest: row.scheme_guest.unwrap_or_default(),
            scheme_user: row.scheme_user.unwrap_or_default(),
            scheme_admin: row.scheme_admin.unwrap_or_default(),
        };
        let mut member = ChannelMember {
            channel_id: row.channel_id,
            user_id: row.user_id,
            last_viewed_at: row.last_viewed_at,
            msg_count: row.msg_count,
            mention_count: row.mention_count,
            mention_count_root: row.mention_count_root,
            urgent_mention_count: row.urgent_mention_count.unwrap_or_default(),
            msg_count_root: row.msg_count_root,
            notify_props: row.notify_props.0.unwrap_or_default(),
            last_update_at: row.last_update_at,
            autotranslation_disabled: row.autotranslation_disabled,
            ..ChannelMember::default()
        };
        member.set_roles(scheme, &row.roles);
        member
    }
}

impl From<&ChannelMember> for MemberRow {
    fn from(member: &ChannelMember) -> MemberRow {
        MemberRow {
            channel_id: member.channel_id,
            user_id: member.user_id,
            roles: member.explicit_roles.clone(),
            last_viewed_at: member.last_viewed_at,
            msg_count: member.msg_count,
            mention_count: member.mention_count,
            notify_props: Json(Some(member.notify_props.clone())),
            last_update_at: member.last_update_at,
            scheme_user: Some(member.scheme.scheme_user),
            scheme_admin: Some(member.scheme.scheme_admin),
            scheme_guest: Some(member.scheme.scheme_guest),
            mention_count_root: member.mention_count_root,
            msg_count_root: member.msg_count_root,
            urgent_mention_count: Some(member.urgent_mention_count),
            autotranslation: false,
            autotranslation_disabled: member.autotranslation_disabled,
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

/// The living channels of a team with these names.
pub fn by_names(conn: &mut Conn, team: Id, names: &[String]) -> Result<Vec<Channel>> {
    let mut found = Vec::new();
    for chunk in names.chunks(500) {
        let named = channels::team_id.eq(team).and(channels::name.eq_any(chunk)).and(channels::delete_at.eq(0));
        let rows: Vec<Row> = channels::table.select(Row::as_select()).filter(named).load(conn)?;
        found.extend(rows.into_iter().map(Channel::from));
    }
    Ok(found)
}

/// The channels of these ids, archived ones too, each with the user's membership.
pub fn with_member(conn: &mut Conn, ids: &[Id], user: Id) -> Result<Vec<(Channel, Option<ChannelMember>)>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let of_user = channel_members::channel_id.eq(channels::id).and(channel_members::user_id.eq(user));
        let rows: Vec<(Row, Option<MemberRow>)> = channels::table
            .left_join(channel_members::table.on(of_user))
            .select((Row::as_select(), Option::<MemberRow>::as_select()))
            .filter(channels::id.eq_any(chunk))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(channel, member)| (channel.into(), member.map(ChannelMember::from))));
    }
    Ok(found)
}

/// The channels of a user: those of the team, direct and group ones, by display name.
pub fn of_user_in_team(conn: &mut Conn, user: Id, team: Id) -> Result<Vec<Channel>> {
    let mine = channel_members::table.filter(channel_members::user_id.eq(user)).select(channel_members::channel_id);
    let rows: Vec<Row> = channels::table
        .select(Row::as_select())
        .filter(channels::id.eq_any(mine))
        .filter(channels::team_id.eq(team).or(channels::team_id.eq("")))
        .filter(channels::delete_at.eq(0))
        .order(channels::display_name)
        .load(conn)?;
    Ok(rows.into_iter().map(Channel::from).collect())
}

/// Adds a channel; refuses a name that is taken.
pub fn insert(tx: &mut Tx<'_>, channel: &Channel) -> Result<()> {
    diesel::insert_into(channels::table).values(Row::from(channel)).execute(tx.conn()).map_err(taken)?;
    tx.stale(Stale::Channel(channel.id));
    Ok(())
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
    Ok(())
}

fn taken(error: Error) -> AppError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => codes::SAVE_EXISTS.error(),
        other => other.into(),
    }
}

/// The membership of a user in a channel.
pub fn member(conn: &mut Conn, channel: Id, user: Id) -> Result<Option<ChannelMember>> {
    let row: Option<MemberRow> = channel_members::table
        .select(MemberRow::as_select())
        .filter(channel_members::channel_id.eq(channel).and(channel_members::user_id.eq(user)))
        .first(conn)
        .optional()?;
    Ok(row.map(ChannelMember::from))
}

/// The ids of a channel's members.
pub fn member_ids(conn: &mut Conn, channel: Id) -> Result<Vec<Id>> {
    let of_channel = channel_members::table.filter(channel_members::channel_id.eq(channel));
    Ok(of_channel.select(channel_members::user_id).load(conn)?)
}

/// The ids of all channels that a user is in.
pub fn ids_of_user(conn: &mut Conn, user: Id) -> Result<Vec<Id>> {
    let of_user = channel_members::table.filter(channel_members::user_id.eq(user));
    Ok(of_user.select(channel_members::channel_id).load(conn)?)
}

/// Adds a membership; one that is there stays as it is.
pub fn insert_member(tx: &mut Tx<'_>, member: &ChannelMember) -> Result<()> {
    each!(tx.conn(), c => diesel::insert_into(channel_members::table)
        .values(MemberRow::from(member))
        .on_conflict((channel_members::channel_id, channel_members::user_id))
        .do_nothing()
        .execute(c))?;
    tx.stale(Stale::ChannelMember(member.channel_id, member.user_id));
    Ok(())
}

/// Writes a membership's roles and settings, not its counters.
pub fn save_member(tx: &mut Tx<'_>, member: &ChannelMember) -> Result<()> {
    let row = MemberRow::from(member);
    let of_member = channel_members::channel_id.eq(member.channel_id).and(channel_members::user_id.eq(member.user_id));
    diesel::update(channel_members::table.filter(of_member))
        .set((
            channel_members::roles.eq(row.roles),
            channel_members::notify_props.eq(row.notify_props),
            channel_members::last_update_at.eq(row.last_update_at),
            channel_members::scheme_user.eq(row.scheme_user),
            channel_members::scheme_admin.eq(row.scheme_admin),
            channel_members::scheme_guest.eq(row.scheme_guest),
            channel_members::autotranslation_disabled.eq(row.autotranslation_disabled),
        ))
        .execute(tx.conn())?;
    tx.stale(Stale::ChannelMember(member.channel_id, member.user_id));
    Ok(())
}

/// Notes in the history when somebody came in.
pub fn note_joined(tx: &mut Tx<'_>, channel: Id, user: Id, at: i64) -> Result<()> {
    diesel::insert_into(channel_member_history::table)
        .values((
            channel_member_history::channel_id.eq(channel),
            channel_member_history::user_id.eq(user),
            channel_member_history::join_time.eq(at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends a membership; says whether there was one.
pub fn delete_member(tx: &mut Tx<'_>, channel: Id, user: Id) -> Result<bool> {
    let of_member = channel_members::channel_id.eq(channel).and(channel_members::user_id.eq(user));
    let gone = diesel::delete(channel_members::table.filter(of_member)).execute(tx.conn())?;
    tx.stale(Stale::ChannelMember(channel, user));
    Ok(gone > 0)
}

impl Store {
    /// The channel of that id, from memory if possible. Its counters are those of when it was loaded: never show them.
    pub async fn channel(&self, id: Id) -> Result<Option<Arc<Channel>>> {
        self.kept_or(|k| &k.channels, id, |conn, id| Ok(by_id(conn, *id)?.map(Arc::new))).await
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
