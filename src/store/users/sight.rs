//! Whom somebody sees.

use std::collections::HashSet;

use diesel::prelude::*;

use super::by_ids;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::users::{Sight, User};
use crate::store::conn::Conn;
use crate::store::schema::{channel_members, channels, team_members, users};
use crate::store::types::EnumText;

/// The members of a team, or of any of these.
macro_rules! members_of_teams {
    ($teams:expr) => {
        team_members::table
            .filter(team_members::team_id.eq_any($teams).and(team_members::delete_at.eq(0)))
            .select(team_members::user_id)
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

/// The bots that somebody sees wherever they are: their own, and the one in whose name the server speaks.
macro_rules! own_bots_of {
    ($user:expr) => {{
        use $crate::store::schema::bots;
        let (programs, accounts) = diesel::alias!(bots as programs, users as accounts);
        let speakers = accounts
            .filter(accounts.field(users::username).eq($crate::model::bots::SYSTEM_BOT))
            .select(accounts.field(users::id));
        programs
            .filter(
                programs.field(bots::owner_id).eq($user.to_string()).or(programs.field(bots::user_id).eq_any(speakers)),
            )
            .select(programs.field(bots::user_id))
    }};
}

/// Leaves in a boxed query on `users` only those whom somebody sees.
macro_rules! seen_by {
    ($query:expr, $sight:expr) => {
        match $sight {
            Sight::All => $query,
            Sight::Shared { teams, user, bots } => {
                let known = users::id
                    .eq_any(members_of_teams!(teams.clone()))
                    .or(users::id.eq_any(sharing_channels_with!(*user)))
                    .or(users::id.eq(*user));
                match bots {
                    true => $query.filter(known.or(users::id.eq_any($crate::store::users::own_bots_of!(*user)))),
                    false => $query.filter(known),
                }
            }
        }
    };
}

pub(in crate::store) use {members_of_teams, own_bots_of, seen_by, sharing_channels_with};

/// Those of these users whom somebody sees. They are looked for by their ids: whoever is in large teams and channels sees
/// many more than are ever asked for at once.
pub fn visible(conn: &mut Conn, ids: &[Id], sight: &Sight) -> Result<HashSet<Id>> {
    let mut seen = HashSet::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        seen.extend(visible_among(conn, chunk, sight)?);
    }
    Ok(seen)
}

fn visible_among(conn: &mut Conn, ids: &[Id], sight: &Sight) -> Result<Vec<Id>> {
    let Sight::Shared { teams, user, bots } = sight else {
        return Ok(users::table.filter(users::id.eq_any(ids)).select(users::id).load(conn)?);
    };
    let mut seen: Vec<Id> = ids.iter().filter(|id| *id == user).copied().collect();
    let left = |seen: &[Id]| ids.iter().filter(|id| !seen.contains(id)).copied().collect::<Vec<Id>>();
    if !teams.is_empty() {
        let sharing = members_of_teams!(teams).filter(team_members::user_id.eq_any(left(&seen)));
        seen.extend(sharing.distinct().load::<Id>(conn)?);
    }
    let (theirs, mine) = diesel::alias!(channel_members as theirs, channel_members as mine);
    let channels =
        mine.filter(mine.field(channel_members::user_id).eq(*user)).select(mine.field(channel_members::channel_id));
    let meeting = theirs
        .filter(theirs.field(channel_members::user_id).eq_any(left(&seen)))
        .filter(theirs.field(channel_members::channel_id).eq_any(channels))
        .select(theirs.field(channel_members::user_id));
    seen.extend(meeting.distinct().load::<Id>(conn)?);
    if *bots {
        let own = users::table.filter(users::id.eq_any(left(&seen)).and(users::id.eq_any(own_bots_of!(*user))));
        seen.extend(own.select(users::id).load::<Id>(conn)?);
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
    let people = by_ids(conn, &ids)?;
    let in_group =
        |user: &User| members.iter().filter(|(_, m)| *m == user.id).map(|(group, _)| *group).collect::<Vec<_>>();
    Ok(people
        .into_iter()
        .flat_map(|user| in_group(&user).into_iter().map(move |group| (group, user.clone())))
        .collect())
}
