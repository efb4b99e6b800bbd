//! Who is to come into teams and channels because of groups, and who is to go.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::model::Id;
use crate::model::errors::Result;
use crate::model::groups::Syncable;
use crate::store::conn::Conn;
use crate::store::schema::{
    bots, channel_member_history, channel_members, channels, group_channels, group_members, group_teams, team_members,
    teams, user_groups, users,
};

/// For whom it is asked; the default is for everybody and everywhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope {
    /// Only this team or channel.
    pub place: Option<Syncable>,
    /// Only this user.
    pub user: Option<Id>,
    /// Those as well who went since they came into the group.
    pub gone_too: bool,
}

impl Scope {
    fn team(&self) -> Option<Id> {
        match self.place {
            Some(Syncable::Team(team)) => Some(team),
            _ => None,
        }
    }

    fn channel(&self) -> Option<Id> {
        match self.place {
            Some(Syncable::Channel(channel)) => Some(channel),
            _ => None,
        }
    }
}

/// Who is to come into a team: (team, user), each once. Whoever went from it since they came into the group stays away.
pub fn coming_to_teams(conn: &mut Conn, scope: Scope) -> Result<Vec<(Id, Id)>> {
    if scope.channel().is_some() {
        return Ok(Vec::new());
    }
    let is_pair = team_members::team_id.eq(group_teams::team_id).and(team_members::user_id.eq(group_members::user_id));
    let stays = team_members::delete_at.eq(0);
    let mut query = group_members::table
        .inner_join(group_teams::table.on(group_teams::group_id.eq(group_members::group_id)))
        .inner_join(user_groups::table.on(user_groups::id.eq(group_members::group_id)))
        .inner_join(teams::table.on(teams::id.eq(group_teams::team_id)))
        .inner_join(users::table.on(users::id.eq(group_members::user_id)))
        .filter(group_members::delete_at.eq(0).and(group_teams::delete_at.eq(0)).and(group_teams::auto_add.eq(true)))
        .filter(user_groups::delete_at.eq(0).and(teams::delete_at.eq(0)).and(users::delete_at.eq(0)))
        .select((group_teams::team_id, group_members::user_id))
        .distinct()
        .into_boxed();
    query = match scope.gone_too {
        true => query.filter(not(exists(team_members::table.filter(is_pair).filter(stays)))),
        false => {
            let later = team_members::delete_at.ge(group_members::create_at);
            query.filter(not(exists(team_members::table.filter(is_pair).filter(stays.or(later)))))
        }
    };
    if let Some(team) = scope.team() {
        query = query.filter(group_teams::team_id.eq(team));
    }
    if let Some(user) = scope.user {
        query = query.filter(group_members::user_id.eq(user));
    }
    Ok(query.load(conn)?)
}

/// Who is to come into a channel: (channel, user), each once. Whoever went from it since they came into the group stays
/// away.
pub fn coming_to_channels(conn: &mut Conn, scope: Scope) -> Result<Vec<(Id, Id)>> {
    if scope.team().is_some() {
        return Ok(Vec::new());
    }
    let is_pair = channel_members::channel_id
        .eq(group_channels::channel_id)
        .and(channel_members::user_id.eq(group_members::user_id));
    let mut query = group_members::table
        .inner_join(group_channels::table.on(group_channels::group_id.eq(group_members::group_id)))
        .inner_join(user_groups::table.on(user_groups::id.eq(group_members::group_id)))
        .inner_join(channels::table.on(channels::id.eq(group_channels::channel_id)))
        .inner_join(users::table.on(users::id.eq(group_members::user_id)))
        .filter(group_members::delete_at.eq(0).and(group_channels::delete_at.eq(0)))
        .filter(group_channels::auto_add.eq(true))
        .filter(user_groups::delete_at.eq(0).and(channels::delete_at.eq(0)).and(users::delete_at.eq(0)))
        .filter(not(exists(channel_members::table.filter(is_pair))))
        .select((group_channels::channel_id, group_members::user_id))
        .distinct()
        .into_boxed();
    if !scope.gone_too {
        let left = channel_member_history::table
            .filter(channel_member_history::channel_id.eq(group_channels::channel_id))
            .filter(channel_member_history::user_id.eq(group_members::user_id))
            .filter(channel_member_history::leave_time.ge(group_members::create_at.nullable()));
        query = query.filter(not(exists(left)));
    }
    if let Some(channel) = scope.channel() {
        query = query.filter(group_channels::channel_id.eq(channel));
    }
    if let Some(user) = scope.user {
        query = query.filter(group_members::user_id.eq(user));
    }
    Ok(query.load(conn)?)
}

