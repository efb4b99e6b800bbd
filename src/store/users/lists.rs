//! Lists, searches and counts of people: one description, one query.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Text};

use super::{BotPart, Row, by_ids};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::roles::{SYSTEM_USER, SchemeRoleNames};
use crate::model::users::{Sight, User};
use crate::store::Store;
use crate::store::conn::{Conn, MultiBackend};
use crate::store::kept::Keeps;
use crate::store::schema::{bots, channel_members, channels, group_members, status, team_members, users};
use crate::store::types::EnumText;

diesel::define_sql_function! {
    /// Lower case; the embedded database knows that of ASCII letters only.
    fn lower(text: Text) -> Text;
}

/// In which order people are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// The newest accounts first.
    Newest,
    /// The most recently active first; those without a sign of life are left out.
    Active,
    /// By presence: online, away, not to be disturbed, offline; then by name. For the members of a channel.
    Presence,
    /// A channel's administrators first, then by name.
    ChannelAdmin,
}

/// Which texts a search looks at besides names and nicknames.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fields {
    /// First and last names.
    pub full_names: bool,
    /// Mail addresses.
    pub emails: bool,
}

/// Whom to list. The default is everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Whom the asker sees at all.
    pub sight: Sight,
    /// Members of this team.
    pub in_team: Option<Id>,
    /// Not members of this team.
    pub not_in_team: Option<Id>,
    /// Members of this channel.
    pub in_channel: Option<Id>,
    /// Not members of this channel.
    pub not_in_channel: Option<Id>,
    /// Members of this group.
    pub in_group: Option<Id>,
    /// Not members of this group.
    pub not_in_group: Option<Id>,
    /// In no team.
    pub without_team: bool,
    /// Active ones (true) or deactivated ones (false) only.
    pub active: Option<bool>,
    /// Bots as well.
    pub bots: bool,
    /// A system role they hold, if not empty.
    pub role: String,
    /// They hold one of these; nobody is left out if all three are empty.
    pub roles: Roles,
    /// Texts that must all be found, each somewhere.
    pub words: Vec<String>,
    /// Where words are looked for.
    pub fields: Fields,
    /// In which order.
    pub order: Order,
}

/// Roles by where they are held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// In the system.
    pub system: Vec<String>,
    /// In the team that is listed.
    pub team: Vec<String>,
    /// In the channel that is listed.
    pub channel: Vec<String>,
}

impl Roles {
    /// `system_user` means those who are nothing more (golden users/list-team-roles).
    fn plain(&self) -> Vec<&'static str> {
        if self.system.iter().any(|role| role == SYSTEM_USER) { vec![SYSTEM_USER] } else { Vec::new() }
    }
}

impl Default for People {
    fn default() -> Self {
        People {
            sight: Sight::All,
            in_team: None,
            not_in_team: None,
            in_channel: None,
            not_in_channel: None,
            in_group: None,
            not_in_group: None,
            without_team: false,
            active: None,
            bots: true,
            role: String::new(),
            roles: Roles::default(),
            words: Vec::new(),
            fields: Fields::default(),
            order: Order::default(),
        }
    }
}

/// `text` anywhere, as a pattern.
pub(in crate::store) fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The patterns that find a word whatever its case, each once. The embedded database lowers ASCII letters only, so others
/// are looked for as they are written small, with a capital, and all in capitals.
fn patterns(word: &str) -> Vec<String> {
    let small = word.to_lowercase();
    let mut letters = small.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let large = small.to_uppercase();
    let mut patterns = vec![anywhere(&small)];
    for form in [capital, large].map(|form| anywhere(&form.to_ascii_lowercase())) {
        if !patterns.contains(&form) {
            patterns.push(form);
        }
    }
    patterns
}

macro_rules! like {
    ($column:expr, $pattern:ident) => {
        lower($column).like($pattern.clone()).escape('\\')
    };
}

