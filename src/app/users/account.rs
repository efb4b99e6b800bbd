//! What administrators do to accounts, and closing one's own.

use super::updated;
use crate::app::App;
use crate::app::bots::disable_bots_of;
use crate::app::mail::{Outgoing, queue};
use crate::auth::UserGrant;
use crate::auth::users::{Activate, Administer, ChangeRoles, DeactivateOneself, DeleteUser};
use crate::events::access::AccessEvent;
use crate::events::users::UserEvent;
use crate::events::{Change, Event};
use crate::filestore::profile_picture;
use crate::model::bots::Bot;
use crate::model::errors::{Result, bots as bot_codes, roles as role_codes, users as codes};
use crate::model::permissions::Permission;
use crate::model::roles;
use crate::model::users::{Privacy, User, UserAuth};
use crate::model::{Id, now};
use crate::outbound::mail::Letter;
use crate::store::{self, Tx};

/// The longest name of a log-in provider, in bytes.
const SERVICE_MAX: usize = 32;

impl App {
    /// Gives somebody other system roles, separated by spaces.
    pub async fn change_roles(&self, grant: UserGrant<ChangeRoles>, wished: &str) -> Result<()> {
        let table = self.store.roles().await?;
        let names: Vec<String> = wished.split_whitespace().map(str::to_owned).collect();
        if names.iter().any(|name| table.get(name).is_none()) {
            return role_codes::UNKNOWN_ROLE.err();
        }
        let is_admin = table.allow(names.iter().map(String::as_str)).contains(Permission::manage_system);
        let is_guest = names.iter().any(|name| name == roles::SYSTEM_GUEST);
        let (id, roles) = (grant.user().id, names.join(" "));
        if roles.len() > User::ROLES_MAX {
            return codes::ROLES_LIMIT.err();
        }
        self.store
            .write(move |tx| {
                if !names.iter().any(|name| name == roles::SYSTEM_ADMIN) {
                    keep_an_admin(tx, id)?;
                }
                change_user(tx, id, |user| user.roles.clone_from(&roles))?;
                Ok(Change::emit((), UserEvent::RolesUpdated { user: id, roles, is_admin, is_guest }))
            })
            .await
    }

    /// Activates or deactivates somebody's account, or activates one's own.
    pub async fn activate(&self, grant: UserGrant<Activate>, active: bool) -> Result<()> {
        let guests = self.config.snapshot().effective.guest_accounts.enable;
        if active && grant.user().is_guest() && !guests {
            return codes::GUEST_ACTIVATION_OFF.err();
        }
        self.switch_account(grant.user().id, active, None, true).await
    }

    /// Deactivates one's own account.
    pub async fn deactivate_oneself(&self, grant: UserGrant<DeactivateOneself>) -> Result<()> {
        let user = grant.user();
        let letter = self.letter(&user.email, &user.locale, &Letter::Deactivated);
        self.switch_account(user.id, false, letter, true).await
    }

    /// Deactivates an account in the way of an erasure, of which only the change of the account is told.
    pub async fn delete_user(&self, grant: UserGrant<DeleteUser>) -> Result<()> {
        self.switch_account(grant.user().id, false, None, false).await
    }

    /// Erases an account with all it wrote, where the server allows it. To others it is deactivated first.
    pub async fn erase_user(&self, grant: UserGrant<DeleteUser>) -> Result<()> {
        match (self.config.snapshot().effective.service.enable_api_user_deletion, grant.actor().is_admin()) {
            (true, _) => {}
            (false, true) => return codes::DELETE_OFF_FOR_ADMIN.err(),
            (false, false) => return codes::DELETE_OFF.err(),
        }
        let id = grant.user().id;
        self.switch_account(id, false, None, false).await?;
        let paths = self
            .store
            .write(move |tx| Ok(Change::silent(store::users::erase(tx, id, now())?, "its deactivation was told")))
            .await?;
        self.forget_status(id);
        self.remove_erased(paths).await;
        self.files.delete(&profile_picture(id)).await?;
        Ok(())
    }