/// Who is to go from a team whose members groups decide on: (team, user). Bots stay, and where no group is tied, all.
pub fn going_from_teams(conn: &mut Conn, scope: Scope) -> Result<Vec<(Id, Id)>> {
    if scope.channel().is_some() {
        return Ok(Vec::new());
    }
    let in_group = group_members::table
        .inner_join(group_teams::table.on(group_teams::group_id.eq(group_members::group_id)))
        .inner_join(user_groups::table.on(user_groups::id.eq(group_members::group_id)))
        .filter(group_teams::team_id.eq(team_members::team_id).and(group_members::user_id.eq(team_members::user_id)))
        .filter(group_members::delete_at.eq(0).and(group_teams::delete_at.eq(0)).and(user_groups::delete_at.eq(0)));
    let tied = group_teams::table.filter(group_teams::delete_at.eq(0)).select(group_teams::team_id);
    let mut query = team_members::table
        .inner_join(teams::table.on(teams::id.eq(team_members::team_id)))
        .filter(team_members::delete_at.eq(0).and(teams::delete_at.eq(0)).and(teams::group_constrained.eq(true)))
        .filter(not(exists(bots::table.filter(bots::user_id.eq(team_members::user_id)))))
        .filter(not(exists(in_group)))
        .filter(team_members::team_id.eq_any(tied))
        .select((team_members::team_id, team_members::user_id))
        .into_boxed();
    if let Some(team) = scope.team() {
        query = query.filter(team_members::team_id.eq(team));
    }
    Ok(query.load(conn)?)
}

/// Who is to go from a channel whose members groups decide on: (channel, user). Bots stay, and where no group is tied,
/// all.
pub fn going_from_channels(conn: &mut Conn, scope: Scope) -> Result<Vec<(Id, Id)>> {
    if scope.team().is_some() {
        return Ok(Vec::new());
    }
    let in_group = group_members::table
        .inner_join(group_channels::table.on(group_channels::group_id.eq(group_members::group_id)))
        .inner_join(user_groups::table.on(user_groups::id.eq(group_members::group_id)))
        .filter(group_channels::channel_id.eq(channel_members::channel_id))
        .filter(group_members::user_id.eq(channel_members::user_id).and(group_members::delete_at.eq(0)))
        .filter(group_channels::delete_at.eq(0).and(user_groups::delete_at.eq(0)));
    let tied = group_channels::table.filter(group_channels::delete_at.eq(0)).select(group_channels::channel_id);
    let mut query = channel_members::table
        .inner_join(channels::table.on(channels::id.eq(channel_members::channel_id)))
        .filter(channels::delete_at.eq(0).and(channels::group_constrained.eq(true)))
        .filter(not(exists(bots::table.filter(bots::user_id.eq(channel_members::user_id)))))
        .filter(not(exists(in_group)))
        .filter(channel_members::channel_id.eq_any(tied))
        .select((channel_members::channel_id, channel_members::user_id))
        .into_boxed();
    if let Some(channel) = scope.channel() {
        query = query.filter(channel_members::channel_id.eq(channel));
    }
    Ok(query.load(conn)?)
}

/// Whom groups make administrators of a place.
pub fn admins_of(conn: &mut Conn, place: Syncable) -> Result<Vec<Id>> {
    macro_rules! of {
        ($t:ident, $place:ident, $id:expr) => {
            group_members::table
                .inner_join($t::table.on($t::group_id.eq(group_members::group_id)))
                .inner_join(user_groups::table.on(user_groups::id.eq(group_members::group_id)))
                .filter($t::$place.eq($id).and($t::scheme_admin.eq(true)).and($t::delete_at.eq(0)))
                .filter(group_members::delete_at.eq(0).and(user_groups::delete_at.eq(0)))
                .select(group_members::user_id)
                .distinct()
                .load(conn)?
        };
    }
    Ok(match place {
        Syncable::Team(team) => of!(group_teams, team_id, team),
        Syncable::Channel(channel) => of!(group_channels, channel_id, channel),
    })
}

/// All places that take members from groups, and those whose members groups decide on.
pub fn places(conn: &mut Conn) -> Result<Vec<Syncable>> {
    let teams: Vec<Id> =
        group_teams::table.filter(group_teams::delete_at.eq(0)).select(group_teams::team_id).distinct().load(conn)?;
    let channels: Vec<Id> = group_channels::table
        .filter(group_channels::delete_at.eq(0))
        .select(group_channels::channel_id)
        .distinct()
        .load(conn)?;
    Ok(teams.into_iter().map(Syncable::Team).chain(channels.into_iter().map(Syncable::Channel)).collect())
}

/// Who administers a place, and whether groups decide on its members.
pub fn present_admins(conn: &mut Conn, place: Syncable) -> Result<(Vec<Id>, bool)> {
    Ok(match place {
        Syncable::Team(team) => {
            let of = team_members::table.filter(team_members::team_id.eq(team).and(team_members::delete_at.eq(0)));
            let admins = of.filter(team_members::scheme_admin.eq(true)).select(team_members::user_id).load(conn)?;
            let decides = teams::table.filter(teams::id.eq(team)).select(teams::group_constrained);
            (admins, decides.first(conn).optional()?.flatten() == Some(true))
        }
        Syncable::Channel(channel) => {
            let of = channel_members::table.filter(channel_members::channel_id.eq(channel));
            let admins =
                of.filter(channel_members::scheme_admin.eq(true)).select(channel_members::user_id).load(conn)?;
            let decides = channels::table.filter(channels::id.eq(channel)).select(channels::group_constrained);
            (admins, decides.first(conn).optional()?.flatten() == Some(true))
        }
    })
}
