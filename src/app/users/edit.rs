//! Changing a profile.

use super::create::is_of_directory;
use super::policy::{check_names, check_own_address};
use super::updated;
use crate::app::App;
use crate::app::mail::queue;
use crate::app::verification::forget_proofs;
use crate::auth::users::{EditUser, PatchUser};
use crate::auth::{Actor, UserGrant};
use crate::config::Settings;
use crate::events::Change;
use crate::model::domains::{DomainTable, domain_allowed};
use crate::model::errors::{Result, forbidden, invalid_body, users as codes};
use crate::model::users::{LDAP, User, UserInput, UserPatch};
use crate::model::{Id, now};
use crate::outbound::mail::Letter;
use crate::store::{self, Tx};

/// The notification setting by which somebody's messages are answered automatically.
const AUTO_RESPONDER: &str = "auto_responder_active";

impl App {
    /// Changes parts of a profile.
    pub async fn patch_user(&self, grant: UserGrant<PatchUser>, patch: UserPatch) -> Result<User> {
        let (actor, old) = (grant.actor(), grant.user());
        let wished = old.patched(&patch);
        let password = patch.password.as_deref().unwrap_or_default();
        let snapshot = self.config.snapshot();
        check_address_by_app(actor, old, &wished.email)?;
        check_own_address(actor, old, &wished.email, &snapshot.effective)?;
        check_provider_fields(old, &wished, &snapshot.effective)
            .map_err(|field| codes::PATCH_PROVIDER_FIELD.with(&[&field]))?;
        self.check_new_address(actor, old, &wished.email, password).await?;
        let was_answering = answers_automatically(old);
        let user = self.change_profile(old.id, move |old| old.patched(&patch)).await?;
        if answers_automatically(&user) != was_answering {
            self.switch_out_of_office(user.id, !was_answering).await?;
        }
        Ok(user)
    }

    /// Replaces a profile: what is not given is emptied. What nobody may write by themself stays.
    pub async fn replace_user(&self, grant: UserGrant<EditUser>, input: UserInput) -> Result<User> {
        let (actor, old) = (grant.actor(), grant.user());
        let wished = replaced(old, &input);
        let snapshot = self.config.snapshot();
        check_address_by_app(actor, old, &wished.email)?;
        check_own_address(actor, old, &wished.email, &snapshot.effective)?;
        check_provider_fields(old, &wished, &snapshot.effective)
            .map_err(|field| codes::UPDATE_PROVIDER_FIELD.with(&[&field]))?;
        // A missing address is refused as one, not as a change.
        if !wished.email.is_empty() {
            let proof = self.check_new_address(actor, old, &wished.email, &input.password).await;
            // Here a wrong password is told as a field of the body.
            proof.map_err(|error| if error.status < 500 { invalid_body("password") } else { error })?;
        }
        let is_bot = input.is_bot;
        let user = self.change_profile(old.id, move |old| replaced(old, &input)).await?;
        // The reference answers this field as it was sent, though it is never stored (golden users/put).
        Ok(User { is_bot: is_bot || user.is_bot, ..user })
    }

    /// Switches somebody's automatic answer off, as choosing a status does.
    pub(in crate::app) async fn end_automatic_answer(&self, user: &User) -> Result<()> {
        if !answers_automatically(user) {
            return Ok(());
        }
        let silent = |old: &User| {
            let mut user = old.clone();
            user.notify_props.insert(AUTO_RESPONDER.to_owned(), "false".to_owned());
            user
        };
        self.change_profile(user.id, silent).await.map(|_| ())
    }

    /// Applies a change to the profile as it is stored now, and tells everybody.
    async fn change_profile(&self, id: Id, change: impl FnOnce(&User) -> User + Send + 'static) -> Result<User> {
        let (app, snapshot, privacy) = (self.clone(), self.config.snapshot(), self.privacy());
        self.store
            .write(move |tx| {
                let old = store::users::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                let table = store::domains::all(tx.conn())?;
                let mut user = accepted(&old, change(&old), &snapshot.effective, &table)?;
                if user.username != old.username && store::groups::has_name(tx.conn(), &user.username)? {
                    return Err(codes::GROUP_NAME_CONFLICT.with(&[&user.username]));
                }
                app.write_letters(tx, &old, &mut user, &table)?;
                store::users::save(tx, &user)?;
                let event = updated(tx, &user, privacy)?;
                Ok(Change::emit(user, event))
            })
            .await
    }

