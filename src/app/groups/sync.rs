//! Bringing the members of teams and channels in line with the groups that these take members from.

use std::collections::HashSet;

use crate::app::App;
use crate::app::channels::{join_invited, member_updated, remove_by_group};
use crate::app::jobs::Run;
use crate::app::teams;
use crate::auth::SystemGrant;
use crate::auth::groups::PutIntoPlaces;
use crate::config::Settings;
use crate::events::{Change, Event};
use crate::model::errors::{Result, groups as codes, users as user_codes};
use crate::model::groups::Syncable;
use crate::model::posts::kinds;
use crate::model::roles::SchemeRoles;
use crate::model::users::LDAP;
use crate::model::{Id, now};
use crate::store::groups::Scope;
use crate::store::{self, Tx};

/// People who are moved in one transaction.
const AT_ONCE: usize = 50;

/// How many people came and went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::app) struct Moved {
    /// Memberships that began.
    pub came: usize,
    /// Memberships that ended.
    pub went: usize,
    /// Memberships that could not begin: another domain, a full team.
    pub refused: usize,
}

type Move = fn(&mut Tx<'_>, Id, Id, &Settings) -> Result<Vec<Event>>;

impl App {
    /// The job `group_sync`: one place, or all.
    pub async fn sync_group_places(&self, run: &mut Run) -> Result<()> {
        let team = Id::parse(run.data("team_id")).map(Syncable::Team);
        let place = team.or_else(|| Id::parse(run.data("channel_id")).map(Syncable::Channel));
        let moved = self.sync_places(Scope { place, ..Scope::default() }).await?;
        note(run, moved);
        Ok(())
    }

    /// Puts somebody of the directory into all teams and channels of their groups, also those they went from.
    pub async fn put_into_places(&self, _: SystemGrant<PutIntoPlaces>, user: Id) -> Result<()> {
        let found = self.store.user(user).await?.ok_or(user_codes::NOT_FOUND)?;
        if found.auth_service != LDAP {
            return codes::NOT_OF_DIRECTORY.err();
        }
        self.bring_in(Scope { user: Some(user), gone_too: true, place: None }).await.map(drop)
    }

    /// Brings places in line: who comes, who goes, who administers.
    pub(in crate::app) async fn sync_places(&self, scope: Scope) -> Result<Moved> {
        let mut moved = self.bring_in(scope).await?;
        let going = self.store.read(move |conn| store::groups::going_from_channels(conn, scope)).await?;
        moved.went += self.move_people(going, go_from_channel).await?.0;
        let going = self.store.read(move |conn| store::groups::going_from_teams(conn, scope)).await?;
        moved.went += self.move_people(going, go_from_team).await?.0;
        let places = match scope.place {
            Some(place) => vec![place],
            None => self.store.read(store::groups::places).await?,
        };
        for place in places {
            self.store.write(move |tx| sync_admins(tx, place)).await?;
        }
        Ok(moved)
    }

    async fn bring_in(&self, scope: Scope) -> Result<Moved> {
        let coming = self.store.read(move |conn| store::groups::coming_to_teams(conn, scope)).await?;
        let (to_teams, refused) = self.move_people(coming, come_to_team).await?;
        let coming = self.store.read(move |conn| store::groups::coming_to_channels(conn, scope)).await?;
        let (to_channels, more) = self.move_people(coming, come_to_channel).await?;
        Ok(Moved { came: to_teams + to_channels, refused: refused + more, ..Moved::default() })
    }

    /// Moves people, some in each transaction; answers how many were moved, and how many could not be.
    async fn move_people(&self, pairs: Vec<(Id, Id)>, one: Move) -> Result<(usize, usize)> {
        let (mut moved, mut refused) = (0, 0);
        for some in pairs.chunks(AT_ONCE) {
            let (some, snapshot) = (some.to_vec(), self.config.snapshot());
            let counts = self.store.write(move |tx| {
                let (mut moved, mut refused, mut events) = (0, 0, Vec::new());
                for (place, user) in some {
                    match one(tx, place, user, &snapshot.effective) {
                        Ok(told) => {
                            moved += 1;
                            events.extend(told);
                        }
                        Err(error) if error.status >= 500 => return Err(error),
                        Err(error) => {
                            tracing::info!(%error, %user, %place, "a group's member could not be put into a place");
                            refused += 1;
                        }
                    }
                }
                Ok(Change::silent((moved, refused), "the events follow").and_all(events))
            });
            let (more_moved, more_refused) = counts.await?;
            (moved, refused) = (moved + more_moved, refused + more_refused);
        }
        Ok((moved, refused))
    }
}

/// What came of it, for administrators.
pub(in crate::app) fn note(run: &mut Run, moved: Moved) {
    run.note("members_added", moved.came);
    run.note("members_removed", moved.went);
    run.note("members_refused", moved.refused);
}

fn come_to_team(tx: &mut Tx<'_>, team: Id, user: Id, settings: &Settings) -> Result<Vec<Event>> {
    let (team, user) = (store::teams::by_id(tx.conn(), team)?, store::users::by_id(tx.conn(), user)?);
    let (Some(team), Some(user)) = (team, user) else { return Ok(Vec::new()) };
    Ok(teams::join(tx, &team, &user, settings)?.into_parts().1)
}

/// Whoever is not in the team comes into it first, if groups do not keep them out.
fn come_to_channel(tx: &mut Tx<'_>, channel: Id, user: Id, settings: &Settings) -> Result<Vec<Event>> {
    let (channel, user) = (store::channels::by_id(tx.conn(), channel)?, store::users::by_id(tx.conn(), user)?);
    let (Some(channel), Some(user)) = (channel, user) else { return Ok(Vec::new()) };
    let mut events = Vec::new();
    let member = store::teams::member(tx.conn(), channel.team_id, user.id)?;
    if member.is_none_or(|member| member.delete_at != 0) {
        let Some(team) = store::teams::by_id(tx.conn(), channel.team_id)? else { return Ok(events) };
        teams::check_groups(tx, &team, &user)?;
        events.extend(teams::join(tx, &team, &user, settings)?.into_parts().1);
    }
    events.extend(join_invited(tx, &channel, &user)?);
    Ok(events)
}

fn go_from_team(tx: &mut Tx<'_>, team: Id, user: Id, settings: &Settings) -> Result<Vec<Event>> {
    let Some(user) = store::users::by_id(tx.conn(), user)? else { return Ok(Vec::new()) };
    Ok(teams::leave(tx, team, &user, kinds::REMOVE_FROM_TEAM, settings)?.into_parts().1)
}

fn go_from_channel(tx: &mut Tx<'_>, channel: Id, user: Id, _: &Settings) -> Result<Vec<Event>> {
    let (channel, user) = (store::channels::by_id(tx.conn(), channel)?, store::users::by_id(tx.conn(), user)?);
    let (Some(channel), Some(user)) = (channel, user) else { return Ok(Vec::new()) };
    remove_by_group(tx, &channel, &user)
}

/// Makes those administrators whose groups say so. Where groups decide on the members, and some of them are for
/// administrators, nobody else is one.
fn sync_admins(tx: &mut Tx<'_>, place: Syncable) -> Result<Change<()>> {
    let wanted: HashSet<Id> = store::groups::admins_of(tx.conn(), place)?.into_iter().collect();
    let (present, decides) = store::groups::present_admins(tx.conn(), place)?;
    let present: HashSet<Id> = present.into_iter().collect();
    let mut events = Vec::new();
    for user in wanted.difference(&present) {
        events.extend(set_admin(tx, place, *user, true)?);
    }
    if decides && !wanted.is_empty() {
        for user in present.difference(&wanted) {
            events.extend(set_admin(tx, place, *user, false)?);
        }
    }
    Ok(Change::silent((), "the events follow").and_all(events))
}

fn set_admin(tx: &mut Tx<'_>, place: Syncable, user: Id, is_admin: bool) -> Result<Option<Event>> {
    let with = |scheme: SchemeRoles| SchemeRoles { scheme_admin: is_admin, ..scheme };
    Ok(match place {
        Syncable::Team(team) => {
            let member = store::teams::member(tx.conn(), team, user)?;
            let Some(mut member) = member.filter(|m| m.delete_at == 0 && !m.scheme.scheme_guest) else {
                return Ok(None);
            };
            let explicit = member.explicit_roles.clone();
            member.set_roles(with(member.scheme), &explicit);
            store::teams::save_member(tx, &member)?;
            Some(teams::member_roles_updated(&member).into())
        }
        Syncable::Channel(channel) => {
            let member = store::channels::member(tx.conn(), channel, user)?;
            let Some(mut member) = member.filter(|m| !m.scheme.scheme_guest) else { return Ok(None) };
            let explicit = member.explicit_roles.clone();
            member.set_roles(with(member.scheme), &explicit);
            member.last_update_at = now();
            store::channels::save_member(tx, &member)?;
            Some(member_updated(&member).into())
        }
    })
}
