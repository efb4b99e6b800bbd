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

/// Leaves in a boxed query on `users` only those whom somebody sees.
macro_rules! seen_by {
    ($query:expr, $sight:expr) => {
        match $sight {
            Sight::All => $query,
            Sight::Shared { teams, user } => $query.filter(
                users::id
                    .eq_any(members_of_teams!(teams.clone()))
                    .or(users::id.eq_any(sharing_channels_with!(*user)))
                    .or(users::id.eq(*user)),
            ),
        }
    };
}

pub(in crate::store) use {members_of_teams, seen_by, sharing_channels_with};

/// Whether somebody is among those whom another sees.
pub fn in_sight(conn: &mut Conn, user: Id, sight: &Sight) -> Result<bool> {
    Ok(!visible(conn, vec![user], sight)?.is_empty())
}

/// Those of these users whom somebody sees.
pub fn visible(conn: &mut Conn, ids: Vec<Id>, sight: &Sight) -> Result<HashSet<Id>> {
    let mut seen = HashSet::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let these = users::table.filter(users::id.eq_any(chunk)).select(users::id).into_boxed();
        let found: Vec<Id> = seen_by!(these, sight).load(conn)?;
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
    let people = by_ids(conn, &ids)?;
    let in_group =
        |user: &User| members.iter().filter(|(_, m)| *m == user.id).map(|(group, _)| *group).collect::<Vec<_>>();
    Ok(people
        .into_iter()
        .flat_map(|user| in_group(&user).into_iter().map(move |group| (group, user.clone())))
        .collect())
}
