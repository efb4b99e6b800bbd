//! Accounts of people who log in at a provider: made at their first log-in, and kept as the provider has them.

use super::create::is_of_directory;
use super::guests::{make_guest, make_member};
use super::updated;
use crate::app::domains::settle;
use crate::config::Settings;
use crate::events::access::AccessEvent;
use crate::events::users::UserEvent;
use crate::events::{Change, Event};
use crate::model::errors::{Result, users as codes};
use crate::model::text::runes;
use crate::model::users::{
    Privacy, User, is_client_locale, is_valid_email, is_valid_username, normalize_email, normalize_username,
};
use crate::model::{Id, now, preferences, roles};
use crate::store::{self, Conn, Tx};

/// The longest user name, in characters.
const USERNAME_MAX: usize = 64;

/// What a provider says of somebody. `None` is what it says nothing about, and what stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::app) struct Profile {
    /// The name of the provider, such as `ldap`.
    pub service: &'static str,
    /// Their id there.
    pub id: String,
    /// User name, in whatever form.
    pub username: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Nickname.
    pub nickname: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// Whether they are a guest.
    pub as_guest: Option<bool>,
    /// Whether they administer the server.
    pub as_admin: Option<bool>,
}

impl Profile {
    /// A new account.
    fn new_account(&self, first: bool, settings: &Settings) -> User {
        let blank = User {
            auth_service: self.service.to_owned(),
            auth_data: Some(self.id.clone()),
            locale: settings.localization.default_client_locale.clone(),
            remote_id: Some(String::new()),
            ..User::default()
        };
        let mut user = self.applied_to(&blank);
        let is_admin = first || self.administers() == Some(true);
        user.roles = match (is_admin, self.as_guest == Some(true)) {
            (true, _) => format!("{} {}", roles::SYSTEM_ADMIN, roles::SYSTEM_USER),
            (_, true) => roles::SYSTEM_GUEST.to_owned(),
            _ => roles::SYSTEM_USER.to_owned(),
        };
        if !is_client_locale(&user.locale) {
            "en".clone_into(&mut user.locale);
        }
        user.begin();
        user.normalize();
        user
    }

    /// Whether an account is other than its provider says.
    pub(in crate::app) fn differs_from(&self, user: &User) -> bool {
        let mut wanted = self.applied_to(user);
        wanted.normalize();
        let guest = self.as_guest.is_some_and(|guest| guest != user.is_guest());
        let admin = self.administers().is_some_and(|admin| admin != user.is_system_admin());
        guest || admin || wanted != *user
    }

    /// Whether they administer the server; guests do not.
    fn administers(&self) -> Option<bool> {
        self.as_admin.map(|admin| admin && self.as_guest != Some(true))
    }

    /// The account with what the provider says of it. A name or address that cannot be one changes nothing.
    fn applied_to(&self, old: &User) -> User {
        let mut user = old.clone();
        if let Some(name) = self.username.as_deref().and_then(username) {
            user.username = name;
        }
        let email = self.email.as_deref().map(normalize_email);
        if let Some(email) = email.filter(|email| is_valid_email(email) && email.len() <= 128) {
            user.email = email;
            // The provider vouches for it.
            user.email_verified = true;
        }
        for (slot, said, most) in [
            (&mut user.first_name, &self.first_name, 64),
            (&mut user.last_name, &self.last_name, 64),
            (&mut user.nickname, &self.nickname, 64),
            (&mut user.position, &self.position, 128),
        ] {
            if let Some(said) = said {
                *slot = cut(said, most);
            }
        }
        user
    }
}

/// A name as it may be one here: lower case, a hyphen for blanks, without other characters; `None` if nothing is left.
fn username(name: &str) -> Option<String> {
    let name = normalize_username(name.trim()).replace(' ', "-");
    let is_allowed = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    let name: String = name.chars().filter(is_allowed).take(USERNAME_MAX).collect();
    is_valid_username(&name).then_some(name)
}

fn cut(text: &str, most: usize) -> String {
    if runes(text) <= most { text.to_owned() } else { text.chars().take(most).collect() }
}

/// How many people whose addresses begin alike get user names.
const NAMESAKES: usize = 99;

/// The profile with a user name that nobody has yet: `ann`, or `ann2`, and so on.
pub(in crate::app) fn with_free_name(conn: &mut Conn, profile: Profile) -> Result<Profile> {
    let Some(wished) = profile.username.as_deref().and_then(username) else { return Ok(profile) };
    let numbered = (2..=NAMESAKES).map(|n| numbered(&wished, n));
    let names: Vec<String> = std::iter::once(wished.clone()).chain(numbered).collect();
    let taken = store::users::by_usernames(conn, &names)?;
    let free = names.into_iter().find(|name| taken.iter().all(|user| user.username != *name));
    Ok(Profile { username: free.or(profile.username), ..profile })
}

fn numbered(name: &str, n: usize) -> String {
    let number = n.to_string();
    let kept: String = name.chars().take(USERNAME_MAX - number.len()).collect();
    kept + &number
}