    async fn switch_account(&self, id: Id, active: bool, letter: Option<Outgoing>, as_switch: bool) -> Result<()> {
        let privacy = self.privacy();
        let with_bots = self.config.snapshot().effective.service.disable_bots_when_owner_is_deactivated;
        self.store
            .write(move |tx| {
                queue(tx, letter)?;
                store::departures::delete(tx, id)?;
                let events = set_active(tx, id, active, privacy, with_bots)?;
                let silent = Change::silent((), "whoever is deactivated falls silent before others hear of it");
                Ok(silent.and_all(events).and_all(as_switch.then_some(UserEvent::ActivationChanged)))
            })
            .await?;
        if active { Ok(()) } else { self.end_status(id).await }
    }

    /// Binds an account to a log-in provider; its password is void from then on.
    pub async fn bind_to_provider(&self, grant: UserGrant<Administer>, auth: UserAuth) -> Result<UserAuth> {
        let data = auth.auth_data.filter(|data| !data.is_empty());
        let Some(data) = data.filter(|_| (1..=SERVICE_MAX).contains(&auth.auth_service.len())) else {
            return codes::AUTH_INCOMPLETE.err();
        };
        let auth = UserAuth { auth_data: Some(data), auth_service: auth.auth_service };
        let id = grant.user().id;
        self.store
            .write(move |tx| {
                let bind = |user: &mut User| {
                    user.auth_data.clone_from(&auth.auth_data);
                    user.auth_service.clone_from(&auth.auth_service);
                    user.password.clear();
                    user.last_password_update = now();
                    user.failed_attempts = 0;
                };
                change_user(tx, id, bind)?.validate()?;
                Ok(Change::silent(auth, "the provider of an account is nobody else's news"))
            })
            .await
    }

    /// Makes a person's account a bot's that owns itself. Its sessions end.
    pub async fn convert_to_bot(&self, grant: UserGrant<Administer>) -> Result<Bot> {
        let user = grant.user().clone();
        if user.is_bot {
            return bot_codes::CREATE_FAILED.err();
        }
        self.store
            .write(move |tx| {
                let bot = bot_of(&user);
                store::bots::insert(tx, &bot)?;
                store::sessions::delete_of_user(tx, user.id, None)?;
                Ok(Change::emit(bot, AccessEvent::SessionsRevoked { user: user.id, except: None }))
            })
            .await
    }
}

/// Refuses to make somebody an ordinary person, or a guest, who is the last to administer the server.
pub(super) fn keep_an_admin(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let admins = store::users::active_admins(tx.conn())?;
    if admins == [id] { codes::LAST_ADMIN.err() } else { Ok(()) }
}

/// Changes a user as stored now.
pub(super) fn change_user(tx: &mut Tx<'_>, id: Id, change: impl FnOnce(&mut User)) -> Result<User> {
    let mut user = store::users::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
    change(&mut user);
    user.update_at = now();
    store::users::save(tx, &user)?;
    Ok(user)
}

/// Opens or closes an account; what is to be told of it, besides that some account was. A closed one's sessions end.
pub(in crate::app) fn set_active(
    tx: &mut Tx<'_>,
    id: Id,
    active: bool,
    privacy: Privacy,
    with_bots: bool,
) -> Result<Vec<Event>> {
    let user = change_user(tx, id, |user| user.delete_at = if active { 0 } else { now() })?;
    let mut events: Vec<Event> = Vec::new();
    if !active {
        store::sessions::delete_of_user(tx, id, None)?;
        events.push(AccessEvent::UserDeactivated { user: id }.into());
        if with_bots {
            events.extend(disable_bots_of(tx, id, privacy)?);
        }
    }
    events.push(updated(tx, &user, privacy)?.into());
    Ok(events)
}

fn bot_of(user: &User) -> Bot {
    let at = now();
    Bot {
        user_id: user.id,
        username: user.username.clone(),
        display_name: user.username.clone(),
        owner_id: user.id.to_string(),
        create_at: at,
        update_at: at,
        ..Bot::default()
    }
}
