//! Signing up, and accounts made by an administrator (auth.md §9).

use std::sync::Arc;

use super::policy::check_names;
use super::{password_rules, updated};
use crate::app::App;
use crate::app::domains::settle;
use crate::app::mail::{Outgoing, queue};
use crate::app::teams::{has_to_prove, join_invited_by, kept_for_others};
use crate::app::verification::AddressProof;
use crate::auth::Actor;
use crate::config::Settings;
use crate::events::users::UserEvent;
use crate::events::{Change, Event};
use crate::model::domains::{TeamRight, domain_allowed};
use crate::model::errors::{Result, teams as team_codes, users as codes};
use crate::model::preferences;
use crate::model::teams::Team;
use crate::model::tokens::{InvitationClaim, Token, TokenKind};
use crate::model::users::{LDAP, User, UserInput, is_client_locale, normalize_email};
use crate::model::{now, roles};
use crate::outbound::mail::Letter;
use crate::store::{self, Tx};

/// The way by which an account comes to be.
pub enum Door {
    /// Somebody signs up by themself.
    Open,
    /// An administrator makes the account.
    Admin(Actor),
    /// Somebody signs up with the invitation id of a team.
    InviteId(String),
    /// Somebody signs up with a mailed invitation.
    Token(String),
}

/// Where a door leads besides the server.
#[derive(Default)]
pub(in crate::app) struct Entry {
    team: Option<Arc<Team>>,
    /// The invitation, used up by whoever passes.
    token: Option<String>,
    claim: InvitationClaim,
    as_guest: bool,
}

impl Entry {
    /// Whether whoever passes is a guest.
    pub(in crate::app) fn is_for_guest(&self) -> bool {
        self.as_guest
    }
}

impl App {
    /// Makes an account. The first one of a server becomes its administrator.
    pub async fn create_user(&self, door: Door, input: UserInput) -> Result<User> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let (password, wants_welcome) = (input.password.clone(), !input.disable_welcome_email);
        let claimed = (input.is_bot, input.bot_description.clone());
        let first = !self.store.read(store::users::any).await?;
        check_door(&door, first, settings)?;
        let table = self.domain_table().await?;
        let entry = self.entry(&door, &input.email, settings).await?;
        let mut user = new_user(&door, input)?;
        let is_free = entry.as_guest || is_of_directory(&user.auth_service);
        if !is_free && !table.admits(&normalize_email(&user.email), &settings.team.restrict_creation_to_domains) {
            return codes::ACCEPTED_DOMAIN.err();
        }
        user.email_verified |= entry.token.is_some();
        user.roles = match (first, entry.as_guest) {
            (true, _) => format!("{} {}", roles::SYSTEM_ADMIN, roles::SYSTEM_USER),
            (_, true) => roles::SYSTEM_GUEST.to_owned(),
            _ => roles::SYSTEM_USER.to_owned(),
        };
        if !is_client_locale(&user.locale) {
            user.locale.clone_from(&settings.localization.default_client_locale);
        }
        user.begin();
        user.normalize();
        check_names(None, &user, settings)?;
        self.set_first_password(&mut user, &password, settings).await?;
        user.validate()?;
        let greeting = wants_welcome.then(|| self.greeting(&user, table.is_in_force()));
        let user = self.insert_user(user, entry, matches!(door, Door::Admin(_)), greeting).await?;
        self.note_account()?;
        // The reference repeats what was claimed of a bot, and stores none of it.
        let (is_bot, bot_description) = claimed;
        Ok(User { is_bot, bot_description, ..user })
    }

    /// Opens a door: what an invitation is good for, or why it is not.
    async fn entry(&self, door: &Door, email: &str, settings: &Settings) -> Result<Entry> {
        match door {
            Door::Open | Door::Admin(_) => Ok(Entry::default()),
            Door::InviteId(id) => self.entry_by_invite_id(id.clone(), email).await,
            Door::Token(token) => self.entry_by_token(token.clone(), email, settings).await,
        }
    }

    /// Where the invitation id of a team leads somebody of that address.
    pub(in crate::app) async fn entry_by_invite_id(&self, id: String, email: &str) -> Result<Entry> {
        let team = self.store.read(move |conn| store::teams::by_invite_id(conn, &id)).await?;
        let team = team.ok_or(team_codes::INVITE_NOT_FOUND)?;
        if team.group_constrained.unwrap_or_default() {
            return team_codes::INVITE_GROUP_CONSTRAINED.err();
        }
        let email = &normalize_email(email);
        if !domain_allowed(email, &team.allowed_domains) {
            return Err(team_codes::SIGN_UP_DOMAIN.with(&[&email]));
        }
        let table = self.domain_table().await?;
        if table.right(team.id, email, true) == TeamRight::Refused {
            return Err(kept_for_others(&table, &team, team_codes::SIGN_UP_OF_DOMAINS));
        }
        Ok(Entry { team: Some(Arc::new(team)), ..Entry::default() })
    }

    /// Where a mailed invitation leads somebody of that address.
    pub(in crate::app) async fn entry_by_token(
        &self,
        token: String,
        email: &str,
        settings: &Settings,
    ) -> Result<Entry> {
        let token = self.store.read(move |conn| store::tokens::by_token(conn, &token)).await?;
        let token = token.ok_or(codes::LINK_NOT_FOUND)?;
        let as_guest = token.kind == TokenKind::GuestInvitation.name();
        let claim = claim_of(&token).ok_or(codes::LINK_INVALID)?;
        if token.is_expired(now()) {
            return codes::LINK_EXPIRED.err();
        }
        if claim.email != email {
            return codes::LINK_OTHER_EMAIL.err();
        }
        if as_guest && !settings.guest_accounts.enable {
            return codes::GUESTS_DISABLED.err();
        }
        let team = self.store.team(claim.team_id).await?.ok_or(team_codes::NOT_FOUND)?;
        Ok(Entry { team: Some(team), token: Some(token.token), claim, as_guest })
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

    async fn insert_user(&self, user: User, entry: Entry, by_admin: bool, greeting: Option<Greeting>) -> Result<User> {
        let snapshot = self.config.snapshot();
        let privacy = super::privacy(&snapshot.effective);
        self.store
            .write(move |tx| {
                if store::groups::has_name(tx.conn(), &user.username)? {
                    return Err(codes::GROUP_NAME_CONFLICT.with(&[&user.username]));
                }
                store::users::insert(tx, &user)?;
                store::preferences::save(tx, &preferences::for_new_user(user.id))?;
                let mut joined = enter(tx, &user, &entry, &snapshot.effective)?;
                joined.extend(settle(tx, &user, &snapshot.effective)?);
                if let Some(greeting) = greeting {
                    greeting.send(tx)?;
                }
                let created = UserEvent::Created { user: user.id };
                // Marking the address as proven is a change of its own to those who listen.
                let verified = (by_admin && user.email_verified).then(|| updated(tx, &user, privacy)).transpose()?;
                Ok(Change::emit(user, created).and_all(verified).and_all(joined))
            })
            .await
    }

    /// The mail to somebody new: a welcome, with the link to prove the address where that is asked for, or where it leads
    /// to teams.
    fn greeting(&self, user: &User, by_domain: bool) -> Greeting {
        let snapshot = self.config.snapshot();
        if (by_domain || snapshot.effective.email.require_email_verification) && !user.email_verified {
            return Greeting::Proof(self.proof_with_welcome(user));
        }
        let letter = Letter::Welcome { verify: None, app_link: &snapshot.effective.native_app.app_download_link };
        Greeting::Letter(self.letter(&user.email, &user.locale, &letter))
    }
}