/// Makes the account of somebody who comes for the first time; the first one of a server becomes its administrator.
/// Refused like any other if its name or address is somebody else's.
pub(in crate::app) fn make_account(tx: &mut Tx<'_>, profile: &Profile, settings: &Settings) -> Result<Change<User>> {
    let first = !store::users::any(tx.conn())?;
    let user = profile.new_account(first, settings);
    let is_free = user.is_guest() || is_of_directory(profile.service);
    let listed = &settings.team.restrict_creation_to_domains;
    if !is_free && !store::domains::all(tx.conn())?.admits(&user.email, listed) {
        return codes::ACCEPTED_DOMAIN.err();
    }
    user.validate()?;
    store::users::insert(tx, &user)?;
    store::preferences::save(tx, &preferences::for_new_user(user.id))?;
    let created = UserEvent::Created { user: user.id };
    let teams = settle(tx, &user, settings)?;
    Ok(Change::emit(user, created).and_all(teams))
}

/// Brings an account into the form that its provider has it in; tells of it if something changed.
pub(in crate::app) fn bring_up_to_date(
    tx: &mut Tx<'_>,
    old: &User,
    profile: &Profile,
    settings: &Settings,
    privacy: Privacy,
) -> Result<Change<User>> {
    let mut user = profile.applied_to(old);
    user.normalize();
    keep_what_is_taken(tx, old, &mut user)?;
    let mut events: Vec<Event> = Vec::new();
    if user != *old {
        if user.username != old.username {
            user.forget_mentions_of(&old.username);
        }
        user.update_at = now();
        user.validate()?;
        store::users::save(tx, &user)?;
        events.push(updated(tx, &user, privacy)?.into());
    }
    // Somebody always administers the server, whatever a provider says.
    let is_last_admin = old.is_system_admin() && store::users::active_admins(tx.conn())? == [old.id];
    let by_role = match (old.is_guest(), profile.as_guest) {
        (false, Some(true)) if !is_last_admin => make_guest(tx, old.id, privacy)?,
        (true, Some(false)) => make_member(tx, old.id, settings, privacy)?,
        _ => Vec::new(),
    };
    events.extend(by_role);
    if !is_last_admin {
        events.extend(make_admin_or_not(tx, old.id, profile)?);
    }
    let user = store::users::by_id(tx.conn(), old.id)?.unwrap_or(user);
    if (&user.email, user.email_verified) != (&old.email, old.email_verified) {
        events.extend(settle(tx, &user, settings)?);
    }
    Ok(Change::silent(user, "the events follow").and_all(events))
}

/// A new name or address that is somebody else's is not taken over: the account keeps its old one.
fn keep_what_is_taken(tx: &mut Tx<'_>, old: &User, user: &mut User) -> Result<()> {
    let others = |found: Option<User>| found.is_some_and(|found| found.id != old.id);
    if user.username != old.username && others(store::users::by_username(tx.conn(), &user.username)?) {
        tracing::warn!(user = %old.id, wished = user.username, "a provider's user name is somebody else's here");
        user.username.clone_from(&old.username);
    }
    if user.email != old.email && others(store::users::by_email(tx.conn(), &user.email)?) {
        tracing::warn!(user = %old.id, wished = user.email, "a provider's mail address is somebody else's here");
        user.email.clone_from(&old.email);
        user.email_verified = old.email_verified;
    }
    Ok(())
}

fn make_admin_or_not(tx: &mut Tx<'_>, id: Id, profile: &Profile) -> Result<Option<Event>> {
    let Some(wanted) = profile.administers() else { return Ok(None) };
    let Some(mut user) = store::users::by_id(tx.conn(), id)?.filter(|user| user.is_system_admin() != wanted) else {
        return Ok(None);
    };
    let mut names: Vec<&str> = user.role_names().filter(|role| *role != roles::SYSTEM_ADMIN).collect();
    if wanted {
        names.insert(0, roles::SYSTEM_ADMIN);
    }
    user.roles = names.join(" ");
    user.update_at = now();
    store::users::save(tx, &user)?;
    let known = AccessEvent::SystemRolesChanged { user: id, is_admin: wanted, is_guest: false };
    tracing::info!(user = %id, admin = wanted, "a provider decided who administers the server");
    Ok(Some(known.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_such_as_may_be() {
        assert_eq!(username(" Jane Doe ").as_deref(), Some("jane-doe"));
        assert_eq!(username("Jörg.Müller_1").as_deref(), Some("jrg.mller_1"));
        assert_eq!(username("ÄÖÜ"), None);
        assert_eq!(username("all"), None);
        assert_eq!(numbered("ann", 12), "ann12");
        assert_eq!(numbered(&"a".repeat(64), 12).len(), 64);
    }

    #[test]
    fn what_a_provider_leaves_open_stays() {
        let old = User { nickname: "nick".into(), first_name: "Old".into(), email: "a@b.c".into(), ..User::default() };
        let profile = Profile {
            first_name: Some(String::new()),
            email: Some("no address".into()),
            username: Some("Ann".into()),
            ..Profile::default()
        };
        let new = profile.applied_to(&old);
        assert_eq!((new.nickname.as_str(), new.first_name.as_str()), ("nick", ""));
        assert_eq!((new.email.as_str(), new.username.as_str()), ("a@b.c", "ann"));
    }
}