/// The members of a team, or of any of these.
macro_rules! members_of_teams {
    ($teams:expr) => {
        team_members::table
            .filter(team_members::team_id.eq_any($teams).and(team_members::delete_at.eq(0)))
            .select(team_members::user_id)
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

/// Those who share a channel with somebody.
macro_rules! sharing_channels_with {
    ($user:expr) => {{
        let (theirs, mine) = diesel::alias!(channel_members as theirs, channel_members as mine);
        let channels_of =
            mine.filter(mine.field(channel_members::user_id).eq($user)).select(mine.field(channel_members::channel_id));
        theirs
            .filter(theirs.field(channel_members::channel_id).eq_any(channels_of))
            .select(theirs.field(channel_members::user_id))
    }};
}

pub(in crate::store) use sharing_channels_with;

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
        if let Sight::Shared { teams, user } = &$people.sight {
            query = query.filter(
                users::id
                    .eq_any(members_of_teams!(teams.clone()))
                    .or(users::id.eq_any(sharing_channels_with!(*user)))
                    .or(users::id.eq(*user)),
            );
        }
        query
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

const PRESENCE_RANK: &str = "COALESCE((SELECT CASE s.status WHEN 'online' THEN 0 WHEN 'away' THEN 1 WHEN 'dnd' THEN 2 \
                             ELSE 3 END FROM status s WHERE s.userid = users.id), 3)";

const CHANNEL_RANK: &str = "COALESCE((SELECT CASE WHEN m.schemeadmin THEN 0 ELSE 1 END FROM channelmembers m \
                            WHERE m.userid = users.id AND m.channelid = ";

/// How many are meant.
pub fn count(conn: &mut Conn, people: &People) -> Result<i64> {
    let all = users::table.left_join(bots::table.on(bots::user_id.eq(users::id)));
    Ok(narrowed!(all, people).count().get_result(conn)?)
}

/// Whether somebody is among those whom another sees.
pub fn in_sight(conn: &mut Conn, user: Id, sight: &Sight) -> Result<bool> {
    let people = People { sight: sight.clone(), ..People::default() };
    let all = users::table.left_join(bots::table.on(bots::user_id.eq(users::id)));
    Ok(narrowed!(all, people).filter(users::id.eq(user)).count().get_result::<i64>(conn)? > 0)
}

/// Those of these users whom somebody sees.
pub fn visible(conn: &mut Conn, ids: Vec<Id>, sight: Sight) -> Result<HashSet<Id>> {
    let people = People { sight, ..People::default() };
    let mut seen = HashSet::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let all = users::table.left_join(bots::table.on(bots::user_id.eq(users::id))).select(users::id);
        let found: Vec<Id> = narrowed!(all, people).filter(users::id.eq_any(chunk)).load(conn)?;
        seen.extend(found);
    }
    Ok(seen)
}

/// The ids of those who share a channel with somebody.
pub fn known_to(conn: &mut Conn, user: Id) -> Result<Vec<Id>> {
    let sharing = sharing_channels_with!(user);
    let others = users::table.filter(users::id.eq_any(sharing).and(users::id.ne(user)));
    Ok(others.select(users::id).load(conn)?)
}

/// The other members of these group messages, of those that somebody is in: (channel, member), by name.
pub fn in_group_messages(conn: &mut Conn, user: Id, groups: &[Id]) -> Result<Vec<(Id, User)>> {
    let mine = channel_members::table.filter(channel_members::user_id.eq(user)).select(channel_members::channel_id);
    let known: Vec<Id> = channels::table
        .filter(channels::kind.eq(EnumText("G".to_owned())).and(channels::id.eq_any(mine)))
        .filter(channels::id.eq_any(groups))
        .select(channels::id)
        .load(conn)?;
    let members: Vec<(Id, Id)> = channel_members::table
        .filter(channel_members::channel_id.eq_any(&known).and(channel_members::user_id.ne(user)))
        .select((channel_members::channel_id, channel_members::user_id))
        .load(conn)?;
    let ids: Vec<Id> = members.iter().map(|(_, member)| *member).collect();
    let people = super::by_ids(conn, &ids)?;
    let in_group =
        |user: &User| members.iter().filter(|(_, m)| *m == user.id).map(|(group, _)| *group).collect::<Vec<_>>();
    Ok(people
        .into_iter()
        .flat_map(|user| in_group(&user).into_iter().map(move |group| (group, user.clone())))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_plain_characters() {
        assert_eq!(anywhere("50%_\\"), "%50\\%\\_\\\\%");
        assert_eq!(patterns("ÖZIL"), ["%özil%", "%Özil%"]);
        assert_eq!(patterns("Ann"), ["%ann%"]);
    }
}