/// The mail to somebody new.
enum Greeting {
    Letter(Option<Outgoing>),
    Proof(AddressProof),
}

impl Greeting {
    fn send(self, tx: &mut Tx<'_>) -> Result<()> {
        match self {
            Greeting::Letter(letter) => queue(tx, letter),
            Greeting::Proof(proof) => proof.send(tx),
        }
    }
}

/// Whether accounts of a provider are those of a directory, which says by itself whose they are: the server's list of
/// domains is not asked then.
pub(super) fn is_of_directory(auth_service: &str) -> bool {
    matches!(auth_service, LDAP | "saml")
}

fn claim_of(token: &Token) -> Option<InvitationClaim> {
    token.claim(TokenKind::TeamInvitation).or_else(|| token.claim(TokenKind::GuestInvitation))
}

/// Takes somebody new where the door leads: into the team, and the channels of the invitation; or has them wait for it
/// until their address is proven, where that is asked for.
pub(in crate::app) fn enter(tx: &mut Tx<'_>, user: &User, entry: &Entry, settings: &Settings) -> Result<Vec<Event>> {
    let Some(team) = &entry.team else { return Ok(Vec::new()) };
    if let Some(token) = &entry.token
        && !store::tokens::consume(tx, token)?
    {
        return codes::LINK_NOT_FOUND.err();
    }
    if has_to_prove(tx, team, user)? {
        store::domains::wait(tx, user.id, team.id)?;
        return Ok(Vec::new());
    }
    let (_, events) = join_invited_by(tx, team, &entry.claim, user, settings)?.into_parts();
    Ok(events)
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
    if matches!(door, Door::Admin(_)) {
        return Ok(());
    }
    if !(settings.email.enable_sign_up_with_email && settings.team.enable_user_creation) {
        return codes::SIGN_UP_DISABLED.err();
    }
    if matches!(door, Door::Open) && !first && !settings.team.enable_open_server {
        return codes::NO_OPEN_SERVER.err();
    }
    Ok(())
}
