//! Permission schemes: made, changed, given to teams and channels (permissions.md §6).

use super::App;
use super::channels::updated;
use super::teams::{seen_by, told};
use crate::auth::SystemGrant;
use crate::auth::system::{ManageSystem, ReadSchemeChannels, ReadSchemeTeams, ReadSchemes, WriteSchemes};
use crate::events::Change;
use crate::events::teams::TeamEvent;
use crate::model::channels::Channel;
use crate::model::errors::{Result, channels as channel_codes, roles as codes, teams as team_codes};
use crate::model::roles::schemes::{CHANNEL_SCOPE, Scheme, SchemeInput, SchemePatch, TEAM_SCOPE};
use crate::model::teams::Team;
use crate::model::{Id, now};
use crate::store::conn::Conn;
use crate::store::{self, Tx};

impl App {
    /// A page of the living schemes of a scope (`""` for all), the newest first.
    pub async fn schemes(
        &self,
        _: SystemGrant<ReadSchemes>,
        scope: String,
        (offset, limit): (i64, i64),
    ) -> Result<Vec<Scheme>> {
        self.store.read(move |conn| store::schemes::page(conn, &scope, offset, limit)).await
    }

    /// The scheme of that id, also a deleted one.
    pub async fn scheme(&self, _: SystemGrant<ReadSchemes>, id: Id) -> Result<Scheme> {
        self.store.read(move |conn| present(conn, id)).await
    }

    /// Makes a scheme whose roles begin as copies of the standard ones. Nobody has it yet.
    pub async fn create_scheme(&self, _: SystemGrant<WriteSchemes>, input: SchemeInput) -> Result<Scheme> {
        self.store.write(move |tx| Ok(Change::silent(make(tx, input)?, "nobody has a new scheme"))).await
    }

    /// Changes the names of a scheme.
    pub async fn patch_scheme(&self, _: SystemGrant<WriteSchemes>, id: Id, patch: SchemePatch) -> Result<Scheme> {
        self.store
            .write(move |tx| {
                let scheme = present(tx.conn(), id)?.patched(&patch);
                scheme.validate()?;
                store::schemes::save(tx, &scheme)?;
                Ok(Change::silent(scheme, "how a scheme is called concerns only administrators"))
            })
            .await
    }

    /// Deletes a scheme; whoever had it has the standard roles again.
    pub async fn delete_scheme(&self, _: SystemGrant<WriteSchemes>, id: Id) -> Result<()> {
        self.store
            .write(move |tx| {
                let scheme = present(tx.conn(), id)?;
                erase(tx, scheme)?;
                Ok(Change::silent((), "clients see it when they next load"))
            })
            .await
    }

    /// A page of the teams that have a scheme, by display name.
    pub async fn teams_of_scheme(
        &self,
        grant: SystemGrant<ReadSchemeTeams>,
        id: Id,
        (offset, limit): (i64, i64),
    ) -> Result<Vec<Team>> {
        let work = move |conn: &mut Conn| {
            check_scope(&present(conn, id)?, TEAM_SCOPE, codes::SCHEME_NO_TEAMS)?;
            store::teams::of_scheme(conn, id, offset, limit)
        };
        let teams = self.store.read(work).await?;
        Ok(teams.into_iter().map(|team| seen_by(team, grant.actor())).collect())
    }

    /// A page of the channels that have a scheme, by display name.
    pub async fn channels_of_scheme(
        &self,
        _: SystemGrant<ReadSchemeChannels>,
        id: Id,
        (offset, limit): (i64, i64),
    ) -> Result<Vec<Channel>> {
        let work = move |conn: &mut Conn| {
            check_scope(&present(conn, id)?, CHANNEL_SCOPE, codes::SCHEME_NO_CHANNELS)?;
            store::channels::of_scheme(conn, id, offset, limit)
        };
        self.store.read(work).await
    }

    /// Gives a team a scheme, or the standard roles; its members are told.
    pub async fn set_team_scheme(&self, _: SystemGrant<WriteSchemes>, team: Id, scheme: Option<Id>) -> Result<()> {
        self.store
            .write(move |tx| {
                if let Some(id) = scheme {
                    check_for_team(tx, id)?;
                }
                let old = store::teams::by_id(tx.conn(), team)?.ok_or(team_codes::NOT_FOUND)?;
                let changed = Team { scheme_id: scheme, update_at: now(), ..old };
                store::teams::save(tx, &changed)?;
                store::schemes::changed_hands(tx);
                Ok(Change::emit((), TeamEvent::SchemeUpdated { team, value: told(&changed) }))
            })
            .await
    }

    /// Gives a channel a scheme; its members are told.
    pub async fn set_channel_scheme(&self, _: SystemGrant<ManageSystem>, channel: Id, scheme: Id) -> Result<()> {
        self.store
            .write(move |tx| {
                check_scope(&in_force(tx.conn(), scheme)?, CHANNEL_SCOPE, codes::SCHEME_CHANNEL_SCOPE)?;
                let old = store::channels::by_id(tx.conn(), channel)?;
                let old = old.ok_or_else(|| channel_codes::NOT_FOUND.with(&[&channel]))?;
                if old.is_conversation() {
                    return team_codes::NOT_FOUND.err();
                }
                let changed = give(tx, old, Some(scheme))?;
                Ok(Change::emit((), updated(&changed)))
            })
            .await
    }
}

/// The scheme of that id.
fn present(conn: &mut Conn, id: Id) -> Result<Scheme> {
    store::schemes::by_id(conn, id)?.ok_or_else(|| codes::SCHEME_NOT_FOUND.error())
}

/// The scheme of that id, to be given to somebody: what its names stand for is gone with a deleted one.
fn in_force(conn: &mut Conn, id: Id) -> Result<Scheme> {
    let scheme = present(conn, id)?;
    if scheme.delete_at == 0 { Ok(scheme) } else { codes::SCHEME_NOT_FOUND.err() }
}

fn check_scope(scheme: &Scheme, scope: &str, refusal: crate::model::Code) -> Result<()> {
    if scheme.scope == scope { Ok(()) } else { refusal.err() }
}

/// Refuses a scheme that no team may have.
pub(in crate::app) fn check_for_team(tx: &mut Tx<'_>, scheme: Id) -> Result<()> {
    check_scope(&in_force(tx.conn(), scheme)?, TEAM_SCOPE, codes::SCHEME_TEAM_SCOPE)
}

/// Makes a scheme and its roles.
pub(in crate::app) fn make(tx: &mut Tx<'_>, input: SchemeInput) -> Result<Scheme> {
    let table = store::roles::table(tx.conn())?;
    let (scheme, roles) = Scheme::new(input, &table)?;
    for role in &roles {
        store::roles::insert(tx, role)?;
    }
    store::schemes::insert(tx, &scheme)?;
    Ok(scheme)
}

/// Takes a scheme from all that have it, and deletes it with its roles.
pub(in crate::app) fn erase(tx: &mut Tx<'_>, scheme: Scheme) -> Result<()> {
    let at = now();
    store::schemes::take_from_all(tx, scheme.id)?;
    store::roles::delete_named(tx, &scheme.role_names(), at)?;
    store::schemes::save(tx, &Scheme { update_at: at, delete_at: at, ..scheme })
}

/// Gives a channel a scheme, or that of its team.
pub(in crate::app) fn give(tx: &mut Tx<'_>, channel: Channel, scheme: Option<Id>) -> Result<Channel> {
    let changed = Channel { scheme_id: scheme, update_at: now(), ..channel };
    store::channels::save(tx, &changed)?;
    store::schemes::changed_hands(tx);
    Ok(changed)
}
