//! Lists, searches and counts of people: one description, one query.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Text};

use super::people::{Order, People, Roles};
use super::sight::{members_of_teams, seen_by, sharing_channels_with};
use super::{BotPart, Row, by_ids};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::roles::{SYSTEM_USER, SchemeRoleNames};
use crate::model::users::{Sight, User};
use crate::store::Store;
use crate::store::conn::{Conn, MultiBackend};
use crate::store::kept::Keeps;
use crate::store::patterns::{anywhere, lower, patterns};
use crate::store::schema::{bots, channel_members, group_members, status, team_members, users};

macro_rules! like {
    ($column:expr, $pattern:ident) => {
        lower($column).like($pattern.clone()).escape('\\')
    };
}

/// The members of a channel.
macro_rules! members_of_channel {
    ($channel:expr) => {
        channel_members::table.filter(channel_members::channel_id.eq($channel)).select(channel_members::user_id)
    };
}

/// The members of a group.
macro_rules! members_of_group {
    ($group:expr) => {
        group_members::table
            .filter(group_members::group_id.eq($group).and(group_members::delete_at.eq(0)))
            .select(group_members::user_id)
    };
}

/// System administrators are listed as such, not by what they are in a team or channel.
macro_rules! is_plain {
    () => {
        users::roles.not_like("%system_admin%")
    };
}

/// Widens a condition by those among members of a place who hold a role there: by its flags if it is a standard one,
/// else by name.
macro_rules! or_holding {
    ($any:ident, $role:expr, $names:expr, $members:expr, $m:ident) => {{
        match $role.as_str() {
            admin if admin == $names.admin => {
                let admins = $members.filter($m::scheme_admin.eq(true)).select($m::user_id);
                Box::new($any.or(is_plain!().and(users::id.eq_any(admins))))
            }
            user if user == $names.user => {
                let no_admin = $m::scheme_admin.is_null().or($m::scheme_admin.eq(false));
                let plain = $members.filter($m::scheme_user.eq(true)).filter(no_admin).select($m::user_id);
                Box::new($any.or(is_plain!().and(users::id.eq_any(plain))))
            }
            guest if guest == $names.guest => {
                Box::new($any.or(users::id.eq_any($members.filter($m::scheme_guest.eq(true)).select($m::user_id))))
            }
            other => {
                let named = $members.filter($m::roles.like(anywhere(other)).escape('\\')).select($m::user_id);
                Box::new($any.or(users::id.eq_any(named)))
            }
        }
    }};
}

/// Leaves in a query on `users` and `bots` only those whom the description means. With `walk` the members of the team are
/// recognised one by one while people are walked through in their order, instead of being collected first.
macro_rules! narrowed {
    ($query:expr, $people:ident) => {
        narrowed!($query, $people, false)
    };
    ($query:expr, $people:ident, $walk:expr) => {{
        let mut query = $query.into_boxed();
        if let Some(team) = $people.in_team {
            query = match $walk {
                true => query.filter(exists(members_of_teams!([team]).filter(team_members::user_id.eq(users::id)))),
                false => query.filter(users::id.eq_any(members_of_teams!([team]))),
            };
        }
        if let Some(team) = $people.not_in_team {
            query = query.filter(users::id.ne_all(members_of_teams!([team])));
        }
        if let Some(channel) = $people.in_channel {
            query = query.filter(users::id.eq_any(members_of_channel!(channel)));
        }
        if let Some(channel) = $people.not_in_channel {
            query = query.filter(users::id.ne_all(members_of_channel!(channel)));
        }
        if let Some(group) = $people.in_group {
            query = query.filter(users::id.eq_any(members_of_group!(group)));
        }
        if let Some(group) = $people.not_in_group {
            query = query.filter(users::id.ne_all(members_of_group!(group)));
        }
        if $people.without_team {
            let anybody = team_members::table.filter(team_members::delete_at.eq(0)).select(team_members::user_id);
            query = query.filter(users::id.ne_all(anybody));
        }
        match $people.active {
            Some(true) => query = query.filter(users::delete_at.eq(0)),
            Some(false) => query = query.filter(users::delete_at.ne(0)),
            None => {}
        }
        if !$people.bots {
            query = query.filter(bots::user_id.nullable().is_null());
        }
        if !$people.role.is_empty() {
            query = query.filter(users::roles.like(anywhere(&$people.role)).escape('\\'));
        }
        if $people.roles != Roles::default() {
            let mut any: Box<dyn BoxableExpression<_, MultiBackend, SqlType = Bool>> =
                Box::new(users::roles.eq_any($people.roles.plain()));
            for role in $people.roles.system.iter().filter(|role| *role != SYSTEM_USER) {
                any = Box::new(any.or(users::roles.like(anywhere(role)).escape('\\')));
            }
            if let Some(team) = $people.in_team {
                for role in &$people.roles.team {
                    let members = || {
                        team_members::table.filter(team_members::team_id.eq(team).and(team_members::delete_at.eq(0)))
                    };
                    any = or_holding!(any, role, SchemeRoleNames::TEAM, members(), team_members);
                }
            }
            if let Some(channel) = $people.in_channel {
                for role in &$people.roles.channel {
                    let members = || channel_members::table.filter(channel_members::channel_id.eq(channel));
                    any = or_holding!(any, role, SchemeRoleNames::CHANNEL, members(), channel_members);
                }
            }
            query = query.filter(any);
        }
        for word in &$people.words {
            let mut any: Box<dyn BoxableExpression<_, MultiBackend, SqlType = Bool>> =
                Box::new(users::id.eq(word.clone()));
            for pattern in patterns(word) {
                any = Box::new(any.or(like!(users::username, pattern)).or(like!(users::nickname, pattern)));
                if $people.fields.full_names {
                    any = Box::new(any.or(like!(users::first_name, pattern)).or(like!(users::last_name, pattern)));
                }
                if $people.fields.emails {
                    any = Box::new(any.or(like!(users::email, pattern)));
                }
            }
            query = query.filter(any);
        }
        if $people.must_be_seen() { seen_by!(query, &$people.sight) } else { query }
    }};
}

