//! Signing up, and accounts made by an administrator (auth.md §9).

use super::{password_rules, updated};
use crate::app::App;
use crate::auth::Actor;
use crate::config::Settings;
use crate::events::Change;
use crate::events::users::UserEvent;
use crate::model::errors::{Result, users as codes};
use crate::model::preferences::Preference;
use crate::model::text::domain_allowed;
use crate::model::users::{User, UserInput};
use crate::model::{Id, roles};
use crate::store;

/// The way by which an account comes to be.
pub enum Door {
    /// Somebody signs up by themself.
    Open,
    /// An administrator makes the account.
    Admin(Actor),
}

impl App {
    /// Makes an account. The first one of a server becomes its administrator.
    pub async fn create_user(&self, door: Door, input: UserInput) -> Result<User> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let password = input.password.clone();
        let mut user = new_user(&door, input)?;
        let first = !self.store.read(store::users::any).await?;
        check_door(&door, first, settings)?;
        if !domain_allowed(&user.email, &settings.team.restrict_creation_to_domains) {
            return codes::ACCEPTED_DOMAIN.err();
        }
        user.roles =
            if first { format!("{} {}", roles::SYSTEM_ADMIN, roles::SYSTEM_USER) } else { roles::SYSTEM_USER.into() };
        user.begin();
        user.normalize();
        self.set_first_password(&mut user, &password, settings).await?;
        user.validate()?;
        let user = self.insert_user(user, matches!(door, Door::Admin(_))).await?;
        self.note_account()?;
        Ok(user)
    }

    async fn set_first_password(&self, user: &mut User, password: &str, settings: &Settings) -> Result<()> {
        if user.auth_data.is_none() {
            password_rules(settings).check(password)?;
            user.password = self.passwords.hash(password).await?;
        } else if !password.is_empty() {
            return codes::AUTH_DATA_PASSWORD.err();
        }
        Ok(())
    }

    async fn insert_user(&self, user: User, by_admin: bool) -> Result<User> {
        let privacy = super::privacy(&self.config.snapshot().effective);
        self.store
            .write(move |tx| {
                store::users::insert(tx, &user)?;
                store::preferences::save(tx, &first_preferences(user.id))?;
                let created = UserEvent::Created { user: user.id, seen_by_guests: Vec::new() };
                // Marking the address as proven is a change of its own to those who listen.
                let verified = (by_admin && user.email_verified).then(|| updated(&user, privacy));
                Ok(Change::emit(user, created).and_all(verified))
            })
            .await
    }
}

/// The account as asked for, without what nobody may choose for themself.
fn new_user(door: &Door, input: UserInput) -> Result<User> {
    if !input.id.is_empty() {
        return codes::EXISTING.err();
    }
    let mut user = User {
        username: input.username,
        email: input.email,
        nickname: input.nickname,
        first_name: input.first_name,
        last_name: input.last_name,
        position: input.position,
        props: input.props.unwrap_or_default(),
        notify_props: input.notify_props.unwrap_or_default(),
        locale: input.locale,
        timezone: input.timezone,
        remote_id: Some(String::new()),
        ..User::default()
    };
    if let Door::Admin(_) = door {
        user.email_verified = input.email_verified;
        user.auth_service = input.auth_service;
        user.auth_data = input.auth_data;
    }
    Ok(user)
}

fn check_door(door: &Door, first: bool, settings: &Settings) -> Result<()> {
    let by_admin = matches!(door, Door::Admin(_));
    if !by_admin && !(settings.email.enable_sign_up_with_email && settings.team.enable_user_creation) {
        return codes::SIGN_UP_DISABLED.err();
    }
    if !by_admin && !first && !settings.team.enable_open_server {
        return codes::NO_OPEN_SERVER.err();
    }
    Ok(())
}

/// What clients expect to find of a new person (auth.md §9).
fn first_preferences(user_id: Id) -> Vec<Preference> {
    let preference = |category: &str, name: &str, value: &str| Preference {
        user_id,
        category: category.into(),
        name: name.into(),
        value: value.into(),
    };
    vec![
        preference("recommended_next_steps", "hide", "false"),
        preference("system_notice", "GMasDM", "true"),
        preference("tutorial_step", user_id.as_str(), "0"),
    ]
}
