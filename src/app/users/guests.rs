//! Guests: members made guests, guests made members, and what becomes of them where there are none.

use std::sync::Arc;

use super::account::{change_user, keep_an_admin};
use super::updated;
use crate::app::App;
use crate::app::channels::{join_standard, member_updated};
use crate::app::domains::settle;
use crate::app::roles::is_administrative;
use crate::app::teams::member_roles_updated;
use crate::auth::UserGrant;
use crate::auth::users::{Demote, Promote};
use crate::config::Settings;
use crate::events::access::AccessEvent;
use crate::events::users::UserEvent;
use crate::events::{Change, Event};
use crate::model::errors::{Result, users as codes};
use crate::model::sessions::props;
use crate::model::users::{Privacy, User};
use crate::model::{Id, now, roles};
use crate::store::{self, Tx};

impl App {
    /// Makes a guest a full member, of everything they are in, and of the standard channels of their teams.
    pub async fn promote(&self, grant: UserGrant<Promote>) -> Result<()> {
        let guest: Arc<User> = grant.user().clone();
        if !guest.is_guest() {
            return codes::NOT_A_GUEST.err();
        }
        let (snapshot, privacy, id) = (self.config.snapshot(), self.privacy(), guest.id);
        self.store
            .write(move |tx| {
                let events = make_member(tx, id, &snapshot.effective, privacy)?;
                Ok(Change::silent((), "the events follow").and_all(events))
            })
            .await
    }

    /// Makes a member a guest of everything they are in. From then on they hear and read nothing beyond it.
    pub async fn demote(&self, grant: UserGrant<Demote>) -> Result<()> {
        if grant.user().is_guest() {
            return codes::ALREADY_A_GUEST.err();
        }
        let (privacy, id) = (self.privacy(), grant.user().id);
        self.store
            .write(move |tx| {
                keep_an_admin(tx, id)?;
                let events = make_guest(tx, id, privacy)?;
                Ok(Change::silent((), "the events follow").and_all(events))
            })
            .await
    }

    /// Deactivates the guests that are left from when there were guests, before anybody is served.
    pub async fn shut_out_guests(&self) -> Result<()> {
        if self.config.snapshot().effective.guest_accounts.enable {
            return Ok(());
        }
        let guests = self.store.read(store::users::active_guests).await?.len();
        if guests > 0 {
            tracing::warn!(guests, "guest accounts are switched off: the guests are deactivated");
            self.deactivate_guests().await?;
        }
        Ok(())
    }

    /// Deactivates all guests, as guest accounts were switched off. Their sessions end.
    pub(in crate::app) async fn deactivate_guests(&self) -> Result<()> {
        let gone = self
            .store
            .write(move |tx| {
                let guests = store::users::active_guests(tx.conn())?;
                let mut events: Vec<Event> = Vec::with_capacity(guests.len());
                for user in &guests {
                    change_user(tx, *user, |user| user.delete_at = now())?;
                    store::sessions::delete_of_user(tx, *user, None)?;
                    events.push(AccessEvent::UserDeactivated { user: *user }.into());
                }
                let silent = Change::silent(guests, "they fall silent before others hear of it");
                Ok(silent.and_all(events).and(UserEvent::GuestsDeactivated))
            })
            .await?;
        for user in gone {
            self.end_status(user).await?;
        }
        Ok(())
    }
}

/// Makes a guest a full member; what is to be told of it.
pub(in crate::app) fn make_member(
    tx: &mut Tx<'_>,
    id: Id,
    settings: &Settings,
    privacy: Privacy,
) -> Result<Vec<Event>> {
    let user = change_user(tx, id, |user| user.roles = member_roles(user))?;
    let teams = store::teams::set_guest(tx, id, false)?;
    store::channels::set_guest(tx, id, false)?;
    let mut joined: Vec<Event> = Vec::new();
    for team in teams {
        joined.extend(join_standard(tx, team, &user, None, false, settings)?);
    }
    let known = AccessEvent::SystemRolesChanged { user: id, is_admin: false, is_guest: false };
    let mut events: Vec<Event> = vec![updated(tx, &user, privacy)?.into(), known.into()];
    mark_sessions(tx, id, false)?;
    events.extend(joined);
    events.extend(memberships(tx, id)?);
    events.extend(settle(tx, &user, settings)?);
    Ok(events)
}

/// Makes a member a guest of everything they are in; what is to be told of it.
pub(in crate::app) fn make_guest(tx: &mut Tx<'_>, id: Id, privacy: Privacy) -> Result<Vec<Event>> {
    let user = change_user(tx, id, |user| user.roles = guest_roles(user))?;
    store::teams::set_guest(tx, id, true)?;
    store::channels::set_guest(tx, id, true)?;
    mark_sessions(tx, id, true)?;
    let known = AccessEvent::SystemRolesChanged { user: id, is_admin: false, is_guest: true };
    let mut events: Vec<Event> = vec![known.into(), updated(tx, &user, privacy)?.into()];
    events.extend(memberships(tx, id)?);
    Ok(events)
}

fn member_roles(user: &User) -> String {
    let roles = user.role_names().map(|role| if role == roles::SYSTEM_GUEST { roles::SYSTEM_USER } else { role });
    roles.collect::<Vec<_>>().join(" ")
}

/// A guest administers nothing.
fn guest_roles(user: &User) -> String {
    let kept = user.role_names().filter(|role| !is_administrative(role));
    let roles = kept.map(|role| if role == roles::SYSTEM_USER { roles::SYSTEM_GUEST } else { role });
    roles.collect::<Vec<_>>().join(" ")
}

/// Notes in somebody's sessions whether they are a guest's.
fn mark_sessions(tx: &mut Tx<'_>, user: Id, guest: bool) -> Result<()> {
    for mut session in store::sessions::of_user(tx.conn(), user)? {
        session.props.insert(props::IS_GUEST.to_owned(), guest.to_string());
        store::sessions::save(tx, &session)?;
    }
    Ok(())
}

/// What somebody is told of their memberships, after all of them have changed.
fn memberships(tx: &mut Tx<'_>, user: Id) -> Result<Vec<Event>> {
    let teams = store::teams::members_of_user(tx.conn(), user)?;
    let channels = store::channels::members_of_user(tx.conn(), user)?;
    let mut events: Vec<Event> = teams.iter().map(|member| member_roles_updated(member).into()).collect();
    events.extend(channels.iter().map(|member| Event::from(member_updated(member))));
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_change_places() {
        let of = |roles: &str| User { roles: roles.into(), ..User::default() };
        assert_eq!(
            guest_roles(&of("system_admin system_user system_manager system_post_all")),
            "system_guest system_post_all"
        );
        assert_eq!(member_roles(&of("system_guest x")), "system_user x");
    }
}