/// Puts a query on `users` and `bots` into the order that is asked for.
macro_rules! ordered {
    ($query:expr, $people:ident) => {{
        let query = $query;
        match ($people.order, $people.in_channel) {
            (Order::Newest, _) => query.order((users::create_at.desc(), users::username)),
            (Order::Active, _) => {
                let last = sql::<BigInt>("(SELECT s.lastactivityat FROM status s WHERE s.userid = users.id)");
                let known = status::table.select(status::user_id);
                query.filter(users::id.eq_any(known)).order((last.desc(), users::username.asc()))
            }
            (Order::Presence, _) => query.order((sql::<Integer>(PRESENCE_RANK), users::username.asc())),
            (Order::ChannelAdmin, Some(channel)) => {
                let rank = sql::<Integer>(CHANNEL_RANK).bind::<Text, _>(channel).sql("), 1)");
                query.order((rank, users::username.asc()))
            }
            (Order::FullName, _) => query.order((sql::<Text>(BY_FULL_NAME), users::username.asc())),
            (Order::Nickname, _) => query.order((sql::<Text>(BY_NICKNAME), users::username.asc())),
            _ => query.order(users::username),
        }
    }};
}

/// From how many members on a page of a team is found sooner among all people than among its members.
const LARGE_TEAM: i64 = 2000;

/// Whether the embedded database, which goes about it as it is told, should look for the members of a team among all.
fn should_walk(conn: &mut Conn, people: &People) -> Result<bool> {
    let (Conn::Sqlite(_), Some(team)) = (&*conn, people.in_team) else { return Ok(false) };
    let nth = members_of_teams!([team]).offset(LARGE_TEAM).limit(1);
    Ok(people.order == Order::Name && nth.first::<Id>(conn).optional()?.is_some())
}

/// The people meant, in order.
pub fn list(conn: &mut Conn, people: &People, offset: i64, limit: i64) -> Result<Vec<User>> {
    let walk = should_walk(conn, people)?;
    let query = ordered!(narrowed!(people!(), people, walk), people);
    let rows: Vec<(Row, Option<BotPart>)> = query.offset(offset).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// The ids of the people meant, in order.
fn list_ids(conn: &mut Conn, people: &People, offset: i64, limit: i64) -> Result<Vec<Id>> {
    let all = users::table.left_join(bots::table.on(bots::user_id.eq(users::id))).select(users::id);
    let walk = should_walk(conn, people)?;
    let query = ordered!(narrowed!(all, people, walk), people);
    Ok(query.offset(offset).limit(limit).load(conn)?)
}

/// Those who are kept in memory, for work that runs on a thread of the database.
pub struct Known(Arc<Keeps>);

impl Known {
    /// The users of these ids; whoever is kept in memory is not read again.
    pub fn by_ids(&self, conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Arc<User>>> {
        let mut known: HashMap<Id, Arc<User>> =
            ids.iter().filter_map(|id| Some((*id, self.0.users.get(id)?))).collect();
        let missing: Vec<Id> = ids.iter().filter(|id| !known.contains_key(*id)).copied().collect();
        // These lack the terms they accepted, so they are shown but not kept.
        known.extend(by_ids(conn, &missing)?.into_iter().map(|user| (user.id, Arc::new(user))));
        Ok(known)
    }
}

impl Store {
    /// Those who are kept in memory.
    pub fn known_users(&self) -> Known {
        Known(self.kept.clone())
    }

    /// The people meant, in order; whoever is kept in memory is not read again, which is most of what a page costs.
    pub async fn list_users(&self, people: People, offset: i64, limit: i64) -> Result<Vec<Arc<User>>> {
        let known = self.known_users();
        self.read(move |conn| {
            let ids = list_ids(conn, &people, offset, limit)?;
            let known = known.by_ids(conn, &ids)?;
            Ok(ids.iter().filter_map(|id| known.get(id).cloned()).collect())
        })
        .await
    }
}

const BY_FULL_NAME: &str =
    "lower(COALESCE(NULLIF(TRIM(users.firstname || ' ' || users.lastname), ''), users.username))";

const BY_NICKNAME: &str = "lower(COALESCE(NULLIF(users.nickname, ''), NULLIF(TRIM(users.firstname || ' ' || \
                           users.lastname), ''), users.username))";

const PRESENCE_RANK: &str = "COALESCE((SELECT CASE s.status WHEN 'online' THEN 0 WHEN 'away' THEN 1 WHEN 'dnd' THEN 2 \
                             ELSE 3 END FROM status s WHERE s.userid = users.id), 3)";

const CHANNEL_RANK: &str = "COALESCE((SELECT CASE WHEN m.schemeadmin THEN 0 ELSE 1 END FROM channelmembers m \
                            WHERE m.userid = users.id AND m.channelid = ";

/// How many are meant.
pub fn count(conn: &mut Conn, people: &People) -> Result<i64> {
    let all = users::table.left_join(bots::table.on(bots::user_id.eq(users::id)));
    Ok(narrowed!(all, people).count().get_result(conn)?)
}