    /// Tells of a new address and a new name by mail. Where addresses must be proven, or lead to teams, the old one stays
    /// until the new one is.
    fn write_letters(&self, tx: &mut Tx<'_>, old: &User, user: &mut User, table: &DomainTable) -> Result<()> {
        if user.username != old.username {
            let letter = Letter::UsernameChanged { username: &user.username };
            queue(tx, self.letter(&old.email, &user.locale, &letter))?;
        }
        if user.email == old.email {
            return Ok(());
        }
        forget_proofs(tx, user.id)?;
        if table.is_in_force() || self.config.snapshot().effective.email.require_email_verification {
            if store::users::by_email(tx.conn(), &user.email)?.is_some() {
                return codes::EMAIL_EXISTS.err();
            }
            let wished = std::mem::replace(&mut user.email, old.email.clone());
            user.email_verified = old.email_verified;
            return self.proof_of_new_address(user, &wished).send(tx);
        }
        queue(tx, self.letter_of_changed_address(old, &user.email))
    }

    /// One's own address is changed with the password only, so that a session left open is not an account lost.
    async fn check_new_address(&self, actor: &Actor, old: &User, email: &str, password: &str) -> Result<()> {
        if email == old.email || actor.id() != old.id {
            return Ok(());
        }
        if password.is_empty() {
            return Err(invalid_body("password"));
        }
        self.check_own_password(old, password, codes::WRONG_PASSWORD).await
    }
}

/// No app changes an address.
fn check_address_by_app(actor: &Actor, old: &User, email: &str) -> Result<()> {
    if email != old.email && actor.session().is_oauth_app() { Err(forbidden()) } else { Ok(()) }
}

fn answers_automatically(user: &User) -> bool {
    user.notify_props.get(AUTO_RESPONDER).is_some_and(|value| value == "true")
}

fn replaced(old: &User, input: &UserInput) -> User {
    let input = input.clone();
    User {
        username: input.username,
        email: input.email,
        nickname: input.nickname,
        first_name: input.first_name,
        last_name: input.last_name,
        position: input.position,
        allow_marketing: input.allow_marketing,
        props: input.props.unwrap_or_default(),
        notify_props: input.notify_props.unwrap_or_default(),
        locale: input.locale,
        timezone: input.timezone,
        remote_id: input.remote_id,
        ..old.clone()
    }
}

/// The changed user in the form that is stored, if it may be.
fn accepted(old: &User, mut user: User, settings: &Settings, table: &DomainTable) -> Result<User> {
    if user.username.is_empty() {
        return codes::USERNAME.err();
    }
    user.normalize();
    let address_changed = user.email != old.email;
    if address_changed {
        check_new_domain(old, &user.email, settings, table)?;
    }
    user.email_verified &= !address_changed;
    // People of other servers are nothing one can become.
    if user.remote_id.as_ref().is_some_and(|id| !id.is_empty()) {
        user.remote_id.clone_from(&old.remote_id);
    }
    if user.username != old.username {
        user.forget_mentions_of(&old.username);
        if user.last_picture_update <= 0 {
            // The generated picture shows the name's first letter.
            user.last_picture_update = -now();
        }
    }
    user.update_at = now();
    user.validate()?;
    check_names(Some(old), &user, settings)?;
    Ok(user)
}

/// Refuses an address of a domain whose people may not sign up; guests have a list of their own.
fn check_new_domain(old: &User, email: &str, settings: &Settings, table: &DomainTable) -> Result<()> {
    if is_of_directory(&old.auth_service) {
        return Ok(());
    }
    let for_guests = &settings.guest_accounts.restrict_creation_to_domains;
    match old.is_guest() {
        true if !domain_allowed(email, for_guests) => codes::UPDATE_GUEST_DOMAIN.err(),
        false if !table.admits(email, &settings.team.restrict_creation_to_domains) => codes::UPDATE_DOMAIN.err(),
        _ => Ok(()),
    }
}

/// What the log-in provider says of somebody is changed there; `Err` names the field.
fn check_provider_fields(old: &User, wished: &User, settings: &Settings) -> Result<(), &'static str> {
    if old.is_sso() && wished.username != old.username {
        return Err("username");
    }
    let new_name = wished.first_name != old.first_name || wished.last_name != old.last_name;
    if old.is_oauth() && new_name {
        return Err("full name");
    }
    if old.auth_service != LDAP {
        return Ok(());
    }
    let ldap = &settings.ldap;
    let fields = [
        ("email", &ldap.email_attribute, &old.email, &wished.email),
        ("full name", &ldap.first_name_attribute, &old.first_name, &wished.first_name),
        ("full name", &ldap.last_name_attribute, &old.last_name, &wished.last_name),
        ("nickname", &ldap.nickname_attribute, &old.nickname, &wished.nickname),
        ("position", &ldap.position_attribute, &old.position, &wished.position),
    ];
    let broken = fields.into_iter().find(|(_, attribute, was, is)| !attribute.trim().is_empty() && was != is);
    broken.map_or(Ok(()), |(field, ..)| Err(field))
}
